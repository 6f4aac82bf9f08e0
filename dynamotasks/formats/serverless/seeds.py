"""Add what plugins for DynamoDB configure under `custom.dynamodb`: items of tables, and Time to Live.

https://github.com/raisenational/serverless-dynamodb
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ...config.source import display_name
from ...folders import resolved
from ..foreign_table import Definitions, ForeignTable
from ..project_folder import project_folder
from ..value import Unresolved, Value
from .variables import Variables


class Seeds:
    """Adds the settings of `custom.dynamodb` to tables.

    Args:
        root: of the service.
        variables: of the service.
        folder: of the service; the paths are relative to it.
        definitions: the tables.
    """

    def __init__(self, root: Value, variables: Variables, folder: Path, definitions: Definitions) -> None:
        self._variables = variables
        self._folder = folder
        self._project = project_folder(folder)
        self._definitions = definitions
        self._settings = self._at(root, "custom", "dynamodb")

    def add(self, base: Path | None = None) -> None:
        """Add the settings to the tables that they name.

        Args:
            base: the folder that the paths of seeds become relative to; by default, that of the service.
        """
        if self._settings is None:
            return
        base = self._folder if base is None else base
        files: dict[str, list[Value]] = {}
        for table, path in self._sources():
            files.setdefault(table, []).append(path.with_data(os.path.relpath(self._folder / str(path.data), base)))
        attributes = dict(self._ttl())
        self._definitions.tables = [
            _with_ttl(replace(table, seed=(*table.seed, *files.pop(_name(table), ()))), attributes.get(_name(table)))
            for table in self._definitions.tables
        ]
        if base == self._folder:
            self._note_rest(files)

    def _note_rest(self, files: dict[str, list[Value]]) -> None:
        for table, paths in files.items():
            message = f"the seed of {table!r} is not managed: the service does not declare this table"
            self._definitions.note(paths[0].place, message)
        migrations = self._at(self._settings, "migration", "dir")
        if migrations is not None and migrations.text:
            message = f"custom.dynamodb: the tables in {migrations.text!r} are not read"
            folder = display_name(self._folder / migrations.text)
            if self._definitions.tables:
                self._definitions.note(migrations.place, message, f"add --config {folder}")
            else:
                self._definitions.report(migrations.place, message, f"specify --config {folder} instead")

    def _at(self, value: Value | None, *keys: str) -> Value | None:
        for key in keys:
            value = value.get(key) if value else None
            value = self._variables.head(value) if value else None
        return value

    def _sources(self) -> Iterator[tuple[str, Value]]:
        """Yield the names of tables and the paths of their items, of the categories that are seeded."""
        chosen = self._at(self._settings, "start", "seed")
        names = {part.strip() for part in chosen.data.split(",")} if chosen and isinstance(chosen.data, str) else None
        categories = self._at(self._settings, "seed")
        for category, content in categories.entries() if categories else ():
            sources = self._at(self._variables.head(content), "sources")
            if sources is None or (names is not None and category not in names):
                continue
            for source in self._variables.tree(sources).items():
                yield from self._paths(source)

    def _paths(self, source: Value) -> Iterator[tuple[str, Value]]:
        table = source.get("table")
        for key in ("sources", "rawsources"):
            for path in source.items_at(key):
                if table is None or table.text is None or path.text is None:
                    self._note_open(table if table and table.text is None else path)
                elif not resolved(self._folder / path.text).is_relative_to(self._project):
                    message = f"the seed file {path.text!r} is outside the project folder {self._project}"
                    self._definitions.report(path.place, message, "copy it into the project")
                else:
                    yield table.text, path.with_data(path.text)

    def _note_open(self, value: Value) -> None:
        found = value.data if isinstance(value.data, Unresolved) else Unresolved("the value is not text")
        self._definitions.note(value.place, f"seed is not managed: {found.reason}", found.hint)

    def _ttl(self) -> Iterator[tuple[str, Value]]:
        """Yield the names of tables and the attributes that the plugin serverless-dynamodb-ttl sets."""
        written = self._at(self._settings, "ttl")
        for entry in self._variables.tree(written).items() if written else ():
            table, attribute = entry.text_at("table"), entry.get("field")
            if table and attribute:
                yield table, attribute


def _name(table: ForeignTable) -> str:
    """Return the name of a table; an empty string if it is open."""
    name = table.properties.get("TableName")
    return (name.text if name else table.name) or ""


def _with_ttl(table: ForeignTable, attribute: Value | None) -> ForeignTable:
    properties = table.properties
    if attribute is None or properties.get("TimeToLiveSpecification") is not None:
        return table
    setting = attribute.with_data({"AttributeName": attribute, "Enabled": attribute.with_data(True)})
    entries = {**dict(properties.entries()), "TimeToLiveSpecification": setting}
    return replace(table, properties=properties.with_data(entries))
