"""Read and check the items of several files, before anything is written.

A file holds a map of lists of items by table (`{"users": [...]}`), or items of the table that it is named after, or has
the form of another tool, such as an export to S3, a model of NoSQL Workbench or a response of Scan.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path

from ..config.finding import Finding
from ..config.node_values import INVALID
from ..errors import MOST_SHOWN, ConfigError, Problem
from ..schema.table_spec import TableSpec
from ..suggestions import close_to
from .dumps.reader import is_dumped
from .files.reader_types import FileContext, FileItem, Fixed, InvalidFileError, Section
from .files.reading import read_file
from .replacement.backup import is_backup
from .seed_items import ItemReader, attribute_of
from .seed_placeholders import Placeholders
from .spool import Spool


class Seed:
    """Collects the items of several files, as a context manager that removes them.

    Args:
        tables: that the items may belong to, by the names that files have for them.
        column_types: of CSV columns; they override those of the tables.
        others: tables whose items are ignored.
        ids: names of tables by what files may call them as well.
        now: seconds since the epoch, for placeholders; by default, the current time.

    Attributes:
        files: that each table's items come from, as they are named in messages.
        columns: of the CSV files.
    """

    def __init__(
        self,
        tables: Mapping[str, TableSpec],
        column_types: Mapping[str, str] | None = None,
        others: Collection[str] = (),
        ids: Mapping[str, str] | None = None,
        now: int | None = None,
    ) -> None:
        self._readers = {name: ItemReader(spec) for name, spec in tables.items()}
        self._types = {name: {each.name: str(each.type) for each in spec.attributes} for name, spec in tables.items()}
        self._types.update({name: {} for name in others})
        self._ids = ids or {}
        self._types.update({known: self._types[name] for known, name in self._ids.items() if name in self._types})
        self._column_types = column_types or {}
        self._now = int(time.time()) if now is None else now
        self._spools: dict[str, Spool] = {}
        self._problems: dict[Problem, None] = {}  # a file with items of two tables may be read twice
        self.files: dict[str, list[str]] = {}
        self.columns = set[str]()

    def __enter__(self) -> Seed:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the items."""
        for spool in self._spools.values():
            spool.close()

    def add(self, path: Path, table: str | None = None) -> None:
        """Read a file, or the folder of an export to S3.

        Args:
            path: of the file.
            table: takes its items only; those without a table belong to it, whatever the name of the file is.

        Raises:
            UsageError: the file cannot be read here.
        """
        context = FileContext(path, self._types, table, self._column_types)
        part: _Part | None = None
        parts: dict[tuple[str, bool], _Part] = {}
        unknown: list[Problem] = []
        try:
            for entry in read_file(context):
                if isinstance(entry, Section):
                    self.columns.update(entry.columns)
                    part = self._part(context, entry, parts, unknown)
                elif part:
                    self._problems.update(dict.fromkeys(part.add(entry)))
                if len(self._problems) >= MOST_SHOWN:
                    return
        except InvalidFileError as error:
            self._problems.update(dict.fromkeys(error.problems))
        if table is None or not parts:  # a file of a table may have items of tables that are not declared as well
            self._problems.update(dict.fromkeys(unknown))

    def _part(
        self,
        context: FileContext,
        section: Section,
        parts: dict[tuple[str, bool], _Part],
        unknown: list[Problem],
    ) -> _Part | None:
        """Return where the items of a section go; `None` if they belong to another or an unknown table.

        The parts of the file are added to `parts`, and the problems of unknown names to `unknown`.
        """
        name = section.table or context.default_table
        name = self._ids.get(name, name)
        if name not in self._types:
            unknown.append(self._unknown(name, section, is_named=bool(section.table or context.table)))
        if context.table not in (None, name) or name not in self._readers:
            return None
        files = self.files.setdefault(name, [])
        if context.name not in files:
            files.append(context.name)
        if name not in self._spools:
            self._spools[name] = Spool()
        is_written = section.has_placeholders and not (is_dumped(context.path) or is_backup(context.path))
        if (name, is_written) not in parts:  # a table can have several sections in a file, also by several names
            placeholders = Placeholders(self._now, name, context.path.name) if is_written else None
            parts[name, is_written] = _Part(self._readers[name], self._spools[name], name, placeholders)
        return parts[name, is_written]

    def _unknown(self, name: str, section: Section, *, is_named: bool) -> Problem:
        close = close_to(name, self._types)
        advice = "declare it in the config" if is_named else "name the file after a table, or write `TABLE: [...]`"
        return Problem(*section.place, f"unknown table {name!r}", f"did you mean {close!r}?" if close else advice)

    def items(self) -> Mapping[str, Spool]:
        """Return the encoded items by table.

        Raises:
            ConfigError: all problems of the files.
        """
        if self._problems:
            raise ConfigError(list(self._problems), subject="seed")
        return self._spools


class _Part:
    """The items of a file that belong to one table."""

    def __init__(self, reader: ItemReader, spool: Spool, table: str, placeholders: Placeholders | None) -> None:
        self._reader, self._spool, self._table = reader, spool, table
        self._placeholders = placeholders
        self._number = 0

    def add(self, item: FileItem) -> list[Problem]:
        """Keep an item, unless it has problems; return them."""
        self._number += 1
        if item.problems or item.raw is INVALID:
            return list(item.problems)
        if self._placeholders:
            self._placeholders.item = str(self._number)
        line, findings = self._reader.read(item.raw, self._placeholders)
        if line:
            self._spool.add(line)
        return [self._located(item, finding) for finding in findings]

    def _located(self, item: FileItem, finding: Finding) -> Problem:
        place = f"item {self._number} of {self._table!r}"
        if isinstance(item.locator, Fixed):
            place += attribute_of(finding)
        return Problem(*item.locator.of(finding.path), f"{place}: {finding.message}", str(finding.hint or ""))
