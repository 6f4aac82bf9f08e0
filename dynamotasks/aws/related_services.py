"""Read facts about a table from Auto Scaling, KMS and CloudWatch, and whether it has items.

Each is read only where it matters. Facts that the caller is not allowed to read are left out.
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


def with_related_facts(database: Database, live: LiveTable, declared: TableSpec) -> LiveTable:
    """Return the live table with the facts required to compare it with the declared one."""
    live = _with_emptiness(database, _with_key_alias(database, live, declared), declared)
    if resources := dict(_capacity_changes(live.spec, declared)):
        live = replace(live, scaled=_scaled(database, resources))
    return live


def _with_key_alias(database: Database, live: LiveTable, declared: TableSpec) -> LiveTable:
    """Replace the key's ARN with the declared alias if both are one key: DescribeTable returns only the ARN."""
    alias = declared.sse_specification and declared.sse_specification.kms_master_key_id
    encryption = live.spec.sse_specification
    if not alias or "alias/" not in alias or not encryption or encryption.kms_master_key_id in (None, alias):
        return live
    key = database.call_related_service("kms", Call("DescribeKey", {"KeyId": alias}))
    if key is None and database.has_related_services:
        reason = f"cannot resolve {alias} to a key (kms:DescribeKey)"
        return replace(live, denied={**live.denied, "sse_specification": reason})
    if key is not None and key["KeyMetadata"]["Arn"] != encryption.kms_master_key_id:
        return live
    return replace(live, spec=replace(live.spec, sse_specification=replace(encryption, kms_master_key_id=alias)))


def _with_emptiness(database: Database, live: LiveTable, declared: TableSpec) -> LiveTable:
    """Read whether a table that will get TTL is empty: AWS refreshes ItemCount only every six hours."""
    ttl, current = declared.time_to_live_specification, live.spec.time_to_live_specification
    if live.items or not ttl or not ttl.enabled or not current or current == ttl:
        return live
    try:
        return replace(live, empty=is_empty(database, declared.name))
    except CallError:
        return live


def is_empty(database: Database, table: str) -> bool:
    """Return whether a table has no items now; the response contains none.

    Raises:
        CallError: the call is not allowed or failed.
    """
    first = {"TableName": table, "Select": "COUNT", "Limit": 1, "ConsistentRead": True}
    response = database.call(Call("Scan", first))
    return response.get("Count") == 0 and "LastEvaluatedKey" not in response


def _capacity_changes(live: TableSpec, declared: TableSpec) -> Iterator[tuple[str, PropertyPath]]:
    """Yield the capacities that differ: Application Auto Scaling's resource id and the path."""
    if live.billing_mode != "PROVISIONED":
        return
    if declared.provisioned_throughput not in (None, live.provisioned_throughput):
        yield f"table/{declared.name}", PropertyPath("provisioned_throughput")
    current = {index.index_name: index.provisioned_throughput for index in live.global_secondary_indexes or ()}
    for index in declared.global_secondary_indexes or ():
        name = index.index_name
        if name in current and index.provisioned_throughput not in (None, current[name]):
            path = PropertyPath("global_secondary_indexes", name, ("provisioned_throughput",))
            yield f"table/{declared.name}/index/{name}", path


def _scaled(database: Database, resources: dict[str, PropertyPath]) -> frozenset[PropertyPath]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html"""
    parameters = {"ServiceNamespace": "dynamodb", "ResourceIds": sorted(resources)}
    call = Call("DescribeScalableTargets", parameters)
    response = database.call_related_service("application-autoscaling", call) or {}
    return frozenset(resources[target["ResourceId"]] for target in response.get("ScalableTargets", ()))


def backfill_progress(database: Database, table: str, index: str) -> int | None:
    """Return how much of a new index is backfilled, in percent, or `None` if CloudWatch does not report it.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    """
    now = datetime.now(timezone.utc)
    dimensions = {"TableName": table, "GlobalSecondaryIndexName": index}
    parameters = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "OnlineIndexPercentageProgress",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "StartTime": now - timedelta(minutes=30),
        "EndTime": now,
        "Period": 60,
        "Statistics": ["Maximum"],
    }
    response = database.call_related_service("cloudwatch", Call("GetMetricStatistics", parameters)) or {}
    points = response.get("Datapoints", ())  # in no particular order
    return round(max(points, key=lambda point: str(point["Timestamp"]))["Maximum"]) if points else None
