"""The last look before a call that was planned as safe because its table held no items: others write meanwhile."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from ..aws.client import Database
from ..aws.related_services import is_empty
from ..errors import CallError
from ..schema.serialization import Call
from .plan import Step


class Withheld(Exception):
    """It was planned as safe and would lose data now; says what."""


def counts_on_no_items(step: Step, created: Container[str]) -> bool:
    """Return whether a step is safe only as long as its table is empty.

    Args:
        step: a destructive one is permitted whatever the table holds.
        created: the tables that this run has created.
    """
    return bool(step.expires_by) and not step.destructive and step.table not in created


def send(database: Database, step: Step, call: Call, created: Container[str]) -> dict[str, Any]:
    """Send a step's call; where it counts on a table without items, only if none has come since it was planned.

    Raises:
        Withheld: one has, or that may not be known.
        CallError: the engine refused it.
    """
    if counts_on_no_items(step, created):
        loss = f"items whose {step.expires_by} is in the past would be deleted; plan again"
        try:
            empty = is_empty(database, step.table)
        except CallError as error:
            if error.code != "AccessDeniedException":
                raise
            raise Withheld(f"the table may have items now ({error.what}): {loss}") from None
        if not empty:
            raise Withheld(f"the table has items now: {loss}")
    return database.call(call)
