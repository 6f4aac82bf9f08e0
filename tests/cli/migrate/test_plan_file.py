"""A plan that is written, reviewed and carried out later: exactly that, in that place, or nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator import ControlPlane, control_plane
from tests.support.running import Project, clean_environment, command_line
from tests.support.tables import PROVISIONED, configure, indexes, operations, table

WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive", "TagResource")


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
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


def test_it_says_how_to_carry_it_out(aws_project: Project) -> None:
    said = aws_project.call("plan", "--out", "plan.json").ok()
    assert "written to plan.json: carry it out with" in said.err


def test_it_is_carried_out_also_by_a_process_of_its_own(aws_project: Project, plane: ControlPlane) -> None:
    run = aws_project.run("inv", "db.migrate", "--plan", "plan.json").ok()
    assert "+ users: created index by_x" in run.out
    assert "+ orders: created table" in run.out


def test_it_can_be_shown_again(aws_project: Project, plane: ControlPlane) -> None:
    shown = aws_project.call("migrate", "--plan", "plan.json", "--dry-run").ok()
    assert "+ users: create index by_x (x HASH)  [slow: fills it from 0 items, 0 B]" in shown.out
    assert "2 steps for 2 tables" in shown.out
    assert not written(plane)


def test_it_is_for_one_endpoint(aws_project: Project, plane: ControlPlane) -> None:
    with control_plane() as other:
        aws_project.call("migrate", "--plan", "plan.json", "--endpoint", other.endpoint).fails(
            f"plan.json: was made for local, {plane.endpoint}, us-east-1, this is local, {other.endpoint}, us-east-1",
            "give the flags that `dynamotasks plan --out` had",
        )
        assert not other.calls


def test_it_is_for_one_region(aws_project: Project, plane: ControlPlane) -> None:
    refused = aws_project.call("migrate", "--plan", "plan.json", "--region", "eu-west-1")
    refused.fails("was made for local", "us-east-1, this is", "eu-west-1")
    assert not written(plane)


def test_it_is_for_one_environment(aws_project: Project, plane: ControlPlane) -> None:
    environments = {"staging": {"endpoint": plane.endpoint}}
    aws_project.write("tables_config.json", json.dumps({"tables": [table("users")], "environments": environments}))
    aws_project.call("migrate", "--plan", "plan.json", "--env", "staging").fails(
        "was made for local", "this is staging"
    )
    assert not written(plane)


def test_a_table_that_was_changed_meanwhile_is_named_with_what_changed(
    aws_project: Project, plane: ControlPlane
) -> None:
    plane.answer("UpdateTable", {"TableName": "users", "DeletionProtectionEnabled": True})
    refused = aws_project.call("migrate", "--plan", "plan.json")
    refused.fails("table users has changed since the plan was made: deletion_protection_enabled", "make it again")
    assert "CreateTable" not in operations(plane)


def test_a_table_that_is_gone(aws_project: Project, plane: ControlPlane) -> None:
    plane.answer("DeleteTable", {"TableName": "users"})
    aws_project.call("migrate", "--plan", "plan.json").fails(
        "table users has changed since the plan was made: it is gone"
    )


def test_a_table_that_came_to_be(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.call("migrate", "--table", "orders").ok()
    aws_project.call("migrate", "--plan", "plan.json").fails(
        "table orders has changed since the plan was made: it exists"
    )


def test_a_table_that_was_dropped_and_made_again(aws_project: Project, plane: ControlPlane) -> None:
    """It looks the same and has the same ARN; its items are others."""
    plane.answer("DeleteTable", {"TableName": "users"})
    configure(aws_project, table("users", deletion_protection_enabled=False))
    aws_project.call("migrate").ok()
    configure(aws_project, table("users", **indexes("x")), table("orders"))
    plane.calls.clear()
    aws_project.call("migrate", "--plan", "plan.json").fails("table users has changed", "it was made again")
    assert not written(plane)


def test_items_that_were_written_meanwhile_change_nothing(aws_project: Project, plane: ControlPlane) -> None:
    plane.items = 1000
    aws_project.call("migrate", "--plan", "plan.json").ok()


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
        ('{"dynamotasks_plan": 2}', "was made for nothing known"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(text: str, words: str, aws_project: Project, plane: ControlPlane) -> None:
    aws_project.write("plan.json", text)
    aws_project.call("migrate", "--plan", "plan.json").fails(
        f"plan.json: {words}", "make it again" if "no" in text else ""
    )
    assert not written(plane)


def test_bytes_that_are_no_text_are_refused_in_words(aws_project: Project) -> None:
    (aws_project.root / "plan.json").write_bytes(b"\xff\xfe\x00")
    aws_project.call("migrate", "--plan", "plan.json").fails("plan.json: is no plan", "make it again")


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.pop("tables"),
        lambda document: document.update(tables=None),
        lambda document: document["tables"][0].pop("steps"),
        lambda document: document["tables"][0]["operations"][0].update(extra=1),
        lambda document: document["tables"][0]["operations"][0].pop("makes"),
        lambda document: document["tables"][0]["operations"][0].update(table="another"),
        lambda document: document["tables"][0]["operations"][0].update(call={"operation": "UpdateTable"}),
        lambda document: document["tables"][0].pop("live"),
        lambda document: document["tables"][0]["live"].update(backfilling=None),
        lambda document: document["tables"][0].update(wanted={}),
    ],
)
def test_a_plan_with_parts_that_are_missing_or_new_is_refused(
    edit: Callable[[dict[str, Any]], object], aws_project: Project, plane: ControlPlane
) -> None:
    edited(aws_project, edit)
    aws_project.call("migrate", "--plan", "plan.json").fails("plan.json: is no plan", "make it again: ")
    assert not written(plane)


def test_no_such_file(aws_project: Project) -> None:
    aws_project.call("migrate", "--plan", "none.json").fails("none.json: cannot be read: No such file", "make it again")
    aws_project.call("migrate", "--plan", ".").fails("cannot be read: Is a directory")


def test_a_folder_that_is_not_there_is_told(aws_project: Project) -> None:
    aws_project.call("plan", "--out", "none/plan.json").fails(
        "none/plan.json: cannot be written: No such file or directory"
    )


@pytest.mark.parametrize("flag", [("--prune",), ("--table", "users")])
def test_what_would_make_it_another_plan_is_refused(
    flag: tuple[str, ...], aws_project: Project, plane: ControlPlane
) -> None:
    aws_project.call("migrate", "--plan", "plan.json", *flag).fails("--plan carries out what the file says")
    assert not written(plane)


def test_a_plan_of_no_steps_does_nothing(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.call("migrate").ok()
    aws_project.call("plan", "--out", "plan.json").ok()
    assert "nothing to do in" in aws_project.call("migrate", "--plan", "plan.json").ok().out


def test_it_is_for_one_profile_and_prefix(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.write("aws-config", "[profile one]\n[profile two]\n")

    def declare(**entry: Any) -> None:
        environment = {"endpoint": plane.endpoint, "credentials": "dummy", **entry}
        document = {"tables": [table("users")], "environments": {"dev": environment}}
        aws_project.write("tables_config.json", json.dumps(document))

    declare(table_prefix="a-")
    aws_project.call("plan", "--env", "dev", "--out", "plan.json").ok()
    declare(table_prefix="b-")
    aws_project.call("migrate", "--env", "dev", "--plan", "plan.json").fails("was made for dev", "table_prefix a-")
    declare(table_prefix="a-")
    edited(aws_project, lambda document: document["target"].update(profile="two"))
    aws_project.call("migrate", "--env", "dev", "--plan", "plan.json").fails("profile two")
    assert not written(plane)


@pytest.mark.parametrize(
    "tables",
    [
        [table("users", **indexes("x"))],
        [table("users", **indexes("x", "y")), table("orders")],
        [table("users", **indexes("x")), table("orders"), table("more")],
    ],
)
def test_a_config_that_has_changed_since_is_refused(
    tables: list[dict[str, Any]], aws_project: Project, plane: ControlPlane
) -> None:
    configure(aws_project, *tables)
    aws_project.call("migrate", "--plan", "plan.json").fails(
        "the config has changed since the plan was made", "make it again"
    )
    assert not written(plane)


def test_a_description_changes_nothing(aws_project: Project) -> None:
    configure(aws_project, table("users", description="people", **indexes("x")), table("orders"))
    aws_project.call("migrate", "--plan", "plan.json").ok()


def test_a_plan_of_chosen_tables_leaves_the_rest_of_the_config_alone(aws_project: Project) -> None:
    aws_project.call("plan", "--table", "orders", "--out", "plan.json").ok()
    configure(aws_project, table("users"), table("orders"))
    aws_project.call("migrate", "--plan", "plan.json").ok()


def test_tables_that_were_added_or_are_there_twice_are_refused(aws_project: Project, plane: ControlPlane) -> None:
    edited(aws_project, lambda document: document["tables"].append(document["tables"][0]))
    aws_project.call("migrate", "--plan", "plan.json").fails("plan.json: is no plan: users was added to it")
    aws_project.call("plan", "--out", "plan.json").ok()

    def add(document: dict[str, Any]) -> None:
        text = json.dumps(document["tables"][1]).replace("orders", "other")
        document["tables"].append(json.loads(text))

    edited(aws_project, add)
    aws_project.call("migrate", "--plan", "plan.json").fails("plan.json: is no plan: other was added to it")
    edited(aws_project, lambda document: document["declared"].update(other="x"))
    aws_project.call("migrate", "--plan", "plan.json").fails("plan.json: the config has changed since")
    assert not written(plane)


def test_a_table_that_was_made_again_on_an_engine_without_ids(aws_project: Project, plane: ControlPlane) -> None:
    """Some tell no TableId, but when the table was created."""
    edited(aws_project, lambda document: document["tables"][0]["live"].update(id=""))
    edited(aws_project, lambda document: document["tables"][0]["live"].update(created=1.0))
    aws_project.call("migrate", "--plan", "plan.json").fails("table users has changed", "it was made again")
    assert not written(plane)


def test_an_old_file_stays_where_the_new_one_cannot_be_written(aws_project: Project, plane: ControlPlane) -> None:
    before = (aws_project.root / "plan.json").read_bytes()
    plane.forever["ListTables"] = (400, "ExpiredTokenException", "old")
    aws_project.call("plan", "--out", "plan.json").fails("have expired")
    assert (aws_project.root / "plan.json").read_bytes() == before


@pytest.mark.posix
def test_an_old_file_stays_where_there_is_no_room_for_the_new_one(aws_project: Project) -> None:
    before = (aws_project.root / "plan.json").read_bytes()
    full = ["bash", "-c", 'ulimit -f 0 && exec "$@"', "-", *command_line(("inv", "db.plan", "--out", "plan.json"))]
    run = subprocess.run(
        full,
        cwd=aws_project.root,
        env=clean_environment(aws_project.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "plan.json: cannot be written: File too large" in run.stderr
    assert (aws_project.root / "plan.json").read_bytes() == before
    assert not [file.name for file in aws_project.root.iterdir() if file.name.startswith(".plan.json")]


@pytest.mark.posix
def test_it_is_for_its_owner_alone_and_leaves_nothing_behind(aws_project: Project) -> None:
    assert (aws_project.root / "plan.json").stat().st_mode & 0o777 == 0o600
    assert not [file.name for file in aws_project.root.iterdir() if file.name.startswith(".plan.json")]
    aws_project.call("plan", "--out", "/dev/null").ok()
