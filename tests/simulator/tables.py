"""The operations on whole tables: list, create, describe, delete."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from dataclasses import replace
from typing import Any

from .answers import Parameters, Refusal, Shape, bad_value, in_use, invalid, limit_exceeded
from .describing import ON_DEMAND_WARMTH, description, key_arn
from .policies import rewritten
from .shapes import refuse_mistakes, secondary
from .store import Store
from .table import Index, IndexMember, Table

_PAGE = 100
_SETTINGS = ("Tags", "ResourcePolicy", "SSESpecification", "StreamSpecification")
_INDEX_MEMBERS: tuple[IndexMember, ...] = ("GlobalSecondaryIndexes", "VectorIndexes")


def list_tables(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Documented: up to 100 names a page (API_ListTables.html), sorted."""
    page = parameters.get("Limit", _PAGE)
    if page > _PAGE:
        raise invalid(
            f"1 validation error detected: Value '{page}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {_PAGE}"
        )
    names = sorted(store.tables)
    first = bisect_right(names, parameters.get("ExclusiveStartTableName", ""))
    shown = names[first : first + page]
    more = {"LastEvaluatedTableName": shown[-1]} if first + page < len(names) else {}
    return {"TableNames": shown, **more}


def create_table(store: Store, parameters: Parameters) -> dict[str, Any]:
    asked = {"BillingMode": "PROVISIONED", "AttributeDefinitions": [], **parameters}
    refuse_mistakes(asked)
    _refuse_cold(asked)
    _refuse_taken(store, asked["TableName"])
    _refuse_crowd(store, asked)
    store.begin("creating", asked["TableName"])
    return {"TableDescription": description(store.write(_new_table(asked, store.clock())))}


def _refuse_taken(store: Store, name: str) -> None:
    """Reported: a name is in use until the deletion has finished."""
    if name in store.tables:
        if store.find(name).status == "CREATING":
            raise in_use(f"Table is being created: {name}")
        raise Refusal("ResourceInUseException", f"Table already exists: {name}")
    if len(store.tables) >= store.quota:
        raise limit_exceeded(f"There is a limit of {store.quota} tables per subscriber")


def _refuse_crowd(store: Store, asked: Shape) -> None:
    """Documented: up to 250 tables with secondary indexes are created at a time (API_CreateTable.html)."""
    if not secondary(asked):
        return
    crowd = sum(bool(table.indexes or "LocalSecondaryIndexes" in table.shape) for table in store.busy("creating"))
    if crowd >= store.indexed_limit:
        raise limit_exceeded(
            "You have exceeded the maximum number of indexed tables that can be created simultaneously"
        )


def _refuse_cold(asked: Shape) -> None:
    """Reported: warm throughput must not be below the initial one of the billing mode."""
    initial, what = ON_DEMAND_WARMTH, "initial throughput for OnDemand"
    if asked["BillingMode"] == "PROVISIONED":
        units = asked["ProvisionedThroughput"]
        initial = {
            "ReadUnitsPerSecond": units["ReadCapacityUnits"],
            "WriteUnitsPerSecond": units["WriteCapacityUnits"],
        }
        what = "ReadCapacityUnits of ProvisionedThroughput"
    for name, value in asked.get("WarmThroughput", {}).items():
        if value < initial[name]:
            raise bad_value(f"Requested {name} for WarmThroughput for table is lower than {what}")


def _new_table(asked: Parameters, now: float) -> Table:
    shape = {name: value for name, value in asked.items() if name not in (*_SETTINGS, *_INDEX_MEMBERS)}
    if (stream := asked.get("StreamSpecification", {})).get("StreamEnabled"):
        shape["StreamSpecification"] = stream
    if encryption := encrypted(asked.get("SSESpecification", {})):
        shape["Encryption"] = encryption
    return Table(
        name=asked["TableName"],
        id=str(uuid.uuid4()),
        born=now,
        shape=shape,
        indexes=tuple(Index(shape=index, member=m) for m in _INDEX_MEMBERS for index in asked.get(m, ())),
        stream_label=f"born-{now}" if "StreamSpecification" in shape else None,
        was_on_demand=asked["BillingMode"] == "PAY_PER_REQUEST",
        tags={tag["Key"]: tag["Value"] for tag in asked.get("Tags", ())},
        policy=rewritten(asked["ResourcePolicy"]) if "ResourcePolicy" in asked else None,
    )


def encrypted(specification: Shape) -> Shape | None:
    """Reported: an empty specification means none; a type enables it; the default is the AWS managed key."""
    if not specification or specification.get("Enabled") is False:
        return None
    return {"SSEType": "KMS", "KMSMasterKeyArn": key_arn(specification.get("KMSMasterKeyId"))}


def describe_table(store: Store, parameters: Parameters) -> dict[str, Any]:
    return {"Table": description(store.look(parameters["TableName"]))}


def scan(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Return only the number of items, up to the limit: items have no content."""
    view = store.find(parameters["TableName"])
    if view.status == "CREATING":
        raise store.not_ready(view, Refusal("ResourceNotFoundException", "Requested resource not found"))
    held = store.items if store.held is None else store.held
    count = min(held, parameters["Limit"])
    return {"Count": count, "ScannedCount": count, **({"LastEvaluatedKey": {}} if count < held else {})}


def delete_table(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Reported: refused while any part of the table changes, or right after a write of its tags or policy."""
    name = parameters["TableName"]
    view = store.find_idle(name)
    table = view.table
    if table.shape.get("DeletionProtectionEnabled"):
        raise invalid(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    if view.restless_indexes:
        raise in_use("Cannot delete table while indexes are being created, updated, or deleted.")
    if view.encrypting or view.warming or any(view.is_warming(index.warmed) for index in view.indexes):
        raise in_use(f"Table: {name} is in the process of being updated.")
    if view.at < table.tagged + store.tag_lock:
        raise in_use(f"Table tags are being updated: {name}")
    if view.at < table.policy_written + store.policy_lock:
        raise in_use(f"Table: {name} has a pending resource-based policy update.")
    store.begin("deleting", name)
    return {"TableDescription": description(store.write(replace(table, deleted=view.at)))}
