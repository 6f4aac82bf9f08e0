"""Read the items of seed files: YAML or JSON, with plain or DynamoDB's typed values.

A file holds a map of lists of items by table (`{"users": [...]}`), or a list of items of the table that the file is
named after, or has the form of another tool, such as a model of NoSQL Workbench or a response of Scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..aws.items import Item
from ..config.finding import Finding, ValuePath
from ..config.node_values import INVALID
from ..config.source import FileKind, Source, read
from ..errors import ConfigError, UsageError
from ..formats.foreign_table import SampleItems
from ..formats.javascript.modules import is_module, read_exports
from ..formats.sample_items import sample_items
from ..schema.table_spec import TableSpec
from ..suggestions import close_to
from .seed_items import ItemReader
from .seed_values import SeedNodeReader

_SUFFIXES = (".yaml", ".yml", ".json")
_SEED_FILE = FileKind("seed file", "write a list of items for each table: `users: [...]`")


def read_seed(path: Path, tables: Sequence[TableSpec]) -> dict[str, list[Item]]:
    """Return the items of a seed file, or of the seed files directly in a folder, by table.

    Args:
        path: a YAML (`.yaml`, `.yml`) or JSON (`.json`) file, or a folder.
        tables: that the items may belong to.

    Raises:
        UsageError: the file does not exist or has another suffix, or the folder has no seed file.
        ConfigError: all problems of the files and their items.
    """
    seed = Seed(tables)
    for file in _files(path):
        seed.add(file)
    return seed.items()


def read_declared_seeds(tables: Sequence[TableSpec]) -> dict[str, list[Item]]:
    """Return the items of the files that the tables declare as their `seed`, by table; raises as `read_seed` does."""
    seed = Seed(tables)
    for table in tables:
        for file in table.seed or ():
            seed.add(Path(file), table.name)
    return seed.items()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES and file.is_file())
    if not files:
        raise UsageError(f"no seed file in the folder {path}", hint=f"expected a file with {', '.join(_SUFFIXES)}")
    return files


class Seed:
    """Collects the items of several files.

    Args:
        tables: that the items may belong to.
    """

    def __init__(self, tables: Iterable[TableSpec]) -> None:
        self._tables = {table.name: table for table in tables}
        self._readers = {name: ItemReader(table) for name, table in self._tables.items()}
        self._items: dict[str, list[Item]] = {}
        self._sources: dict[Path, Source] = {}

    def add(self, file: Path, table: str | None = None) -> None:
        """Read a file.

        Args:
            file: with YAML or JSON.
            table: takes its items only; a list belongs to it, whatever the name of the file is.

        Raises:
            UsageError: the file does not have a known suffix.
        """
        if file not in self._sources:
            self._sources[file] = self._read(file)
        source = self._sources[file]
        samples = sample_items(source.value)
        lists = self._lists(source, table or file.stem) if samples is None else self._samples(source, samples, table)
        for name, path, raw in lists:
            if table in (None, name):
                self._add_items(source, name, path, raw)

    @staticmethod
    def _read(file: Path) -> Source:
        if is_module(file):
            return read_exports(file)
        if file.suffix not in _SUFFIXES:
            raise UsageError(f"unsupported seed file {file}", hint=f"expected a file with {', '.join(_SUFFIXES)}")
        return read(file, {}, reader=SeedNodeReader, kind=_SEED_FILE)

    def items(self) -> dict[str, list[Item]]:
        """Return the items by table.

        Raises:
            ConfigError: all problems of the files.
        """
        if problems := [problem for source in self._sources.values() for problem in source.problems]:
            raise ConfigError(problems, subject="seed")
        return self._items

    def _lists(self, source: Source, table: str) -> Iterator[tuple[str, ValuePath, list[Any]]]:
        """Yield the table, path and items of each list of a file; a list at the top belongs to `table`."""
        match source.value:
            case list() as raw if table in self._tables:
                yield table, (), raw
            case list():
                source.report((), [self._unknown(table, "name the file after a table, or write `TABLE: [...]`")])
            case dict() as sections:
                yield from ((name, (name,), raw) for name, raw in sections.items() if self._is_list(source, name, raw))
            case _ if not source.problems:
                source.report((), [Finding((), "expected a map of lists of items by table", _SEED_FILE.if_empty)])

    def _samples(
        self, source: Source, samples: list[SampleItems], table: str | None
    ) -> Iterator[tuple[str, ValuePath, list[Any]]]:
        """Yield the items of a file of another tool."""
        for name, path, raw in samples:
            owner = name or table or Path(source.file).stem
            if owner in self._tables:
                yield owner, path, raw
            elif table is None:
                source.report(path, [self._unknown(owner, "declare it in the config")])

    def _is_list(self, source: Source, name: str, raw: Any) -> bool:
        """Return whether a value at the top of a file is a list of items of a table; report it otherwise."""
        if name not in self._tables:
            if not name.startswith("x-"):  # for anchors, as in a config
                source.report((name,), [self._unknown(name, "declare it in the config")])
            return False
        if not isinstance(raw, list) and raw is not INVALID:
            source.report((name,), [Finding((), f"{name!r} must be a list of items")])
        return isinstance(raw, list)

    def _unknown(self, name: str, advice: str) -> Finding:
        close = close_to(name, self._tables)
        return Finding((), f"unknown table {name!r}", f"did you mean {close!r}?" if close else advice)

    def _add_items(self, source: Source, table: str, path: ValuePath, raw: list[Any]) -> None:
        items = self._items.setdefault(table, [])
        for number, given in enumerate(raw):
            if given is INVALID:
                continue
            item, findings = self._readers[table].read(given)
            subject = f"item {number + 1} of {table!r}: "
            located = (finding._replace(message=subject + finding.message) for finding in findings)
            source.report((*path, number), located)
            items.append(item)
