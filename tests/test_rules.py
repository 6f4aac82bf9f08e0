"""DynamoDB's rules that a plan must know: what loses data or access, and which calls are of one concern."""

from __future__ import annotations

from typing import Any

import pytest

from .running import Project
from .simulator import ControlPlane
from .test_changes import FIVE, ON_DEMAND, PROVISIONED, indexes
from .test_migrate import configure, operations, table

EXPIRES = {"time_to_live_specification": {"attribute_name": "expires"}}


@pytest.fixture
def there(project: Project, plane: ControlPlane) -> Project:
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    return project


def updates(plane: ControlPlane) -> list[dict[str, Any]]:
    """The parameters of the UpdateTables that were sent, without the table's name."""
    sent = [parameters for operation, parameters in plane.calls if operation == "UpdateTable"]
    return [{name: value for name, value in each.items() if name != "TableName"} for each in sent]


def migrated(project: Project, plane: ControlPlane, **properties: Any) -> None:
    configure(project, table("users", **properties))
    project.call("migrate", "--allow-destructive", "--prune").ok()
    plane.calls.clear()


def in_sync(project: Project) -> bool:
    return bool(project.call("status", "--exit-code", "--json").ok().json["in_sync"])


# Time to Live


def test_enabling_ttl_on_a_table_with_items_is_destructive(there: Project, plane: ControlPlane) -> None:
    """AWS refreshes ItemCount about every six hours: 0 says nothing."""
    migrated(there, plane)
    plane.held = 5
    configure(there, table("users", **EXPIRES))
    shown = there.call("plan").ok().out
    assert "(expires)  [destructive: items whose expires is in the past will be deleted" in shown
    there.call("migrate").fails("permit them with --allow-destructive")
    assert not plane.ttl
    there.call("migrate", "--allow-destructive").ok()
    assert plane.ttl["users"] == {"Enabled": True, "AttributeName": "expires"}


def test_enabling_ttl_is_safe_on_a_new_table_and_on_one_without_items(there: Project, plane: ControlPlane) -> None:
    """So a run that was cut off between the two calls is finished by the next, without a flag."""
    migrated(there, plane)
    configure(there, table("users", **EXPIRES), table("new", **EXPIRES))
    there.call("migrate").ok()
    assert set(plane.ttl) == {"users", "new"}


def test_items_that_may_not_be_counted_may_be_there(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane)
    plane.deny("Scan")
    configure(there, table("users", **EXPIRES))
    there.call("migrate").fails("permit them with --allow-destructive")
    assert not plane.ttl


def test_items_are_counted_only_where_ttl_is_about_to_be_enabled(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **EXPIRES)
    assert in_sync(there)
    plane.items = 3
    configure(there, table("users", time_to_live_specification={"attribute_name": "other"}))
    there.call("plan").ok()
    assert "Scan" not in operations(plane)


def test_a_plan_for_an_empty_table_is_not_carried_out_once_it_has_items(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane)
    configure(there, table("users", **EXPIRES))
    there.call("plan", "--out", "plan.json").ok()
    plane.held = 1
    there.call("migrate", "--plan", "plan.json").fails("has changed since the plan was made: it has items")
    assert not plane.ttl


def test_turning_off_encryption_with_an_own_key_is_destructive(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, sse_specification={"enabled": True, "sse_type": "KMS"})
    configure(there, table("users", sse_specification={"enabled": False}))
    there.call("migrate").fails("permit them with --allow-destructive")
    there.call("migrate", "--allow-destructive").ok()


# one concern a call


