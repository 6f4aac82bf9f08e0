"""Tables with replicas in other Regions: seen, waited for, and not torn apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project
from tests.support.tables import configure, indexes, operations, standing, table

pytestmark = pytest.mark.newest_boto3

REPLICATED = {"stream_specification": {"stream_view_type": "NEW_AND_OLD_IMAGES"}}
LEGACY = "2017.11.29"


def replicated(project: Project, plane: ControlPlane, properties: dict[str, Any] | None = None, **words: Any) -> None:
    configure(project, table("users", **REPLICATED, **(properties or {})))
    project.call("migrate").ok()
    plane.replicate("users", "eu-west-1", "us-east-1", "us-west-2", **words)
    plane.calls.clear()


def test_replicas_are_shown(aws_project: Project, plane: ControlPlane) -> None:
    """Those in other Regions: us-east-1 is the table itself."""
    replicated(aws_project, plane, status="ACTIVE")
    both = {"eu-west-1": "ACTIVE", "us-west-2": "ACTIVE"}
    (listed,) = aws_project.call("list", "--json").ok().json["tables"]
    assert (listed["replicas"], listed["global_table_version"]) == (both, "2019.11.21")
    assert "replica eu-west-1 ACTIVE" in aws_project.call("list").ok().out
    described = aws_project.call("describe", "--json").ok()
    assert described.json["replicas"] == {"users": both}
    assert "users: replicas are not part of the config: eu-west-1 (ACTIVE), us-west-2 (ACTIVE)" in described.err
    assert aws_project.call("status", "--json").ok().json["tables"][0]["replicas"] == both
    note = "global table with replicas in eu-west-1 (ACTIVE), us-west-2 (ACTIVE)"
    assert note in aws_project.call("status").ok().out
    assert note in aws_project.call("plan", "--exit-code").ok().err


def test_table_with_replicas_is_not_reset(aws_project: Project, plane: ControlPlane) -> None:
    replicated(aws_project, plane)
    configure(aws_project, table("users", **REPLICATED), table("orders"))
    why = "the replicas in eu-west-1, us-west-2 would remain, without a replica in this Region"
    assert why in aws_project.call("reset", "--dry-run").ok().out
    run = aws_project.call("reset", "--yes").fails(why, "remove the replicas first")
    assert "+ orders: created table" in run.out
    assert "DeleteTable" not in operations(plane)
    assert operations(plane).count("CreateTable") == 1


def test_changes_that_affect_other_regions_are_marked(aws_project: Project, plane: ControlPlane) -> None:
    replicated(aws_project, plane, indexes("x"))
    changed = table(
        "users",
        **indexes("y"),
        sse_specification={"enabled": True, "sse_type": "KMS"},
        deletion_protection_enabled=True,
        tags={"team": "a"},
    )
    configure(aws_project, changed)
    shown = aws_project.call("plan", "--prune").ok().out.splitlines()
    marked = [line for line in shown if "also in eu-west-1, us-west-2]" in line]
    assert [line.split(": ")[1].split(" (")[0] for line in marked] == [
        "change sse_specification",
        "create index by_y",
        "delete index by_x  [destructive DD101",
    ]
    assert any("set tags" in line for line in shown)


def test_the_legacy_version_keeps_nothing_in_sync(aws_project: Project, plane: ControlPlane) -> None:
    replicated(aws_project, plane, indexes("x"), version=LEGACY)
    configure(aws_project, table("users", **indexes("y")))
    assert "not in eu-west-1, us-west-2: change the replicas there as well" in aws_project.call("plan").ok().out


@pytest.mark.parametrize("stream", [{"stream_enabled": False}, {"stream_view_type": "NEW_IMAGE"}])
def test_the_stream_that_feeds_replicas_is_not_turned_off(
    stream: dict[str, Any], aws_project: Project, plane: ControlPlane
) -> None:
    replicated(aws_project, plane)
    configure(aws_project, table("users", stream_specification=stream, deletion_protection_enabled=True))
    why = "the replicas in eu-west-1, us-west-2 depend on the stream, so AWS refuses to change it"
    run = aws_project.call("migrate", "--allow-destructive").fails(why)
    assert "+ users: enabled deletion protection" in run.out
    assert [parameters for _, parameters in plane.calls if "StreamSpecification" in parameters] == []


def test_strongly_consistent_replicas_need_no_stream(aws_project: Project, plane: ControlPlane) -> None:
    replicated(aws_project, plane, consistency="STRONG")
    configure(aws_project, table("users", stream_specification={"stream_enabled": False}))
    aws_project.call("migrate", "--allow-destructive").ok()
    assert aws_project.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_replicas_are_waited_for(aws_project: Project, plane: ControlPlane) -> None:
    """They follow their table, later than its indexes."""
    replicated(aws_project, plane)
    plane.updating, plane.replica_lag = 0.2, 0.6
    configure(aws_project, table("users", **indexes("x")))
    run = aws_project.call("migrate").ok()
    assert "users: create index by_x: replica eu-west-1 UPDATING" in run.err
    assert aws_project.call("status", "--json").ok().json["tables"][0]["state"] == "in sync"
    assert standing(plane, "users") == ["by_x"]


def test_a_replica_that_failed_is_no_reason_to_wait(aws_project: Project, plane: ControlPlane) -> None:
    replicated(aws_project, plane, status="REGION_DISABLED")
    configure(aws_project, table("users", **indexes("x")))
    assert "eu-west-1 (REGION_DISABLED)" in aws_project.call("migrate").ok().err
