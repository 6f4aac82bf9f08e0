"""The table description that DescribeTable returns.

Documented: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from typing import Any

from .answers import Shape
from .table import Index, View

REGION, ACCOUNT = "us-east-1", "123456789012"
ON_DEMAND_WARMTH = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}  # documented: of a new on-demand table
_EPOCH = 1_790_000_000  # what the plane's clock counts from
_ITEM_BYTES = 100


def table_arn(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def key_arn(key: str | None) -> str:
    return key if key and key.startswith("arn:") else f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key or 'aws-dynamodb'}"


def moment(at: float) -> float:
    return _EPOCH + at


def warmth(shape: Shape, billing: str) -> dict[str, int]:
    """Return the warm throughput: the requested one, or the default of the billing mode."""
    if billing == "PAY_PER_REQUEST":
        initial = ON_DEMAND_WARMTH
    else:
        units = shape["ProvisionedThroughput"]
        initial = {
            "ReadUnitsPerSecond": units["ReadCapacityUnits"],
            "WriteUnitsPerSecond": units["WriteCapacityUnits"],
        }
    asked = shape.get("WarmThroughput") or {}
    return {name: max(value, asked.get(name, 0)) for name, value in initial.items()}


def description(view: View) -> dict[str, Any]:
    table, shape = view.table, view.shape
    billing = shape["BillingMode"]
    return {
        "TableName": table.name,
        "TableId": table.id,
        "TableArn": table_arn(table.name),
        "TableStatus": view.status,
        "CreationDateTime": moment(table.born),
        "KeySchema": shape["KeySchema"],
        "AttributeDefinitions": view.attributes,
        "ItemCount": view.pace.items,
        "TableSizeBytes": view.pace.items * _ITEM_BYTES,
        "DeletionProtectionEnabled": table.shape.get("DeletionProtectionEnabled", False),
        "ProvisionedThroughput": _provisioned(shape, billing),
        "WarmThroughput": {
            **warmth(shape, billing),
            "Status": "UPDATING" if view.warming else "ACTIVE",
        },
        **_billing_summary(view),
        **_on_demand(shape),
        **_local_indexes(table.name, shape),
        **_indexes(view),
        **_stream(view),
        **_encryption(view),
        **_replicas(view),
        **({"TableClassSummary": {"TableClass": shape["TableClass"]}} if "TableClass" in shape else {}),
    }


def _provisioned(shape: Shape, billing: str) -> dict[str, int]:
    units = shape.get("ProvisionedThroughput") if billing == "PROVISIONED" else None
    return {"NumberOfDecreasesToday": 0, **(units or {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0})}


def _billing_summary(view: View) -> dict[str, Any]:
    """Absent for a table that was always PROVISIONED (reported)."""
    if not view.table.was_on_demand:
        return {}
    last = max(view.table.switches, default=view.table.born)
    return {
        "BillingModeSummary": {
            "BillingMode": view.shape["BillingMode"],
            "LastUpdateToPayPerRequestDateTime": moment(last),
        }
    }


def _on_demand(shape: Shape) -> dict[str, Any]:
    """A maximum of -1 means none, and absent maxima are not shown (reported)."""
    limits = {name: value for name, value in shape.get("OnDemandThroughput", {}).items() if value != -1}
    return {"OnDemandThroughput": limits} if limits else {}


def _local_indexes(name: str, shape: Shape) -> dict[str, Any]:
    shown = [{**index, **_size(name, index["IndexName"])} for index in shape.get("LocalSecondaryIndexes", ())]
    return {"LocalSecondaryIndexes": shown} if shown else {}


def _indexes(view: View) -> dict[str, Any]:
    shown: dict[str, list[dict[str, Any]]] = {}
    for index in view.indexes:
        shown.setdefault(index.member, []).append(_index(view, index))
    return shown


def _index(view: View, index: Index) -> dict[str, Any]:
    status, backfilling, billing = view.index_status(index), view.backfilling(index), view.shape["BillingMode"]
    shown = {
        **{name: value for name, value in index.shape.items() if name != "OnDemandThroughput"},
        "IndexStatus": status,
        **_size(view.table.name, index.name, view.pace.items),
        **({} if backfilling is None else {"Backfilling": backfilling}),
    }
    if index.member == "VectorIndexes":
        return shown
    # documented: only UPDATING or ACTIVE (API_GlobalSecondaryIndexWarmThroughputDescription.html)
    warm_status = "UPDATING" if status == "UPDATING" or view.is_warming(index.warmed) else "ACTIVE"
    # a switch to PROVISIONED gives the indexes throughput; before it they may have none
    warm_as = billing if "ProvisionedThroughput" in index.shape else "PAY_PER_REQUEST"
    return {
        **shown,
        **_on_demand(index.shape),
        "ProvisionedThroughput": _provisioned(index.shape, billing),
        "WarmThroughput": {**warmth(index.shape, warm_as), "Status": warm_status},
    }


def _size(table: str, index: str, items: int = 0) -> dict[str, Any]:
    return {
        "IndexArn": f"{table_arn(table)}/index/{index}",
        "ItemCount": items,
        "IndexSizeBytes": items * _ITEM_BYTES,
    }


def _stream(view: View) -> dict[str, Any]:
    """The ARN of a disabled stream remains (reported)."""
    label, specification = view.table.stream_label, view.table.shape.get("StreamSpecification")
    shown: dict[str, Any] = {"StreamSpecification": specification} if specification else {}
    if label:
        shown |= {"LatestStreamLabel": label, "LatestStreamArn": f"{table_arn(view.table.name)}/stream/{label}"}
    return shown


def _encryption(view: View) -> dict[str, Any]:
    """Absent for an AWS owned key after the change to it (reported)."""
    key = view.table.shape.get("Encryption")
    if view.encrypting:
        return {"SSEDescription": {"Status": view.encrypting, **(key or {})}}
    return {"SSEDescription": {"Status": "ENABLED", **key}} if key else {}


def _replicas(view: View) -> dict[str, Any]:
    """Documented: API_ReplicaDescription.html. They follow a change of their table."""
    now = "UPDATING" if view.replicas_changing else "ACTIVE"
    shown: dict[str, Any] = {}
    if view.table.global_version:
        shown["GlobalTableVersion"] = view.table.global_version
    if view.table.consistency:
        shown["MultiRegionConsistency"] = view.table.consistency
    if view.table.replicas:
        shown["Replicas"] = [
            {"RegionName": region, "ReplicaStatus": status or now} for region, status in view.table.replicas.items()
        ]
    return shown
