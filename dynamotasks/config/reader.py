"""Several files read as one: their tables, their environments, and what an environment changes in a table."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import Problem
from ..settings import Environment
from ..spec import TableSpec
from . import rules
from .model import Place, parse, top
from .source import Path_, Source


@dataclass(slots=True)
class _Declared:
    """A table where it stands in a file."""

    source: Source
    path: Path_
    raw: Any
    spec: TableSpec


@dataclass(slots=True)
class _Override:
    """What an environment writes over a table: mistakes of the two together are told where the environment says it."""

    source: Source
    path: Path_
    environment: str
    base: _Declared
    problems: list[Problem] = field(default_factory=list)

    @property
    def interpolated(self) -> Collection[Path_]:
        depth, base_depth = len(self.path), len(self.base.path)
        own = {path[depth:] for path in self.source.interpolated if path[:depth] == self.path}
        inherited = {p[base_depth:] for p in self.base.source.interpolated if p[:base_depth] == self.base.path}
        return own | inherited

    def problem(self, path: Path_, message: str, hint: str = "") -> Problem:
        return self.source.problem((*self.path, *path), f"in environment {self.environment!r}: {message}", hint)


class Reader:
    """Reads each table once, and once more for each environment that changes it."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self.remarks: list[Problem] = []
        self._tops = [(source, *top(source)) for source in sources]
        self._declared: dict[str, _Declared] = {}
        self._environments: dict[str, tuple[Source, Environment]] = {}
        self._tables_given = any(tables for _, tables, _ in self._tops)

    def problems(self) -> list[Problem]:
        """All that is wrong."""
        found = [problem for source in self.sources for problem in source.problems]
        if not found and not self._tables_given:
            found.append(self.sources[0].problem((), "no file declares `tables`", "list at least one table under it"))
        return found

    def environments(self) -> dict[str, Environment]:
        """The environments of all files."""
        for source, _, environments in self._tops:
            for name, raw in environments.items():
                path: Path_ = ("environments", name)
                if name in self._environments:
                    other = self._environments[name][0].file
                    source.problems.append(source.problem(path, f"environment {name!r} is in {other}, too", "keep one"))
                elif environment := parse(Environment, raw, path, source):
                    self._environments[name] = source, environment
                    self._check_prefix(source, name, environment.table_prefix or "")
                    for inner, message, hint in rules.check_environment(environment):
                        text = f"environment {name!r}: {message}"
                        source.problems.append(source.problem((*path, *inner), text, hint))
        return {name: environment for name, (_, environment) in self._environments.items()}

    def tables(self) -> tuple[TableSpec, ...]:
        """The tables of all files."""
        for source, tables, _ in self._tops:
            for number, raw in enumerate(tables):
                path: Path_ = ("tables", number)
                if (spec := parse(TableSpec, raw, path, source)) is None:
                    continue
                if spec.name in self._declared:
                    first = self._declared[spec.name]
                    place = first.source.problem((*first.path, "name"), "")
                    hint = f"the first is at {place.file}:{place.line}"
                    source.problems.append(source.problem((*path, "name"), f"table {spec.name!r} is here twice", hint))
                    continue
                self._declared[spec.name] = _Declared(source, path, raw, spec)
                if rules.bad_name(spec.name):
                    message = f"{spec.name!r} is no name for a table"
                    source.problems.append(source.problem((*path, "name"), message, rules.NAME_RULE))
                _check(spec, source, path)
                self.remarks += [
                    source.problem((*path, *inner), f"table {spec.name!r}: {message}", hint)
                    for inner, message, hint in rules.remarks(spec)
                ]
        return tuple(declared.spec for declared in self._declared.values())

    def overridden(self) -> dict[str, dict[str, TableSpec]]:
        """The tables that environments change, as they are there."""
        return {
            name: changed
            for name, (source, environment) in self._environments.items()
            if (changed := self._changed(source, name, environment.tables or {}))
        }

    def _changed(self, source: Source, environment: str, tables: Mapping[str, Any]) -> dict[str, TableSpec]:
        changed = {}
        for table, raw in tables.items():
            path: Path_ = ("environments", environment, "tables", table)
            base = self._declared.get(table)
            if base is None:
                close = difflib.get_close_matches(table, self._declared, n=1)
                hint = f"did you mean {close[0]!r}?" if close else "declare it under `tables:` first"
                source.problems.append(
                    source.problem(path, f"environment {environment!r}: there is no table {table!r}", hint)
                )
                continue
            override = _Override(source, path, environment, base)
            if isinstance(raw, dict) and "name" in raw:
                hint = "an environment's `table_prefix` changes names"
                source.problems.append(source.problem((*path, "name"), "a table's name stays as it is", hint))
            elif spec := parse(TableSpec, _merged(base.raw, raw), (), override):
                changed[table] = spec
                _check(spec, override, ())
            source.problems += override.problems
        return changed

    def _check_prefix(self, source: Source, environment: str, prefix: str) -> None:
        for declared in self._declared.values():
            if prefix and not rules.bad_name(declared.spec.name) and rules.bad_name(prefix + declared.spec.name):
                message = (
                    f"environment {environment!r}: with this prefix {prefix + declared.spec.name!r} is no table's name"
                )
                path: Path_ = ("environments", environment, "table_prefix")
                source.problems.append(source.problem(path, message, rules.NAME_RULE))


def _check(spec: TableSpec, place: Place, path: Path_) -> None:
    for inner, message, hint in rules.check(spec):
        place.problems.append(place.problem((*path, *inner), f"table {spec.name!r}: {message}", hint))


def _merged(base: Any, change: Any) -> Any:
    """Maps are merged key by key, all else is replaced."""
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    return {**base, **{key: _merged(base.get(key), value) for key, value in change.items()}}
