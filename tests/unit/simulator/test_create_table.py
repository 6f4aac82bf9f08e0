"""The simulator enforces the rules of CreateTable."""

from __future__ import annotations

import pytest

from tests.simulator.calls import (
    ALL,
    DELETE,
    IN_USE,
    KEY,
    KMS,
    STREAM,
    TABLE,
    UNITS,
    Rule,
    Simulation,
    V,
    create,
    define,
    index,
    provisioned,
    schema,
    vector,
)

pytestmark = pytest.mark.newest_boto3

RULES: dict[str, Rule] = {
    "an existing name": ([TABLE, 120], TABLE, IN_USE, "Table already exists: users"),
    "a name while CREATING": ([TABLE], TABLE, IN_USE, "Table is being created: users"),
    "a name while DELETING": ([TABLE, 120, DELETE], TABLE, IN_USE, "Table already exists: users"),
    "a name after deletion": ([TABLE, 120, DELETE, 3], TABLE, None, ""),
    "an invalid name": ([], create(TableName="my table"), V, "at 'tableName' failed to satisfy constraint"),
    "an unused definition": ([], create(AttributeDefinitions=define("id", "x")), V, "does not exactly match"),
    "an unused definition beside indexes": (
        [], create(AttributeDefinitions=define("id", "x", "y"), GlobalSecondaryIndexes=[index("by_x")]),
        V, "Some AttributeDefinitions are not used",
    ),
    "a missing definition": ([], create(KeySchema=schema("id", "at")), V, "are not defined in AttributeDefinitions"),
    "a search schema's missing definition": (
        [], create(VectorIndexes=[vector("near", "kind")]), V, "are not defined in AttributeDefinitions"
    ),
    "a search schema's definition": (
        [], create(VectorIndexes=[vector("near", "kind")], AttributeDefinitions=define("id", "kind")), None, ""
    ),
    "RANGE first": ([], create(KeySchema=[{"AttributeName": "id", "KeyType": "RANGE"}]), V, "is not a HASH key type"),
    "a key twice": ([], create(KeySchema=schema("id", "id")), V, "have the same name"),
    "an index name twice": (
        [], create(GlobalSecondaryIndexes=[index("twice", "id"), index("twice", "id")]), V, "Duplicate index name"
    ),
    "an invalid index name": ([], create(GlobalSecondaryIndexes=[index("by id", "id")]), V, "at 'indexName' failed"),
    "two HASH": ([], create(KeySchema=schema("id") * 2), V, "is not a RANGE key type"),
    "a definition twice": ([], create(AttributeDefinitions=define("id", "id")), V, "Attribute Name is duplicated"),
    "an index without HASH": (
        [], create(GlobalSecondaryIndexes=[index("by_id", KeySchema=schema("x", "id")[1:])]), V, "not a HASH key type"
    ),
    "an index with RANGE first": (
        [], create(GlobalSecondaryIndexes=[index("by_id", KeySchema=schema("id", "id")[::-1])]), V, "must precede RANGE"
    ),
    "5 HASH in an index": (
        [], create(GlobalSecondaryIndexes=[index("by_id", KeySchema=schema("id") * 5)]), V, "maximum allowed number of"
    ),
    "6 vector indexes": ([], create(VectorIndexes=[vector(f"near{n}") for n in range(6)]), V, "exceeds the per-table"),
    "no indexes": ([], create(GlobalSecondaryIndexes=[]), V, "is empty"),
    "21 indexes": (
        [], create(GlobalSecondaryIndexes=[index(f"by_{n:02}", "id") for n in range(21)]), V, "exceeds the per-table"
    ),
    "a local index without RANGE": (
        [], create(LocalSecondaryIndexes=[index("loc", "id", "id")]), V, "does not have a range key, which is required"
    ),
    "a local index with another HASH": (
        [], create(KeySchema=schema("id", "at"), AttributeDefinitions=define("id", "at", "x"),
                   LocalSecondaryIndexes=[index("loc", "x", "at")]),
        V, "same leading hash key",
    ),
    "6 local indexes": (
        [], create(KeySchema=schema("id", "at"), AttributeDefinitions=define("id", "at"),
                   LocalSecondaryIndexes=[index(f"loc{n}", "id", "at") for n in range(6)]),
        V, "exceeds per-table limit of 5",
    ),
    "a local index without RANGE of its own": (
        [], create(KeySchema=schema("id", "at"), AttributeDefinitions=define("id", "at"),
                   LocalSecondaryIndexes=[index("loc", "id")]),
        V, "does not have a range key for index: loc",
    ),
    "a projection of no type": ([], create(GlobalSecondaryIndexes=[index("by_id", "id", Projection={})]), V, "Unknown"),
    "ALL and more": (
        [], create(GlobalSecondaryIndexes=[index("by_id", "id", Projection={**ALL, "NonKeyAttributes": ["x"]})]),
        V, "ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    "INCLUDE without attributes": (
        [], create(GlobalSecondaryIndexes=[index("by_id", "id", Projection={"ProjectionType": "INCLUDE"})]),
        V, "NonKeyAttributes is not specified",
    ),
    "provisioned without throughput": ([], create(BillingMode="PROVISIONED"), V, "must both be specified"),
    "on-demand with throughput": ([], create(ProvisionedThroughput=UNITS), V, "Neither ReadCapacityUnits nor"),
    "a provisioned table's index without throughput": (
        [], provisioned(GlobalSecondaryIndexes=[index("by_id", "id")]), V, "is not specified for index: by_id"
    ),
    "an on-demand table's index with throughput": (
        [], create(GlobalSecondaryIndexes=[index("by_id", "id", ProvisionedThroughput=UNITS)]),
        V, "should not be specified for index: by_id",
    ),
    "on-demand maxima of a provisioned table": (
        [], provisioned(OnDemandThroughput={"MaxReadRequestUnits": 9}), V, "BillingMode is PROVISIONED"
    ),
    "on-demand maxima of a provisioned table's index": (
        [], provisioned(GlobalSecondaryIndexes=[
            index("by_id", "id", ProvisionedThroughput=UNITS, OnDemandThroughput={"MaxReadRequestUnits": 9})]),
        V, "for index : by_id cannot be specified",
    ),
    "warm throughput below the initial": (
        [], create(WarmThroughput={"ReadUnitsPerSecond": 11000}), V, "lower than initial throughput"
    ),
    "vectors in a provisioned table": ([], provisioned(VectorIndexes=[vector("near")]), V, "PAY_PER_REQUEST tables"),
    "a stream without a view": ([], create(StreamSpecification={"StreamEnabled": True}), V, "is required"),
    "disabled stream with a view": (
        [], create(StreamSpecification={**STREAM, "StreamEnabled": False}), V, "should not be specified"
    ),
    "no encryption with a key": ([], create(SSESpecification={**KMS, "Enabled": False}), V, "if Enabled is false"),
    "encryption of another type": ([], create(SSESpecification={"SSEType": "AES256"}), V, "AES256 is not supported"),
    "a tag twice": ([], create(Tags=[{"Key": "a", "Value": "x"}] * 2), V, "Duplicate Tag Keys"),
    "a key without its type": ([], create(SSESpecification={"KMSMasterKeyId": KEY}), V, "SSEType KMS is required"),
    "tags with the prefix aws:": ([], create(Tags=[{"Key": "aws:x", "Value": "y"}]), V, "prefixed with aws:"),
    "a policy that is not JSON": ([], create(ResourcePolicy="{"), V, "invalid Json"),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rules(rule: Rule, simulation: Simulation) -> None:
    simulation.keeps(*rule)
