"""The functions of the library on the simulator: load, connect, plan, apply, status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dynamotasks
from dynamotasks import (
    ApplyEvent,
    Cause,
    Config,
    CreateTable,
    Database,
    DeleteTable,
    OperationEnded,
    OperationStarted,
    OperationWaiting,
    Outcome,
    Plan,
    TableFinished,
    TableState,
    TargetError,
    UsageError,
)
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
    """Enter a folder without a project, with no variables that choose a database."""
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


def test_plan_changes_nothing_until_it_is_applied(declared: Config, database: Database, plane: ControlPlane) -> None:
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


def test_events_of_each_table_are_in_order_and_end_with_finished(declared: Config, database: Database) -> None:
    events = migrated(declared, database)
    for name in ("users", "orders"):
        own = [event for event in events if event.table == name and not isinstance(event, OperationWaiting)]
        assert [type(event) for event in own] == [OperationStarted, OperationEnded, TableFinished]
        assert [event.outcome for event in ends(own)] == [Outcome.DONE]


def test_plan_of_selected_tables_leaves_the_others_out(
    declared: Config, database: Database, plane: ControlPlane
) -> None:
    made = dynamotasks.plan(declared, database, tables=["orders"])
    assert [each.table for each in made.tables] == ["orders"]
    assert made.unmanaged == ()
    with pytest.raises(UsageError, match="no such table: order") as refused:
        dynamotasks.plan(declared, database, tables=["order"])
    assert str(refused.value.hint) == "known: orders, users"


def test_reset_requires_consent_and_recreates_the_table(
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


def test_failure_of_a_table_is_an_event(declared: Config, database: Database, plane: ControlPlane) -> None:
    plane.errors["CreateTable"] = [(400, "ValidationException", "no")]
    failed = ends(migrated(declared, database), Outcome.FAILED)
    assert [str(event.error) for event in failed] == ["CreateTable: no (ValidationException)"]
    assert len(plane.tables) == 1


def test_unreachable_database_raises_target_error(declared: Config) -> None:
    with (
        dynamotasks.connect(declared, endpoint="http://127.0.0.1:1") as nowhere,
        pytest.raises(TargetError, match="no response"),
    ):
        dynamotasks.plan(declared, nowhere)


def test_environments_have_their_own_prefix_and_overrides(folder: Path, plane: ControlPlane) -> None:
    entry = {"endpoint": plane.endpoint, "credentials": "dummy"}
    changed = {"users": {"deletion_protection_enabled": True}}
    declared = config(
        folder,
        table("users"),
        staging={**entry, "table_prefix": "staging-", "region": "eu-west-1"},
        prod={**entry, "table_prefix": "prod-", "tables": changed},
    )
    for name in ("staging", "prod"):
        with dynamotasks.connect(declared, name) as database:
            assert database.target.env == name
            migrated(declared, database)
    assert sorted(plane.tables) == ["prod-users", "staging-users"]
    assert plane.tables["prod-users"].shape.get("DeletionProtectionEnabled") is True
    assert "DeletionProtectionEnabled" not in plane.tables["staging-users"].shape
    with pytest.raises(UsageError, match="unknown environment 'stagin'") as refused:
        dynamotasks.connect(declared, "stagin")
    assert "did you mean 'staging'?" in str(refused.value.hint)


def test_closing_the_events_stops_the_run(folder: Path, database: Database, plane: ControlPlane) -> None:
    """Of more tables than run at a time, those that wait are not started."""
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


def test_status_lists_declared_and_unmanaged_tables(folder: Path, database: Database) -> None:
    migrated(config(folder, table("users"), table("other"), table("carts")), database)
    changed = config(folder, table("orders"), table("users", deletion_protection_enabled=True), table("carts"))
    status = dynamotasks.status(changed, database)
    assert [(row.name, row.state) for row in status.tables] == [
        ("orders", TableState.MISSING),
        ("users", TableState.DIFFERS),
        ("carts", TableState.IN_SYNC),
        ("other", TableState.UNMANAGED),
    ]
    assert [str(change.path) for change in status.tables[1].changes] == ["deletion_protection_enabled"]
    assert not status.in_sync
    assert dynamotasks.status(changed, database, tables=["carts"]).in_sync


def test_config_of_the_project_is_found(folder: Path) -> None:
    (folder / "config").mkdir()
    config(folder, table("users"))
    (folder / "tables.json").rename(folder / "config" / "tables.json")
    (folder / "below").mkdir()
    assert [each.name for each in dynamotasks.load().tables] == ["users"]
    assert [each.name for each in dynamotasks.load(root=folder).tables] == ["users"]
