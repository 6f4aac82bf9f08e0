"""Config files -> tables and environments, or every mistake in them at file:line:column, with a hint."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError, Problem
from ..settings import Environment
from ..spec import TableSpec
from . import rules
from .model import parse
from .source import Source, read


@dataclass(frozen=True, slots=True)
class Config:
    """What the config files say.

    Attributes:
        tables: in the order of the files; no two have one name.
        environments: by name.
        files: as messages name them.
        remarks: what is no mistake but worth saying.
    """

    tables: tuple[TableSpec, ...]
    environments: Mapping[str, Environment]
    files: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def load(files: Iterable[str | Path], variables: Mapping[str, str] | None = None) -> Config:
    """Reads and checks config files; sends nothing.

    Args:
        files: YAML (`.yaml`, `.yml`) or JSON (`.json`) files.
        variables: for `${NAME}` in strings; the process environment by default.

    Raises:
        ConfigError: with all mistakes of all files.
    """
    known = os.environ if variables is None else variables
    sources: list[Source] = []
    tables: dict[str, tuple[TableSpec, str]] = {}
    environments: dict[str, Environment] = {}
    remarks: list[str] = []
    for file in files:
        source = read(Path(file), _shown(Path(file)), known)
        sources.append(source)
        document = parse(source)
        for number, table in document.tables:
            place = _check(source, number, table, document.environments)
            if table.name in tables:
                hint = f"the other is in {tables[table.name][1]}"
                source.problems.append(
                    source.problem(("tables", number, "name"), f"{table.name!r} is here twice", hint)
                )
            tables.setdefault(table.name, (table, place))
            if unused := rules.documentation_only(table):
                remarks.append(f"{table.name}: {', '.join(unused)}: no key uses it, so it is documentation only")
        for name, environment in document.environments.items():
            if name in environments:
                source.problems.append(
                    source.problem(("environments", name), f"environment {name!r} is in another file too")
                )
            environments[name] = environment
    problems = [problem for source in sources for problem in source.problems]
    if not tables and not problems:
        problems.append(sources[0].problem((), "no file declares `tables`", "list at least one table under `tables:`"))
    if problems:
        raise ConfigError(problems)
    return Config(tuple(t for t, _ in tables.values()), environments, tuple(s.file for s in sources), tuple(remarks))


def _check(source: Source, number: int, table: TableSpec, environments: Mapping[str, Environment]) -> str:
    path = ("tables", number)
    for inner, message, hint in rules.check(table):
        source.problems.append(source.problem((*path, *inner), f"table {table.name!r}: {message}", hint))
    for prefix in {"", *(e.table_prefix or "" for e in environments.values())}:
        if rules.bad_name(prefix + table.name):
            message = f"{prefix + table.name!r} is no name for a table"
            source.problems.append(source.problem((*path, "name"), message, rules.NAME_RULE))
    place: Problem = source.problem((*path, "name"), "")
    return f"{place.file}:{place.line}"


def _shown(file: Path) -> str:
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
