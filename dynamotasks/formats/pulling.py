"""Write live tables into the config files that declare them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import yaml

from ..config.finding import ValuePath
from ..config.json_nodes import compose_json
from ..config.overrides import Merged
from ..config.positions import Positions
from ..config.reader import Reader
from ..config.source import Source
from ..config.text_edits import NotEditableError, edit
from ..config.yaml12 import Loader
from ..errors import ConfigError, UsageError
from ..schema.diff import Change
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


@dataclass(slots=True)
class _File:
    """A config file with its new values, and the changed paths by table."""

    source: Source
    path: Path
    new: Any
    changed: dict[str, list[ValuePath]] = field(default_factory=dict)


class Pull:
    """Collects the changes of the files of a config.

    Args:
        sources: all files.
        paths: of the files, by their names in messages.
        environment: whose overrides apply.
    """

    def __init__(self, sources: Sequence[Source], paths: Mapping[str, Path], environment: str) -> None:
        self._sources = sources
        self._environment = environment
        self._files = [
            _File(source, paths[source.file], deepcopy(source.value)) for source in sources if not source.is_foreign
        ]

    def foreign_file(self, table: str) -> str | None:
        """Return the file in another format that declares a table."""
        foreign = (source for source in self._sources if source.is_foreign)
        return next((source.file for source in foreign if _position(source.value, table) is not None), None)

    def change(self, table: str, wanted: TableSpec, live: TableSpec, changes: Iterable[Change]) -> None:
        """Change a declared table to match the live table.

        Args:
            table: its name in the config.
            wanted: what it declares in the environment, as far as the engine supports it.
            live: all settings of the live table.
            changes: the differences.
        """
        file, position = next(
            (file, found) for file in self._files if (found := _position(file.source.value, table)) is not None
        )
        raw = file.source.value["tables"][position]
        holder = next((other for other in self._files if self._override(other, table) is not None), None)
        override = self._override(holder, table) if holder else None
        merged = Merged(raw, override).value if override else raw
        pulled = pulled_table(merged, wanted, live, changes)
        for key in dict.fromkeys([*merged, *pulled]):
            if pulled.get(key) == merged.get(key):
                continue
            if holder and override and key in override:
                path: ValuePath = ("environments", self._environment, "tables", table)
                self._set(holder, path, key, pulled.get(key), table)
            else:
                self._set(file, ("tables", position), key, pulled.get(key), table)

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
        changed = {id(file.source): replace(file.source, value=file.new) for file in self._files if file.changed}
        reader = Reader([changed.get(id(source), source) for source in self._sources])
        reader.tables(), reader.environments(), reader.overridden()
        if problems := reader.problems():
            raise ConfigError(problems)
        return [_written(file, variables) for file in self._files if file.changed]

    def _override(self, file: _File, table: str) -> Mapping[str, Any] | None:
        environments = (file.source.value or {}).get("environments") or {}
        found: Mapping[str, Any] | None = (environments.get(self._environment, {}).get("tables") or {}).get(table)
        return found

    def _set(self, file: _File, path: ValuePath, key: str, value: Any, table: str) -> None:
        place = file.new
        for step in path:
            place = place[step]
        if value is None:
            del place[key]
        else:
            place[key] = value
        file.changed.setdefault(table, []).append((*path, key))


def _position(value: Any, table: str) -> int | None:
    tables = value.get("tables") if isinstance(value, dict) else None
    return next((number for number, each in enumerate(tables or ()) if each.get("name") == table), None)


def _written(file: _File, variables: Mapping[str, str]) -> PulledFile:
    old, is_json = file.path.read_bytes().decode("utf-8-sig"), file.path.suffix == ".json"
    name = file.source.file
    try:
        text = edit(old, file.source.value, file.new, is_json=is_json, variables=variables)
    except NotEditableError:
        hint = f"edit these tables by hand: {', '.join(file.changed)}; `db.describe` prints them"
        raise UsageError("cannot change a value that YAML anchors share", hint=hint, where=name) from None
    root = compose_json(text) if is_json else yaml.compose(text, Loader=Loader)
    positions = Positions(name, root)
    tables = []
    for table, paths in file.changed.items():
        at = paths[0] if paths else ("tables", _position(file.new, table) or 0)
        tables.append(PulledTable(table, positions.of(at).line, tuple(str(path[-1]) for path in paths)))
    diff = "".join(unified_diff(old.splitlines(keepends=True), text.splitlines(keepends=True), name, name))
    return PulledFile(name, file.path, text, diff, tuple(tables))
