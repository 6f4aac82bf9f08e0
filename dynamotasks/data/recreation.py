"""Decide whether to delete a table and create it again, instead of deleting its items."""

from __future__ import annotations

from dataclasses import replace

from ..aws.capabilities import omit_unsupported
from ..aws.client import Database
from ..migrate.comparison import target_table
from ..migrate.plan import TablePlan, TargetTable
from ..migrate.planner import plan_reset, plan_table
from ..migrate.table_reader import read_description, read_table
from ..migrate.table_settings import TABLE_SETTINGS
from ..schema.diff import Change, is_off
from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from .table_changes import undeclared_properties

# Measured with one index, for 0, 10, 25, 50 and 300 items: deletes take 6, 22, 24, 28 and 89 ms on DynamoDB Local (on
# disk 21, 254, 272, 872 and 5,793), 7, 14, 10, 14 and 107 on moto, 1, 3, 11, 8 and 80 on dynoxide. Deleting and
# creating the table takes 10 to 40 (on disk 35 to 95), 10 to 30 and 5 to 9, however many items it has.
RECREATED_FROM = 25
"""The number of items from which deleting and creating a table is faster on all local engines."""

_LATER_SETTINGS = frozenset(row.property for row in TABLE_SETTINGS if not row.in_create)


def plan_recreation(declared: TableSpec | None, live: LiveTable | None, database: Database) -> TablePlan | None:
    """Return operations that leave a table empty, if they are faster than deleting its items and lose nothing else.

    They also complete a recreation that was interrupted.

    Args:
        declared: the declaration; `None` without one.
        live: what DescribeTable shows; `None` if the table does not exist.
        database: of the table.
    """
    if declared is None or not (database.target.disposable and database.engine.exact_item_count):
        return None
    earlier, declared = declared.renamed_from, replace(declared, renamed_from=None)
    new = TargetTable(*omit_unsupported(declared, database.engine))
    if live is None:
        is_renamed = earlier and read_description(database, database.target.table_prefix + earlier)
        return None if is_renamed else plan_table(new, None)
    if 0 < live.items < RECREATED_FROM or _is_kept(live):
        return None
    live = read_table(database, declared.name)
    if live is None:
        return plan_table(new, None)
    planned = plan_table(target_table(declared, live, database.engine), live)
    if not live.items:
        return planned if planned.operations and all(map(_is_later, planned.changes)) else None
    in_sync = planned.is_unchanged and not planned.undeclared and not undeclared_properties(new, live)
    return plan_reset([new], {declared.name: live}).tables[0] if in_sync else None


def _is_kept(live: LiveTable) -> bool:
    """Return whether a table has a protection, or a stream that its consumers would lose."""
    stream = live.spec.stream_specification
    return bool(live.spec.deletion_protection_enabled or (stream and stream.stream_enabled))


def _is_later(change: Change) -> bool:
    """Return whether a recreation that was interrupted before its last calls leaves this difference."""
    return change.property in _LATER_SETTINGS and (change.live is None or is_off(change.live))
