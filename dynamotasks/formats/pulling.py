"""Write live tables into the config files that declare them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from ..config.finding import ValuePath
from ..config.overrides import Merged
from ..config.positions import Positions
from ..config.reader import Reader
from ..config.source import Source, compose_text
from ..config.text_edits import NotEditableError, edit
from ..errors import ConfigError, UsageError
from ..schema.diff import INDEX_LISTS, Change
from ..schema.table_spec import TableSpec
from .config_table import table_to_config
from .pulled_table import pulled_table


@dataclass(frozen=True, slots=True)
class PulledTable:
    """A changed table.

    Attributes:
        table: its name in the config.
        line: in the changed file.
        keys: of the config that changed; empty for a table that was added.
    """

    table: str
    line: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PulledFile:
    """A changed file.

    Attributes:
        name: in messages.
        path: of the file.
        text: its new content.
        diff: a unified diff.
    """

    name: str
    path: Path
    text: str
    diff: str
    tables: tuple[PulledTable, ...]


@dataclass(frozen=True, slots=True)
class UnwrittenKeys:
    """Keys of a table that differ from the live table, but are declared in a file in another format.

    Attributes:
        table: its name in the config.
        file: the name of the file.
    """

    table: str
    keys: tuple[str, ...]
    file: str


@dataclass(slots=True)
class _File:
    """A file with its new values, and the changed paths by table."""

    source: Source
    path: Path
    new: Any
    changed: dict[str, list[ValuePath]] = field(default_factory=dict)


class _Part(NamedTuple):
    """A part of the declaration of a table, in one file."""

    file: _File
    path: ValuePath
    values: Mapping[str, Any]


class Pull:
    """Collects the changes of the files of a config.

    Args:
        sources: all files.
        paths: of the files, by their names in messages.
        environment: its overrides apply.

    Attributes:
        unwritten: keys that differ, but are not in a config file.
    """

    def __init__(self, sources: Sequence[Source], paths: Mapping[str, Path], environment: str) -> None:
        self._environment = environment
        self._files = [
            _File(source, paths[source.file], None if source.is_foreign else deepcopy(source.value))
            for source in sources
        ]
        self._ids = dict(pair for source in sources if source.is_foreign for pair in _ids(source))
        self.unwritten: list[UnwrittenKeys] = []

    def change(self, table: str, wanted: TableSpec, live: TableSpec, changes: Iterable[Change]) -> None:
        """Change a declared table to match the live table, except for keys that another format declares.

        Args:
            table: its name in the config.
            wanted: what it declares in the environment, as far as the engine supports it.
            live: all settings of the live table.
            changes: the differences.
        """
        declared, overrides = [*self._declarations(table)], [*self._overrides(table)]
        merged = {key: value for part in declared for key, value in part.values.items()}
        for part in overrides:
            merged = Merged(merged, part.values).value
        pulled = pulled_table(merged, wanted, live, changes)
        changed = {
            key: next((part for part in (*overrides, *declared) if key in part.values), declared[-1])
            for key in dict.fromkeys([*merged, *pulled])
            if pulled.get(key) != merged.get(key)
        }
        if fixed := _fixed(changed):
            self.unwritten.append(UnwrittenKeys(table, tuple(fixed), declared[0].file.source.file))
        for key, part in changed.items():
            if key not in fixed:
                _set(part, key, pulled.get(key), table)

    def add(self, table: str, live: TableSpec) -> None:
        """Add a table that the config does not declare.

        Raises:
            UsageError: no config file has a list of tables.
        """
        file = next((file for file in self._files if (file.new or {}).get("tables")), None)
        if file is None:
            raise UsageError("no config file to add tables to", hint="declare a table in a config file first")
        file.new["tables"].append({**table_to_config(replace(live, name=table)), "name": table})
        file.changed[table] = []

    def files(self, variables: Mapping[str, str]) -> list[PulledFile]:
        """Return the changed files.

        Args:
            variables: the values of `${NAME}` in strings.

        Raises:
            ConfigError: the live tables cannot be declared.
            UsageError: a file has a form that cannot be changed.
        """
        reader = Reader([replace(file.source, value=file.new) if file.changed else file.source for file in self._files])
        reader.tables(), reader.environments(), reader.overridden()
        if problems := reader.problems():
            raise ConfigError(problems)
        return [_written(file, variables) for file in self._files if file.changed]

    def _declarations(self, table: str) -> Iterator[_Part]:
        """Yield the parts of a table: that of another format first, to which a config can add keys."""
        for file in self._files:
            if (position := _position(file.source.value, self._names(table))) is not None:
                yield _Part(file, ("tables", position), file.source.value["tables"][position])

    def _overrides(self, table: str) -> Iterator[_Part]:
        for file in self._files:
            environments = (file.source.value or {}).get("environments") or {}
            tables = environments.get(self._environment, {}).get("tables") or {}
            for name in self._names(table) & tables.keys():
                yield _Part(file, ("environments", self._environment, "tables", name), tables[name])

    def _names(self, table: str) -> set[str]:
        """Return the names by which the files refer to a table."""
        return {table, self._ids.get(table, table)}


def _fixed(changed: Mapping[str, _Part]) -> list[str]:
    """Return the keys that another format declares, and the indexes that may require its attributes."""
    fixed = [key for key, part in changed.items() if part.file.source.is_foreign]
    return [key for key in changed if key in fixed or ("attributes" in fixed and key in INDEX_LISTS)]


def _set(part: _Part, key: str, value: Any, table: str) -> None:
    place = part.file.new
    for step in part.path:
        place = place[step]
    if value is None:
        del place[key]
    else:
        place[key] = value
    part.file.changed.setdefault(table, []).append((*part.path, key))


def _ids(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the names of the tables of a file in another format, with their IDs."""
    for table, identifier in zip((source.value or {}).get("tables", ()), source.ids, strict=True):
        if identifier is not None:
            yield table["name"], identifier


def _position(value: Any, names: Collection[str]) -> int | None:
    tables = value.get("tables") if isinstance(value, dict) else None
    return next((number for number, each in enumerate(tables or ()) if each.get("name") in names), None)


def _written(file: _File, variables: Mapping[str, str]) -> PulledFile:
    old, is_json = file.path.read_bytes().decode("utf-8-sig"), file.path.suffix == ".json"
    name = file.source.file
    try:
        text = edit(old, file.source.value, file.new, is_json=is_json, variables=variables)
    except NotEditableError:
        hint = f"edit these tables by hand: {', '.join(file.changed)}; `db.describe` prints them"
        raise UsageError("cannot change a value that YAML anchors share", hint=hint, where=name) from None
    positions = Positions(name, compose_text(text, is_json=is_json))
    tables = []
    for table, paths in file.changed.items():
        at = paths[0] if paths else ("tables", _position(file.new, {table}) or 0)
        tables.append(PulledTable(table, positions.of(at).line, tuple(str(path[-1]) for path in paths)))
    diff = "".join(unified_diff(old.splitlines(keepends=True), text.splitlines(keepends=True), name, name))
    return PulledFile(name, file.path, text, diff, tuple(tables))
