"""Convert DescribeTable's response to a `LiveTable`.

This is the only place that normalizes DynamoDB's defaults, its different names in requests and responses, and what
engines leave out. A setting that is off becomes `enabled: false`, so that it compares with a declared one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .live_table import LiveTable
from .property_path import PropertyPath
from .serialization import from_api
from .table_spec import (
    Attribute,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    KeySchema,
    LocalSecondaryIndex,
    OnDemandThroughput,
    ProvisionedThroughput,
    StreamSpecification,
    TableSpec,
    VectorIndex,
    WarmThroughput,
)

Description = Mapping[str, Any]


def from_description(description: Description) -> LiveTable:
    """Return the table of a DescribeTable, CreateTable or DeleteTable response, without settings of other calls."""
    described = {"KeySchema": [], **description, "Name": description["TableName"], "Attributes": []}
    indexes = [*(description.get("GlobalSecondaryIndexes") or ()), *(description.get("VectorIndexes") or ())]
    arn = description.get("TableArn", "")
    region = arn.split(":")[3:4]
    replicas = {
        replica["RegionName"]: replica.get("ReplicaStatus", "ACTIVE")
        for replica in sorted(description.get("Replicas") or (), key=lambda replica: str(replica["RegionName"]))
        if replica["RegionName"] not in region  # this Region's replica is the table itself
    }
    return LiveTable(
        spec=replace(from_api(TableSpec, described), **_normalized(described)),
        status=description["TableStatus"],
        arn=arn,
        indexes={index["IndexName"]: index.get("IndexStatus", "ACTIVE") for index in indexes},
        items=description.get("ItemCount", 0),
        size=description.get("TableSizeBytes", 0),
        backfilling=frozenset(index["IndexName"] for index in indexes if index.get("Backfilling")),
        id=description.get("TableId"),
        created=description["CreationDateTime"].timestamp() if "CreationDateTime" in description else None,
        changing=dict(_changing(description)),
        streamed="LatestStreamLabel" in description,
        replicas=replicas,
        global_table_version=description.get("GlobalTableVersion"),
        multi_region_consistency=description.get("MultiRegionConsistency"),
    )


def _changing(description: Description) -> Iterator[tuple[PropertyPath, str]]:
    """Yield the settings that are changing, with their status."""
    encryption = (description.get("SSEDescription") or {}).get("Status")
    if encryption in ("ENABLING", "UPDATING", "DISABLING"):
        yield PropertyPath("sse_specification"), encryption
    for path, shape in (
        (PropertyPath("warm_throughput"), description),
        *(
            (PropertyPath("global_secondary_indexes", index["IndexName"], ("warm_throughput",)), index)
            for index in description.get("GlobalSecondaryIndexes") or ()
            if index.get("IndexStatus") == "ACTIVE"
        ),
    ):
        if (status := (shape.get("WarmThroughput") or {}).get("Status")) == "UPDATING":
            yield path, status


def _normalized(description: Description) -> dict[str, Any]:
    billing_mode = _billing_mode(description)
    stream = description.get("StreamSpecification") or {}
    attributes = sorted(description.get("AttributeDefinitions", ()), key=lambda defined: str(defined["AttributeName"]))
    return {
        "attributes": tuple(Attribute(name=a["AttributeName"], type=a["AttributeType"]) for a in attributes),
        "key_schema": _hash_first(tuple(from_api(Key, key) for key in description["KeySchema"])),
        "billing_mode": billing_mode,
        **_throughputs(description, billing_mode),
        "global_secondary_indexes": _indexes(GlobalSecondaryIndex, description, "GlobalSecondaryIndexes"),
        "local_secondary_indexes": _indexes(LocalSecondaryIndex, description, "LocalSecondaryIndexes"),
        "vector_indexes": _indexes(VectorIndex, description, "VectorIndexes"),
        "stream_specification": from_api(StreamSpecification, stream)
        if stream.get("StreamEnabled")
        else StreamSpecification(stream_enabled=False),
        "sse_specification": _encryption(description),
        "table_class": (description.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "deletion_protection_enabled": bool(description.get("DeletionProtectionEnabled")),
    }


def _billing_mode(description: Description) -> str:
    # AWS and the local engines leave the summary out for a table that was always PROVISIONED (measured)
    summary = description.get("BillingModeSummary") or {}
    return str(summary.get("BillingMode") or "PROVISIONED")


def _throughputs(shape: Description, billing_mode: str) -> dict[str, Any]:
    """Return the throughputs that the billing mode uses; AWS also returns provisioned units of 0 for on-demand."""
    provisioned = shape.get("ProvisionedThroughput") if billing_mode == "PROVISIONED" else None
    warm = shape.get("WarmThroughput")
    return {
        "provisioned_throughput": from_api(ProvisionedThroughput, provisioned) if provisioned else None,
        "on_demand_throughput": maximum_throughput(shape.get("OnDemandThroughput"))
        if billing_mode == "PAY_PER_REQUEST"
        else None,
        "warm_throughput": from_api(WarmThroughput, warm) if warm else None,
    }


def maximum_throughput(shape: Description | None) -> OnDemandThroughput:
    """Return the maxima of an on-demand table or index; -1 for no maximum."""
    return from_api(OnDemandThroughput, {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1, **(shape or {})})


def _indexes(kind: type[Any], description: Description, member: str) -> tuple[Any, ...] | None:
    """Return the indexes of a kind by name; DescribeTable returns them in no reliable order."""
    indexes = []
    for shape in description.get(member) or ():
        if shape.get("IndexStatus") == "DELETING":
            continue
        index = from_api(kind, shape)
        if hasattr(index, "key_schema"):
            index = replace(index, key_schema=_hash_first(index.key_schema))
        if kind is GlobalSecondaryIndex:
            index = replace(index, **_throughputs(shape, _billing_mode(description)))
        indexes.append(index)
    return tuple(sorted(indexes, key=lambda index: str(index.index_name))) or None


def _hash_first(schema: KeySchema) -> KeySchema:
    return tuple(sorted(schema, key=lambda key: key.key_type))


def _encryption(description: Description) -> Encryption:
    encryption = description.get("SSEDescription") or {}
    if encryption.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return Encryption(enabled=False)
    return Encryption(sse_type=encryption.get("SSEType"), kms_master_key_id=encryption.get("KMSMasterKeyArn"))
