"""A live table -> the same `TableSpec` that a config gives.

Here, and only here, DynamoDB's filled-in defaults, its different names on input and output, and what engines leave out
are evened out. Off is said as off (`enabled: false`), so that it compares with what is declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from . import neighbours
from .companions import COMPANIONS, Companion
from .engines import undeletable
from .errors import CallError
from .spec import (
    NO_POLICY,
    Attribute,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    KeySchema,
    LiveTable,
    LocalSecondaryIndex,
    OnDemandThroughput,
    ProvisionedThroughput,
    StreamSpecification,
    TableSpec,
    VectorIndex,
    WarmThroughput,
)
from .wire import Call, from_wire, to_wire

if TYPE_CHECKING:
    from .client import Database

Description = Mapping[str, Any]


def describe(database: Database, name: str) -> Description | None:
    """DescribeTable's `Table`, or `None` where there is no such table."""
    try:
        table: Description = database.call(Call("DescribeTable", {"TableName": name}))["Table"]
    except CallError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise
    return table


def look(database: Database, name: str) -> LiveTable | None:
    """The table as DescribeTable shows it, without its settings that have calls of their own; `None` for none."""
    description = describe(database, name)
    return from_description(description) if description else None


def read_table(database: Database, name: str, wanted: TableSpec | None = None) -> LiveTable | None:
    """The live table of that name, or `None`.

    Args:
        database: where.
        name: the physical name.
        wanted: asks the companion calls only for what this spec declares; `None` asks all that the engine knows.
    """
    table = look(database, name)
    return with_settings(database, table, wanted) if table else None


def with_settings(database: Database, table: LiveTable, wanted: TableSpec | None = None) -> LiveTable:
    """The table with the settings that have calls of their own; those that may not be read are told as denied."""
    values: dict[str, Any] = {}
    denied: dict[str, str] = {}
    revision = NO_POLICY
    for companion in COMPANIONS:
        if wanted is not None and getattr(wanted, companion.property) is None:
            continue
        if companion.property in database.engine.gaps:
            continue
        try:
            answer = _answer(database, companion, companion.read(table.spec.name, table.arn))
            values[companion.property] = None if answer is None else companion.parse(answer)
            if answer is not None and companion.property == "resource_policy":
                revision = str(answer.get("RevisionId", ""))
        except CallError as error:
            if table.status == "CREATING" and error.code.endswith("NotFoundException"):
                values[companion.property] = companion.off
            else:
                denied[companion.property] = _denial(error)
    spec = replace(table.spec, **values)
    if "contributor_insights_specification" not in database.engine.gaps:
        try:
            spec = _with_index_insights(database, spec, wanted)
        except CallError as error:
            denied["contributor_insights_specification"] = _denial(error)
    table = replace(table, spec=spec, denied=denied, policy_revision=revision)
    table = replace(table, undeletable=undeletable(spec, database.engine))
    return table if wanted is None else neighbours.consulted(database, table, wanted)


def _denial(error: CallError) -> str:
    """Why a property cannot be read; what passes says nothing about the property."""
    if error.passing:
        raise error
    return error.what


def _answer(database: Database, companion: Companion, call: Call) -> Description | None:
    try:
        return database.call(call)
    except CallError as error:
        if error.code in companion.absent:
            return None
        raise


def _with_index_insights(database: Database, spec: TableSpec, wanted: TableSpec | None) -> TableSpec:
    declared = {
        index.index_name
        for index in ((wanted or spec).global_secondary_indexes or ())
        if wanted is None or index.contributor_insights_specification
    }
    row = next(row for row in COMPANIONS if row.property == "contributor_insights_specification")
    indexes = []
    for index in spec.global_secondary_indexes or ():
        if index.index_name in declared:
            call = Call("DescribeContributorInsights", {"TableName": spec.name, "IndexName": index.index_name})
            answer = _answer(database, row, call)
            index = replace(index, contributor_insights_specification=None if answer is None else row.parse(answer))
        indexes.append(index)
    return replace(spec, global_secondary_indexes=tuple(indexes)) if indexes else spec


