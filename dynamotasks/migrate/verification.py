"""Decide whether a live table shows the result of an operation, and whether it changed since planning. PURE."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..schema.diff import Change, diff, is_off
from ..schema.live_table import LiveTable
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from ..schema.table_spec import TableSpec
from .operations.base import Operation
from .operations.indexes import DeleteIndex
from .operations.tables import CreateTable, DeleteTable
from .plan import TablePlan
from .staleness import value_at
from .table_settings import TABLE_SETTINGS


@dataclass(frozen=True)
class OperationGoal:
    """An operation among the other operations of its table.

    Attributes:
        declared: the table that all operations lead to.
        planned: the live table that the plan was made for.
        earlier, later: the operations before and after it.
    """

    operation: Operation
    declared: TableSpec
    planned: LiveTable | None
    earlier: tuple[Operation, ...] = ()
    later: tuple[Operation, ...] = ()

    @classmethod
    def of(cls, table: TablePlan, number: int) -> OperationGoal:
        """Return the goal of a table's operation, counted from 0."""
        operations = table.operations
        return cls(operations[number], table.wanted, table.live, operations[:number], operations[number + 1 :])

    @cached_property
    def makes(self) -> tuple[PropertyPath, ...]:
        """The paths that are as declared after the operation, or after a later one that it prepares."""
        prepared = (
            path for operation in self.later if operation.path == self.operation.path for path in operation.makes
        )
        return self.operation.makes or tuple(prepared)

    @cached_property
    def focus(self) -> TableSpec:
        """The declaration without the settings that the operation does not make: they need not be read."""
        unread: dict[str, Any] = {row.property: None for row in TABLE_SETTINGS if not self._makes_part_of(row.property)}
        return replace(self.declared, **unread)

    def _makes_part_of(self, property: str) -> bool:
        path = PropertyPath(property)
        if self.operation.makes and self.is_left_to_later(path):
            return False
        return any(made.covers(path) or path.covers(made) for made in self.makes)

    def is_left_to_later(self, path: PropertyPath) -> bool:
        """Return whether a later operation makes what is at a path."""
        return any(operation.covers(path) for operation in self.later)

    @property
    def deleted_index(self) -> str | None:
        """The name of the index that the operation deletes."""
        return self.operation.index.index_name if isinstance(self.operation, DeleteIndex) else None

    @property
    def follows_a_loss(self) -> bool:
        """Whether this operation recreates what an earlier one deletes."""
        path = self.operation.path
        return path != WHOLE_TABLE and any(
            operation.is_destructive and operation.path == path for operation in self.earlier
        )


def is_reached_by_description(goal: OperationGoal, live: LiveTable | None) -> bool | None:
    """Return whether another process, or an earlier call without a response, has already done an operation.

    Args:
        goal: of an operation that sends a call.
        live: the table as DescribeTable shows it.

    Returns:
        `None` when the settings of the table must be read to decide.
    """
    if isinstance(goal.operation, DeleteTable):
        return live is None or _is_replaced(goal, live)
    if live is None or live.status == "DELETING":
        return False
    if isinstance(goal.operation, CreateTable):  # it is compared with the declared table once it is ACTIVE
        return True
    if any(isinstance(operation, DeleteTable) for operation in goal.later) and _is_replaced(goal, live):
        return True
    deleted = goal.deleted_index
    return True if deleted is not None and deleted not in live.indexes else None


def is_reached(goal: OperationGoal, read: LiveTable) -> bool:
    """Return whether a table that was read with its settings is as the operation makes it."""
    if any(_property_of(path) in read.denied for path in goal.makes):
        return False
    cleared = not goal.operation.makes and _is_off(goal.operation.path, read)
    return cleared or bool(goal.makes and not unmet(goal, read))


def unmet(goal: OperationGoal, read: LiveTable) -> tuple[Change, ...]:
    """Return the differences that the operation should have removed, as far as they could be read."""
    changes = diff(goal.focus, read.spec)
    return tuple(c for c in changes if _is_made_by(goal, c) and c.property not in read.denied)


def unread(goal: OperationGoal, read: LiveTable) -> tuple[str, ...]:
    """Return why what the operation makes could not be read."""
    return tuple(
        why
        for name, why in read.denied.items()
        if any(made.covers(PropertyPath(name)) or _property_of(made) == name for made in goal.makes)
        and not goal.is_left_to_later(PropertyPath(name))
    )


def table_changed(goal: OperationGoal, live: LiveTable | None) -> str | None:
    """Return how the table itself changed since the plan, unless this run created or deleted it."""
    if creates_again(goal) or goal.planned is None:
        return None
    if live is None:
        return "the table no longer exists"
    return None if goal.planned.is_same(live) else "the table was recreated"


def settings_changed(goal: OperationGoal, read: LiveTable) -> str | None:
    """Return which parts of a table are neither as planned, nor as declared, nor as this run left them."""
    if creates_again(goal) or goal.planned is None:
        return None
    before = goal.planned.spec
    paths = [path for path in goal.operation.makes or (goal.operation.path,) if path.name is not None]
    for path in paths:
        if denied := read.denied.get(str(path.name)):
            return f"{path} cannot be read: {denied}"
    if any(operation.path == goal.operation.path and operation.call for operation in goal.earlier) and _is_off(
        goal.operation.path, read
    ):
        return None
    left = unmet(goal, read)
    differ = [path for path in paths if value_at(before, path) != value_at(read.spec, path)]
    changed = [str(path) for path in differ if any(path.covers(change.path) for change in left)]
    return f"{', '.join(changed)} changed" if changed else None


def creates_again(goal: OperationGoal) -> bool:
    """Return whether an earlier operation of the run creates or deletes the whole table."""
    return any(operation.path == WHOLE_TABLE and operation.call for operation in goal.earlier)


def _is_replaced(goal: OperationGoal, live: LiveTable) -> bool:
    return goal.planned is not None and live.replaces(goal.planned)


def _is_off(path: PropertyPath, read: LiveTable) -> bool:
    if path.name is None:
        return False
    value = value_at(read.spec, path)
    return value is None or value is False or is_off(value)


def _is_made_by(goal: OperationGoal, change: Change) -> bool:
    if change.undeclared:
        return change.path in goal.operation.makes
    if goal.operation.makes and goal.is_left_to_later(change.path):
        return False
    return any(made.covers(change.path) for made in goal.makes)


def _property_of(path: PropertyPath) -> str:
    return Change(path, None, None).property
