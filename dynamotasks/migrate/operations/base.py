"""What all operations have in common."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from ...schema.diff import Change
from ...schema.property_path import WHOLE_TABLE, PropertyPath
from ...schema.serialization import Call
from ..risks import Caution, Risk, Severity


class Sign(Enum):
    """How an operation is marked in a plan."""

    ADD = "+"
    CHANGE = "~"
    REMOVE = "-"
    IMPOSSIBLE = "!"
    WAIT = "="


@dataclass(frozen=True, slots=True)
class ReplicaEffect:
    """The other Regions of a global table, and whether DynamoDB applies an operation there as well."""

    regions: tuple[str, ...]
    applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(ABC):
    """One change of one table: at most one API call, with its effects, prerequisites and risk.

    Attributes:
        table: the physical name.
        prepares: a later operation completes the change.
        until_idle: wait until the table and its indexes are idle before the next operation.
        is_slow: DynamoDB builds an index, which takes minutes to hours.
    """

    table: str
    prepares: bool = False
    replica_effect: ReplicaEffect | None = None

    until_idle: ClassVar[bool] = False
    is_slow: ClassVar[bool] = False

    @property
    def sign(self) -> Sign:
        """How a plan marks it."""
        return Sign.CHANGE

    @property
    def path(self) -> PropertyPath:
        """What it changes. If it fails, later operations on this path are blocked."""
        return WHOLE_TABLE

    @property
    def call(self) -> Call | None:
        """The API call; `None` where it only waits, and where it is impossible."""
        return None

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        """The paths that no longer differ afterwards."""
        return () if self.prepares else (self.path,)

    @property
    def needs(self) -> tuple[PropertyPath, ...]:
        """The paths whose earlier operations must succeed first."""
        return ()

    @property
    def risk(self) -> Risk | None:
        """The risk; `None` for a safe operation."""
        return None

    @property
    def caution(self) -> Caution | None:
        """The quota or cost that it uses up."""
        return None

    @property
    def is_destructive(self) -> bool:
        """Whether it removes data, protection or access, and so needs consent."""
        return self.risk is not None and self.risk.severity is Severity.DESTRUCTIVE

    @property
    def is_impossible(self) -> bool:
        """Whether DynamoDB offers no way to do it in place."""
        return self.risk is not None and self.risk.severity is Severity.IMPOSSIBLE

    def covers(self, path: PropertyPath) -> bool:
        """Return whether it resolves a difference at that path."""
        return any(made.covers(path) for made in self.makes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible(Operation):
    """A difference that cannot be resolved in place, because of these indexes or Regions."""

    # without field(), the properties of `Operation` would become default values
    path: PropertyPath = field()
    risk: Risk = field()
    blockers: tuple[str, ...] = ()

    sign = Sign.IMPOSSIBLE
    makes = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OneChange(Operation):
    """An operation that resolves one difference."""

    change: Change

    @property
    def path(self) -> PropertyPath:
        """The path of the difference."""
        return self.change.path


def update_table(operation: Operation, **parameters: Any) -> Call:
    """Return the UpdateTable call of an operation.

    UpdateTable changes one concern per call, and refuses a call that changes nothing
    (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).
    """
    return Call("UpdateTable", {"TableName": operation.table, **parameters})
