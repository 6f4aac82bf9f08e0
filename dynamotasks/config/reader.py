"""Read several config files as one: their tables, their environments and the overrides of environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..errors import Problem
from ..schema.limits import TABLE_NAME, TABLE_NAME_RULE
from ..schema.table_spec import TableSpec
from ..suggestions import close_to
from . import table_rules
from .environment_rules import check_environment
from .environments import Environment
from .finding import Finding, ValuePath
from .overrides import Merged
from .parsing import Parsed, parse
from .seed_paths import find_seeds
from .shared_tables import shared_tables
from .source import Source
from .table_names import TableNames
from .top_level import sections


@dataclass(slots=True)
class _Declared:
    """A table, where it is declared, and the problems that are reported for it.

    Attributes:
        spec: `None` if the table is invalid.
        seeds: its seed files are relative to this file.
    """

    source: Source
    path: ValuePath
    raw: Any
    spec: TableSpec | None
    reported: set[tuple[ValuePath, str]]
    seeds: Source


class Reader:
    """Reads each table once, and once more for each environment that overrides it."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self.notes = [note for source in sources for note in source.notes]
        self._sections = [(source, sections(source)) for source in sources]
        self._declared: dict[str, _Declared] = {}
        self._names = TableNames()
        self._longest = ""
        self._environments: dict[str, tuple[Source, ValuePath, Environment]] = {}
        # a file or a name that cannot be read may declare any table
        self._all_known = not any(source.problems and "tables" not in found for source, found in self._sections)

    @property
    def ids(self) -> dict[str, str]:
        """The names of tables by what files in other formats call them, such as their logical IDs."""
        return self._names.by_id()

    def problems(self) -> list[Problem]:
        """Return all problems; one that an alias repeats is returned once."""
        found = list(dict.fromkeys(problem for source in self.sources for problem in source.problems))
        if self._all_known and not any("tables" in part for _, part in self._sections):
            message = "no config file has a top-level 'tables' key"
            found.append(self.sources[0].problem((), message, "declare a table"))
        return found

    def environments(self) -> dict[str, Environment]:
        """Return the environments of all files; report their problems, and note the tables that they share."""
        for source, path, name, raw in self._written_environments():
            if name in self._environments:
                other = self._environments[name][0].file
                message = f"duplicate environment {name!r}, also declared in {other}"
                source.report(path, [Finding((), message, "keep one of them")])
                continue
            parsed = parse(Environment, raw, path, hasty=source.full)
            source.report(path, parsed.findings)
            if parsed.value is None:
                continue
            self._environments[name] = source, path, parsed.value
            findings = [*check_environment(name, parsed), *self._check_prefix(parsed.value.table_prefix)]
            source.report(path, (_prefixed(f"environment {name!r}: ", finding) for finding in findings))
        found = {name: environment for name, (*_, environment) in self._environments.items()}
        for shared in shared_tables(found, self._declared):
            source, path, _ = self._environments[shared.environment]
            hint = "set another table_prefix, endpoint, region or account_id"
            self.notes.append(source.problem(path, str(shared), hint))
        return found

    def tables(self) -> tuple[TableSpec, ...]:
        """Return the valid tables of all files; report the problems of the others.

        A table of a file in another format gets the keys that a config declares for the same name or ID.
        """
        for source, path, raw in self._written_tables():
            name = _name(raw)
            known = self._find(name) if name else None
            if known and known.source.is_foreign and not source.is_foreign:
                self._add_to(known, source, path, raw)
            elif name and not source.is_foreign and self._names.is_addition(raw):
                if self._all_known and not self._names.is_open(name):
                    source.report(path, [Finding(("name",), f"unknown table {name!r}", self._names.suggestion(name))])
            else:
                self._declare(source, path, raw, name)
        self._check_renames()
        return tuple(declared.spec for declared in self._declared.values() if declared.spec)

    def _declare(self, source: Source, path: ValuePath, raw: Any, name: str | None) -> None:
        parsed, seed_findings = _with_seeds(parse(TableSpec, raw, path, hasty=source.full), source)
        findings = _findings(parsed, source.full) + seed_findings
        source.report(path, findings)
        if name is None:
            self._all_known = False
        elif name in self._declared:
            first = self._declared[name]
            place = first.source.problem((*first.path, "name"), "")
            hint = f"rename or remove one; the first is at {place.file}:{place.line}"
            source.report(path, [Finding(("name",), f"duplicate table {name!r}", hint)])
        else:
            reported = {(finding.path, finding.message) for finding in findings}
            self._declared[name] = _Declared(source, path, raw, parsed.value, reported, source)
            if len(name) > len(self._longest) and TABLE_NAME.fullmatch(name):
                self._longest = name
            if parsed.value and not findings:
                notes = table_rules.notes(parsed.value)
                self.notes += [source.locate(path, _prefixed(f"table {name!r}: ", note)) for note in notes]

    def _check_renames(self) -> None:
        for declared in self._declared.values():
            earlier = declared.spec and declared.spec.renamed_from
            if declared.spec and earlier in self._declared and earlier != declared.spec.name:
                message = f"table {declared.spec.name!r}: {earlier!r} is declared as well"
                finding = Finding(("renamed_from",), message, "remove that table from the config, or this key")
                declared.source.report(declared.path, [finding])

    def _add_to(self, declared: _Declared, source: Source, path: ValuePath, raw: Mapping[str, Any]) -> None:
        """Add the keys of a config to a table of another format, whose own keys they do not replace."""
        repeated = [key for key in raw if key in declared.raw and key not in ("name", "managed_by")]
        for key in repeated:
            place = declared.source.problem((*declared.path, key), "")
            hint = f"it is declared at {place.file}:{place.line}: change it there, or in an environment"
            source.report(path, [Finding((key,), f"table {declared.raw['name']!r}: duplicate key {key!r}", hint)])
        added = {key: value for key, value in raw.items() if key not in (*repeated, "name")}
        if added:
            declared.spec, declared.raw = self._merge(source, declared, path, added)
        if "seed" in raw:
            declared.seeds = source

    def overridden(self) -> dict[str, dict[str, TableSpec]]:
        """Return the tables that environments override, by environment and name."""
        return {
            name: tables
            for name, (source, path, environment) in self._environments.items()
            if (tables := dict(self._overridden(source, path, environment.tables or {})))
        }

    def _written_tables(self) -> Iterator[tuple[Source, ValuePath, Any]]:
        for source, found in self._sections:
            if section := found.get("tables"):
                for number, raw in enumerate(section.value):
                    if source.is_foreign:
                        self._names.add(_name(raw), source.ids[number])
                    yield source, (section.key, number), raw

    def _written_environments(self) -> Iterator[tuple[Source, ValuePath, str, Any]]:
        for source, found in self._sections:
            if section := found.get("environments"):
                for name, raw in section.value.items():
                    yield source, (section.key, name), name, raw

    def _overridden(
        self, source: Source, environment: ValuePath, tables: Mapping[str, Any]
    ) -> Iterator[tuple[str, TableSpec]]:
        for table, raw in tables.items():
            path = (*environment, "tables", table)
            declared = self._find(table)
            if declared is None:
                source.report(path, self._check_unknown(source, str(environment[-1]), table))
            elif spec := self._override(source, declared, path, raw):
                yield declared.raw["name"], spec

    def _find(self, name: str) -> _Declared | None:
        return self._declared.get(name) or self._declared.get(self._names.of_id(name) or "")

    def _override(self, source: Source, declared: _Declared, path: ValuePath, raw: Any) -> TableSpec | None:
        """Return the table with an override; report the problems that the table alone does not have."""
        if "name" in raw:
            hint = "set table_prefix in the environment to change table names"
            source.report(path, [Finding(("name",), "an override cannot change the name of a table", hint)])
        return self._merge(source, declared, path, raw, f"in environment {path[1]!r}: ")[0]

    def _merge(
        self, source: Source, declared: _Declared, path: ValuePath, raw: Mapping[str, Any], subject: str = ""
    ) -> tuple[TableSpec | None, Any]:
        """Return a table with other keys, and its plain value; report the problems that the table does not have."""
        merged = Merged(declared.raw, {key: value for key, value in raw.items() if key != "name"})
        # inherited paths are relative to the file that declares them
        seeds = source if raw.get("seed") is not None else declared.seeds
        parsed = parse(TableSpec, merged.value, path, nulls=True, hasty=source.full)
        parsed, seed_findings = _with_seeds(parsed, seeds)
        findings = [
            finding._replace(path=merged.written_at(finding.path))
            for finding in _findings(parsed, source.full) + seed_findings
            if (finding.path, finding.message) not in declared.reported
        ]
        source.report(path, (_prefixed(subject, finding) for finding in findings))
        return parsed.value, merged.value

    def _check_unknown(self, source: Source, environment: str, table: str) -> Iterator[Finding]:
        # if a table has no valid name, only a name that is similar to another one is certainly wrong
        if self._names.is_open(table):
            return
        if self._all_known or (not source.full and close_to(table, self._declared)):
            message = f"environment {environment!r} overrides the unknown table {table!r}"
            yield Finding((), message, partial(self._suggest_table, table))

    def _suggest_table(self, table: str) -> str:
        if self._names:
            return self._names.suggestion(table)
        close = close_to(table, self._declared)
        return f"did you mean {close!r}?" if close else "declare it under `tables`"

    def _check_prefix(self, prefix: str | None) -> Iterator[Finding]:
        if prefix and self._longest and not TABLE_NAME.fullmatch(prefix + self._longest):
            message = f"table_prefix results in the invalid table name {prefix + self._longest!r}"
            yield Finding(("table_prefix",), message, f"use {TABLE_NAME_RULE}")


def _with_seeds(table: Parsed[TableSpec], source: Source) -> tuple[Parsed[TableSpec], list[Finding]]:
    """Return a table with the absolute paths of its seed files, and the problems of those that do not exist."""
    if table.value is None:
        return table, []
    spec, findings = find_seeds(table.value, source.folder)
    return replace(table, value=spec), list(table.confirmed(findings))


def _name(raw: Any) -> str | None:
    """Return the name of a table, which may have other problems."""
    name = raw.get("name") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and name else None


def _prefixed(prefix: str, finding: Finding) -> Finding:
    return finding._replace(message=prefix + finding.message)


def _findings(table: Parsed[TableSpec], hasty: bool) -> list[Finding]:
    """Return all problems of a table: those of form, then by the rules; if hasty, the rules only for a valid form."""
    if table.value is None or (hasty and table.findings):
        return table.findings
    subject = f"table {table.value.name!r}: " if table.value.name else ""
    return table.findings + [_prefixed(subject, finding) for finding in table_rules.check(table, table.value)]
