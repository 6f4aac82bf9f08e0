"""Checks for which a plan needs the database: named tables exist, and the installed botocore supports every call."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..aws.client import Database
from ..errors import CallError, Hint, Task, UsageError
from ..schema.live_table import LiveTable
from ..suggestions import close_to
from .comparison import live_table_names
from .plan import Plan
from .table_reader import read_description


def read_existing(database: Database, names: Iterable[str], declared: Collection[str]) -> list[LiveTable]:
    """Return the live tables of these names.

    Args:
        database: of the tables.
        names: without the environment's prefix.
        declared: physical names of tables that are left out if they do not exist.

    Raises:
        UsageError: another table does not exist.
    """
    prefix = database.target.table_prefix
    found = {name: read_description(database, prefix + name) for name in dict.fromkeys(names)}
    for name, table in found.items():
        if table is None and prefix + name not in declared:
            raise no_such_table(database, name)
    return [table for table in found.values() if table]


def no_such_table(database: Database, *names: str) -> UsageError:
    """Return the error about tables that do not exist, with the name that is similar to the first one."""
    prefix = database.target.table_prefix
    try:
        close = close_to(names[0], [table.removeprefix(prefix) for table in live_table_names(database)])
    except CallError:  # listing may be forbidden
        close = None
    hint = f"did you mean {close!r}?" if close else Hint("see ", Task("list"))
    return UsageError(f"no such table: {', '.join(names)}", hint=hint)


def require_sdk_support(plan: Plan, database: Database) -> Plan:
    """Return the plan if the installed botocore supports all of its calls, so that none of them fails halfway.

    Raises:
        UsageError: a declared setting requires a newer botocore.
    """
    for operation in plan.operations:
        if call := operation.call:
            try:
                database.check_sdk_support(call)
            except CallError as error:
                hint = f"{error.hint}, or remove the setting from the config"
                raise UsageError(error.what, hint=hint, where=operation.table) from None
    return plan
