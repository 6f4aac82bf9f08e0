"""Several files read as one: their tables, their environments, and what an environment changes in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..errors import Problem
from ..schema.table_spec import TableSpec
from ..suggestions import close_to
from . import table_rules
from .documents import BROKEN, Complaint, Source
from .environments import Environment
from .key_rules import NAME_RULE, bad_name
from .overrides import Merged
from .parsing import Parsed, parse, top
from .positions import Path_, Step
from .shared_tables import shared_tables


@dataclass(slots=True)
class _Declared:
    """A table where it stands in a file, and what was told of it."""

    source: Source
    path: Path_
    raw: Any
    spec: TableSpec
    told: set[tuple[Path_, str]]


class Reader:
    """Reads each table once, and once more for each environment that changes it."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self.notes: list[Problem] = []
        self._tops = [(source, top(source)) for source in sources]
        self._declared: dict[str, _Declared] = {}
        self._longest = ""
        self._environments: dict[str, tuple[Source, Path_, Environment]] = {}
        # where a file cannot be read, or a name in it, a table may be there all the same
        self._all_known = not any(source.problems and "tables" not in found for source, found in self._tops)

    def problems(self) -> list[Problem]:
        """All that is wrong, each thing once also where an alias repeats it."""
        found = list(dict.fromkeys(problem for source in self.sources for problem in source.problems))
        if self._all_known and not any("tables" in part for _, part in self._tops):
            found.append(self.sources[0].problem((), "no file declares `tables`", "list at least one table under it"))
        return found

    def environments(self) -> dict[str, Environment]:
        """The environments of all files."""
        for source, path, name, raw in self._written_environments():
            if name in self._environments:
                other = self._environments[name][0].file
                source.tell(path, [((), f"environment {name!r} is in {other}, too", "keep one")])
                continue
            parsed = parse(Environment, raw, path, hasty=source.full)
            source.tell(path, parsed.complaints)
            if parsed.value is BROKEN:
                continue
            self._environments[name] = source, path, parsed.value
            complaints = [*table_rules.check_environment(name, parsed), *self._check_prefix(parsed.value.table_prefix)]
            source.tell(path, ((inner, f"environment {name!r}: {what}", hint) for inner, what, hint in complaints))
        found = {name: environment for name, (*_, environment) in self._environments.items()}
        for name, table, other, same in shared_tables(found, self._declared):
            source, path, _ = self._environments[name]
            what = f"environment {name!r}: its table {table!r} is the table {same!r} of environment {other!r}"
            hint = "set another table_prefix, endpoint, region or account_id"
            self.notes.append(source.problem(path, what, hint))
        return found

    def tables(self) -> tuple[TableSpec, ...]:
        """The tables of all files."""
        for source, path, raw in self._written_tables():
            parsed = parse(TableSpec, raw, path, hasty=source.full)
            complaints = _complaints(parsed, source.full)
            source.tell(path, complaints)
            name = None if parsed.value is BROKEN else parsed.value.name
            if not name:
                self._all_known = False
            elif name in self._declared:
                first = self._declared[name]
                place = first.source.problem((*first.path, "name"), "")
                hint = f"rename or remove one; the first is at {place.file}:{place.line}"
                source.tell(path, [(("name",), f"table {name!r} is here twice", hint)])
            else:
                self._declared[name] = _Declared(source, path, raw, parsed.value, {told[:2] for told in complaints})
                if len(name) > len(self._longest) and not bad_name(name):
                    self._longest = name
                if not complaints:
                    self.notes += [
                        source.problem((*path, *inner), f"table {name!r}: {message}", hint)
                        for inner, message, hint in table_rules.notes(parsed.value)
                    ]
        return tuple(declared.spec for declared in self._declared.values())

    def overridden(self) -> dict[str, dict[str, TableSpec]]:
        """The tables that environments change, as they are there."""
        return {
            name: changed
            for name, (source, path, environment) in self._environments.items()
            if (changed := dict(self._changed(source, path, environment.tables or {})))
        }

    def _written_tables(self) -> Iterator[tuple[Source, Path_, Any]]:
        for source, found in self._tops:
            key, tables = found.get("tables", ("", []))
            for number, raw in enumerate(tables):
                yield source, (key, number), raw

    def _written_environments(self) -> Iterator[tuple[Source, Path_, str, Any]]:
        for source, found in self._tops:
            key, environments = found.get("environments", ("", {}))
            for name, raw in environments.items():
                yield source, (key, name), name, raw

    def _changed(
        self, source: Source, environment: Path_, tables: Mapping[str, Any]
    ) -> Iterator[tuple[str, TableSpec]]:
        for table, raw in tables.items():
            path = (*environment, "tables", table)
            base = self._declared.get(table)
            if base is None:
                source.tell(path, self._not_there(source, environment[-1], table))
            elif raw is not BROKEN:
                if "name" in raw:
                    advice = "an environment's `table_prefix` changes names"
                    source.tell(path, [(("name",), "a table's name stays as it is", advice)])
                written = {key: value for key, value in raw.items() if key != "name"}
                merged = Merged(base.raw, written)
                parsed = parse(TableSpec, merged.value, path, nulls=True, hasty=source.full)
                for inner, what, hint in _complaints(parsed, source.full):
                    if (inner, what) not in base.told:
                        said = f"in environment {environment[-1]!r}: {what}"
                        source.tell(path, [(merged.written_at(inner), said, hint)])
                yield table, parsed.value

    def _not_there(self, source: Source, environment: Step, table: str) -> Iterator[Complaint]:
        # where a table's name is broken, only a name that is close to another is certainly wrong
        if self._all_known or (not source.full and close_to(table, self._declared)):
            yield (), f"environment {environment!r}: there is no table {table!r}", partial(self._declare, table)

    def _declare(self, table: str) -> str:
        close = close_to(table, self._declared)
        return f"did you mean {close!r}?" if close else "declare it under `tables:` first"

    def _check_prefix(self, prefix: str | None) -> Iterator[Complaint]:
        if prefix and self._longest and bad_name(prefix + self._longest):
            yield ("table_prefix",), f"with this prefix {prefix + self._longest!r} is no table's name", NAME_RULE


def _complaints(table: Parsed[TableSpec], hasty: bool) -> list[Complaint]:
    """All that is wrong with a table: its form, then by the rules; in haste the rules only where its form is right."""
    if table.value is BROKEN or (hasty and table.complaints):
        return table.complaints
    subject = f"table {table.value.name!r}: " if table.value.name else ""
    return table.complaints + [(path, subject + message, hint) for path, message, hint in table_rules.check(table)]
