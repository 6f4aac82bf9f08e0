"""Specs and live tables for tests of pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dynamotasks.migrate.operations.base import Operation
from dynamotasks.migrate.plan import TablePlan, TargetTable
from dynamotasks.migrate.planner import plan_table
from dynamotasks.migrate.wording import title
from dynamotasks.schema.live_table import LiveTable
from dynamotasks.schema.table_spec import (
    Attribute,
    AttributeType,
    ContributorInsights,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    PointInTimeRecovery,
    Projection,
    StreamSpecification,
    TableSpec,
    TimeToLive,
    VectorAttribute,
    VectorIndex,
)

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"


def spec(*indexes: GlobalSecondaryIndex, **properties: Any) -> TableSpec:
    """Return the table `orders` with key `id`; its attributes are strings unless `types` has another type."""
    types: dict[str, AttributeType] = {"id": "S"}
    types.update({key.attribute_name: "S" for index in indexes for key in index.key_schema})
    types.update(properties.pop("types", {}))
    return TableSpec(
        name="orders",
        key_schema=(Key(attribute_name="id", key_type="HASH"),),
        attributes=tuple(Attribute(name=name, type=type_) for name, type_ in sorted(types.items())),
        **{"global_secondary_indexes": indexes or None, **properties},
    )


def index(name: str, key: str = "", **properties: Any) -> GlobalSecondaryIndex:
    """Return an index on one attribute, which is named like the index."""
    projection = properties.pop("projection", Projection(projection_type="ALL"))
    schema = (Key(attribute_name=key or name, key_type="HASH"),)
    return GlobalSecondaryIndex(index_name=name, key_schema=schema, projection=projection, **properties)


def vector_index(name: str, dimensions: int) -> VectorIndex:
    """Return a vector index on the attribute `vector`."""
    return VectorIndex(
        index_name=name,
        vector_attribute=VectorAttribute(attribute_name="vector"),
        dimensions=dimensions,
        distance_function="COSINE",
        projection=Projection(projection_type="ALL"),
    )


def live(table: TableSpec, **state: Any) -> LiveTable:
    """Return an active table with that spec, whose other settings are off."""
    actual = replace(
        table,
        billing_mode=table.billing_mode or "PAY_PER_REQUEST",
        stream_specification=table.stream_specification or StreamSpecification(stream_enabled=False),
        sse_specification=table.sse_specification or Encryption(enabled=False),
        time_to_live_specification=table.time_to_live_specification or TimeToLive(enabled=False),
        point_in_time_recovery_specification=table.point_in_time_recovery_specification
        or PointInTimeRecovery(point_in_time_recovery_enabled=False),
        contributor_insights_specification=ContributorInsights(enabled=False),
        deletion_protection_enabled=bool(table.deletion_protection_enabled),
        table_class=table.table_class or "STANDARD",
    )
    return LiveTable(**{"spec": actual, "status": "ACTIVE", "arn": ARN, "items": 3, **state})


def planned(wanted: TableSpec, actual: LiveTable | None, *, prune: bool = False) -> TablePlan:
    """Return the plan for one table."""
    return plan_table(TargetTable(wanted), actual, prune=prune)


def titles(operations: tuple[Operation, ...]) -> list[str]:
    """Return what operations do, without details."""
    return [title(operation).short for operation in operations]


def codes(plan: TablePlan) -> list[str]:
    """Return the risk codes of a plan."""
    return [operation.risk.code for operation in plan.operations if operation.risk]
