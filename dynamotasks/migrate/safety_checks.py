"""Check again, directly before a call that is safe only for an empty table, that the table is empty."""

from __future__ import annotations

from collections.abc import Container

from ..aws.client import Database
from ..aws.related_services import is_empty
from ..errors import CallError
from .events import Cause, Outcome, StepEnded
from .plan import Step


def requires_empty_table(step: Step, created: Container[str]) -> bool:
    """Return whether a step is safe only as long as its table is empty.

    Args:
        step: a destructive one has consent to delete items.
        created: the tables that this run created.
    """
    return bool(step.expires_by) and not step.destructive and step.table not in created


def check_empty(database: Database, step: Step) -> StepEnded | None:
    """Return how a step that enables TTL ends if its table has, or may have, items; `None` if it has none.

    Raises:
        CallError: the table could not be read, for another reason than missing permission.
    """
    try:
        return None if is_empty(database, step.table) else StepEnded(step.table, step, Outcome.BLOCKED, Cause.HAS_ITEMS)
    except CallError as error:
        if error.code != "AccessDeniedException":
            raise
        return StepEnded(step.table, step, Outcome.BLOCKED, Cause.ITEMS_UNKNOWN, error)
