"""DynamoDB Local with so many TTL tables that they occupy all of its background threads."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import Project, until

from . import places

TABLES = 30


def table(name: str, *indexes: str, ttl: bool = True) -> dict[str, Any]:
    declared: dict[str, Any] = {
        "name": name,
        "attributes": [{"name": attribute, "type": "S"} for attribute in ("id", *indexes)],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    }
    if indexes:
        declared["global_secondary_indexes"] = [
            {
                "index_name": f"by_{attribute}",
                "key_schema": [{"attribute_name": attribute, "key_type": "HASH"}],
                "projection": {"projection_type": "ALL"},
            }
            for attribute in indexes
        ]
    if ttl:
        declared["time_to_live_specification"] = {"attribute_name": "expires_at"}
    return declared


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[places.Place]:
    """Start a separate engine: all tables of an engine share the threads under test."""
    name = request.config.getoption("--place")
    if name not in ("java", "docker"):
        pytest.skip("only DynamoDB Local shares threads between tables")
    with places.place(name, tmp_path / "engine") as made:
        yield made


def enabled(engine: places.Place) -> set[str]:
    client = engine.database.client
    names = [name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]]
    answers = {name: client.describe_time_to_live(TableName=name)["TimeToLiveDescription"] for name in names}
    return {name for name, ttl in answers.items() if ttl["TimeToLiveStatus"] == "ENABLED"}


def is_suspended(engine: places.Place) -> bool:
    """Return whether TTL is off on the first table: one call is shorter than the time that it is off."""
    found = engine.database.client.describe_time_to_live(TableName="table-0")["TimeToLiveDescription"]
    return found["TimeToLiveStatus"] != "ENABLED"


def declare(project: Project, *tables: dict[str, Any]) -> None:
    project.write("config/tables.yaml", json.dumps({"tables": tables}))


def warm(engine: places.Place, project: Project) -> list[dict[str, Any]]:
    """Create thirty tables with TTL, and wait until their jobs occupy all threads and a new index never is ACTIVE."""
    tables = [table(f"table-{number}") for number in range(TABLES)]
    declare(project, *tables)
    project.call("migrate").ok()
    assert len(enabled(engine)) == TABLES
    client = engine.database.client
    number = 0

    def is_stuck() -> bool:
        """Return whether a new index is still not ACTIVE after 3 s."""
        nonlocal number
        number += 1
        name = f"probe-{number}"
        key: Any = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "TableName": name}
        types: Any = [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}]
        client.create_table(**key, AttributeDefinitions=types[:1], BillingMode="PAY_PER_REQUEST")
        index: Any = {
            "IndexName": "by_b",
            "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        client.update_table(TableName=name, AttributeDefinitions=types, GlobalSecondaryIndexUpdates=[{"Create": index}])
        try:
            until(lambda: status(name) == "ACTIVE", 3)
        except AssertionError:
            return True
        return False

    def status(name: str) -> str:
        return str(client.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0].get("IndexStatus"))

    until(is_stuck)
    client.delete_table(TableName=f"probe-{number}")
    return tables


def test_indexes_are_created_and_deleted_beside_thirty_ttl_tables(engine: places.Place, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", engine.variables)
    tables = warm(engine, project)
    declare(project, table("table-0", "a"), table("table-1", "a", "b"), *tables[2:])
    created = project.call("migrate").ok()
    assert "TTL is off on" in created.err
    assert len(enabled(engine)) == TABLES
    declare(project, table("table-0", "a"), table("table-1", "a"), *tables[2:])
    project.call("migrate", "--prune", "--allow-destructive").ok()
    assert len(enabled(engine)) == TABLES
    project.call("status", "--exit-code").ok()


def test_ttl_and_index_are_added_in_one_run(engine: places.Place, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", engine.variables)
    names = [f"table-{number}" for number in range(12)]
    declare(project, *(table(name, ttl=False) for name in names))
    project.call("migrate").ok()
    declare(project, *(table(name, "a") for name in names))
    project.call("migrate", "--allow-destructive").ok()
    assert len(enabled(engine)) == len(names)
    project.call("status", "--exit-code").ok()


def test_undeclared_ttl_tables_are_named_and_left_unchanged(engine: places.Place, tmp_path: Path) -> None:
    warm(engine, Project(tmp_path / "others", engine.variables))
    project = Project(tmp_path / "project", {"DYNAMOTASKS_ENV": "shared"})
    place = {"environments": {"shared": {"endpoint": engine.target.endpoint, "credentials": "dummy"}}}
    project.write("config/tables.yaml", json.dumps({"tables": [table("mine", ttl=False)], **place}))
    project.call("migrate").ok()
    project.write("config/tables.yaml", json.dumps({"tables": [table("mine", "a", ttl=False)], **place}))
    failed = project.call("migrate").fails("more than 6 tables have TTL", "disable TTL on 24 of them")
    assert "table-0" in failed.err
    assert len(enabled(engine)) == TABLES


@pytest.mark.parametrize("kind", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signal_enables_ttl_again(engine: places.Place, tmp_path: Path, kind: str) -> None:
    project = Project(tmp_path / "project", engine.variables)
    tables = warm(engine, project)
    declare(project, table("table-0", "a"), *tables[1:])
    with project.start("inv", "db.migrate") as run:
        until(lambda: is_suspended(engine) or run.poll() is not None)
        run.send_signal(signal.Signals[kind])
        run.communicate()
    assert run.returncode == 128 + signal.Signals[kind]
    assert len(enabled(engine)) == TABLES


def test_ttl_of_tables_outside_the_run_is_left_unchanged(engine: places.Place, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", engine.variables)
    tables = warm(engine, project)
    declare(project, table("table-0", "a"), table("table-1", ttl=False))
    project.call("migrate").fails("more than 6 tables have TTL", "disable TTL on 23 of them", "table-1")
    assert len(enabled(engine)) == TABLES
    declare(project, table("table-0", "a"), *tables[1:])
    project.call("migrate", "--table", "table-0").fails("omit --table")
    assert len(enabled(engine)) == TABLES
    project.call("migrate").ok()
    assert len(enabled(engine)) == TABLES


def test_run_after_a_kill_enables_ttl_again(engine: places.Place, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", engine.variables)
    tables = warm(engine, project)
    declare(project, table("table-0", "a"), *tables[1:])
    with project.start("inv", "db.migrate") as run:
        until(lambda: is_suspended(engine) or run.poll() is not None)
        run.kill()
        run.communicate()
    assert len(enabled(engine)) < TABLES
    assert project.call("status", "--exit-code").code == 2
    project.call("migrate", "--allow-destructive").ok()
    assert len(enabled(engine)) == TABLES
