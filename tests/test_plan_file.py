"""A plan that is written, reviewed and carried out later: exactly that, in that place, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .running import Project
from .simulator import ControlPlane, control_plane
from .test_changes import PROVISIONED, indexes
from .test_migrate import configure, operations, table

WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive", "TagResource")


@pytest.fixture
def there(project: Project, plane: ControlPlane) -> Project:
    """A project with a plan for one table that stands and one that does not."""
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users", deletion_protection_enabled=False))
    project.call("migrate").ok()
    configure(project, table("users", **indexes("x")), table("orders"))
    project.call("plan", "--out", "plan.json").ok()
    plane.calls.clear()
    return project


def written(plane: ControlPlane) -> list[str]:
    return [operation for operation in operations(plane) if operation in WRITES]


def edited(project: Project, edit: Callable[[dict[str, Any]], object]) -> None:
    file = project.root / "plan.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    edit(document)
    file.write_text(json.dumps(document), encoding="utf-8")


def test_it_says_how_to_carry_it_out(there: Project) -> None:
    said = there.call("plan", "--out", "plan.json").ok()
    assert "written to plan.json: carry it out with" in said.err


def test_it_is_carried_out_also_by_a_process_of_its_own(there: Project, plane: ControlPlane) -> None:
    run = there.run("inv", "db.migrate", "--plan", "plan.json").ok()
    assert "+ users: created index by_x" in run.out
    assert "+ orders: created table" in run.out


def test_it_can_be_shown_again(there: Project, plane: ControlPlane) -> None:
    shown = there.call("migrate", "--plan", "plan.json", "--dry-run").ok()
    assert "+ users: create index by_x (x HASH)  [slow: fills it from 0 items, 0 B]" in shown.out
    assert "2 steps for 2 tables" in shown.out
    assert not written(plane)


def test_it_is_for_one_endpoint(there: Project, plane: ControlPlane) -> None:
    with control_plane() as other:
        there.call("migrate", "--plan", "plan.json", "--endpoint", other.endpoint).fails(
            f"plan.json: was made for local, {plane.endpoint}, us-east-1, this is local, {other.endpoint}, us-east-1",
            "give the flags that `dynamotasks plan --out` had",
        )
        assert not other.calls


def test_it_is_for_one_region(there: Project, plane: ControlPlane) -> None:
    refused = there.call("migrate", "--plan", "plan.json", "--region", "eu-west-1")
    refused.fails("was made for local", "us-east-1, this is", "eu-west-1")
    assert not written(plane)


def test_it_is_for_one_environment(there: Project, plane: ControlPlane) -> None:
    environments = {"staging": {"endpoint": plane.endpoint}}
    there.write("tables_config.json", json.dumps({"tables": [table("users")], "environments": environments}))
    there.call("migrate", "--plan", "plan.json", "--env", "staging").fails("was made for local", "this is staging")
    assert not written(plane)


def test_a_table_that_was_changed_meanwhile_is_named_with_what_changed(there: Project, plane: ControlPlane) -> None:
    plane.answer("UpdateTable", {"TableName": "users", "DeletionProtectionEnabled": True})
    refused = there.call("migrate", "--plan", "plan.json")
    refused.fails("table users has changed since the plan was made: deletion_protection_enabled", "make it again")
    assert "CreateTable" not in operations(plane)


def test_a_table_that_is_gone(there: Project, plane: ControlPlane) -> None:
    plane.answer("DeleteTable", {"TableName": "users"})
    there.call("migrate", "--plan", "plan.json").fails("table users has changed since the plan was made: it is gone")


def test_a_table_that_came_to_be(there: Project, plane: ControlPlane) -> None:
    there.call("migrate", "--table", "orders").ok()
    there.call("migrate", "--plan", "plan.json").fails("table orders has changed since the plan was made: it exists")


def test_a_table_that_was_dropped_and_made_again(there: Project, plane: ControlPlane) -> None:
    """It looks the same and has the same ARN; its items are others."""
    plane.answer("DeleteTable", {"TableName": "users"})
    configure(there, table("users"))
    there.call("migrate").ok()
    plane.calls.clear()
    there.call("migrate", "--plan", "plan.json").fails("table users has changed", "it was made again")
    assert not written(plane)


def test_items_that_were_written_meanwhile_change_nothing(there: Project, plane: ControlPlane) -> None:
    plane.items = 1000
    there.call("migrate", "--plan", "plan.json").ok()


def test_capacity_that_moves_by_itself_changes_nothing(project: Project, plane: ControlPlane) -> None:
    """Application Auto Scaling sets it a few times an hour; a plan is reviewed longer than that."""
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no plan: Expecting property name"),
        ("", "is no plan: Expecting value"),
        ("[]", "is no plan that this version wrote"),
        ('{"tables": []}', "is no plan that this version wrote"),
        ('{"dynamotasks_plan": 0}', "is no plan that this version wrote"),
        ('{"dynamotasks_plan": 1}', "was made for nothing known"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(text: str, words: str, there: Project, plane: ControlPlane) -> None:
    there.write("plan.json", text)
    there.call("migrate", "--plan", "plan.json").fails(f"plan.json: {words}", "make it again" if "no" in text else "")
    assert not written(plane)


def test_bytes_that_are_no_text_are_refused_in_words(there: Project) -> None:
    (there.root / "plan.json").write_bytes(b"\xff\xfe\x00")
    there.call("migrate", "--plan", "plan.json").fails("plan.json: is no plan", "make it again")


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.pop("tables"),
        lambda document: document.update(tables=None),
        lambda document: document["tables"][0].pop("steps"),
        lambda document: document["tables"][0]["steps"][0].update(extra=1),
        lambda document: document["tables"][0]["steps"][0].pop("makes"),
        lambda document: document["tables"][0]["steps"][0].update(table="another"),
        lambda document: document["tables"][0]["steps"][0].update(call={"operation": "UpdateTable"}),
        lambda document: document["tables"][0].pop("live"),
        lambda document: document["tables"][0]["live"].update(backfilling=None),
        lambda document: document["tables"][0].update(wanted={}),
    ],
)
def test_a_plan_with_parts_that_are_missing_or_new_is_refused(
    edit: Callable[[dict[str, Any]], object], there: Project, plane: ControlPlane
) -> None:
    edited(there, edit)
    there.call("migrate", "--plan", "plan.json").fails("plan.json: is no plan", "make it again: ")
    assert not written(plane)


def test_no_such_file(there: Project) -> None:
    there.call("migrate", "--plan", "none.json").fails("none.json: cannot be read: No such file", "make it again")
    there.call("migrate", "--plan", ".").fails("cannot be read: Is a directory")


def test_a_folder_that_is_not_there_is_told(there: Project) -> None:
    there.call("plan", "--out", "none/plan.json").fails("none/plan.json: No such file or directory")


@pytest.mark.parametrize("flag", [("--prune",), ("--table", "users")])
def test_what_would_make_it_another_plan_is_refused(flag: tuple[str, ...], there: Project, plane: ControlPlane) -> None:
    there.call("migrate", "--plan", "plan.json", *flag).fails("--plan carries out what the file says")
    assert not written(plane)


def test_a_plan_of_no_steps_does_nothing(there: Project, plane: ControlPlane) -> None:
    there.call("migrate").ok()
    there.call("plan", "--out", "plan.json").ok()
    assert "nothing to do in" in there.call("migrate", "--plan", "plan.json").ok().out
