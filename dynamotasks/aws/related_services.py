"""What DescribeTable does not know of a table: whose its capacity is, what a key alias means, whether it has an item.

And how far an index is built. Each is asked only where the answer matters, other AWS services only on AWS; where it may
not be asked, the table is told without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ..errors import CallError
from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.serialization import Call
from ..schema.table_spec import TableSpec

if TYPE_CHECKING:
    from .client import Database


def with_related_facts(database: Database, live: LiveTable, wanted: TableSpec) -> LiveTable:
    """The live table with what the neighbours say about what is declared."""
    live = _counted(database, _with_alias(database, live, wanted), wanted)
    if resources := dict(_in_question(live.spec, wanted)):
        live = replace(live, scaled=_scaled(database, resources))
    return live


def _with_alias(database: Database, live: LiveTable, wanted: TableSpec) -> LiveTable:
    """DynamoDB tells a key's ARN; where the declared alias means that key, the table has the alias."""
    declared = wanted.sse_specification and wanted.sse_specification.kms_master_key_id
    standing = live.spec.sse_specification
    if not declared or "alias/" not in declared or not standing or not standing.kms_master_key_id:
        return live
    if standing.kms_master_key_id == declared:
        return live
    answer = database.call_related_service("kms", Call("DescribeKey", {"KeyId": declared}))
    if answer is None and not database.has_related_services:
        return replace(live, spec=replace(live.spec, sse_specification=replace(standing, kms_master_key_id=declared)))
    if answer is None:
        why = f"which key {declared} is could not be asked (kms:DescribeKey)"
        return replace(live, denied={**live.denied, "sse_specification": why})
    if answer["KeyMetadata"]["Arn"] != standing.kms_master_key_id:
        return live
    return replace(live, spec=replace(live.spec, sse_specification=replace(standing, kms_master_key_id=declared)))


def _counted(database: Database, live: LiveTable, wanted: TableSpec) -> LiveTable:
    """Whether a table that is to have TTL is empty. AWS refreshes its ItemCount every six hours: 0 may be old."""
    declared, standing = wanted.time_to_live_specification, live.spec.time_to_live_specification
    if live.items or not declared or not declared.enabled or not standing or standing == declared:
        return live
    try:
        return replace(live, empty=is_empty(database, wanted.name))
    except CallError:
        return live


def is_empty(database: Database, table: str) -> bool:
    """Whether a table holds no item at this moment. The answer holds a number and no item.

    Raises:
        CallError: it may not be asked, or does not answer.
    """
    first = {"TableName": table, "Select": "COUNT", "Limit": 1, "ConsistentRead": True}
    answer = database.call(Call("Scan", first))
    return answer.get("Count") == 0 and "LastEvaluatedKey" not in answer


def _in_question(live: TableSpec, wanted: TableSpec) -> Iterator[tuple[str, PropertyPath]]:
    """The capacities that differ, as Application Auto Scaling names them, and their config paths."""
    if live.billing_mode != "PROVISIONED":
        return
    if wanted.provisioned_throughput not in (None, live.provisioned_throughput):
        yield f"table/{wanted.name}", PropertyPath("provisioned_throughput")
    standing = {index.index_name: index.provisioned_throughput for index in live.global_secondary_indexes or ()}
    for index in wanted.global_secondary_indexes or ():
        name = index.index_name
        if name in standing and index.provisioned_throughput not in (None, standing[name]):
            path = PropertyPath("global_secondary_indexes", name, ("provisioned_throughput",))
            yield f"table/{wanted.name}/index/{name}", path


def _scaled(database: Database, resources: dict[str, PropertyPath]) -> frozenset[PropertyPath]:
    # https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
    parameters = {"ServiceNamespace": "dynamodb", "ResourceIds": sorted(resources)}
    answer = database.call_related_service("application-autoscaling", Call("DescribeScalableTargets", parameters)) or {}
    return frozenset(resources[target["ResourceId"]] for target in answer.get("ScalableTargets", ()))


def backfill_progress(database: Database, table: str, index: str) -> int | None:
    """How much of a new index is filled, in per cent; `None` where nothing tells it.

    From CloudWatch's `OnlineIndexPercentageProgress`
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html).
    """
    now = datetime.now(timezone.utc)
    parameters = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "OnlineIndexPercentageProgress",
        "Dimensions": [
            {"Name": "TableName", "Value": table},
            {"Name": "GlobalSecondaryIndexName", "Value": index},
        ],
        "StartTime": now - timedelta(minutes=30),
        "EndTime": now,
        "Period": 60,
        "Statistics": ["Maximum"],
    }
    answer = database.call_related_service("cloudwatch", Call("GetMetricStatistics", parameters)) or {}
    points = sorted(answer.get("Datapoints", ()), key=lambda point: str(point["Timestamp"]))
    return round(points[-1]["Maximum"]) if points else None
