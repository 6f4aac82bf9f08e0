"""States of the simulator over time, quotas and pages."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from dynamotasks.errors import CallError, TargetError
from dynamotasks.schema.serialization import Call
from tests.simulator.calls import (
    ADD,
    ADD_VECTOR,
    ARN,
    DECRYPT,
    DELETE,
    ENCRYPT,
    HOUR,
    INDEXED,
    KEY,
    KMS,
    MORE_UNITS,
    ON_DEMAND,
    PROTECT,
    PROVISIONED_INDEXED,
    START_STREAM,
    STREAM,
    TABLE,
    TO_PROVISIONED,
    UNITS,
    Simulation,
    at_arn,
    create,
    define,
    drop,
    insights,
    on,
    pitr,
    provisioned,
    schema,
    tag,
    to_kinesis,
    ttl,
    update,
)

pytestmark = pytest.mark.newest_boto3


def test_statuses_of_a_table(simulation: Simulation) -> None:
    simulation.run(TABLE)
    assert simulation.statuses() == ("CREATING",)
    simulation.run(10)
    assert simulation.statuses() == ("ACTIVE",)
    simulation.run(START_STREAM)
    assert simulation.statuses() == ("UPDATING",)
    simulation.run(5)
    assert simulation.statuses() == ("ACTIVE",)
    assert simulation.run(DELETE)["TableDescription"]["TableStatus"] == "DELETING"
    simulation.run(2.9)
    assert simulation.statuses() == ("DELETING",)
    simulation.run(0.2)
    with pytest.raises(CallError, match="Table: users not found"):
        simulation.table()


@pytest.mark.parametrize(
    ("call", "member", "last"),
    [(ADD, "GlobalSecondaryIndexUpdates", "by_x"), (ADD_VECTOR, "VectorIndexUpdates", "near")],
)
def test_statuses_of_an_index(call: Call, member: str, last: str, simulation: Simulation) -> None:
    """The table is ACTIVE before its index."""
    simulation.run(TABLE, 120, call)
    assert simulation.statuses() == ("UPDATING", "CREATING")
    simulation.run(5)
    assert simulation.statuses() == ("ACTIVE", "CREATING")
    simulation.run(100)
    assert simulation.statuses() == ("ACTIVE", "ACTIVE")
    simulation.run(drop(last, member))
    assert simulation.statuses() == ("UPDATING", "DELETING")
    simulation.run(5)
    assert simulation.statuses() == ("ACTIVE",)
    assert simulation.table()["AttributeDefinitions"] == define("id")


def test_backfilling_is_shown_only_for_added_indexes(simulation: Simulation) -> None:
    shown = []
    simulation.run(TABLE, 120, ADD)
    for seconds in (0.0, 5.0, 100.0):
        simulation.run(seconds)
        shown.append(simulation.table()["GlobalSecondaryIndexes"][0].get("Backfilling"))
    assert shown == [False, True, None]


def test_index_of_a_new_table_is_active_after_the_table(simulation: Simulation) -> None:
    simulation.run(INDEXED, 10)
    assert simulation.statuses() == ("ACTIVE", "CREATING")
    simulation.run(100)
    assert simulation.statuses() == ("ACTIVE", "ACTIVE")


def test_description_of_a_table(simulation: Simulation) -> None:
    simulation.plane.items = 3
    simulation.run(
        create(SSESpecification=KMS, StreamSpecification=STREAM, OnDemandThroughput={"MaxReadRequestUnits": 9})
    )
    simulation.run(10)
    table = simulation.table()
    assert table["TableArn"] == ARN
    assert table["LatestStreamArn"].startswith(f"{ARN}/stream/")
    assert table["SSEDescription"] == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}
    assert table["WarmThroughput"] == {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    assert table["ProvisionedThroughput"].items() >= {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}.items()
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert (table["ItemCount"], table["DeletionProtectionEnabled"]) == (3, False)
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 9}
    assert "TableClassSummary" not in table
    simulation.run(update(OnDemandThroughput={"MaxReadRequestUnits": -1}))
    assert "OnDemandThroughput" not in simulation.table()


def test_always_provisioned_table_has_no_billing_mode_summary(simulation: Simulation) -> None:
    simulation.run(provisioned(), 120)
    assert "BillingModeSummary" not in simulation.table()
    simulation.run(ON_DEMAND, 5, TO_PROVISIONED, 5)
    assert simulation.table()["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


def test_throughput_change_is_shown_when_it_finishes(simulation: Simulation) -> None:
    simulation.run(provisioned(), 120)
    answers = simulation.run(update(ProvisionedThroughput=MORE_UNITS))["TableDescription"], simulation.table()
    assert [answer["ProvisionedThroughput"]["ReadCapacityUnits"] for answer in answers] == [5, 5]
    simulation.run(5)
    assert simulation.table()["ProvisionedThroughput"]["ReadCapacityUnits"] == 6


def test_warm_throughput_stays_after_switch_back_to_provisioned(simulation: Simulation) -> None:
    simulation.run(PROVISIONED_INDEXED, 120)
    assert simulation.table()["WarmThroughput"]["ReadUnitsPerSecond"] == 5
    simulation.run(ON_DEMAND, 5)
    units = {"Update": {"IndexName": "by_x", "ProvisionedThroughput": UNITS}}
    back = update(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, GlobalSecondaryIndexUpdates=[units])
    simulation.run(back, 5)
    assert simulation.table()["WarmThroughput"]["ReadUnitsPerSecond"] == 12000


def test_encryption_changes_while_the_table_is_active(simulation: Simulation) -> None:
    simulation.run(TABLE, 120, ENCRYPT)
    assert (simulation.statuses(), simulation.table()["SSEDescription"]["Status"]) == (("ACTIVE",), "UPDATING")
    simulation.run(5)
    assert simulation.table()["SSEDescription"]["Status"] == "ENABLED"
    simulation.run(DECRYPT, 5)
    assert "SSEDescription" not in simulation.table()


def test_statuses_of_ttl(simulation: Simulation) -> None:
    read, shown = on("DescribeTimeToLive"), []
    simulation.run(TABLE, 120)
    for step in (0.0, ttl(), 60.0, HOUR, ttl(enabled=False), 60.0):
        shown.append(simulation.run(step, read)["TimeToLiveDescription"])
    assert [each["TimeToLiveStatus"] for each in shown] == [
        "DISABLED", "ENABLING", "ENABLED", "ENABLED", "DISABLING", "DISABLED",
    ]  # fmt: skip
    assert [each.get("AttributeName") for each in shown] == [None, *["expires"] * 4, None]


def test_settings_are_returned_as_set(simulation: Simulation) -> None:
    simulation.run(
        create(Tags=[{"Key": "a", "Value": "x"}, {"Key": "b", "Value": "x"}], ResourcePolicy='{"Statement":[1]}')
    )
    simulation.run(120, at_arn("UntagResource", TagKeys=["a"]), pitr(), insights(), to_kinesis("Enable"))
    assert simulation.run(at_arn("ListTagsOfResource"))["Tags"] == [{"Key": "b", "Value": "x"}]
    assert json.loads(simulation.run(at_arn("GetResourcePolicy"))["Policy"]) == {"Statement": [1]}
    backups = simulation.run(on("DescribeContinuousBackups"))["ContinuousBackupsDescription"]
    recovery = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
    assert backups == {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    read_insights, read_kinesis = on("DescribeContributorInsights"), on("DescribeKinesisStreamingDestination")
    assert simulation.run(read_insights)["ContributorInsightsStatus"] == "ENABLING"
    assert simulation.run(read_kinesis)["KinesisDataStreamDestinations"][0]["DestinationStatus"] == "ENABLING"
    assert simulation.run(5, read_insights)["ContributorInsightsStatus"] == "ENABLED"
    assert simulation.run(read_kinesis)["KinesisDataStreamDestinations"][0]["DestinationStatus"] == "ACTIVE"
    simulation.run(insights("DISABLE"), to_kinesis("Disable"), at_arn("DeleteResourcePolicy"), 5)
    assert simulation.run(read_insights)["ContributorInsightsStatus"] == "DISABLED"
    assert simulation.run(read_kinesis)["KinesisDataStreamDestinations"][0]["DestinationStatus"] == "DISABLED"


def test_eventually_consistent_reads_are_stale(simulation: Simulation) -> None:
    simulation.plane.stale = 2
    simulation.run(TABLE, 1.9)
    with pytest.raises(CallError, match="Table: users not found"):
        simulation.table()
    simulation.run(0.1)
    assert simulation.statuses() == ("CREATING",)
    simulation.run(120, tag("a"), PROTECT, 1.9)
    assert simulation.run(at_arn("ListTagsOfResource"))["Tags"] == []
    assert simulation.table()["DeletionProtectionEnabled"] is False
    assert simulation.run(0.1, at_arn("ListTagsOfResource"))["Tags"] == [{"Key": "a", "Value": "x"}]
    assert simulation.table()["DeletionProtectionEnabled"] is True
    simulation.run(update(DeletionProtectionEnabled=False), DELETE, 4.9)
    assert simulation.statuses() == ("DELETING",)
    assert list(simulation.database.table_names()) == []


def test_wavering_reads_can_show_an_earlier_state(simulation: Simulation) -> None:
    simulation.run(TABLE, 120, PROTECT)
    simulation.plane.stale, simulation.plane.wavering = 2, random.Random(1)
    simulation.run(1)
    shown = [simulation.table()["DeletionProtectionEnabled"] for _ in range(20)]
    assert sorted(shown) != shown
    assert set(shown) == {True, False}


def named(number: int) -> Call:
    return create(TableName=f"table{number:04}")


def test_limit_of_busy_tables(simulation: Simulation) -> None:
    simulation.plane.limit = 2
    simulation.run(named(1), named(2))
    with pytest.raises(CallError, match="Only 2 tables can be created, updated, or deleted simultaneously"):
        simulation.run(named(3))
    simulation.run(120, named(3), Call("DeleteTable", {"TableName": "table0001"}))
    with pytest.raises(CallError, match="Only 2 tables") as refused:
        simulation.run(Call("UpdateTable", {"TableName": "table0002", "StreamSpecification": STREAM}))
    assert refused.value.code == "LimitExceededException"
    assert simulation.plane.most == 2


def test_limit_of_indexed_tables_being_created(simulation: Simulation) -> None:
    simulation.plane.indexed_limit = 1
    indexed = {**INDEXED.parameters, "TableName": "orders"}
    simulation.run(INDEXED, named(1))
    with pytest.raises(CallError, match="maximum number of indexed tables"):
        simulation.run(Call("CreateTable", indexed))
    simulation.run(10, Call("CreateTable", indexed))


def test_quota_of_tables(simulation: Simulation) -> None:
    """The work grows linearly with the number of tables."""
    simulation.plane.limit = 2500
    simulation.run(*(named(number) for number in range(2500)))
    assert simulation.plane.most == 2500
    with pytest.raises(CallError, match="There is a limit of 2500 tables"):
        simulation.run(named(2500))
    assert list(simulation.database.table_names()) == [f"table{number:04}" for number in range(2500)]
    assert [operation for operation, _ in simulation.plane.calls].count("ListTables") == 25


def test_pages_of_names(simulation: Simulation) -> None:
    simulation.run(*(named(number) for number in range(3)))
    page = simulation.run(Call("ListTables", {"Limit": 2}))
    assert (page["TableNames"], page["LastEvaluatedTableName"]) == (["table0000", "table0001"], "table0001")
    page = simulation.run(Call("ListTables", {"Limit": 2, "ExclusiveStartTableName": "table0001"}))
    assert (page["TableNames"], "LastEvaluatedTableName" in page) == (["table0002"], False)
    assert "LastEvaluatedTableName" not in simulation.run(Call("ListTables", {"Limit": 3}))


def test_scalable_targets(simulation: Simulation) -> None:
    simulation.plane.scalable = {"table/users", "table/users/index/by_x", "table/orders"}
    asked = {"ServiceNamespace": "dynamodb", "ResourceIds": ["table/users", "table/users/index/by_x"]}
    targets = simulation.run(Call("DescribeScalableTargets", asked))["ScalableTargets"]
    assert [(target["ResourceId"], target["ScalableDimension"]) for target in targets] == [
        ("table/users", "dynamodb:table:ReadCapacityUnits"),
        ("table/users", "dynamodb:table:WriteCapacityUnits"),
        ("table/users/index/by_x", "dynamodb:index:ReadCapacityUnits"),
        ("table/users/index/by_x", "dynamodb:index:WriteCapacityUnits"),
    ]


def test_responses_share_no_state_with_the_plane(simulation: Simulation) -> None:
    parameters: Any = {**TABLE.parameters, "KeySchema": schema("id")}
    simulation.run(Call("CreateTable", parameters), 120)
    parameters["KeySchema"].clear()
    simulation.table()["KeySchema"].clear()
    assert simulation.table()["KeySchema"] == schema("id")


def test_other_account_is_refused(simulation: Simulation) -> None:
    simulation.database.check_account([ARN])
    simulation.database.target = replace(simulation.database.target, account_id="123456789012")
    simulation.database.check_account([ARN])
    simulation.database.target = replace(simulation.database.target, account_id="999999999999")
    with pytest.raises(TargetError, match="belong to account 123456789012"):
        simulation.database.check_account([])


def test_unknown_operations(simulation: Simulation) -> None:
    status, answer = simulation.plane.answer("PutItem", {"TableName": "users"})
    assert (status, answer["__type"].rpartition("#")[2]) == (400, "UnknownOperationException")