@pytest.mark.newest_boto3
def test_warm_throughput_of_table_and_each_index_is_raised_alone(there: Project, plane: ControlPlane) -> None:
    both = indexes("x", "y")
    migrated(there, plane, **ON_DEMAND, **both)
    warm = {"read_units_per_second": 14000, "write_units_per_second": 5000}
    for index in both["global_secondary_indexes"]:
        index["warm_throughput"] = warm
    configure(there, table("users", **ON_DEMAND, **both, warm_throughput=warm))
    there.call("migrate").ok()
    units = {"ReadUnitsPerSecond": 14000, "WriteUnitsPerSecond": 5000}
    assert updates(plane) == [
        {"WarmThroughput": units},
        *(
            {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": name, "WarmThroughput": units}}]}
            for name in ("by_x", "by_y")
        ),
    ]
    assert in_sync(there)


@pytest.mark.newest_boto3
@pytest.mark.parametrize("before", [ON_DEMAND, PROVISIONED])
def test_maxima_of_table_and_indexes_are_two_concerns(
    before: dict[str, Any], there: Project, plane: ControlPlane
) -> None:
    both = indexes("x", "y")
    for index in both["global_secondary_indexes"] if "provisioned_throughput" in before else ():
        index["provisioned_throughput"] = FIVE
    migrated(there, plane, **before, **both)
    maximum = {"max_read_request_units": 10, "max_write_request_units": 20}
    for index in both["global_secondary_indexes"]:
        index.pop("provisioned_throughput", None)
        index["on_demand_throughput"] = maximum
    configure(there, table("users", **ON_DEMAND, **both, on_demand_throughput=maximum))
    there.call("migrate").ok()
    own, theirs = updates(plane)
    assert own["OnDemandThroughput"] == {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}
    assert [each["Update"]["IndexName"] for each in theirs["GlobalSecondaryIndexUpdates"]] == ["by_x", "by_y"]
    assert len(theirs) == 1
    assert in_sync(there)


# one half of a maximum


@pytest.mark.newest_boto3
def test_the_maximum_that_is_not_declared_stays(there: Project, plane: ControlPlane) -> None:
    migrated(
        there, plane, **ON_DEMAND, on_demand_throughput={"max_read_request_units": 5, "max_write_request_units": 7}
    )
    configure(there, table("users", **ON_DEMAND, on_demand_throughput={"max_read_request_units": 6}))
    there.call("migrate").ok()
    assert updates(plane) == [{"OnDemandThroughput": {"MaxReadRequestUnits": 6, "MaxWriteRequestUnits": 7}}]
    assert in_sync(there)


@pytest.mark.newest_boto3
def test_a_maximum_where_there_is_none_leaves_the_other_away(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **PROVISIONED)
    configure(there, table("users", **ON_DEMAND, on_demand_throughput={"max_write_request_units": 6}))
    there.call("migrate").ok()
    (sent,) = updates(plane)
    assert sent["OnDemandThroughput"] == {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 6}
    assert in_sync(there)


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


def test_tags_that_would_be_too_many_make_room_first(there: Project, plane: ControlPlane) -> None:
    plane.tag_lock, plane.tag_page = 0, 100
    old, new = ({f"{name}{number}": "x" for number in range(30)} for name in ("old", "new"))
    migrated(there, plane, tags=old)
    configure(there, table("users", tags=new))
    there.call("migrate", "--allow-destructive", "--prune").ok()
    assert [o for o in operations(plane) if o in WRITES] == ["UntagResource", "TagResource"]
    assert plane.tables["users"].tags == new


def test_new_tags_come_first_where_there_is_room(there: Project, plane: ControlPlane) -> None:
    """Nothing that counts costs by them misses the table for a while; and the lock of a write is waited out."""
    plane.tag_lock = 0.5
    migrated(there, plane, tags={"team": "a", "old": "x"})
    configure(there, table("users", tags={"team": "b", "new": "y"}))
    there.call("migrate", "--allow-destructive", "--prune").ok()
    writes = [operation for operation in operations(plane) if operation in WRITES]
    assert writes[0] == "TagResource"
    assert writes.count("UntagResource") > 1  # refused while the lock was there
    assert plane.tables["users"].tags == {"team": "b", "new": "y"}


WRITES = ("TagResource", "UntagResource")


def test_a_plan_is_the_same_in_every_process(there: Project, plane: ControlPlane) -> None:
    """Or a plan file would be refused by the process that reads it: sets have another order there."""
    names = [f"index{number}" for number in range(6)]
    migrated(there, plane, **indexes(*names), **tagged(*names))
    retyped = indexes(*names)
    for attribute in retyped["attributes"][1:]:
        attribute["type"] = "N"
    configure(there, table("users", **retyped, **tagged("other")))
    flags = ("inv", "db.plan", "--prune", "--json")
    plans = {there.run(*flags, variables={"PYTHONHASHSEED": seed}).ok().out for seed in ("1", "2", "3")}
    assert len(plans) == 1


def tagged(*names: str) -> dict[str, Any]:
    return {"tags": dict.fromkeys(names, "x")}
