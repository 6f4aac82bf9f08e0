"""Others change tables between a plan and its steps, and while a step is in progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dynamotasks
from dynamotasks import ApplyEvent, Database
from dynamotasks.migrate.events import Cause, Outcome
from tests.simulator import ControlPlane
from tests.simulator.calls import STREAM, at_arn, index, on, schema, ttl, update
from tests.support.events import ends
from tests.support.running import Project, until
from tests.support.tables import configure, indexes, operations, standing, table
from tests.unit.test_api import config, folder

__all__ = ["folder"]  # a fixture

STREAMED = {"stream_specification": {"stream_view_type": "NEW_IMAGE"}}
EXPIRING = {"time_to_live_specification": {"attribute_name": "expires"}}


def keyed(name: str, *, projected: str = "ALL") -> dict[str, Any]:
    made = indexes(name)
    made["global_secondary_indexes"][0]["projection"] = {"projection_type": projected}
    return made


def ask(plane: ControlPlane, call: Any) -> bool:
    status, answer = plane.answer(call.operation, dict(call.parameters))
    assert status == 200, answer
    return True


def rebuild(plane: ControlPlane, projection: str) -> None:
    ask(plane, update(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_x"}}]))
    more = {"NonKeyAttributes": ["q"]} if projection == "INCLUDE" else {}
    made = index("by_x", "x", Projection={"ProjectionType": projection, **more})
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "x")]
    ask(plane, update(GlobalSecondaryIndexUpdates=[{"Create": made}], AttributeDefinitions=definitions))


CREATED: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": schema("id"),
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "x")],
    "GlobalSecondaryIndexes": [index("by_x", "x")],
}
ChangeSet = tuple[dict[str, Any], dict[str, Any], Callable[[ControlPlane], object]]
OFF = {"stream_enabled": False}
KEPT_TTL = {"time_to_live_specification": {"attribute_name": "expires", "enabled": False}}
AS_DECLARED: dict[str, ChangeSet] = {
    "an index that was rebuilt": (keyed("x"), keyed("x", projected="KEYS_ONLY"), lambda p: rebuild(p, "KEYS_ONLY")),
    "an index that is gone": (
        indexes("x", "y"),
        indexes("y"),
        lambda p: ask(p, update(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_x"}}])),
    ),
    "a stream that is off": (
        STREAMED,
        {"stream_specification": OFF},
        lambda p: ask(p, update(StreamSpecification={"StreamEnabled": False})),
    ),
    "protection that is lifted": (
        {"deletion_protection_enabled": True},
        {"deletion_protection_enabled": False},
        lambda p: ask(p, update(DeletionProtectionEnabled=False)),
    ),
    "TTL that is off": (EXPIRING, KEPT_TTL, lambda p: ask(p, ttl(enabled=False))),
    "tags that are gone": (
        {"tags": {"a": "1", "b": "2"}},
        {"tags": {"a": "1"}},
        lambda p: ask(p, at_arn("UntagResource", TagKeys=["b"])),
    ),
}
CHANGED: dict[str, ChangeSet] = {
    "an index of another form": (keyed("x"), keyed("x", projected="KEYS_ONLY"), lambda p: rebuild(p, "INCLUDE")),
    "a tag of another value": (
        {"tags": {"a": "1", "b": "2"}},
        {"tags": {"a": "1"}},
        lambda p: ask(p, at_arn("TagResource", Tags=[{"Key": "b", "Value": "3"}])),
    ),
    "a stream of another view": (
        STREAMED,
        {"stream_specification": OFF},
        lambda p: (
            ask(p, update(StreamSpecification={"StreamEnabled": False})),
            ask(p, update(StreamSpecification={**STREAM, "StreamViewType": "KEYS_ONLY"})),
        ),
    ),
    "another table": (
        indexes("x", "y"),
        indexes("y"),
        lambda p: (
            ask(p, on("DeleteTable")),
            p.answer("CreateTable", {**CREATED, "TableName": "users"}),
        ),
    ),
    "no table": (STREAMED, {"stream_specification": OFF}, lambda p: ask(p, on("DeleteTable"))),
}


@pytest.fixture
def database(folder: Path, plane: ControlPlane) -> Iterator[Database]:
    """A local engine, according to its header: reads are trusted after two seconds."""
    plane.server_header, plane.tag_lock, plane.ttl_interval = "Server", 0, 0
    with dynamotasks.connect(config(folder, table("users")), endpoint=plane.endpoint) as made:
        yield made


def apply_all(database: Database, plane: ControlPlane, folder: Path, case: ChangeSet) -> list[ApplyEvent]:
    before, after, meanwhile = case
    created = dynamotasks.plan(config(folder, table("users", **before)), database)
    list(dynamotasks.apply(created, database))
    planned = dynamotasks.plan(config(folder, table("users", **after)), database, prune=True)
    assert planned.is_destructive
    meanwhile(plane)
    plane.calls.clear()
    return list(dynamotasks.apply(planned, database, allow_destructive=True))


@pytest.mark.parametrize("kind", AS_DECLARED)
def test_step_that_someone_else_has_done_is_skipped(
    kind: str, database: Database, plane: ControlPlane, folder: Path
) -> None:
    events = apply_all(database, plane, folder, AS_DECLARED[kind])
    assert {end.outcome for end in ends(events)} == {Outcome.SKIPPED}, events
    assert not {"UpdateTable", "DeleteTable", "UntagResource", "UpdateTimeToLive"} & set(operations(plane))
    after = AS_DECLARED[kind][1]
    assert dynamotasks.plan(config(folder, table("users", **after)), database, prune=True).in_sync


@pytest.mark.parametrize("kind", CHANGED)
def test_destructive_step_is_not_sent_if_the_table_changed(
    kind: str, database: Database, plane: ControlPlane, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane.server_header = "Werkzeug/3 amazon.com"  # an engine whose reads are never behind for long
    with dynamotasks.connect(config(folder, table("users")), endpoint=plane.endpoint) as local:
        events = apply_all(local, plane, folder, CHANGED[kind])
    failed = ends(events, Outcome.FAILED)
    assert failed, events
    assert "not sent, because the table changed since it was planned" in str(failed[0].error)
    assert not {"UpdateTable", "DeleteTable", "UntagResource", "UpdateTimeToLive"} & set(operations(plane))


def test_wait_ends_if_the_deleted_index_is_created_again(project: Project, plane: ControlPlane) -> None:
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users", **indexes("x", "y")))
    project.call("migrate").ok()
    configure(project, table("users", **indexes("y")))
    plane.updating = 1.0
    process = project.start("inv", "db.migrate", "--prune", "--allow-destructive", "--timeout", "100")
    until(lambda: "UpdateTable" in operations(plane))
    plane.forever["DescribeTable"] = (400, "ThrottlingException", "Rate exceeded")  # it must not see that by_x is gone

    def create() -> bool:
        definitions = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "x", "y")]
        made = {"GlobalSecondaryIndexUpdates": [{"Create": index("by_x", "x")}], "AttributeDefinitions": definitions}
        return plane.answer("UpdateTable", {"TableName": "users", **made})[0] == 200

    until(create)
    plane.indexing = 600.0
    del plane.forever["DescribeTable"]
    out, err = process.communicate(timeout=90)
    assert process.returncode == 1, out + err
    assert "another process recreated index by_x" in err
    assert sorted(standing(plane, "users")) == ["by_x", "by_y"]


@pytest.mark.parametrize("header", ["Server", "Jetty(12.0.14)"])
def test_six_concurrent_resets(header: str, project: Project, plane: ControlPlane) -> None:
    """Each run succeeds or reports why not, and the tables are as declared."""
    plane.server_header, plane.tag_lock, plane.ttl_interval = header, 0, 0
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users", **indexes("x"), **EXPIRING), table("orders"))
    project.call("migrate").ok()
    plane.creating = plane.deleting = 0.5
    before = {name: made.id for name, made in plane.tables.items()}
    running = [project.start("inv", "db.reset", "--yes", "--timeout", "60") for _ in range(6)]
    ended = []
    try:
        for process in running:
            out, err = process.communicate(timeout=120)
            ended.append((process.returncode, out, err))
    finally:
        for process in running:
            process.kill()
    for code, out, err in ended:
        assert code in (0, 1), (out, err)
        for lie in ("Traceback", "never finishes", "accepted the call and ignored", "still DELETING after"):
            assert lie not in out + err
    assert any(code == 0 for code, _, _ in ended)
    project.call("status", "--exit-code").ok()
    assert not {made.id for made in plane.tables.values()} & set(before.values())


ITEMS_NOW = "the table now has items, and expired ones would be deleted: plan again"


def fill(plane: ControlPlane) -> None:
    plane.held = 1


def create_and_fill(plane: ControlPlane) -> None:
    made = {"BillingMode": "PAY_PER_REQUEST", "KeySchema": schema("id")}
    definitions = [{"AttributeName": "id", "AttributeType": "S"}]
    status, answer = plane.answer("CreateTable", {**made, "TableName": "users", "AttributeDefinitions": definitions})
    assert status == 200, answer
    fill(plane)


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize("missing", [False, True])
def test_safe_ttl_is_blocked_once_the_table_has_items(
    missing: bool, allowed: bool, database: Database, plane: ControlPlane, folder: Path
) -> None:
    """Someone else created it, if it was missing, and filled it after the plan; consent covers only planned losses."""
    if not missing:
        list(dynamotasks.apply(dynamotasks.plan(config(folder, table("users")), database), database))
    planned = dynamotasks.plan(config(folder, table("users", **EXPIRING)), database)
    assert not planned.is_destructive
    (create_and_fill if missing else fill)(plane)
    events = list(dynamotasks.apply(planned, database, allow_destructive=allowed))
    assert [end.cause for end in ends(events, Outcome.BLOCKED)] == [Cause.HAS_ITEMS], events
    assert "UpdateTimeToLive" not in operations(plane)
    assert not plane.ttl


def test_safe_ttl_is_blocked_if_items_may_no_longer_be_counted(
    database: Database, plane: ControlPlane, folder: Path
) -> None:
    list(dynamotasks.apply(dynamotasks.plan(config(folder, table("users")), database), database))
    planned = dynamotasks.plan(config(folder, table("users", **EXPIRING)), database)
    plane.deny("Scan")
    (blocked,) = ends(dynamotasks.apply(planned, database), Outcome.BLOCKED)
    assert blocked.cause is Cause.ITEMS_UNKNOWN
    assert "dynamodb:Scan" in str(blocked.error)
    assert not plane.ttl


def test_ttl_that_someone_else_enabled_is_skipped(database: Database, plane: ControlPlane, folder: Path) -> None:
    list(dynamotasks.apply(dynamotasks.plan(config(folder, table("users")), database), database))
    planned = dynamotasks.plan(config(folder, table("users", **EXPIRING)), database)
    ask(plane, ttl(enabled=True))
    fill(plane)
    events = list(dynamotasks.apply(planned, database))
    assert [end.outcome for end in ends(events)] == [Outcome.SKIPPED], events


def test_ttl_of_a_table_that_the_run_created_needs_no_scan(project: Project, plane: ControlPlane) -> None:
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    plane.deny("Scan")
    configure(project, table("users", **EXPIRING))
    project.call("migrate").ok()
    assert plane.ttl["users"]["Enabled"]


def test_ttl_is_blocked_if_someone_else_creates_and_fills_the_table(project: Project, plane: ControlPlane) -> None:
    """Between the plan and CreateTable."""
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users", **EXPIRING))
    create_and_fill(plane)
    theirs = plane.tables.pop("users")
    plane.calls.clear()
    plane.forever["CreateTable"] = (400, "ThrottlingException", "Rate exceeded")
    process = project.start("inv", "db.migrate")
    until(lambda: "CreateTable" in operations(plane))
    with plane.lock:
        plane.tables["users"] = theirs
        del plane.forever["CreateTable"]
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert ITEMS_NOW in " ".join((out + err).split())
    assert not plane.ttl
