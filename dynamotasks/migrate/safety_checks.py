"""Check again, directly before a call that is safe only for an empty table, that the table is empty."""

from __future__ import annotations

from collections.abc import Container

from ..aws.client import Database
from ..aws.related_services import is_empty
from ..errors import CallError
from .events import Cause, OperationEnded, Outcome
from .operations.base import Operation
from .operations.settings import EnableTimeToLive


def requires_empty_table(operation: Operation, created: Container[str]) -> bool:
    """Return whether an operation is safe only as long as its table is empty.

    Args:
        operation: a destructive one has consent to delete items.
        created: the tables that this run created.
    """
    return isinstance(operation, EnableTimeToLive) and not operation.is_destructive and operation.table not in created


def check_empty(database: Database, operation: Operation) -> OperationEnded | None:
    """Return how an operation that enables TTL ends if its table has, or may have, items; `None` if it has none.

    Raises:
        CallError: the table could not be read, for another reason than missing permission.
    """
    try:
        if is_empty(database, operation.table):
            return None
    except CallError as error:
        if error.code != "AccessDeniedException":
            raise
        return OperationEnded(operation.table, operation, Outcome.BLOCKED, Cause.ITEMS_UNKNOWN, error)
    return OperationEnded(operation.table, operation, Outcome.BLOCKED, Cause.HAS_ITEMS)
