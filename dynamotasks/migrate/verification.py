"""Decide whether a live table is as a step makes it, and whether it changed since it was planned. PURE."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..schema.diff import Change, diff, is_off
from ..schema.live_table import LiveTable
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from ..schema.table_spec import TableSpec
from .plan import Step, TablePlan
from .staleness import value_at
from .table_settings import TABLE_SETTINGS


@dataclass(frozen=True)
class StepGoal:
    """A step among the other steps of its table.

    Attributes:
        declared: the table that all steps lead to.
        planned: the live table that the plan was made for.
        earlier, later: the steps before and after it.
    """

    step: Step
    declared: TableSpec
    planned: LiveTable | None
    earlier: tuple[Step, ...] = ()
    later: tuple[Step, ...] = ()

    @classmethod
    def of(cls, table: TablePlan, number: int) -> StepGoal:
        """Return the goal of a table's step, counted from 0."""
        steps = table.steps
        return cls(steps[number], table.wanted, table.live, steps[:number], steps[number + 1 :])

    @cached_property
    def makes(self) -> tuple[PropertyPath, ...]:
        """The paths that the step, or a later one that it prepares, makes as declared."""
        prepared = (path for step in self.later if step.path == self.step.path for path in step.makes)
        return self.step.makes or tuple(prepared)

    @cached_property
    def focus(self) -> TableSpec:
        """The declaration without the settings that the step does not make: they need not be read."""
        unread: dict[str, Any] = {row.property: None for row in TABLE_SETTINGS if not self._makes_part_of(row.property)}
        return replace(self.declared, **unread)

    def _makes_part_of(self, property: str) -> bool:
        path = PropertyPath(property)
        if self.step.makes and self.is_left_to_later(path):
            return False
        return any(made.covers(path) or path.covers(made) for made in self.makes)

    def is_left_to_later(self, path: PropertyPath) -> bool:
        """Return whether a later step makes what is at a path."""
        return any(step.covers(path) for step in self.later)

    @property
    def follows_a_loss(self) -> bool:
        """Whether an earlier step deletes what this one creates again."""
        path = self.step.path
        return path != WHOLE_TABLE and any(step.destructive and step.path == path for step in self.earlier)

    @property
    def operation(self) -> str | None:
        """The API operation that the step calls."""
        return self.step.call.operation if self.step.call else None


def is_reached_by_description(goal: StepGoal, live: LiveTable | None) -> bool | None:
    """Return whether someone else, or an own call without a response, has reached the aim of a step.

    Args:
        goal: of a step that sends a call.
        live: the table as DescribeTable shows it.

    Returns:
        `None` when the settings of the table must be read to decide.
    """
    if goal.operation == "DeleteTable":
        return live is None or _is_replaced(goal, live)
    if live is None or live.status == "DELETING":
        return False
    if goal.operation == "CreateTable":  # it is compared with the declared table once it is ACTIVE
        return True
    if any(_deletes_table(step) for step in goal.later) and _is_replaced(goal, live):
        return True
    index = goal.step.deleted_index
    return True if index is not None and index not in live.indexes else None


def is_reached(goal: StepGoal, read: LiveTable) -> bool:
    """Return whether a table that was read with its settings is as the step makes it."""
    if any(_property_of(path) in read.denied for path in goal.makes):
        return False
    cleared = not goal.step.makes and _is_off(goal.step.path, read)
    return cleared or bool(goal.makes and not unmet(goal, read))


def unmet(goal: StepGoal, read: LiveTable) -> tuple[Change, ...]:
    """Return the differences that the step should have removed, as far as they could be read."""
    changes = diff(goal.focus, read.spec)
    return tuple(c for c in changes if _is_made_by(goal, c) and c.property not in read.denied)


def unread(goal: StepGoal, read: LiveTable) -> tuple[str, ...]:
    """Return why what the step makes could not be read."""
    return tuple(
        why
        for name, why in read.denied.items()
        if any(made.covers(PropertyPath(name)) or _property_of(made) == name for made in goal.makes)
        and not goal.is_left_to_later(PropertyPath(name))
    )


def table_changed(goal: StepGoal, live: LiveTable | None) -> str | None:
    """Return how the table itself changed since the plan, unless this run created or deleted it."""
    if creates_again(goal) or goal.planned is None:
        return None
    if live is None:
        return "the table is gone"
    return None if goal.planned.is_same(live) else "the table was dropped and created again"


def settings_changed(goal: StepGoal, read: LiveTable) -> str | None:
    """Return which parts of a table are neither as planned, nor as declared, nor as this run left them."""
    if creates_again(goal) or goal.planned is None:
        return None
    before = goal.planned.spec
    paths = [path for path in goal.step.makes or (goal.step.path,) if path.name is not None]
    for path in paths:
        if denied := read.denied.get(str(path.name)):
            return f"{path} cannot be read: {denied}"
    if any(step.path == goal.step.path and step.call for step in goal.earlier) and _is_off(goal.step.path, read):
        return None
    left = unmet(goal, read)
    differ = [path for path in paths if value_at(before, path) != value_at(read.spec, path)]
    changed = [str(path) for path in differ if any(path.covers(change.path) for change in left)]
    return f"{', '.join(changed)} has another value now" if changed else None


def creates_again(goal: StepGoal) -> bool:
    """Return whether an earlier step of the run creates or deletes the whole table."""
    return any(step.path == WHOLE_TABLE and step.call for step in goal.earlier)


def _is_replaced(goal: StepGoal, live: LiveTable) -> bool:
    return goal.planned is not None and live.replaces(goal.planned)


def _deletes_table(step: Step) -> bool:
    return step.call is not None and step.call.operation == "DeleteTable"


def _is_off(path: PropertyPath, read: LiveTable) -> bool:
    if path.name is None:
        return False
    value = value_at(read.spec, path)
    return value is None or value is False or is_off(value)


def _is_made_by(goal: StepGoal, change: Change) -> bool:
    if change.undeclared:
        return change.path in goal.step.makes
    if goal.step.makes and goal.is_left_to_later(change.path):
        return False
    return any(made.covers(change.path) for made in goal.makes)


def _property_of(path: PropertyPath) -> str:
    return Change(path, None, None).property
