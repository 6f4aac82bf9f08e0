"""Describe risks in words: why an operation is dangerous or impossible, and what to do instead."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import Hint, Task
from ..schema import limits
from .operations.base import Impossible, Operation
from .plan import TablePlan
from .risks import Caution, Risk


def reason(operation: Operation, table: TablePlan) -> str:
    """Return why an operation is destructive or impossible; empty if it is safe."""
    return "" if operation.risk is None else _TEXTS[operation.risk].reason.format(**_facts(operation, table))


def advice(operation: Operation, table: TablePlan, prefix: str) -> Hint:
    """Return how to avoid the risk of an operation, or an alternative to it; may be empty.

    Args:
        operation: of the table.
        table: its plan.
        prefix: of the table's name, which the command line does not expect.
    """
    if operation.risk is None:
        return Hint()
    facts = {**_facts(operation, table), "name": table.table.removeprefix(prefix)}
    return Hint(*(_filled(part, facts) for part in _TEXTS[operation.risk].advice))


def _filled(part: str | Task, facts: dict[str, Any]) -> str | Task:
    if isinstance(part, Task):
        return Task(part.name, part.arguments.format(**facts))
    return part.format(**facts)


def caution(operation: Operation) -> str:
    """Return the quota or cost that an operation uses up; may be empty."""
    return "" if operation.caution is None else _CAUTIONS[operation.caution]


class _Text(NamedTuple):
    """Templates, for the values of `_facts`."""

    reason: str
    advice: tuple[str | Task, ...] = ()


def _facts(operation: Operation, table: TablePlan) -> dict[str, Any]:
    return {
        "operation": operation,
        "blockers": ", ".join(operation.blockers) if isinstance(operation, Impossible) else "",
        "live_billing_mode": table.live.spec.billing_mode if table.live else "unknown",
        "declared_billing_mode": table.wanted.effective_billing_mode(),
    }


_REPLACE_TASK = Task("replace", "--table {name}")
_REPLACE = (_REPLACE_TASK, " recreates the table and keeps its items")
_NEW_TABLE = (
    "declare a new table under another name and move the items; in disposable environments ",
    *_REPLACE,
    ", ",
    Task("reset"),
    " deletes them",
)
_PRUNE = ("remove that index with --prune",)
_TEXTS = {
    Risk.INDEX_REMOVED: _Text("queries of this index fail"),
    Risk.INDEX_REBUILT: _Text(
        "it cannot be changed in place; queries fail until it is rebuilt",
        ("to avoid the gap: declare it under a new name, and remove this one when it is unused",),
    ),
    Risk.TABLE_DELETED: _Text("its items are lost"),
    Risk.DELETION_PROTECTION_REMOVED: _Text("the table can be deleted afterwards"),
    Risk.STREAM_DISABLED: _Text("consumers stop receiving records"),
    Risk.STREAM_REPLACED: _Text("consumers stop receiving records; the new stream has another ARN"),
    Risk.ITEMS_EXPIRE: _Text(
        "items whose {operation.attribute} is in the past are deleted",
        ("check first that {operation.attribute} holds the expiry time in seconds since 1970",),
    ),
    Risk.TIME_TO_LIVE_DISABLED: _Text("items no longer expire by {operation.attribute}"),
    Risk.RESTORE_POINTS_DELETED: _Text("all restore points are lost"),
    Risk.RECOVERY_PERIOD_SHORTENED: _Text(
        "restore points older than {operation.change.wanted.recovery_period_in_days} days are lost"
    ),
    Risk.TAGS_REMOVED: _Text("cost reports and policies that use these tags no longer match"),
    Risk.ACCESS_REVOKED: _Text("principals may lose access"),
    Risk.INSIGHTS_DISABLED: _Text("CloudWatch stops counting its keys"),
    Risk.KINESIS_STREAM_DISABLED: _Text("the stream receives no more changes"),
    Risk.CUSTOMER_KEY_REMOVED: _Text("items are encrypted with a key that AWS owns"),
    Risk.TABLE_KEY_CHANGED: _Text("the key of a table cannot be changed after the table is created", _NEW_TABLE),
    Risk.KEY_TYPE_CHANGED: _Text(
        "the type of a key attribute cannot be changed after the table is created", _NEW_TABLE
    ),
    Risk.LOCAL_INDEX_CHANGED: _Text(
        "a local secondary index can only be created or deleted with its table",
        ("declare a global secondary index instead, or ", *_NEW_TABLE),
    ),
    Risk.REPLICATED_STREAM_CHANGED: _Text(
        "the replicas in {blockers} depend on the stream, so AWS refuses to change it",
        ("remove the replicas first, or declare the live stream",),
    ),
    Risk.ATTRIBUTE_TYPE_IN_USE: _Text(
        "undeclared index {blockers} uses the attribute as a key of another type", _PRUNE
    ),
    Risk.VECTOR_DIMENSIONS_IN_USE: _Text("undeclared index {blockers} has other dimensions for this attribute", _PRUNE),
    Risk.VECTOR_INDEX_ON_PROVISIONED_TABLE: _Text(
        "vector indexes require an on-demand table, and this table has {blockers}",
        ("remove the vector indexes first, or keep the table on-demand",),
    ),
    Risk.BILLING_MODE_UNDECLARED: _Text(
        "the live table is {live_billing_mode}, and the config requires the other billing mode without declaring it",
        ("declare billing_mode: {declared_billing_mode}",),
    ),
    Risk.INDEX_UNDELETABLE: _Text(
        "DynamoDB Local may never finish deleting an index that shares its key attributes with the table or another "
        "index",
        _REPLACE,
    ),
    Risk.REPLICAS_REMAIN: _Text(
        "the replicas in {blockers} would remain, without a replica in this Region", ("remove the replicas first",)
    ),
    Risk.TABLE_RENAMED: _Text(
        "DynamoDB cannot rename a table, and {blockers} exists",
        (
            "in disposable environments ",
            _REPLACE_TASK,
            " moves its items; elsewhere set `renamed_from: null` for the environment, and copy them while both tables "
            "are written to",
        ),
    ),
}
_CAUTIONS = {
    Caution.TABLE_CLASS_CHANGES: f"AWS allows {limits.TABLE_CLASS_QUOTA}",
    Caution.ENCRYPTION_CHANGES: f"AWS allows {limits.ENCRYPTION_QUOTA}",
    Caution.ON_DEMAND_SWITCHES: f"AWS allows {limits.TO_ON_DEMAND_QUOTA}",
    Caution.CAPACITY_DECREASES: "AWS allows few decreases per day",
    Caution.WARM_THROUGHPUT_COST: "billed once, cannot be lowered",
    Caution.TIME_TO_LIVE_CHANGES: "AWS allows one change per hour",
}
