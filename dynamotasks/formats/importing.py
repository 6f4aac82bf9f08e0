"""Convert a file in another format to the text of a config file, with its notes and open questions as comments."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import indent
from typing import Any

from ..config.node_values import INVALID, escape_variables
from ..config.parsing import parse
from ..config.reader import Reader
from ..config.selection import chosen
from ..config.source import Source
from ..config.yaml12 import dump
from ..errors import ConfigError, Problem, UsageError
from ..escaping import escape
from ..folders import current_folder
from ..schema.table_spec import TableSpec
from .config_table import declared_to_config
from .reading import read_sources


@dataclass(frozen=True, slots=True)
class Imported:
    """A config file.

    Attributes:
        text: of the file.
        tables: the number of tables.
        questions: required values that the source does not determine.
        notes: settings of the source that the config omits.
    """

    text: str
    tables: int
    questions: tuple[str, ...]
    notes: tuple[str, ...]


def import_file(path: Path, folder: Path, parameters: Mapping[str, str], names: Collection[str] = ()) -> Imported:
    """Return the tables of a file in another format as a config.

    Args:
        path: of the file.
        folder: of the config, which its paths are relative to.
        parameters: the values of the file's parameters.
        names: of the tables to import; by default all.

    Raises:
        ConfigError: the file is invalid.
        UsageError: it is already a config, or lacks a table with one of the names.
    """
    (source,) = read_sources(path, parameters=parameters)
    if not source.is_foreign and not source.problems:
        raise UsageError("this file is already a config", hint="specify it with --config", where=source.file)
    questions = tuple(source.problems)
    _validate(source, questions)
    tables = [_Table(source, number) for number in range(len(source.value["tables"]))]
    wanted = chosen(names, {table.name for table in tables})
    tables = [table for table in tables if not wanted or table.name in wanted]
    comments = _Comments(source, (*questions, *source.notes))
    text = "".join(_commented(table, folder, comments.take(table.number)) for table in tables)
    head = f"# Imported from {escape(source.file)}. Omitted settings are unmanaged.\n{comments.rest()}tables:\n"
    return Imported(head + text, len(tables), tuple(map(str, questions)), tuple(map(str, source.notes)))


def _validate(source: Source, questions: tuple[Problem, ...]) -> None:
    """Raise the problems of a source unless they are only open questions."""
    if source.value is None:
        raise ConfigError(source.problems)
    reader = Reader([source])
    reader.tables()
    if set(reader.problems()) - set(questions):
        raise ConfigError(reader.problems())


class _Table:
    """One table of a source."""

    def __init__(self, source: Source, number: int) -> None:
        self.number = number
        self._source = source
        self._raw: dict[str, Any] = source.value["tables"][number]

    @property
    def name(self) -> str:
        return str(self._raw["name"]) if isinstance(self._raw.get("name"), str) else ""

    def config(self, folder: Path) -> dict[str, Any]:
        """Return the table for a config in a folder, without unresolved values."""
        spec = parse(TableSpec, self._raw, ("tables", self.number)).value
        if spec is None:
            return {}
        if spec.seed:
            spec = replace(spec, seed=tuple(_relative(self._source.folder / path, folder) for path in spec.seed))
        known = {key for key, value in self._raw.items() if not _is_open(value)}
        return {key: value for key, value in declared_to_config(spec).items() if key in known}

    def comments(self) -> Iterator[str]:
        """Yield the comment lines directly above the resource of a template or of Terraform."""
        file, line, _ = self._source.positions.of(("tables", self.number))
        if "managed_by" in self._raw:
            yield from _comments_above(current_folder() / file, line - 1)


class _Comments:
    """Problems and notes of a source, by table."""

    def __init__(self, source: Source, found: Collection[Problem]) -> None:
        self._remaining = sorted(found)
        count = len(source.value["tables"])
        self._places = [source.positions.of(("tables", number)) for number in range(count)]

    def take(self, number: int) -> list[Problem]:
        """Remove and return the problems of a table: those after its place and before the next table."""
        file, line, _ = self._places[number]
        later = [place.line for place in self._places if place.file == file and place.line > line]
        end = min(later, default=float("inf"))
        own = [problem for problem in self._remaining if problem.file == file and line <= problem.line < end]
        self._remaining = [problem for problem in self._remaining if problem not in own]
        return own

    def rest(self) -> str:
        """Return the remaining problems as comments."""
        return _comment(map(str, self._remaining))


def _commented(table: _Table, folder: Path, problems: list[Problem]) -> str:
    comments = _comment([*table.comments(), *map(str, problems)])
    return indent(comments + dump([escape_variables(table.config(folder))], compact=True, indented=True), "  ")


def _comment(lines: Any) -> str:
    return "".join(f"# {escape(line)}\n" for line in lines)


def _comments_above(file: Path, line: int) -> list[str]:
    """Return the comment lines above the key that contains a line of a YAML file, or above a block of Terraform."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError):
        return []
    if file.suffix not in (".yaml", ".yml", ".tf") or line >= len(lines):
        return []
    column = _column(lines[line])
    while (
        file.suffix != ".tf"
        and line > 0
        and (not lines[line].strip() or _is_comment(lines[line]) or _column(lines[line]) >= column)
    ):
        line -= 1
    found: list[str] = []
    while line > 0 and _is_comment(lines[line - 1]):
        line -= 1
        found.append(re.sub(r"^\s*(#|//)+\s?", "", lines[line]).rstrip())
    return found[::-1]


def _column(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//"))


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


def _is_open(value: Any) -> bool:
    """Return whether a value has a part that the source does not determine."""
    if isinstance(value, dict):
        return any(map(_is_open, value.values()))
    return any(map(_is_open, value)) if isinstance(value, list) else value is INVALID