def from_description(description: Description) -> LiveTable:
    """DescribeTable's (or CreateTable's) table as a `LiveTable`, without the companions."""
    spec = from_wire(TableSpec, {**description, "Name": description["TableName"], "Attributes": []})
    return LiveTable(
        spec=replace(spec, **_evened(description)),
        status=description["TableStatus"],
        arn=description.get("TableArn", ""),
        indexes={
            index["IndexName"]: index.get("IndexStatus", "ACTIVE")
            for kind in ("GlobalSecondaryIndexes", "VectorIndexes")
            for index in description.get(kind) or ()
        },
        items=description.get("ItemCount", 0),
        size=description.get("TableSizeBytes", 0),
        denied={},
        backfilling=frozenset(
            index["IndexName"]
            for kind in ("GlobalSecondaryIndexes", "VectorIndexes")
            for index in description.get(kind) or ()
            if index.get("Backfilling")
        ),
        id=description.get("TableId", ""),
        streamed="LatestStreamLabel" in description,
        **_replication(description),
    )


def _replication(description: Description) -> dict[str, Any]:
    """What DescribeTable tells of a global table; the replica in this Region is the table itself."""
    here = description.get("TableArn", "").split(":")[3:4]
    replicas = {
        replica["RegionName"]: replica.get("ReplicaStatus", "ACTIVE") for replica in description.get("Replicas") or ()
    }
    return {
        "replicas": {region: status for region, status in sorted(replicas.items()) if region not in here},
        "global_table_version": description.get("GlobalTableVersion", ""),
        "multi_region_consistency": description.get("MultiRegionConsistency", ""),
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
        "key_schema": _hash_first(tuple(from_wire(Key, key) for key in description["KeySchema"])),
        "billing_mode": billing,
        **_throughputs(description, billing),
        "global_secondary_indexes": _indexes(GlobalSecondaryIndex, description, "GlobalSecondaryIndexes", billing),
        "local_secondary_indexes": _indexes(LocalSecondaryIndex, description, "LocalSecondaryIndexes", billing),
        "vector_indexes": _indexes(VectorIndex, description, "VectorIndexes", billing),
        "stream_specification": from_wire(StreamSpecification, stream)
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
        "provisioned_throughput": from_wire(ProvisionedThroughput, provisioned) if provisioned else None,
        "on_demand_throughput": _maximum(on_demand) if billing == "PAY_PER_REQUEST" else None,
        "warm_throughput": from_wire(WarmThroughput, warm) if warm else None,
    }


def _maximum(shape: Description | None) -> OnDemandThroughput:
    return from_wire(OnDemandThroughput, {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1, **(shape or {})})


def _indexes(kind: type[Any], description: Description, member: str, billing: str) -> tuple[Any, ...] | None:
    indexes = []
    for shape in description.get(member) or ():
        if shape.get("IndexStatus") == "DELETING":
            continue
        index = from_wire(kind, shape)
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


def as_config(spec: TableSpec) -> dict[str, Any]:
    """The spec as a table of a config, without what is off or DynamoDB's default; loading it gives an empty plan."""
    off = TableSpec(
        name=spec.name,
        key_schema=(),
        attributes=(),
        table_class="STANDARD",
        deletion_protection_enabled=False,
    )
    config: dict[str, Any] = {}
    for field in fields(spec):
        value = getattr(spec, field.name)
        if value in (None, {}, ()) or (field.name != "name" and value == getattr(off, field.name)):
            continue
        if any(
            getattr(value, s, True) is False for s in ("enabled", "stream_enabled", "point_in_time_recovery_enabled")
        ):
            continue
        if _says_nothing(field.name, value):
            continue
        config[field.name] = _plain(value)
    return config


def _says_nothing(name: str, value: Any) -> bool:
    """Warm throughput rises by itself: writing down what it is today would freeze it. No maximum is the default."""
    return name == "warm_throughput" or value == _maximum(None)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {
            f.name: _plain(part)
            for f in fields(value)
            if (part := getattr(value, f.name)) is not None and not _says_nothing(f.name, part)
        }
    return to_wire(value) if not isinstance(value, Mapping) else dict(value)
