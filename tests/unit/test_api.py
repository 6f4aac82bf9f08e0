"""The library, as its documentation has it: load, connect, plan, apply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dynamotasks
from dynamotasks import ApplyEvent, Config, Database, DynamotasksError, Plan
from dynamotasks.errors import TargetError, UsageError
from dynamotasks.migrate.events import Cause, OperationEnded, OperationStarted, OperationWaiting, Outcome, TableFinished
from dynamotasks.migrate.operations import CreateTable, DeleteTable
from dynamotasks.migrate.plan import TableState
from tests.simulator import ControlPlane
from tests.support.events import ends
from tests.support.tables import indexes, operations, table


def config(folder: Path, *tables: dict[str, Any], **environments: dict[str, Any]) -> Config:
    file = folder / "tables.json"
    document = {"tables": tables, **({"environments": environments} if environments else {})}
    file.write_text(json.dumps(document), encoding="utf-8")
    return dynamotasks.load([file])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that belongs to no project, and a shell that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "DYNAMOTASKS_ENV", "DYNAMOTASKS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def declared(folder: Path) -> Config:
    return config(folder, table("users", **indexes("x")), table("orders"))


@pytest.fixture
def database(declared: Config, plane: ControlPlane) -> Iterator[Database]:
    with dynamotasks.connect(declared, endpoint=plane.endpoint) as made:
        yield made


def migrated(declared: Config, database: Database, **words: Any) -> list[ApplyEvent]:
    return list(dynamotasks.apply(dynamotasks.plan(declared, database), database, **words))


def test_a_plan_is_data_until_it_is_applied(declared: Config, database: Database, plane: ControlPlane) -> None:
    made = dynamotasks.plan(declared, database)
    assert isinstance(made, Plan)
    assert [(each.table, each.state) for each in made.tables] == [
        ("users", TableState.MISSING),
        ("orders", TableState.MISSING),
    ]
    assert [step.call and step.call.operation for step in made.operations] == ["CreateTable", "CreateTable"]
    assert not plane.tables
    events = list(dynamotasks.apply(made, database))
    assert all(isinstance(event, ApplyEvent) for event in events)
    assert sorted(plane.tables) == ["orders", "users"]
    assert dynamotasks.plan(declared, database).in_sync


def test_each_table_s_events_are_in_order_and_closed(declared: Config, database: Database) -> None:
    events = migrated(declared, database)
    for name in ("users", "orders"):
        own = [event for event in events if event.table == name and not isinstance(event, OperationWaiting)]
        assert [type(event) for event in own] == [OperationStarted, OperationEnded, TableFinished]
        assert [event.outcome for event in ends(own)] == [Outcome.DONE]


def test_chosen_tables_alone(declared: Config, database: Database, plane: ControlPlane) -> None:
    made = dynamotasks.plan(declared, database, tables=["orders"])
    assert [each.table for each in made.tables] == ["orders"]
    assert made.unmanaged == ()
    with pytest.raises(UsageError, match="no such table: order") as refused:
        dynamotasks.plan(declared, database, tables=["order"])
    assert str(refused.value.hint) == "known: orders, users"


def test_recreate_drops_what_stands_and_makes_it_again(
    declared: Config, database: Database, plane: ControlPlane
) -> None:
    migrated(declared, database)
    before = plane.tables["users"].id
    made = dynamotasks.plan_reset(declared, database, tables=["users"])
    assert [type(operation) for operation in made.operations] == [DeleteTable, CreateTable]
    kept = list(dynamotasks.apply(made, database))
    assert [(end.outcome, end.cause) for end in ends(kept)] == [
        (Outcome.BLOCKED, Cause.NEEDS_CONSENT),
        (Outcome.BLOCKED, Cause.PREREQUISITE),
    ]
    assert plane.tables["users"].id == before
    list(dynamotasks.apply(made, database, allow_destructive=True))
    assert plane.tables["users"].id != before


def test_a_failure_is_an_event_and_no_exception(declared: Config, database: Database, plane: ControlPlane) -> None:
    plane.errors["CreateTable"] = [(400, "ValidationException", "no")]
    failed = ends(migrated(declared, database), Outcome.FAILED)
    assert [str(event.error) for event in failed] == ["CreateTable: no (ValidationException)"]
    assert len(plane.tables) == 1


def test_no_database_is_an_error_of_this_package(declared: Config) -> None:
    with (
        dynamotasks.connect(declared, endpoint="http://127.0.0.1:1") as nowhere,
        pytest.raises(TargetError, match="no response"),
    ):
        dynamotasks.plan(declared, nowhere)
    assert issubclass(TargetError, DynamotasksError)


def test_environments_are_apart(folder: Path, plane: ControlPlane) -> None:
    entry = {"endpoint": plane.endpoint, "credentials": "dummy"}
    changed = {"users": {"deletion_protection_enabled": True}}
    declared = config(
        folder,
        table("users"),
        staging={**entry, "table_prefix": "staging-", "region": "eu-west-1"},
        prod={**entry, "table_prefix": "prod-", "tables": changed},
    )
    for name in ("staging", "prod"):
        with dynamotasks.connect(declared, name) as aws_project:
            assert aws_project.target.env == name
            migrated(declared, aws_project)
    assert sorted(plane.tables) == ["prod-users", "staging-users"]
    assert plane.tables["prod-users"].shape.get("DeletionProtectionEnabled") is True
    assert "DeletionProtectionEnabled" not in plane.tables["staging-users"].shape
    with pytest.raises(UsageError, match="unknown environment 'stagin'") as refused:
        dynamotasks.connect(declared, "stagin")
    assert "did you mean 'staging'?" in str(refused.value.hint)


def test_a_run_that_is_no_longer_listened_to_stops(folder: Path, database: Database, plane: ControlPlane) -> None:
    """More tables than run at a time: those that wait are not begun."""
    declared = config(folder, *(table(f"table{number:03}") for number in range(150)))
    plane.creating = 3600
    events = dynamotasks.apply(dynamotasks.plan(declared, database), database)
    assert isinstance(next(events), OperationStarted)
    events.close()
    sent = operations(plane).count("CreateTable")
    assert sent <= 100
    plane.creating = 0
    migrated(declared, database)
    assert len(plane.tables) == 150


def test_all_that_the_library_has_is_there() -> None:
    assert all(getattr(dynamotasks, name) is not None for name in dynamotasks.__all__)
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        _ = dynamotasks.nothing_of_ours
