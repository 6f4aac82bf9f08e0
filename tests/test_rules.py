"""DynamoDB's rules that a plan must know: what loses data or access, and which calls are of one concern."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .running import Project
from .simulator import ControlPlane, control_plane
from .simulator.describing import ACCOUNT
from .test_changes import FIVE, ON_DEMAND, PROVISIONED, indexes, standing
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


def test_the_maximum_that_is_not_declared_stays(there: Project, plane: ControlPlane) -> None:
    migrated(
        there, plane, **ON_DEMAND, on_demand_throughput={"max_read_request_units": 5, "max_write_request_units": 7}
    )
    configure(there, table("users", **ON_DEMAND, on_demand_throughput={"max_read_request_units": 6}))
    there.call("migrate").ok()
    assert updates(plane) == [{"OnDemandThroughput": {"MaxReadRequestUnits": 6, "MaxWriteRequestUnits": 7}}]
    assert in_sync(there)


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
    assert "users: not supported by moto: stream_specification: skipped" in run.err
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


# resource policies


def statement(**parts: Any) -> dict[str, Any]:
    read = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "dynamodb:GetItem", "Resource": "*"}
    return {**read, **parts}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"resource_policy": {"Version": "2012-10-17", "Statement": list(statements)}}


ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize(
    "other",
    [
        statement(Principal={"AWS": ROOT}),
        statement(Principal={"AWS": [ROOT]}),
        statement(Action=["dynamodb:GetItem"]),
    ],
)
def test_policies_that_mean_the_same_are_in_sync(other: dict[str, Any], there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **policy(statement()))
    configure(there, table("users", **policy(other)))
    assert in_sync(there)
    configure(there, table("users", resource_policy={"Version": "2012-10-17", "Statement": other}))
    assert in_sync(there)


def test_everyone_can_be_written_in_two_ways(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **policy(statement(Principal="*")))
    configure(there, table("users", **policy(statement(Principal={"AWS": "*"}))))
    assert in_sync(there)


def test_an_account_in_a_condition_is_no_principal(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **policy(statement(Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})))
    configure(there, table("users", **policy(statement(Condition={"StringEquals": {"aws:PrincipalAccount": ROOT}}))))
    there.call("status", "--exit-code").fails(code=2)


def test_replacing_a_policy_is_destructive(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **policy(statement()))
    configure(there, table("users", **policy(statement(Action="dynamodb:Query"))))
    assert "[destructive: who has access now may lose it]" in there.call("plan").ok().out
    there.call("migrate").fails("permit them with --allow-destructive")
    assert "Query" not in str(plane.tables["users"].policy)
    there.call("migrate", "--allow-destructive").ok()
    assert in_sync(there)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ((), (statement(),), "safe"),
        ((statement(),), (statement(), statement(Action="dynamodb:Query")), "safe"),
        ((), (statement(Effect="Deny"),), "destructive"),
        ((statement(), statement(Effect="Deny")), (statement(),), "destructive"),
    ],
)
def test_a_policy_that_only_allows_more_revokes_nothing(
    before: tuple[dict[str, Any], ...],
    after: tuple[dict[str, Any], ...],
    kind: str,
    there: Project,
    plane: ControlPlane,
) -> None:
    migrated(there, plane, **(policy(*before) if before else {}))
    configure(there, table("users", **policy(*after)))
    (step,) = there.call("plan", "--json").ok().json["tables"][0]["steps"]
    assert step["kind"] == kind


class Meddling(ControlPlane):
    """Someone else puts a policy between our look at it and our call."""

    theirs = ""

    def answer(self, operation: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if operation == "PutResourcePolicy" and self.theirs:
            theirs, self.theirs = self.theirs, ""
            super().answer(operation, {"ResourceArn": parameters["ResourceArn"], "Policy": theirs})
        return super().answer(operation, parameters)


@pytest.mark.parametrize("before", [(), (statement(),)])
def test_a_policy_that_was_not_seen_is_not_overwritten(before: tuple[dict[str, Any], ...], project: Project) -> None:
    plane = Meddling(policy_lock=0)
    with control_plane(plane):
        project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
        migrated(project, plane, **(policy(*before) if before else {}))
        plane.theirs = json.dumps(policy(statement(Action="dynamodb:Scan"))["resource_policy"])
        configure(project, table("users", **policy(statement(), statement(Action="dynamodb:Query"))))
        project.call("migrate", "--allow-destructive").fails("the resource policy has changed since it was read")
        assert "dynamodb:Scan" in str(plane.tables["users"].policy)
        project.call("migrate", "--allow-destructive").ok()
        assert in_sync(project)


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


# vector indexes


def vectors(*named: tuple[str, int]) -> dict[str, Any]:
    return {
        "vector_indexes": [
            {
                "index_name": name,
                "vector_attribute": {"attribute_name": "embedding"},
                "dimensions": dimensions,
                "distance_function": "COSINE",
                "projection": {"projection_type": "ALL"},
            }
            for name, dimensions in named
        ]
    }


def changed(plane: ControlPlane) -> list[tuple[str, str]]:
    """Vector indexes that were created and deleted, in that order."""
    steps = [step for each in updates(plane) for step in each["VectorIndexUpdates"]]
    return [(kind, shape["IndexName"]) for step in steps for kind, shape in step.items()]


def test_other_dimensions_under_another_name_delete_before_they_create(there: Project, plane: ControlPlane) -> None:
    """All indexes of one attribute have the same number."""
    migrated(there, plane, **vectors(("old", 3)))
    configure(there, table("users", **vectors(("new", 4))))
    there.call("migrate", "--allow-destructive", "--prune").ok()
    assert changed(plane) == [("Delete", "old"), ("Create", "new")]


def test_other_dimensions_of_two_indexes_delete_both_before_they_create(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **vectors(("one", 3), ("two", 3)))
    configure(there, table("users", **vectors(("one", 4), ("two", 4))))
    there.call("migrate", "--allow-destructive").ok()
    assert changed(plane) == [("Delete", "one"), ("Delete", "two"), ("Create", "one"), ("Create", "two")]


def test_the_same_dimensions_under_another_name_leave_no_gap(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **vectors(("old", 3)))
    configure(there, table("users", **vectors(("new", 3))))
    there.call("migrate", "--allow-destructive", "--prune").ok()
    assert changed(plane) == [("Create", "new"), ("Delete", "old")]


def test_where_five_vector_indexes_are_the_most_a_sixth_waits(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **vectors(*((f"old{number}", 3) for number in range(5))))
    configure(there, table("users", **vectors(*((f"old{number}", 3) for number in range(4)), ("new", 3))))
    there.call("migrate", "--allow-destructive", "--prune").ok()
    assert changed(plane) == [("Delete", "old4"), ("Create", "new")]


def test_an_undeclared_index_of_other_dimensions_is_in_the_way(there: Project, plane: ControlPlane) -> None:
    migrated(there, plane, **vectors(("old", 3)))
    configure(there, table("users", **vectors(("new", 4))))
    run = there.call("migrate", "--allow-destructive").fails("index old, which is not declared", "--prune")
    assert "create vector index new: withheld" in run.out
    assert not updates(plane)
    assert standing(plane, "users") == ["old"]
