"""The simulator enforces the rules of UpdateTable."""

from __future__ import annotations

import pytest

from tests.simulator.calls import (
    ADD,
    ADD_VECTOR,
    DAY,
    DECRYPT,
    DELETE,
    ENCRYPT,
    GONE,
    IN_USE,
    INDEXED,
    INFREQUENT,
    KEY,
    KMS,
    LIMIT,
    MORE_UNITS,
    ON_DEMAND,
    PROTECT,
    PROVISIONED_INDEXED,
    RE_ENCRYPTED,
    RECLASSED,
    ROUND_TRIP,
    START_STREAM,
    STOP_STREAM,
    STREAM,
    TABLE,
    TO_PROVISIONED,
    UNITS,
    WARM,
    Rule,
    Simulation,
    V,
    add,
    create,
    define,
    drop,
    index,
    provisioned,
    update,
    vector,
    warmer,
)

pytestmark = pytest.mark.newest_boto3

RULES: dict[str, Rule] = {
    # --- states
    "update while CREATING": ([TABLE], PROTECT, IN_USE, "Table is being created"),
    "update while UPDATING": ([TABLE, 120, START_STREAM], PROTECT, IN_USE, "in the process of being updated"),
    "update while DELETING": ([TABLE, 120, DELETE], PROTECT, IN_USE, "Table is being deleted"),
    "update of a missing table": ([], PROTECT, GONE, "Table: users not found"),
    "update while an index is allocated": ([TABLE, 120, ADD], PROTECT, IN_USE, "being updated"),
    "update while an index backfills": ([TABLE, 120, ADD, 5], PROTECT, None, ""),
    "a stream while an index backfills": ([TABLE, 120, ADD, 5], START_STREAM, None, ""),
    # --- one concern a call
    "empty update": ([TABLE, 120], update(), V, "At least one of ProvisionedThroughput, BillingMode"),
    "only definitions": ([TABLE, 120], update(AttributeDefinitions=define("id")), V, "At least one of"),
    "encryption and protection": (
        [TABLE, 120], update(SSESpecification=KMS, DeletionProtectionEnabled=True), V, "Server-Side Encryption modif"
    ),
    "class and protection": (
        [TABLE, 120], update(TableClass="STANDARD", DeletionProtectionEnabled=True), V, "TableClass modification must"
    ),
    "protection and stream": (
        [TABLE, 120], update(StreamSpecification=STREAM, DeletionProtectionEnabled=True), V, "DeletionProtection modif"
    ),
    "warm throughput and stream": (
        [TABLE, 120], update(StreamSpecification=STREAM, WarmThroughput={"ReadUnitsPerSecond": 15000}),
        V, "WarmThroughput must be the only operation",
    ),
    "warm throughput of table and index": (
        [INDEXED, 120], update(WarmThroughput=WARM, GlobalSecondaryIndexUpdates=[warmer()]),
        V, "WarmThroughput must be the only operation",
    ),
    "warm throughput of two indexes": (
        [INDEXED, 120], update(GlobalSecondaryIndexUpdates=[warmer(), warmer()]),
        V, "WarmThroughput must be the only operation",
    ),
    "warm throughput of an index with its maximum": (
        [INDEXED, 120], update(GlobalSecondaryIndexUpdates=[warmer(OnDemandThroughput={"MaxReadRequestUnits": 5})]),
        V, "WarmThroughput must be the only operation",
    ),
    "warm throughput of an index": ([INDEXED, 120], update(GlobalSecondaryIndexUpdates=[warmer()]), None, ""),
    "maxima and stream": (
        [TABLE, 120], update(StreamSpecification=STREAM, OnDemandThroughput={"MaxReadRequestUnits": 9}),
        V, "can only be combined with BillingMode",
    ),
    "throughput and stream": (
        [TABLE, 120], update(StreamSpecification=STREAM, ProvisionedThroughput=UNITS), V, "cannot modify stream status"
    ),
    "throughput and an index": (
        [TABLE, 120], update(GlobalSecondaryIndexUpdates=[{"Create": index("by_x")}], ProvisionedThroughput=UNITS),
        V, "cannot create or delete index while updating table IOPS",
    ),
    "a stream and an index": (
        [TABLE, 120], update(GlobalSecondaryIndexUpdates=[{"Create": index("by_x")}], StreamSpecification=STREAM),
        V, "cannot create or delete index while changing stream",
    ),
    # --- billing and throughput
    "the same throughput": ([provisioned(), 120], update(ProvisionedThroughput=UNITS), V, "table will not change"),
    "other throughput": ([provisioned(), 120], update(ProvisionedThroughput=MORE_UNITS), None, ""),
    "on-demand again": ([TABLE, 120], ON_DEMAND, None, ""),
    "throughput while on-demand": ([TABLE, 120], update(ProvisionedThroughput=UNITS), V, "Neither ReadCapacityUnits"),
    "maxima while provisioned": (
        [provisioned(), 120], update(OnDemandThroughput={"MaxReadRequestUnits": 9}), V, "BillingMode is PROVISIONED"
    ),
    "provisioned without units": ([TABLE, 120], update(BillingMode="PROVISIONED"), V, "must be specified when"),
    "provisioned without an index's units": (
        [INDEXED, 120], TO_PROVISIONED, V, "ProvisionedThroughput must be specified for index: by_x"
    ),
    "provisioned with its index's units": (
        [INDEXED, 120],
        update(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, GlobalSecondaryIndexUpdates=[
            {"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}]),
        None, "",
    ),
    "provisioned with vectors": ([TABLE, 120, ADD_VECTOR, 120], TO_PROVISIONED, V, "PAY_PER_REQUEST tables"),
    "on-demand for the 4th time": (
        [provisioned(), 120, *ROUND_TRIP * 3], ON_DEMAND, None, ""
    ),
    "on-demand for the 5th time": (
        [provisioned(), 120, *ROUND_TRIP * 4], ON_DEMAND, LIMIT, "limited to 4 times"
    ),
    "on-demand for the 5th time, a day later": (
        [provisioned(), 120, *ROUND_TRIP * 4, DAY], ON_DEMAND, None, ""
    ),
    "an index's same throughput": (
        [PROVISIONED_INDEXED, 120],
        update(GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}]),
        V, "for the index by_x will not change",
    ),
    "an index's throughput on-demand": (
        [INDEXED, 120],
        update(GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}]),
        V, "can be specified for index: by_x",
    ),
    "update of an index that backfills": (
        [TABLE, 120, ADD, 5],
        update(GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by_x", "OnDemandThroughput": {}}}]),
        IN_USE, "Index is being created. Table: users Index: by_x",
    ),
    "less warm throughput of an index": (
        [INDEXED, 120],
        update(GlobalSecondaryIndexUpdates=[
            {"Update": {"IndexName": "by_x", "WarmThroughput": {"WriteUnitsPerSecond": 1}}}]),
        V, "for index by_x is lower than current",
    ),
    "update of a missing index": (
        [TABLE, 120],
        update(GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}]),
        GONE, "",
    ),
    "less warm throughput": ([TABLE, 120], update(WarmThroughput={"ReadUnitsPerSecond": 11000}), V, "decreasing Warm"),
    "more warm throughput": ([TABLE, 120], update(WarmThroughput={"ReadUnitsPerSecond": 13000}), None, ""),
    # --- indexes
    "an index": ([TABLE, 120], ADD, None, ""),
    "an index that exists": ([INDEXED, 120], ADD, V, "Attempting to create an index which already exists"),
    "an index without definitions": ([TABLE, 120], add(index("by_x")), V, "is not specified for index: by_x"),
    "an index without its own definition": ([TABLE, 120], add(index("by_x"), "id"), V, "are not defined"),
    "an index without the table's definitions": ([TABLE, 120], add(index("by_x"), "x"), V, "are not defined"),
    "an index with another key type": (
        [TABLE, 120], add(index("by_x"), "id", "x", id="N"), V, "Attributes cannot be redefined"
    ),
    "two indexes in a call": (
        [TABLE, 120],
        update(AttributeDefinitions=define("id", "x"), GlobalSecondaryIndexUpdates=[
            {"Create": index("by_x")}, {"Create": index("by_xx")}]),
        LIMIT, "Only 1 online index",
    ),
    "two indexes of different kinds in a call": (
        [INDEXED, 120],
        update(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_x"}}],
               VectorIndexUpdates=[{"Create": vector("near")}]),
        LIMIT, "Only 1 online index",
    ),
    "an index while another backfills": ([TABLE, 120, ADD, 5], add(index("by_id", "id"), "id", "x"), LIMIT, "Only 1"),
    "a vector index while another backfills": ([TABLE, 120, ADD, 5], ADD_VECTOR, LIMIT, "Only 1 online index"),
    "an index after another": ([TABLE, 120, ADD, 105], add(index("by_id", "id"), "id", "x"), None, ""),
    "delete      index that backfills": ([TABLE, 120, ADD, 5], drop("by_x"), None, ""),
    "delete a missing index": ([TABLE, 120], drop("by_x"), GONE, ""),
    "delete      vector index as another kind": ([TABLE, 120, ADD_VECTOR, 105], drop("near"), GONE, ""),
    "delete      vector index": ([TABLE, 120, ADD_VECTOR, 105], drop("near", "VectorIndexUpdates"), None, ""),
    "a 21st index": (
        [create(GlobalSecondaryIndexes=[index(f"by_{n:02}", "id") for n in range(20)]), 120],
        add(index("by_id", "id"), "id"), LIMIT, "exceeds per-table limit of 20",
    ),
    "delete      index while another backfills": ([INDEXED, 120, ADD_VECTOR, 5], drop("by_x"), LIMIT, "Only 1"),
    "a definition that nothing uses": ([TABLE, 120], add(index("by_x"), "id", "x", "y"), V, "are not used"),
    "a vector index of a provisioned table": ([provisioned(), 120], ADD_VECTOR, V, "PAY_PER_REQUEST tables"),
    "a 6th vector index": (
        [create(VectorIndexes=[vector(f"near{n}") for n in range(5)]), 120],
        ADD_VECTOR, LIMIT, "vector indexes exceeds per-table limit of 5",
    ),
    "an index without units in a provisioned table": ([provisioned(), 120], ADD, V, "not specified for index: by_x"),
    "an index with units on-demand": (
        [TABLE, 120], add(index("by_x", ProvisionedThroughput=UNITS), "id", "x"), V, "should not be specified"
    ),
    "a removed definition with another type": (
        [INDEXED, 120, drop("by_x"), 5], add(index("by_x"), "id", "x", x="N"), None, ""
    ),
    # --- other settings
    "a stream twice": ([TABLE, 120, START_STREAM, 5], START_STREAM, V, "has an enabled stream: TableName: users"),
    "disable a stream twice": ([TABLE, 120], STOP_STREAM, V, "Table has no stream to disable"),
    "disable a stream": ([TABLE, 120, START_STREAM, 5], STOP_STREAM, None, ""),
    "a stream without a view, later": ([TABLE, 120], update(StreamSpecification={"StreamEnabled": True}), V, "require"),
    "disabled stream with a view, later": (
        [TABLE, 120, START_STREAM, 5], update(StreamSpecification={**STREAM, "StreamEnabled": False}), V, "must not be"
    ),
    "a later key without its type": ([TABLE, 120], update(SSESpecification={"KMSMasterKeyId": KEY}), V, "is required"),
    "the default class": ([TABLE, 120, *[update(TableClass="STANDARD")] * 3], INFREQUENT, None, ""),
    "disable encryption twice": ([TABLE, 120], DECRYPT, V, "already encrypted by default"),
    "the same encryption": ([TABLE, 120, ENCRYPT, 5], ENCRYPT, V, "already encrypted with given KMSMasterKeyId"),
    "encryption during encryption": ([TABLE, 120, ENCRYPT], DECRYPT, IN_USE, "Server-Side Encryption is still being"),
    "the 5th encryption": ([TABLE, 120, *RE_ENCRYPTED * 2], ENCRYPT, LIMIT, "24h window"),
    "the 3rd class": ([TABLE, 120, *RECLASSED * 2], update(TableClass="STANDARD"), LIMIT, "2 times in 30 day"),
    "the 3rd class, a month later": ([TABLE, 120, *RECLASSED * 2, 30 * DAY], INFREQUENT, None, ""),
    "protection twice": ([TABLE, 120, PROTECT], PROTECT, None, ""),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rules(rule: Rule, simulation: Simulation) -> None:
    simulation.keeps(*rule)
