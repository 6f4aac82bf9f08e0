"""Read the items of a JSON document: a list, or a map of lists by table with items or write requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ...config.node_values import INVALID
from ...config.positions import Place
from ...errors import Problem
from .json_stream import JsonStream, JsonValue
from .json_values import JsonLocator
from .reader_types import Entry, FileContext, FileItem, Fixed, Section

_RESPONSE = ("Count", "ScannedCount", "ConsumedCapacity", "LastEvaluatedKey", "NextToken", "ResponseMetadata")


def read_array(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a list."""
    stream = JsonStream(context, file)
    stream.peek()
    yield Section(None, stream.place)
    yield from _elements(stream)
    stream.end()


def read_object(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a map of lists by table, of the input of BatchWriteItem, or of a response of Scan."""
    stream = JsonStream(context, file)
    yield from _sections(context, stream)
    stream.end()


def _sections(context: FileContext, stream: JsonStream) -> Iterator[Entry]:
    is_response = False
    for name, place in _members(context, stream):
        is_table, first = name in context.tables, stream.peek()
        if name == "RequestItems" and first == "{":
            yield from _sections(context, stream)
        elif name == "Items" and first == "[" and not is_table:
            is_response = True
            yield Section(None, place, has_placeholders=False)
            yield from _elements(stream)
        elif first == "[":
            yield from _table(stream, Section(name, place))
        else:
            stream.value()
            if not (name.startswith("x-") or (is_response and name in _RESPONSE)):
                yield Section(name, place)
                yield FileItem(INVALID, Fixed(place), [Problem(*place, f"{name!r} must be a list of items")])


def _table(stream: JsonStream, section: Section) -> Iterator[Entry]:
    items = _elements(stream)
    if str(section.table).startswith("x-"):  # for anchors, as in a config
        for _ in items:
            pass
        return
    yield section
    yield from items


def _members(context: FileContext, stream: JsonStream) -> Iterator[tuple[str, Place]]:
    """Yield the keys of a map with their places; the stream is at the value, which the caller must read."""
    names = set[str]()
    stream.take("{")
    while stream.peek() != "}":
        if names:
            stream.take(",")
        name, _, place, _ = stream.key()
        if name in names:
            raise context.invalid(f"duplicate key {name!r}", "keep one of them", *place[1:])
        names.add(name)
        stream.take(":")
        yield name, place
    stream.take("}")


def _elements(stream: JsonStream) -> Iterator[FileItem]:
    stream.take("[")
    is_first = True
    while stream.peek() != "]":
        if not is_first:
            stream.take(",")
        is_first = False
        if item := _item(stream.value()):
            yield item
    stream.take("]")


def _item(found: JsonValue) -> FileItem | None:
    """Return the item of a list's element; `None` for a request that deletes one."""
    match found.value:
        case {"PutRequest": {"Item": raw, **others}, **rest} if not others and not rest:
            return FileItem(raw, JsonLocator(found.text, found.place, ("PutRequest", "Item")), found.problems)
        case {"DeleteRequest": {"Key": _}, **rest} if not rest:
            return None
        case raw:
            return FileItem(raw, JsonLocator(found.text, found.place), found.problems)
