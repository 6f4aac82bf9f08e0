"""Plan files that are invalid, or for another target or config, are refused before any write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dynamotasks.migrate.plan_document import VERSION
from tests.simulator import ControlPlane, control_plane
from tests.support.plan_files import edit_plan, sent_writes
from tests.support.running import Project
from tests.support.tables import configure, indexes, table


def test_plan_for_another_endpoint_is_refused(planned_project: Project, plane: ControlPlane) -> None:
    with control_plane() as other:
        planned_project.call("migrate", "--plan", "plan.json", "--endpoint", other.endpoint).fails(
            f"plan.json: made for local, {plane.endpoint}, us-east-1, but the target is local, {other.endpoint},",
            "use the same flags as for `dynamotasks plan --out`",
        )
        assert not other.calls


def test_plan_for_another_region_is_refused(planned_project: Project, plane: ControlPlane) -> None:
    refused = planned_project.call("migrate", "--plan", "plan.json", "--region", "eu-west-1")
    refused.fails("made for local", "us-east-1, but the target is", "eu-west-1")
    assert not sent_writes(plane)


def test_plan_for_another_environment_is_refused(planned_project: Project, plane: ControlPlane) -> None:
    environments = {"staging": {"endpoint": plane.endpoint}}
    planned_project.write("tables_config.json", json.dumps({"tables": [table("users")], "environments": environments}))
    planned_project.call("migrate", "--plan", "plan.json", "--env", "staging").fails(
        "made for local", "but the target is staging"
    )
    assert not sent_writes(plane)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not a valid plan file: Expecting property name"),
        ("", "not a valid plan file: Expecting value"),
        ("[]", "not a plan file of this version"),
        ('{"tables": []}', "not a plan file of this version"),
        ('{"version": 0, "review": {}}', "not a plan file of this version"),
        (f'{{"version": {VERSION}, "review": {{}}}}', "made for an unknown target"),
    ],
)
def test_invalid_plan_file_is_refused(text: str, words: str, planned_project: Project, plane: ControlPlane) -> None:
    planned_project.write("plan.json", text)
    planned_project.call("migrate", "--plan", "plan.json").fails(
        f"plan.json: {words}", "regenerate it" if "not" in words else ""
    )
    assert not sent_writes(plane)


def test_binary_plan_file_is_refused(planned_project: Project) -> None:
    (planned_project.root / "plan.json").write_bytes(b"\xff\xfe\x00")
    planned_project.call("migrate", "--plan", "plan.json").fails("plan.json: not a valid plan file", "regenerate it")


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.pop("tables"),
        lambda document: document.update(tables=None),
        lambda document: document["tables"][0].pop("operations"),
        lambda document: document["tables"][0]["operations"][0].update(extra=1),
        lambda document: document["tables"][0]["operations"][0].pop("risk"),
        lambda document: document["tables"][0]["operations"][0].update(table="another"),
        lambda document: document["tables"][0]["operations"][0].update(call={"operation": "UpdateTable"}),
        lambda document: document["tables"][0].pop("live"),
        lambda document: document["tables"][0]["live"].update(backfilling=None),
        lambda document: document["tables"][0].update(declared={}),
    ],
)
def test_plan_with_missing_or_unknown_members_is_refused(
    edit: Callable[[dict[str, Any]], object], planned_project: Project, plane: ControlPlane
) -> None:
    edit_plan(planned_project, edit)
    planned_project.call("migrate", "--plan", "plan.json").fails("plan.json: not a valid plan file", "regenerate it: ")
    assert not sent_writes(plane)


def test_missing_plan_file_is_refused(planned_project: Project) -> None:
    planned_project.call("migrate", "--plan", "none.json").fails(
        "none.json: cannot read the file: No such file", "regenerate it"
    )
    planned_project.call("migrate", "--plan", ".").fails("cannot read the file: Is a directory")


def test_missing_folder_for_the_plan_is_named(planned_project: Project) -> None:
    planned_project.call("plan", "--out", "none/plan.json").fails(
        "none/plan.json: cannot write the file: No such file or directory"
    )


@pytest.mark.parametrize("flag", [("--prune",), ("--table", "users")])
def test_flags_that_change_the_plan_are_refused(
    flag: tuple[str, ...], planned_project: Project, plane: ControlPlane
) -> None:
    planned_project.call("migrate", "--plan", "plan.json", *flag).fails(
        "--plan cannot be combined with --prune or --table"
    )
    assert not sent_writes(plane)


def test_plan_for_another_profile_or_prefix_is_refused(planned_project: Project, plane: ControlPlane) -> None:
    planned_project.write("aws-config", "[profile one]\n[profile two]\n")

    def declare(**entry: Any) -> None:
        environment = {"endpoint": plane.endpoint, "credentials": "dummy", **entry}
        document = {"tables": [table("users")], "environments": {"dev": environment}}
        planned_project.write("tables_config.json", json.dumps(document))

    declare(table_prefix="a-")
    planned_project.call("plan", "--env", "dev", "--out", "plan.json").ok()
    declare(table_prefix="b-")
    planned_project.call("migrate", "--env", "dev", "--plan", "plan.json").fails("made for dev", "table_prefix a-")
    declare(table_prefix="a-")
    edit_plan(planned_project, lambda document: document["target"].update(profile="two"))
    planned_project.call("migrate", "--env", "dev", "--plan", "plan.json").fails("profile two")
    assert not sent_writes(plane)


@pytest.mark.parametrize(
    "tables",
    [
        [table("users", **indexes("x"))],
        [table("users", **indexes("x", "y")), table("orders")],
        [table("users", **indexes("x")), table("orders"), table("more")],
    ],
)
def test_plan_is_refused_after_a_config_change(
    tables: list[dict[str, Any]], planned_project: Project, plane: ControlPlane
) -> None:
    configure(planned_project, *tables)
    planned_project.call("migrate", "--plan", "plan.json").fails(
        "the config has changed since the plan was made", "regenerate it"
    )
    assert not sent_writes(plane)


def test_plan_with_added_or_duplicate_tables_is_refused(planned_project: Project, plane: ControlPlane) -> None:
    edit_plan(planned_project, lambda document: document["tables"].append(document["tables"][0]))
    planned_project.call("migrate", "--plan", "plan.json").fails(
        "plan.json: not a valid plan file: tables were added to it: users"
    )
    planned_project.call("plan", "--out", "plan.json").ok()

    def add(document: dict[str, Any]) -> None:
        text = json.dumps(document["tables"][1]).replace("orders", "other")
        document["tables"].append(json.loads(text))

    edit_plan(planned_project, add)
    planned_project.call("migrate", "--plan", "plan.json").fails(
        "plan.json: not a valid plan file: tables were added to it: other"
    )
    edit_plan(planned_project, lambda document: document["review"]["declared"].update(other="x"))
    planned_project.call("migrate", "--plan", "plan.json").fails("plan.json: the config has changed since")
    assert not sent_writes(plane)


def test_plan_file_without_one_of_its_tables_is_refused(planned_project: Project, plane: ControlPlane) -> None:
    edit_plan(planned_project, lambda document: document.update(tables=document["tables"][1:]))
    planned_project.call("migrate", "--plan", "plan.json").fails("not a valid plan file: it was edited")
    assert not sent_writes(plane)
