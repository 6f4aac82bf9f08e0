"""How live tables are read, and what happens if they cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, until
from tests.support.tables import configure, operations, table

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
EXPIRING = {"time_to_live_specification": {"attribute_name": "expires"}}
RECOVERABLE = {"point_in_time_recovery_specification": {"point_in_time_recovery_enabled": True}}
TAGGED = {"tags": {f"tag{number:02}": "x" for number in range(25)}}


@pytest.mark.parametrize("unready", ["invalid", "not found"])
def test_run_that_was_killed_during_creation_is_finished(
    unready: Any, aws_project: Project, plane: ControlPlane
) -> None:
    """For the settings of a CREATING table AWS answers that the call is invalid or the table not found."""
    plane.unready, plane.creating = unready, 600
    configure(aws_project, table("users", **EXPIRING))
    process = aws_project.start("inv", "db.migrate")
    until(lambda: "CreateTable" in operations(plane))
    process.kill()
    process.communicate()
    process = aws_project.start("inv", "db.migrate")
    until(lambda: operations(plane).count("DescribeTable") > 3)
    plane.creating = 0
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, out + err
    assert plane.ttl["users"]["Enabled"]
    aws_project.call("status", "--exit-code").ok()


def test_table_is_planned_again_after_a_wait(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    configure(aws_project, table("users"))
    aws_project.call("migrate", "--no-wait").ok()
    configure(aws_project, table("users", deletion_protection_enabled=True, **EXPIRING))
    process = aws_project.start("inv", "db.migrate")
    until(lambda: operations(plane).count("DescribeTable") > 3)
    with plane.lock:
        plane.creating = 0
    assert process.communicate(timeout=60)
    assert process.returncode == 0
    assert plane.ttl["users"]["Enabled"]
    assert plane.answer("DescribeTable", {"TableName": "users"})[1]["Table"]["DeletionProtectionEnabled"]


def test_all_pages_of_tags_are_read(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", **TAGGED))
    aws_project.call("migrate").ok()
    aws_project.call("plan", "--exit-code").ok()
    configure(aws_project, table("users", tags={**TAGGED["tags"], "tag24": "y"}))
    plane.tag_lock = 0
    assert "set tags (tag24)" in aws_project.call("plan").ok().out
    aws_project.call("migrate").ok()
    assert plane.tables["users"].tags["tag24"] == "y"


def test_waits_for_encryption(aws_project: Project, plane: ControlPlane) -> None:
    encrypted = {"enabled": True, "sse_type": "KMS", "kms_master_key_id": KEY}
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    plane.sse_change = 600
    configure(aws_project, table("users", sse_specification=encrypted))
    aws_project.call("migrate", "--timeout", "1").fails("still sse_specification UPDATING after 1 s")
    assert aws_project.call("status", "--json").json["tables"][0]["state"] == "busy"
    plane.sse_change = 0
    aws_project.call("migrate").ok()
    aws_project.call("status", "--exit-code").ok()


def test_opposite_change_waits_for_encryption(aws_project: Project, plane: ControlPlane) -> None:
    """Meanwhile DescribeTable shows neither the old nor the new encryption."""
    encrypted = {"enabled": True, "sse_type": "KMS", "kms_master_key_id": KEY}
    plane.sse_by_change = True
    configure(aws_project, table("users", sse_specification=encrypted))
    aws_project.call("migrate").ok()
    plane.calls.clear()
    plane.sse_change = 600
    configure(aws_project, table("users", sse_specification={"enabled": False}))
    process = aws_project.start("inv", "db.migrate", "--allow-destructive")
    until(lambda: operations(plane).count("DescribeTable") > 3)
    plane.sse_change = 0
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "blocked (not in the original plan: plan again)" in out
    aws_project.call("migrate", "--allow-destructive").ok()
    aws_project.call("status", "--exit-code").ok()


@pytest.mark.newest_boto3
@pytest.mark.parametrize("of_index", [False, True])
def test_waits_for_warm_throughput(of_index: bool, aws_project: Project, plane: ControlPlane) -> None:
    warm = {"warm_throughput": {"read_units_per_second": 15000}}
    key = [{"attribute_name": "id", "key_type": "HASH"}]

    def declared(**more: Any) -> dict[str, Any]:
        index = {"index_name": "by_id", "key_schema": key, "projection": {"projection_type": "ALL"}}
        return table("users", global_secondary_indexes=[{**index, **(more if of_index else {})}], **more)

    configure(aws_project, declared())
    aws_project.call("migrate").ok()
    plane.warming = 600
    configure(aws_project, declared(**warm))
    aws_project.call("migrate", "--timeout", "1").fails("warm_throughput UPDATING after 1 s")
    plane.warming = 0
    aws_project.call("migrate").ok()
    aws_project.call("status", "--exit-code").ok()


def test_throttled_reads_are_retried(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", **EXPIRING))
    aws_project.call("migrate").ok()
    for operation in ("ListTables", "DescribeTable", "DescribeTimeToLive"):
        plane.errors[operation] = [(400, "ThrottlingException", "Rate exceeded")] * 4
    aws_project.call("plan", "--exit-code").ok()


def test_unreadable_table_does_not_stop_the_others(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", **EXPIRING))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", **EXPIRING), table("orders"))
    plane.forever["DescribeTimeToLive"] = (500, "InternalServerError", "try again")
    seen = aws_project.call("plan").fails("users: could not be read: DescribeTimeToLive: try again")
    assert "+ orders: create table" in seen.out
    states = {each["name"]: each["state"] for each in aws_project.call("status", "--json").fails().json["tables"]}
    assert states == {"users": "unknown", "orders": "missing"}
    run = aws_project.call("migrate").fails("users: could not be read")
    assert "1 table created, 1 unknown" in run.out
    del plane.forever["DescribeTimeToLive"]
    aws_project.call("status", "--exit-code").ok()


def test_unreadable_table_is_not_reset(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", **EXPIRING), table("orders"))
    aws_project.call("migrate").ok()
    before = plane.tables["users"].id
    plane.forever["DescribeTimeToLive"] = (500, "InternalServerError", "try again")
    aws_project.call("reset", "--yes").fails("users: could not be read")
    assert plane.tables["users"].id == before


@pytest.mark.parametrize(
    ("property", "operation"),
    [
        (EXPIRING, "DescribeTimeToLive"),
        (TAGGED, "ListTagsOfResource"),
        (RECOVERABLE, "DescribeContinuousBackups"),
        ({"contributor_insights_specification": {"enabled": True}}, "DescribeContributorInsights"),
    ],
)
def test_denied_setting_is_unknown(
    property: dict[str, Any], operation: str, aws_project: Project, plane: ControlPlane
) -> None:
    configure(aws_project, table("users", **property), table("orders"))
    aws_project.call("migrate").ok()
    plane.deny(operation)
    for task in ("plan", "status"):
        seen = aws_project.call(task, "--exit-code").fails(code=2)
        assert f"access denied: missing permission dynamodb:{operation}" in seen.out + seen.err
    run = aws_project.call("migrate", "--json").fails(f"access denied: missing permission dynamodb:{operation}")
    assert run.json["ok"] is False
    assert json.dumps(run.json).count(f"missing permission dynamodb:{operation}")


def test_denied_setting_does_not_stop_other_changes(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", **EXPIRING))
    aws_project.call("migrate").ok()
    plane.deny("DescribeTimeToLive")
    configure(aws_project, table("users", deletion_protection_enabled=True, **EXPIRING))
    aws_project.call("migrate").fails("missing permission dynamodb:DescribeTimeToLive")
    assert plane.answer("DescribeTable", {"TableName": "users"})[1]["Table"]["DeletionProtectionEnabled"]


@pytest.mark.parametrize("task", [("migrate",), ("reset", "--yes")])
@pytest.mark.parametrize(
    ("property", "operation"),
    [
        (EXPIRING, "DescribeTimeToLive"),
        (TAGGED, "ListTagsOfResource"),
        (RECOVERABLE, "DescribeContinuousBackups"),
        ({"contributor_insights_specification": {"enabled": True}}, "DescribeContributorInsights"),
    ],
)
def test_setting_that_cannot_be_read_back_fails_and_blocks_nothing(
    property: dict[str, Any], operation: str, task: tuple[str, ...], aws_project: Project, plane: ControlPlane
) -> None:
    plane.deny(operation)
    configure(aws_project, table("users", **{**TAGGED, **EXPIRING, **RECOVERABLE, **property}))
    denied = f"access denied: missing permission dynamodb:{operation}"
    run = aws_project.call(*task).fails(f"accepted, but could not be read back: {denied}")
    assert "blocked" not in run.out
    assert plane.ttl["users"]["Enabled"]
