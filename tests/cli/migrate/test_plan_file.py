"""A plan file is applied exactly as reviewed, or not at all."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.plan_files import edit_plan, sent_writes
from tests.support.running import Project, clean_environment, command_line
from tests.support.tables import PROVISIONED, configure, indexes, operations, table


def test_plan_out_prints_the_command_that_applies_it(planned_project: Project) -> None:
    shown = planned_project.call("plan", "--out", "plan.json").ok()
    assert "written to plan.json: apply it with" in shown.err


def test_another_process_applies_the_plan(planned_project: Project, plane: ControlPlane) -> None:
    run = planned_project.run("inv", "db.migrate", "--plan", "plan.json").ok()
    assert "+ users: created index by_x" in run.out
    assert "+ orders: created table" in run.out


def test_plan_file_can_be_shown(planned_project: Project, plane: ControlPlane) -> None:
    shown = planned_project.call("migrate", "--plan", "plan.json", "--dry-run").ok()
    assert "+ users: create index by_x (x HASH)  [slow: backfills 0 items, 0 B]" in shown.out
    assert "2 operations on 2 tables" in shown.out
    assert not sent_writes(plane)


def test_changed_table_is_named_with_the_change(planned_project: Project, plane: ControlPlane) -> None:
    plane.answer("UpdateTable", {"TableName": "users", "DeletionProtectionEnabled": True})
    refused = planned_project.call("migrate", "--plan", "plan.json")
    refused.fails("table users has changed since the plan was made: deletion_protection_enabled", "regenerate it")
    assert "CreateTable" not in operations(plane)


def test_deleted_table_makes_the_plan_stale(planned_project: Project, plane: ControlPlane) -> None:
    plane.answer("DeleteTable", {"TableName": "users"})
    planned_project.call("migrate", "--plan", "plan.json").fails(
        "table users has changed since the plan was made: it was deleted"
    )


def test_created_table_makes_the_plan_stale(planned_project: Project, plane: ControlPlane) -> None:
    planned_project.call("migrate", "--table", "orders").ok()
    planned_project.call("migrate", "--plan", "plan.json").fails(
        "table orders has changed since the plan was made: it now exists"
    )


def test_recreated_table_makes_the_plan_stale(planned_project: Project, plane: ControlPlane) -> None:
    """A recreated table has the same description and ARN, but other items."""
    plane.answer("DeleteTable", {"TableName": "users"})
    configure(planned_project, table("users", deletion_protection_enabled=False))
    planned_project.call("migrate").ok()
    configure(planned_project, table("users", **indexes("x")), table("orders"))
    plane.calls.clear()
    planned_project.call("migrate", "--plan", "plan.json").fails("table users has changed", "it was recreated")
    assert not sent_writes(plane)


def test_new_items_do_not_make_the_plan_stale(planned_project: Project, plane: ControlPlane) -> None:
    plane.items = 1000
    planned_project.call("migrate", "--plan", "plan.json").ok()


def test_automatic_capacity_changes_do_not_make_the_plan_stale(project: Project, plane: ControlPlane) -> None:
    """Application Auto Scaling may change the capacity while a plan is reviewed."""
    project.variables.update(
        AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING=plane.endpoint,
        AWS_ACCESS_KEY_ID="AKID",
        AWS_SECRET_ACCESS_KEY="secret",
        DYNAMOTASKS_ENV="prod",
    )
    environments = {"prod": {"endpoint": plane.endpoint, "credentials": "chain"}}

    def declare(**more: Any) -> None:
        tables = [table("users", **PROVISIONED, **more), table("orders", **more)]
        project.write("tables_config.json", json.dumps({"tables": tables, "environments": environments}))

    declare()
    project.call("migrate").ok()
    plane.scalable.add("table/users")
    declare(deletion_protection_enabled=True)
    project.call("plan", "--out", "plan.json").ok()
    units = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}
    plane.answer("UpdateTable", {"TableName": "users", "ProvisionedThroughput": units})
    project.call("migrate", "--plan", "plan.json").ok()


def test_plan_without_steps_changes_nothing(planned_project: Project, plane: ControlPlane) -> None:
    planned_project.call("migrate").ok()
    planned_project.call("plan", "--out", "plan.json").ok()
    assert "nothing to do in" in planned_project.call("migrate", "--plan", "plan.json").ok().out


def test_changed_description_does_not_make_the_plan_stale(planned_project: Project) -> None:
    configure(planned_project, table("users", description="people", **indexes("x")), table("orders"))
    planned_project.call("migrate", "--plan", "plan.json").ok()


def test_plan_of_selected_tables_ignores_other_config_changes(planned_project: Project) -> None:
    planned_project.call("plan", "--table", "orders", "--out", "plan.json").ok()
    configure(planned_project, table("users"), table("orders"))
    planned_project.call("migrate", "--plan", "plan.json").ok()


def test_recreated_table_is_noticed_without_table_ids(planned_project: Project, plane: ControlPlane) -> None:
    """Some engines return no TableId, but the time of creation."""
    edit_plan(planned_project, lambda document: document["tables"][0]["live"].update(id=""))
    edit_plan(planned_project, lambda document: document["tables"][0]["live"].update(created=1.0))
    planned_project.call("migrate", "--plan", "plan.json").fails("table users has changed", "it was recreated")
    assert not sent_writes(plane)


def test_existing_plan_file_is_kept_if_it_cannot_be_replaced(planned_project: Project, plane: ControlPlane) -> None:
    before = (planned_project.root / "plan.json").read_bytes()
    plane.forever["ListTables"] = (400, "ExpiredTokenException", "old")
    planned_project.call("plan", "--out", "plan.json").fails("have expired")
    assert (planned_project.root / "plan.json").read_bytes() == before


@pytest.mark.posix
def test_existing_plan_file_is_kept_if_the_disk_is_full(planned_project: Project) -> None:
    before = (planned_project.root / "plan.json").read_bytes()
    full = ["bash", "-c", 'ulimit -f 0 && exec "$@"', "-", *command_line(("inv", "db.plan", "--out", "plan.json"))]
    run = subprocess.run(
        full,
        cwd=planned_project.root,
        env=clean_environment(planned_project.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "plan.json: cannot write the file: File too large" in run.stderr
    assert (planned_project.root / "plan.json").read_bytes() == before
    assert not [file.name for file in planned_project.root.iterdir() if file.name.startswith(".plan.json")]


@pytest.mark.posix
def test_plan_file_is_private_and_leaves_no_temporary_file(planned_project: Project) -> None:
    assert (planned_project.root / "plan.json").stat().st_mode & 0o777 == 0o600
    assert not [file.name for file in planned_project.root.iterdir() if file.name.startswith(".plan.json")]
    planned_project.call("plan", "--out", "/dev/null").ok()
