"""DescribeTable's answer -> a `LiveTable`. PURE.

Here, and only here, DynamoDB's filled-in defaults, its different names on input and output, and what engines leave out
are evened out. Off is said as off (`enabled: false`), so that it compares with what is declared.
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
    """DescribeTable's (or CreateTable's) table as a `LiveTable`, without the companions."""
    described = {"KeySchema": [], **description, "Name": description["TableName"], "Attributes": []}
    spec = from_api(TableSpec, described)
    return LiveTable(
        spec=replace(spec, **_evened(described)),
        status=description["TableStatus"],
        arn=description.get("TableArn", ""),
        indexes={
            index["IndexName"]: index.get("IndexStatus", "ACTIVE")
            for kind in ("GlobalSecondaryIndexes", "VectorIndexes")
            for index in description.get(kind) or ()
        },
        items=description.get("ItemCount", 0),
        size=description.get("TableSizeBytes", 0),
        backfilling=frozenset(
            index["IndexName"]
            for kind in ("GlobalSecondaryIndexes", "VectorIndexes")
            for index in description.get(kind) or ()
            if index.get("Backfilling")
        ),
        id=description.get("TableId"),
        created=description["CreationDateTime"].timestamp() if "CreationDateTime" in description else None,
        changing=dict(_changing(description)),
        streamed="LatestStreamLabel" in description,
        **_replication(description),
    )


def _changing(description: Description) -> Iterator[tuple[PropertyPath, str]]:
    """The settings with a status of their own that are on their way."""
    encryption = (description.get("SSEDescription") or {}).get("Status", "")
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
        if (warmth := (shape.get("WarmThroughput") or {}).get("Status", "")) == "UPDATING":
            yield path, warmth


def _replication(description: Description) -> dict[str, Any]:
    """What DescribeTable tells of a global table; the replica in this Region is the table itself."""
    here = description.get("TableArn", "").split(":")[3:4]
    replicas = {
        replica["RegionName"]: replica.get("ReplicaStatus", "ACTIVE") for replica in description.get("Replicas") or ()
    }
    return {
        "replicas": {region: status for region, status in sorted(replicas.items()) if region not in here},
        "global_table_version": description.get("GlobalTableVersion"),
        "multi_region_consistency": description.get("MultiRegionConsistency"),
    }


def _evened(description: Description) -> dict[str, Any]:
    billing = _billing_mode(description)
    stream = description.get("StreamSpecification") or {}
    return {
        "attributes": tuple(
            Attribute(name=defined["AttributeName"], type=defined["AttributeType"])
            for defined in sorted(
                description.get("AttributeDefinitions", []), key=lambda defined: str(defined["AttributeName"])
            )
        ),
        "key_schema": _hash_first(tuple(from_api(Key, key) for key in description["KeySchema"])),
        "billing_mode": billing,
        **_throughputs(description, billing),
        "global_secondary_indexes": _indexes(GlobalSecondaryIndex, description, "GlobalSecondaryIndexes", billing),
        "local_secondary_indexes": _indexes(LocalSecondaryIndex, description, "LocalSecondaryIndexes", billing),
        "vector_indexes": _indexes(VectorIndex, description, "VectorIndexes", billing),
        "stream_specification": from_api(StreamSpecification, stream)
        if stream.get("StreamEnabled")
        else StreamSpecification(stream_enabled=False),
        "sse_specification": _encryption(description),
        "table_class": (description.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "deletion_protection_enabled": bool(description.get("DeletionProtectionEnabled")),
    }


def _billing_mode(description: Description) -> str:
    # AWS leaves the summary out for a table that was always PROVISIONED; so do the local engines.
    summary = description.get("BillingModeSummary") or {}
    return str(summary.get("BillingMode") or "PROVISIONED")


def _throughputs(shape: Description, billing: str) -> dict[str, Any]:
    """The throughputs that mean something: AWS shows 0/0 provisioned on-demand, and -1 for "no maximum"."""
    provisioned = shape.get("ProvisionedThroughput") if billing == "PROVISIONED" else None
    on_demand = shape.get("OnDemandThroughput") if billing == "PAY_PER_REQUEST" else None
    warm = shape.get("WarmThroughput")
    return {
        "provisioned_throughput": from_api(ProvisionedThroughput, provisioned) if provisioned else None,
        "on_demand_throughput": maximum_throughput(on_demand) if billing == "PAY_PER_REQUEST" else None,
        "warm_throughput": from_api(WarmThroughput, warm) if warm else None,
    }


def maximum_throughput(shape: Description | None) -> OnDemandThroughput:
    """Return the maxima, with -1 for none."""
    return from_api(OnDemandThroughput, {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1, **(shape or {})})


def _indexes(kind: type[Any], description: Description, member: str, billing: str) -> tuple[Any, ...] | None:
    indexes = []
    for shape in description.get(member) or ():
        if shape.get("IndexStatus") == "DELETING":
            continue
        index = from_api(kind, shape)
        if hasattr(index, "key_schema"):
            index = replace(index, key_schema=_hash_first(index.key_schema))
        if kind is GlobalSecondaryIndex:
            index = replace(index, **_throughputs(shape, billing))
        indexes.append(index)
    # DescribeTable gives them in no order that can be relied on
    return tuple(sorted(indexes, key=lambda index: str(index.index_name))) or None


def _hash_first(schema: KeySchema) -> KeySchema:
    return tuple(sorted(schema, key=lambda key: key.key_type))


def _encryption(description: Description) -> Encryption:
    told = description.get("SSEDescription") or {}
    if told.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return Encryption(enabled=False)
    return Encryption(sse_type=told.get("SSEType"), kms_master_key_id=told.get("KMSMasterKeyArn"))
