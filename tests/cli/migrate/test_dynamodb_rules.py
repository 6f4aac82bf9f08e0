"""DynamoDB's rules that a plan must know: what loses data or access, and which calls are of one concern."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import (
    FIVE,
    ON_DEMAND,
    PROVISIONED,
    configure,
    in_sync,
    indexes,
    migrated,
    operations,
    table,
    updates,
)

EXPIRES = {"time_to_live_specification": {"attribute_name": "expires"}}


# Time to Live


def test_enabling_ttl_on_a_table_with_items_is_destructive(aws_project: Project, plane: ControlPlane) -> None:
    """AWS refreshes ItemCount about every six hours: 0 says nothing."""
    migrated(aws_project, plane)
    plane.held = 5
    configure(aws_project, table("users", **EXPIRES))
    shown = aws_project.call("plan").ok().out
    assert "enable TTL on expires  [destructive DD107: items whose expires is in the past are deleted" in shown
    aws_project.call("migrate").fails("destructive operations are blocked")
    assert not plane.ttl
    aws_project.call("migrate", "--allow-destructive").ok()
    assert plane.ttl["users"] == {"Enabled": True, "AttributeName": "expires"}


def test_enabling_ttl_is_safe_on_a_new_table_and_on_one_without_items(
    aws_project: Project, plane: ControlPlane
) -> None:
    """So a run that was cut off between the two calls is finished by the next, without a flag."""
    migrated(aws_project, plane)
    configure(aws_project, table("users", **EXPIRES), table("new", **EXPIRES))
    aws_project.call("migrate").ok()
    assert set(plane.ttl) == {"users", "new"}


def test_items_that_may_not_be_counted_may_be_there(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane)
    plane.deny("Scan")
    configure(aws_project, table("users", **EXPIRES))
    aws_project.call("migrate").fails("destructive operations are blocked")
    assert not plane.ttl


def test_items_are_counted_only_where_ttl_is_about_to_be_enabled(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **EXPIRES)
    assert in_sync(aws_project)
    plane.items = 3
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "other"}))
    aws_project.call("plan").ok()
    assert "Scan" not in operations(plane)


def test_a_plan_for_an_empty_table_is_not_carried_out_once_it_has_items(
    aws_project: Project, plane: ControlPlane
) -> None:
    migrated(aws_project, plane)
    configure(aws_project, table("users", **EXPIRES))
    aws_project.call("plan", "--out", "plan.json").ok()
    plane.held = 1
    aws_project.call("migrate", "--plan", "plan.json").fails("has changed since the plan was made: it now has items")
    assert not plane.ttl


def test_turning_off_encryption_with_an_own_key_is_destructive(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, sse_specification={"enabled": True, "sse_type": "KMS"})
    configure(aws_project, table("users", sse_specification={"enabled": False}))
    aws_project.call("migrate").fails("destructive operations are blocked")
    aws_project.call("migrate", "--allow-destructive").ok()


# one concern a call


@pytest.mark.newest_boto3
def test_warm_throughput_of_table_and_each_index_is_raised_alone(aws_project: Project, plane: ControlPlane) -> None:
    both = indexes("x", "y")
    migrated(aws_project, plane, **ON_DEMAND, **both)
    warm = {"read_units_per_second": 14000, "write_units_per_second": 5000}
    for index in both["global_secondary_indexes"]:
        index["warm_throughput"] = warm
    configure(aws_project, table("users", **ON_DEMAND, **both, warm_throughput=warm))
    aws_project.call("migrate").ok()
    units = {"ReadUnitsPerSecond": 14000, "WriteUnitsPerSecond": 5000}
    assert updates(plane) == [
        {"WarmThroughput": units},
        *(
            {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": name, "WarmThroughput": units}}]}
            for name in ("by_x", "by_y")
        ),
    ]
    assert in_sync(aws_project)


@pytest.mark.newest_boto3
@pytest.mark.parametrize("before", [ON_DEMAND, PROVISIONED])
def test_maxima_of_table_and_indexes_are_two_concerns(
    before: dict[str, Any], aws_project: Project, plane: ControlPlane
) -> None:
    both = indexes("x", "y")
    for index in both["global_secondary_indexes"] if "provisioned_throughput" in before else ():
        index["provisioned_throughput"] = FIVE
    migrated(aws_project, plane, **before, **both)
    maximum = {"max_read_request_units": 10, "max_write_request_units": 20}
    for index in both["global_secondary_indexes"]:
        index.pop("provisioned_throughput", None)
        index["on_demand_throughput"] = maximum
    configure(aws_project, table("users", **ON_DEMAND, **both, on_demand_throughput=maximum))
    aws_project.call("migrate").ok()
    own, theirs = updates(plane)
    assert own["OnDemandThroughput"] == {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}
    assert [each["Update"]["IndexName"] for each in theirs["GlobalSecondaryIndexUpdates"]] == ["by_x", "by_y"]
    assert len(theirs) == 1
    assert in_sync(aws_project)


# one half of a maximum


@pytest.mark.newest_boto3
def test_the_maximum_that_is_not_declared_stays(aws_project: Project, plane: ControlPlane) -> None:
    migrated(
        aws_project,
        plane,
        **ON_DEMAND,
        on_demand_throughput={"max_read_request_units": 5, "max_write_request_units": 7},
    )
    configure(aws_project, table("users", **ON_DEMAND, on_demand_throughput={"max_read_request_units": 6}))
    aws_project.call("migrate").ok()
    assert updates(plane) == [{"OnDemandThroughput": {"MaxReadRequestUnits": 6, "MaxWriteRequestUnits": 7}}]
    assert in_sync(aws_project)


@pytest.mark.newest_boto3
def test_a_maximum_where_there_is_none_leaves_the_other_away(aws_project: Project, plane: ControlPlane) -> None:
    migrated(aws_project, plane, **PROVISIONED)
    configure(aws_project, table("users", **ON_DEMAND, on_demand_throughput={"max_write_request_units": 6}))
    aws_project.call("migrate").ok()
    (sent,) = updates(plane)
    assert sent["OnDemandThroughput"] == {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 6}
    assert in_sync(aws_project)


# streams of an engine that enables one only once


def test_moto_keeps_the_stream_that_it_could_not_enable_again(project: Project) -> None:
    project.call("up", "--backend", "moto", "--port", "0", "--in-memory").ok()
    configure(project, table("users", stream_specification={"stream_view_type": "KEYS_ONLY"}))
    project.call("migrate").ok()
    configure(project, table("users", stream_specification={"stream_view_type": "NEW_IMAGE"}))
    run = project.call("migrate", "--allow-destructive").ok()
    assert "not supported by moto, skipped: stream_specification (users)" in run.err
    assert in_sync(project)
    described = project.call("describe", "--json").ok().json["tables"][0]
    assert described["stream_specification"]["stream_view_type"] == "KEYS_ONLY"
    # off can be done, and on again cannot
    configure(project, table("users", stream_specification={"stream_enabled": False}))
    project.call("migrate", "--allow-destructive").ok()
    configure(project, table("users", stream_specification={"stream_view_type": "KEYS_ONLY"}))
    assert "not supported by moto" in project.call("migrate").ok().err
    # a new table takes what a change of the old one did not
    project.call("reset", "--yes").ok()
    described = project.call("describe", "--json").ok().json["tables"][0]
    assert described["stream_specification"]["stream_view_type"] == "KEYS_ONLY"


# tags


def test_tags_that_would_be_too_many_make_room_first(aws_project: Project, plane: ControlPlane) -> None:
    plane.tag_lock, plane.tag_page = 0, 100
    old, new = ({f"{name}{number}": "x" for number in range(30)} for name in ("old", "new"))
    migrated(aws_project, plane, tags=old)
    configure(aws_project, table("users", tags=new))
    aws_project.call("migrate", "--allow-destructive", "--prune").ok()
    assert [o for o in operations(plane) if o in WRITES] == ["UntagResource", "TagResource"]
    assert plane.tables["users"].tags == new


def test_new_tags_come_first_where_there_is_room(aws_project: Project, plane: ControlPlane) -> None:
    """Nothing that counts costs by them misses the table for a while; and the lock of a write is waited out."""
    plane.tag_lock = 2.0
    migrated(aws_project, plane, tags={"team": "a", "old": "x"})
    configure(aws_project, table("users", tags={"team": "b", "new": "y"}))
    aws_project.call("migrate", "--allow-destructive", "--prune").ok()
    writes = [operation for operation in operations(plane) if operation in WRITES]
    assert writes[0] == "TagResource"
    assert writes.count("UntagResource") > 1  # refused while the lock was there
    assert plane.tables["users"].tags == {"team": "b", "new": "y"}


WRITES = ("TagResource", "UntagResource")


def test_a_plan_is_the_same_in_every_process(aws_project: Project, plane: ControlPlane) -> None:
    """Or a plan file would be refused by the process that reads it: sets have another order there."""
    names = [f"index{number}" for number in range(6)]
    migrated(aws_project, plane, **indexes(*names), **tagged(*names))
    retyped = indexes(*names)
    for attribute in retyped["attributes"][1:]:
        attribute["type"] = "N"
    configure(aws_project, table("users", **retyped, **tagged("other")))
    flags = ("inv", "db.plan", "--prune", "--json")
    plans = {aws_project.run(*flags, variables={"PYTHONHASHSEED": seed}).ok().out for seed in ("1", "2", "3")}
    assert len(plans) == 1


def tagged(*names: str) -> dict[str, Any]:
    return {"tags": dict.fromkeys(names, "x")}
