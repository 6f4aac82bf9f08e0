"""Convert a file in another format to the text of a config file, with its notes and open questions as comments."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
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
from ..escaping import comment
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
    if not source.is_foreign:
        if source.problems:
            raise ConfigError(source.problems)
        raise UsageError("this file is already a config", hint="specify it with --config", where=source.file)
    questions = tuple(source.problems)
    _validate(source, questions)
    tables = [_Table(source, number) for number in range(len(source.value["tables"]))]
    wanted = chosen(names, {table.name for table in tables})
    comments = _by_table(tables, (*questions, *source.notes))
    tables = [table for table in tables if not wanted or table.name in wanted]
    text = "".join(table.text(folder, comments[table.number]) for table in tables)
    head = f"Imported from {source.file}. Omitted settings are unmanaged."
    head = comment("\n".join([head, *map(str, comments[None])]))
    return Imported(f"{head}tables:\n{text}", len(tables), tuple(map(str, questions)), tuple(map(str, source.notes)))


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
        self.place = source.positions.of(("tables", number))
        self._source = source
        self._raw: dict[str, Any] = source.value["tables"][number]

    @property
    def name(self) -> str:
        return str(self._raw["name"]) if isinstance(self._raw.get("name"), str) else ""

    def text(self, folder: Path, problems: Iterable[Problem]) -> str:
        """Return the table for a config in a folder, below comments."""
        comments = comment("\n".join([*self._comments(), *map(str, problems)]))
        config = escape_variables(self._config(folder))
        return indent(comments + dump([config], compact=True, indented=True), "  ")

    def _config(self, folder: Path) -> dict[str, Any]:
        """Return the table without unresolved values."""
        spec = parse(TableSpec, self._raw, ("tables", self.number)).value
        if spec is None:
            return {}
        if spec.seed:
            spec = replace(spec, seed=tuple(_relative(self._source.folder / path, folder) for path in spec.seed))
        known = {key for key, value in self._raw.items() if not _is_open(value)}
        return {key: value for key, value in declared_to_config(spec).items() if key in known}

    def _comments(self) -> list[str]:
        """Return the comment lines directly above the resource of a template or of Terraform."""
        is_resource = "managed_by" in self._raw
        return _comments_above(current_folder() / self.place.file, self.place.line - 1) if is_resource else []


def _by_table(tables: Iterable[_Table], problems: Iterable[Problem]) -> dict[int | None, list[Problem]]:
    """Return problems by the number of the last table before them in the same file; `None` for others."""
    found: dict[int | None, list[Problem]] = {None: [], **{table.number: [] for table in tables}}
    for problem in sorted(problems):
        before = [table for table in tables if table.place.file == problem.file and table.place.line <= problem.line]
        owner = max(before, key=lambda table: table.place.line, default=None)
        found[owner.number if owner else None].append(problem)
    return found


def _comments_above(file: Path, line: int) -> list[str]:
    """Return the comment lines above the key that contains a line of a YAML file, or above a block of Terraform."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError):
        return []
    if file.suffix not in (".yaml", ".yml", ".tf") or line >= len(lines):
        return []
    if file.suffix != ".tf":
        line = _key_line(lines, line)
    found: list[str] = []
    while line > 0 and _is_comment(lines[line - 1]):
        line -= 1
        found.append(re.sub(r"^\s*(#|//)+\s?", "", lines[line]).rstrip())
    return found[::-1]


def _key_line(lines: list[str], line: int) -> int:
    """Return the number of the line with the key that contains a line of YAML."""
    column = _column(lines[line])
    while line > 0 and (not lines[line].strip() or _is_comment(lines[line]) or _column(lines[line]) >= column):
        line -= 1
    return line


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
