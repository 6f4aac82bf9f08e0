"""The simulator enforces the rules of DeleteTable and of settings with separate operations."""

from __future__ import annotations

import json

import pytest

from dynamotasks.schema.serialization import Call
from tests.simulator.calls import (
    ADD,
    ARN,
    DELETE,
    ENCRYPT,
    GONE,
    HOUR,
    IN_USE,
    KINESIS,
    LIMIT,
    PROTECT,
    START_STREAM,
    TABLE,
    Rule,
    Simulation,
    V,
    at_arn,
    create,
    insights,
    on,
    pitr,
    policy,
    tag,
    to_kinesis,
    ttl,
)

pytestmark = pytest.mark.newest_boto3

RULES: dict[str, Rule] = {
    # --- DeleteTable
    "delete      protected table": ([TABLE, 120, PROTECT], DELETE, V, "Disable deletion protection first."),
    "delete while CREATING": ([TABLE], DELETE, IN_USE, "Table is being created"),
    "delete while UPDATING": ([TABLE, 120, START_STREAM], DELETE, IN_USE, "in the process of being updated"),
    "delete while an index backfills": ([TABLE, 120, ADD, 5], DELETE, IN_USE, "Cannot delete table while indexes"),
    "delete while tags are written": ([TABLE, 120, tag("a")], DELETE, IN_USE, "Table tags are being updated"),
    "delete while a policy is written": ([TABLE, 120, policy()], DELETE, IN_USE, "pending resource-based policy"),
    "delete while encryption changes": ([TABLE, 120, ENCRYPT], DELETE, IN_USE, "in the process of being updated"),
    "delete a missing table": ([], DELETE, GONE, "Table: users not found"),
    "delete twice": ([TABLE, 120, DELETE], DELETE, IN_USE, "Table is being deleted"),
    # --- Time to Live
    "TTL while CREATING": ([TABLE], ttl(), GONE, "Table: users not found"),
    "reading TTL while CREATING": ([TABLE], on("DescribeTimeToLive"), V, "while table is in CREATING state"),
    "TTL twice": ([TABLE, 120, ttl(), HOUR], ttl(), V, "TimeToLive is already enabled"),
    "disable TTL twice": ([TABLE, 120], ttl(enabled=False), V, "TimeToLive is already disabled"),
    "TTL by another attribute": ([TABLE, 120, ttl(), HOUR], ttl("until"), V, "current AttributeName is expires"),
    "TTL within the hour": (
        [TABLE, 120, ttl(), HOUR - 1], ttl(enabled=False), V, "modified multiple times within a fixed interval"
    ),
    "TTL after the hour": ([TABLE, 120, ttl(), HOUR], ttl(enabled=False), None, ""),
    # --- backups
    "backups while CREATING": ([TABLE], pitr(), "TableNotFoundException", "Table not found: users"),
    "backups too early": ([TABLE, 13], pitr(), "ContinuousBackupsUnavailableException", "are being enabled"),
    "backups in time": ([TABLE, 14], pitr(), None, ""),
    "backups for 36 days": ([TABLE, 120], pitr(RecoveryPeriodInDays=36), V, "recoveryPeriodInDays"),
    "no backups, for days": ([TABLE, 120], pitr(False, RecoveryPeriodInDays=9), V, "Cannot specify"),
    "no backups": ([TABLE, 120, pitr()], pitr(False), None, ""),
    # --- tags and policies
    "tags while CREATING": ([TABLE], tag("a"), GONE, f"ResourceArn: {ARN} not found"),
    "reading tags while CREATING": ([TABLE], at_arn("ListTagsOfResource"), GONE, "not found"),
    "tags right after tags": ([TABLE, 120, tag("a"), 1], tag("b"), LIMIT, "Table tags are being updated: users"),
    "tags a while after tags": ([TABLE, 120, tag("a"), 1.7], tag("b"), None, ""),
    "tags after the same tags": ([TABLE, 120, tag("a"), 2, tag("a")], tag("b"), None, ""),
    "untagging right after tags": (
        [TABLE, 120, tag("a")], at_arn("UntagResource", TagKeys=["a"]), LIMIT, "Table tags are being updated"
    ),
    "tags of another account's table": (
        [TABLE, 120], Call("TagResource", {"ResourceArn": ARN.replace("1", "9"), "Tags": []}), GONE, "not found"
    ),
    "tags of a missing table": ([], tag("a"), GONE, f"ResourceArn: {ARN} not found"),
    "51 tags": ([TABLE, 120, tag("more"), 2], tag(*(f"tag{n}" for n in range(50))), V, "Number of Tags exceed"),
    "tags with the prefix aws:": ([TABLE, 120], tag("aws:x"), V, "prefixed with aws:"),
    "no policy": ([TABLE, 120], at_arn("GetResourcePolicy"), "PolicyNotFoundException", f"ResourceArn: {ARN}"),
    "delete a missing policy": ([TABLE, 120], at_arn("DeleteResourcePolicy"), "PolicyNotFoundException", ""),
    "a policy without statements": ([TABLE, 120], policy("{}"), V, "Statement is empty"),
    "a policy right after another": ([TABLE, 120, policy()], policy('{"Statement": [1]}'), IN_USE, "pending previous"),
    # --- contributor insights and Kinesis
    "insights while CREATING": ([TABLE], insights(), V, "TableStatus must be ACTIVE"),
    "insights of an index that backfills": (
        [TABLE, 120, ADD, 5], insights(IndexName="by_x"), V, "IndexStatus must be ACTIVE"
    ),
    "insights of no index": ([TABLE, 120], insights(IndexName="by_x"), GONE, ""),
    "Kinesis while CREATING": ([TABLE], to_kinesis("Enable"), GONE, ""),
    "Kinesis twice": ([TABLE, 120, to_kinesis("Enable"), 5], to_kinesis("Enable", f"{KINESIS}2"), V, "perform ENABLE"),
    "no Kinesis twice": ([TABLE, 120], to_kinesis("Disable"), V, "must be ACTIVE to perform DISABLE"),
    "Kinesis's precision while ENABLING": (
        [TABLE, 120, to_kinesis("Enable")],
        to_kinesis("Update", UpdateKinesisStreamingConfiguration={
            "ApproximateCreationDateTimePrecision": "MICROSECOND"}),
        V, "Kinesis streaming is not in ACTIVE state",
    ),
    "Kinesis's other precision": (
        [TABLE, 120, to_kinesis("Enable"), 5],
        to_kinesis("Update", UpdateKinesisStreamingConfiguration={
            "ApproximateCreationDateTimePrecision": "MICROSECOND"}),
        None, "",
    ),
    "Kinesis's same precision": (
        [TABLE, 120, to_kinesis("Enable"), 5],
        to_kinesis("Update", UpdateKinesisStreamingConfiguration={
            "ApproximateCreationDateTimePrecision": "MILLISECOND"}),
        V, "Precision is already set",
    ),
    "TTL while DELETING": ([TABLE, 120, DELETE], ttl(), IN_USE, "Table is being deleted"),
    "backups while DELETING": ([TABLE, 120, DELETE], pitr(), IN_USE, "Table is being deleted"),
    "tags while DELETING": ([TABLE, 120, DELETE], tag("a"), IN_USE, "Table is being deleted"),
    "a policy while DELETING": ([TABLE, 120, DELETE], policy(), IN_USE, "Table is being deleted"),
    "Kinesis while DELETING": ([TABLE, 120, DELETE], to_kinesis("Enable"), IN_USE, "Table is being deleted"),
    "a policy on none": ([TABLE, 120], policy(ExpectedRevisionId="NO_POLICY"), None, ""),
    "a policy on none, with one there": (
        [TABLE, 120, policy(), 2], policy(ExpectedRevisionId="NO_POLICY"), "PolicyNotFoundException", ""
    ),
    "a policy of another revision": (
        [TABLE, 120, policy(), 2], policy(ExpectedRevisionId="x"), "PolicyNotFoundException", ""
    ),
    # --- other errors
    "101 names": ([], Call("ListTables", {"Limit": 101}), V, "less than or equal to 100"),
    "what botocore would not send": ([], create(KeySchema=[]), "ParamValidation", "KeySchema"),
    "a misspelt member": ([], create(TabelName="x"), "ParamValidation", "TabelName"),
    "an unknown type": ([], create(TableName=5), "ParamValidation", "TableName"),
}  # fmt: skip


