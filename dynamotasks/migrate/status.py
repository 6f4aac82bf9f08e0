"""The state of each table, as a library user reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..aws.client import Database
from ..aws.related_services import backfill_progress
from ..schema.diff import Change
from .plan import Plan, TablePlan, TableState
from .wording import notes


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStatus:
    """The state of one table.

    Attributes:
        name: without the environment's prefix.
        changes: differences that an update would remove.
        undeclared: live entries of lists and maps, such as indexes and tags, that the config does not declare.
        unread: why a property could not be read.
        backfill: the progress of each index that is backfilling in percent, where CloudWatch reports it.
    """

    name: str
    state: TableState
    changes: tuple[Change, ...] = ()
    undeclared: tuple[Change, ...] = ()
    read_error: str | None = None
    unread: Mapping[str, str] = field(default_factory=dict)
    backfill: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a database.

    Attributes:
        engine: its name, such as `AWS` or `DynamoDB Local`.
        tables: the declared tables in the order of the config, then the unmanaged ones.
    """

    engine: str
    endpoint: str
    tables: tuple[TableStatus, ...]
    plan: Plan

    @property
    def in_sync(self) -> bool:
        """Whether every declared table is in sync."""
        return self.plan.in_sync


def read_status(plan: Plan, database: Database) -> Status:
    """Return the state of the tables of a plan; asks CloudWatch for the progress of backfilling indexes."""
    prefix = database.target.table_prefix
    declared = (_declared(table, prefix, _backfill(table, database)) for table in plan.tables)
    unmanaged = (TableStatus(name=name.removeprefix(prefix), state=TableState.UNMANAGED) for name in plan.unmanaged)
    tables = (*declared, *unmanaged)
    return Status(engine=database.engine.name, endpoint=database.endpoint, tables=tables, plan=plan)


def _declared(table: TablePlan, prefix: str, backfill: Mapping[str, int]) -> TableStatus:
    return TableStatus(
        name=table.table.removeprefix(prefix),
        state=table.state,
        changes=table.changes,
        undeclared=table.undeclared,
        read_error=table.read_error,
        unread=table.live.denied if table.live else {},
        backfill=backfill,
        notes=(*notes(table), *(f"index {index} is {percent}% backfilled" for index, percent in backfill.items())),
    )


def _backfill(table: TablePlan, database: Database) -> dict[str, int]:
    indexes = sorted(table.live.backfilling) if table.live else ()
    progress = {index: backfill_progress(database, table.table, index) for index in indexes}
    return {index: percent for index, percent in progress.items() if percent is not None}
