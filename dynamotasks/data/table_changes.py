"""Change the tables of items: apply a plan completely, and find what recreating a table would lose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..aws.client import Database
from ..errors import Hint, StepError
from ..formats.config_table import table_to_config
from ..migrate import executor
from ..migrate.events import ApplyEvent, OperationEnded, Outcome
from ..migrate.plan import Plan, TargetTable
from ..migrate.table_settings import TABLE_SETTINGS
from ..migrate.wording import title
from ..schema.diff import diff
from ..schema.live_table import LiveTable


def not_deleting(live: LiveTable | None) -> LiveTable | None:
    """Return a table; `None` if it does not exist or is being deleted."""
    return None if live and live.status == "DELETING" else live


def undeclared_properties(wanted: TargetTable, live: LiveTable) -> tuple[str, ...]:
    """Return the properties of a live table that a new one does not have, because they are not declared.

    Args:
        wanted: the declared table.
        live: with all of its settings.
    """
    properties = set(table_to_config(live.spec)) - {"billing_mode", *table_to_config(wanted.spec)}
    entries = {str(change.path) for change in diff(wanted.spec, live.spec) if change.undeclared}
    return tuple(sorted(properties | entries))


def without_settings(wanted: TargetTable) -> TargetTable:
    """Return the table without what is set after its creation: items must not expire before they are compared."""
    later: dict[str, Any] = {row.property: None for row in TABLE_SETTINGS if not row.in_create}
    return replace(wanted, spec=replace(wanted.spec, **later))


def apply_completely(
    plan: Plan, database: Database, on_event: Callable[[ApplyEvent], None], *, allow_destructive: bool, hint: Hint
) -> None:
    """Apply a plan of which no operation may fail.

    Args:
        plan: what `plan` or `plan_reset` returned.
        database: the one that it was planned for.
        on_event: called with each event.
        allow_destructive: permits operations that remove data or protection.
        hint: what to do if an operation is not done.

    Raises:
        StepError: an operation was not done.
        TargetError, CallError: a call failed.
    """
    for event in executor.apply(plan, database, allow_destructive=allow_destructive):
        on_event(event)
        if isinstance(event, OperationEnded) and event.outcome not in (Outcome.DONE, Outcome.SKIPPED):
            if event.error and event.outcome is Outcome.FAILED:
                raise event.error
            what = f"{title(event.operation)}: {event.outcome.value}" + (f" ({event.detail})" if event.detail else "")
            raise StepError(what, hint=hint)