SETTINGS = {
    "reading TTL": on("DescribeTimeToLive"),
    "writing TTL": ttl(),
    "reading backups": on("DescribeContinuousBackups"),
    "writing backups": pitr(),
    "reading tags": at_arn("ListTagsOfResource"),
    "writing tags": tag("a"),
    "reading a policy": at_arn("GetResourcePolicy"),
    "writing a policy": policy(),
    "reading insights": on("DescribeContributorInsights"),
    "reading Kinesis": on("DescribeKinesisStreamingDestination"),
    "writing Kinesis": to_kinesis("Enable"),
}


@pytest.mark.parametrize("call", SETTINGS.values(), ids=SETTINGS)
def test_settings_operations_on_a_creating_table_can_be_invalid(call: Call, simulation: Simulation) -> None:
    simulation.plane.unready = "invalid"
    simulation.keeps([TABLE], call, V, "CREATING state")


def test_tags_come_in_pages(simulation: Simulation) -> None:
    names = [f"tag{number:02}" for number in range(23)]
    simulation.run(TABLE, 120, tag(*names))
    shown: list[str] = []
    more: dict[str, str] = {}
    for size in (10, 10, 3):
        page = simulation.run(at_arn("ListTagsOfResource", **more))
        shown += [each["Key"] for each in page["Tags"]]
        assert len(page["Tags"]) == size
        more = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert (shown, more) == (names, {})


def test_policy_is_returned_rewritten_with_a_revision(simulation: Simulation) -> None:
    def statement(principal: object) -> dict[str, object]:
        return {"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "*", "Resource": "*"}]}

    root = "arn:aws:iam::123456789012:root"
    simulation.run(TABLE, 120, policy(json.dumps(statement("123456789012"))), 2)
    first = simulation.run(at_arn("GetResourcePolicy"))
    assert json.loads(first["Policy"]) == statement(root)
    same = simulation.run(policy(json.dumps(statement(root)), ExpectedRevisionId=first["RevisionId"]))
    assert same["RevisionId"] == first["RevisionId"]
    other = simulation.run(2, policy(json.dumps(statement("*")), ExpectedRevisionId=first["RevisionId"]))
    assert other["RevisionId"] != first["RevisionId"]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rules(rule: Rule, simulation: Simulation) -> None:
    simulation.keeps(*rule)
