"""Read the items of a document as a whole: YAML, JavaScript modules, and JSON of other tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from ...config.finding import Finding, ValuePath
from ...config.node_values import INVALID, UnreadableError
from ...config.source import FileKind, Source, compose_source, problems_of, read_nodes
from ...formats.javascript.modules import read_exports
from ...formats.sample_items import sample_items
from ..seed_values import TYPES, SeedNodeReader
from .reader_types import Entry, FileContext, FileItem, InvalidFileError, Section

SEED_FILE = FileKind("seed file", "write a list of items for each table: `users: [...]`")
_MAX_BYTES = 64 * 1024 * 1024


def read_yaml(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a YAML document."""
    return _entries(context, _read(context, file, is_json=False))


def read_json(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a JSON document, in the form of any tool."""
    return _entries(context, _read(context, file, is_json=True))


def read_module(context: FileContext) -> Iterator[Entry]:
    """Yield the items that a JavaScript module exports."""
    return _entries(context, read_exports(context.path))


def is_document(context: FileContext, value: Mapping[str, Any]) -> bool:
    """Return whether a map holds lists of items by table, or has the form of another tool, and is not an item."""
    members = {name: part for name, part in value.items() if not name.startswith("x-")}
    if next(iter(members), None) in context.tables or members.keys() & {"RequestItems", "DataModel", "KeySchema"}:
        return True
    if isinstance(members.get("Items"), list) and members.keys() & {"Count", "ScannedCount"}:
        return True
    parts = members.values()
    is_typed = all(isinstance(part, dict) and len(part) == 1 and part.keys() <= TYPES for part in parts)
    return not is_typed and all(isinstance(part, list | dict) for part in parts)


def _read(context: FileContext, file: BinaryIO, *, is_json: bool) -> Source:
    source = Source(context.name, context.path.parent)
    with problems_of(source):
        root = compose_source(source, _text(file), SEED_FILE, is_json=is_json)
        if root is not None:
            read_nodes(source, root, {}, SeedNodeReader)
    return source


def _text(file: BinaryIO) -> str:
    raw = file.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        maximum = f"the file is larger than {_MAX_BYTES // 1024**2} MB"
        raise UnreadableError(maximum, "use JSON Lines, which are read line by line")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not valid UTF-8 (byte {error.start})", "save the file as UTF-8") from None


def _entries(context: FileContext, source: Source) -> Iterator[Entry]:
    """Yield the items of a document.

    Raises:
        InvalidFileError: after them, with the problems of the document.
    """
    samples = sample_items(source.value)
    if samples is None:
        yield from _lists(context, source)
    else:
        for name, path, raw in samples:
            yield from _list(source, name, path, raw)
    if source.problems:
        raise InvalidFileError(*source.problems)


def _lists(context: FileContext, source: Source) -> Iterator[Entry]:
    match source.value:
        case list() as raw:
            yield from _list(source, None, (), raw)
        case dict() as item if _is_item(context, item):
            yield Section(None, source.positions.of(()))
            yield FileItem(item, _PathLocator(source, ()))
        case dict() as sections:
            for name, raw in sections.items():
                if name.startswith("x-"):  # for anchors, as in a config
                    continue
                yield from _list(source, name, (name,), raw if isinstance(raw, list) else [])
                if not isinstance(raw, list) and raw is not INVALID and name in context.tables:
                    source.report((name,), [Finding((), f"{name!r} must be a list of items")])
        case _ if not source.problems:
            source.report((), [Finding((), "expected a map of lists of items by table", SEED_FILE.if_empty)])


def _is_item(context: FileContext, value: Mapping[str, Any]) -> bool:
    attributes = context.tables.get(context.default_table, {})
    return not value.keys().isdisjoint(attributes) and not is_document(context, value)


def _list(source: Source, table: str | None, path: ValuePath, raw: list[Any]) -> Iterator[Entry]:
    yield Section(table, source.positions.of(path))
    for number, item in enumerate(raw):
        yield FileItem(item, _PathLocator(source, (*path, number)))


class _PathLocator:
    """Finds the values of an item in its document."""

    __slots__ = ("_path", "_source")

    def __init__(self, source: Source, path: ValuePath) -> None:
        self._source, self._path = source, path

    def of(self, path: ValuePath) -> Any:
        return self._source.positions.of((*self._path, *path))
