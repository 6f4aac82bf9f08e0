"""Describe risks in words: why an operation is dangerous or impossible, and what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Hint, Task
from ..schema import limits
from .operations import EnableTimeToLive, Impossible, Operation
from .plan import TablePlan
from .risks import Caution, Risk


def reason(operation: Operation, table: TablePlan) -> str:
    """Return why an operation is destructive or impossible; empty if it is safe."""
    return "" if operation.risk is None else _REASONS[operation.risk](operation, table)


def advice(operation: Operation, table: TablePlan) -> Hint:
    """Return how to avoid the risk of an operation, or how to reach its aim in another way; may be empty."""
    if operation.risk is Risk.BILLING_MODE_UNDECLARED:
        return Hint(f"declare billing_mode: {table.wanted.effective_billing_mode()}")
    if isinstance(operation, EnableTimeToLive) and operation.risk:
        return Hint(f"check first that {operation.attribute} holds the expiry time in seconds since 1970")
    return Hint() if operation.risk is None else _ADVICE.get(operation.risk, Hint())


def caution(operation: Operation) -> str:
    """Return the quota or cost that an operation uses up; may be empty."""
    return "" if operation.caution is None else _CAUTIONS[operation.caution]


_AT_CREATION = "cannot be changed after the table is created"
_REASONS: dict[Risk, Callable[[Any, TablePlan], str]] = {
    Risk.INDEX_REMOVED: lambda operation, table: "queries of this index fail",
    Risk.INDEX_REBUILT: lambda operation, table: "it cannot be changed in place; queries fail until it is rebuilt",
    Risk.TABLE_DELETED: lambda operation, table: "its items are lost",
    Risk.DELETION_PROTECTION_REMOVED: lambda operation, table: "the table can be deleted afterwards",
    Risk.STREAM_DISABLED: lambda operation, table: "consumers stop receiving records",
    Risk.STREAM_REPLACED: lambda operation, table: "consumers stop receiving records; the new stream has another ARN",
    Risk.ITEMS_EXPIRE: lambda operation, table: f"items whose {operation.attribute} is in the past are deleted",
    Risk.TIME_TO_LIVE_DISABLED: lambda operation, table: f"items no longer expire by {operation.attribute}",
    Risk.RESTORE_POINTS_DELETED: lambda operation, table: "all restore points are lost",
    Risk.RECOVERY_PERIOD_SHORTENED: lambda operation, table: (
        f"restore points older than {operation.change.wanted.recovery_period_in_days} days are lost"
    ),
    Risk.TAGS_REMOVED: lambda operation, table: "cost reports and policies that use these tags no longer match",
    Risk.ACCESS_REVOKED: lambda operation, table: "principals may lose access",
    Risk.INSIGHTS_DISABLED: lambda operation, table: "CloudWatch stops counting its keys",
    Risk.KINESIS_STREAM_DISABLED: lambda operation, table: "the stream receives no more changes",
    Risk.CUSTOMER_KEY_REMOVED: lambda operation, table: "items are encrypted with a key that AWS owns",
    Risk.TABLE_KEY_CHANGED: lambda operation, table: f"the key of a table {_AT_CREATION}",
    Risk.KEY_TYPE_CHANGED: lambda operation, table: f"the type of a key attribute {_AT_CREATION}",
    Risk.LOCAL_INDEX_CHANGED: lambda operation, table: (
        "a local secondary index can only be created or deleted with its table"
    ),
    Risk.REPLICATED_STREAM_CHANGED: lambda operation, table: (
        f"the replicas in {_names(operation)} depend on the stream, so AWS refuses to change it"
    ),
    Risk.ATTRIBUTE_TYPE_IN_USE: lambda operation, table: (
        f"undeclared index {_names(operation)} uses the attribute as a key of another type"
    ),
    Risk.VECTOR_DIMENSIONS_IN_USE: lambda operation, table: (
        f"undeclared index {_names(operation)} has other dimensions for this attribute"
    ),
    Risk.VECTOR_INDEX_ON_PROVISIONED_TABLE: lambda operation, table: (
        f"vector indexes require an on-demand table, and this table has {_names(operation)}"
    ),
    Risk.BILLING_MODE_UNDECLARED: lambda operation, table: (
        f"the live table is {table.live.spec.billing_mode if table.live else 'unknown'}, "
        "and the config requires the other billing mode without declaring it"
    ),
    Risk.INDEX_UNDELETABLE: lambda operation, table: (
        "DynamoDB Local may never finish deleting an index that shares its key attributes with the table or "
        "another index"
    ),
    Risk.REPLICAS_REMAIN: lambda operation, table: (
        f"the replicas in {_names(operation)} would remain, without a replica in this Region"
    ),
}


def _names(operation: Impossible) -> str:
    return ", ".join(operation.blockers)


_NEW_TABLE = (
    "declare a new table under another name and move the items; in disposable environments ",
    Task("replace"),
    " recreates the table and keeps its items, ",
    Task("reset"),
    " deletes them",
)
_PRUNE = Hint("remove that index with --prune")
_ADVICE = {
    Risk.INDEX_REBUILT: Hint("to avoid the gap: declare it under a new name, and remove this one when it is unused"),
    Risk.TABLE_KEY_CHANGED: Hint(*_NEW_TABLE),
    Risk.KEY_TYPE_CHANGED: Hint(*_NEW_TABLE),
    Risk.LOCAL_INDEX_CHANGED: Hint("declare a global secondary index instead, or ", *_NEW_TABLE),
    Risk.REPLICATED_STREAM_CHANGED: Hint("remove the replicas first, or declare the live stream"),
    Risk.ATTRIBUTE_TYPE_IN_USE: _PRUNE,
    Risk.VECTOR_DIMENSIONS_IN_USE: _PRUNE,
    Risk.VECTOR_INDEX_ON_PROVISIONED_TABLE: Hint("remove the vector indexes first, or keep the table on-demand"),
    Risk.INDEX_UNDELETABLE: Hint(Task("replace"), " recreates the table and keeps its items"),
    Risk.REPLICAS_REMAIN: Hint("remove the replicas first"),
}
_CAUTIONS = {
    Caution.TABLE_CLASS_CHANGES: f"AWS allows {limits.TABLE_CLASS_QUOTA}",
    Caution.ENCRYPTION_CHANGES: f"AWS allows {limits.ENCRYPTION_QUOTA}",
    Caution.ON_DEMAND_SWITCHES: f"AWS allows {limits.TO_ON_DEMAND_QUOTA}",
    Caution.CAPACITY_DECREASES: "AWS allows few decreases per day",
    Caution.WARM_THROUGHPUT_COST: "billed once, cannot be lowered",
    Caution.TIME_TO_LIVE_CHANGES: "AWS allows one change per hour",
}
