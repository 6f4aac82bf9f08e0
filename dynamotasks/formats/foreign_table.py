"""A table of a file in another format, before it is converted to the form of a config file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..config.finding import ValuePath
from ..config.positions import Place
from ..errors import Problem
from ..schema.table_spec import Tool
from .value import Unresolved, Value


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """A table.

    Attributes:
        label: names the table in messages, such as "resource Orders".
        properties: a map with the names of CloudFormation's `AWS::DynamoDB::Table`.
        id: what the file calls the table, such as a logical ID, whatever its name in an environment is.
        name: of a table whose properties have no `TableName`.
        managed_by: the tool that the table belongs to in AWS; `None` if it belongs to no tool.
        logical_id: of the resource in a CloudFormation template.
        seed: paths or glob patterns of files with its items, relative to the folder of the file.
    """

    label: str
    properties: Value
    id: str | None = None
    name: str | None = None
    managed_by: Tool | None = None
    logical_id: str | None = None
    seed: tuple[Value, ...] = ()


class SampleItems(NamedTuple):
    """Items of one table.

    Attributes:
        table: its name; `None` if the file does not name it.
        path: of the list in the file.
        items: plain data, with `INVALID` where an item is part of an earlier one.
    """

    table: str | None
    path: ValuePath
    items: list[Any]


@dataclass(slots=True)
class Definitions:
    """What a file in another format declares.

    Attributes:
        notes: declared settings that dynamotasks does not manage.
        names: the file's names of properties, for messages; by default those of AWS.
    """

    tables: list[ForeignTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)
    _questions: dict[Unresolved, list[Problem]] = field(default_factory=dict)

    def report(self, place: Place, message: str, hint: str = "") -> None:
        """Add a problem."""
        self.problems.append(Problem(*place, message, hint))

    def ask(self, place: Place, subject: str, unresolved: Unresolved) -> None:
        """Add a value that the file does not determine; `report_questions` reports each reason once."""
        for each in unresolved.each():
            problem = Problem(*place, f"{subject}: {each.reason}", each.hint)
            self._questions.setdefault(each, []).append(problem)

    def report_questions(self) -> None:
        """Add the values that the file does not determine to the problems."""
        for first, *others in self._questions.values():
            places = "place" if len(others) == 1 else "places"
            more = f" (and in {len(others)} more {places})" if others else ""
            self.problems.append(replace(first, message=first.message + more))
        self._questions.clear()

    def note(self, place: Place, message: str, hint: str = "") -> None:
        """Add a note."""
        self.notes.append(Problem(*place, message, hint))

    def extend(self, others: Iterable[Definitions]) -> None:
        """Add the content of other definitions."""
        for other in others:
            self.tables += other.tables
            self.problems += other.problems
            self.notes += other.notes
