"""A plan: the operations that make live tables match the declared ones. It is data, without text or clients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from ..schema.diff import Change
from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.table_spec import TableSpec
from .operations.base import Operation


class TableState(Enum):
    """How a live table compares with its declaration."""

    MISSING = "missing"
    IN_SYNC = "in sync"
    DIFFERS = "differs"
    BUSY = "busy"
    UNKNOWN = "unknown"  # it could not be read
    UNMANAGED = "unmanaged"  # it is not declared


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A declared table without the properties in `skipped`, which the engine does not support."""

    spec: TableSpec
    skipped: tuple[PropertyPath, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A live table and the differences to resolve."""

    wanted: TableSpec
    live: LiveTable
    changes: tuple[Change, ...]

    @property
    def table(self) -> str:
        """The physical name."""
        return self.wanted.name

    def of(self, property: str) -> tuple[Change, ...]:
        """Return the differences in one property of the table."""
        return tuple(change for change in self.changes if change.property == property)

    def only(self, condition: Callable[[Change], bool]) -> ChangeSet:
        """Return it with only the differences that meet a condition."""
        return replace(self, changes=tuple(filter(condition, self.changes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """The plan for one table.

    Attributes:
        operations: in the order of their execution.
        changes: the differences to resolve.
        undeclared: live entries of declared lists and maps that the plan keeps.
        scaled: differences in capacities that Application Auto Scaling sets, which the plan keeps.
        skipped: the properties that the engine does not support.
        after_deletion: a table of that name is being deleted.
    """

    wanted: TableSpec
    live: LiveTable | None = None
    state: TableState
    operations: tuple[Operation, ...] = ()
    changes: tuple[Change, ...] = ()
    undeclared: tuple[Change, ...] = ()
    scaled: tuple[PropertyPath, ...] = ()
    skipped: tuple[PropertyPath, ...] = ()
    read_error: str | None = None
    after_deletion: bool = False

    @property
    def table(self) -> str:
        """The physical name."""
        return self.wanted.name

    @property
    def is_unchanged(self) -> bool:
        """Whether it is in sync and there is nothing to do."""
        return not self.operations and self.state is TableState.IN_SYNC

    @property
    def is_incomplete(self) -> bool:
        """Whether the table, or a declared property of it, could not be read."""
        return self.read_error is not None or bool(self.live and self.live.denied)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for all declared tables, in the order of the config.

    Attributes:
        unmanaged: the names of live tables that are not declared.
        prune: whether it removes undeclared entries.
        is_reviewed: it comes from a plan file, so nothing but its operations is allowed.
        is_reset: it intentionally deletes tables with their items.
    """

    tables: tuple[TablePlan, ...]
    unmanaged: tuple[str, ...] = ()
    list_error: str | None = None
    prune: bool = False
    is_reviewed: bool = False
    is_reset: bool = False

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, table by table."""
        return tuple(operation for table in self.tables for operation in table.operations)

    @property
    def has_read_errors(self) -> bool:
        """Whether a table could not be read."""
        return any(table.read_error is not None for table in self.tables)

    @property
    def in_sync(self) -> bool:
        """Whether all tables are in sync."""
        return all(table.state is TableState.IN_SYNC for table in self.tables)

    @property
    def is_destructive(self) -> bool:
        """Whether an operation needs consent."""
        return any(operation.is_destructive for operation in self.operations)
