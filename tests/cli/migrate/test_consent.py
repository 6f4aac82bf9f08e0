"""Destructive steps require --allow-destructive and, outside disposable environments, a second confirmation."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, clean_environment, command_line
from tests.support.tables import configure, indexes, operations, standing, table

WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "TagResource", "UntagResource")


def written(plane: ControlPlane) -> list[str]:
    return [operation for operation in operations(plane) if operation in WRITES]


def declare(project: Project, plane: ControlPlane, *tables: dict[str, Any], **entry: Any) -> None:
    environments = {"prod": {"endpoint": plane.endpoint, "credentials": "chain", **entry}}
    project.write("tables_config.json", json.dumps({"tables": tables, "environments": environments}))


@pytest.fixture
def prod(project: Project, plane: ControlPlane) -> Project:
    """An environment in which one table is missing and another has an undeclared index."""
    project.variables.update(AWS_ACCESS_KEY_ID="AKID", AWS_SECRET_ACCESS_KEY="secret", DYNAMOTASKS_ENV="prod")
    declare(project, plane, table("users", **indexes("x", "y")))
    project.call("migrate").ok()
    declare(project, plane, table("users", **indexes("x")), table("orders"))
    plane.calls.clear()
    return project


def test_prune_without_allow_destructive_is_blocked(prod: Project, plane: ControlPlane) -> None:
    shown = prod.call("plan", "--prune").ok().out
    assert "- users: delete index by_y  [destructive DD101: queries of this index fail]" in shown
    assert "1 destructive (requires --allow-destructive --confirm prod)" in shown
    run = prod.call("migrate", "--prune").fails("destructive operations are blocked")
    assert "! users: delete index by_y: blocked" in run.out
    assert "+ orders: created table" in run.out
    assert standing(plane, "users") == ["by_x", "by_y"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), "environment prod is not disposable\n  confirm with --confirm prod"),
        (("--confirm", "dev"), "'dev' is not the name of environment 'prod'"),
        (("--confirm", "Prod"), "'Prod' is not the name of environment 'prod'"),
    ],
)
def test_nothing_is_sent_without_confirmation(
    flags: tuple[str, ...], words: str, prod: Project, plane: ControlPlane
) -> None:
    """Safe steps are not sent either: the requested run includes the destructive ones."""
    prod.call("migrate", "--prune", "--allow-destructive", *flags).fails(words)
    assert not written(plane)


def test_confirmation_applies_the_plan(prod: Project, plane: ControlPlane) -> None:
    prod.call("migrate", "--prune", "--allow-destructive", "--confirm", "prod").ok()
    assert standing(plane, "users") == ["by_x"]


def test_safe_plan_requires_no_confirmation(prod: Project, plane: ControlPlane) -> None:
    prod.call("migrate", "--allow-destructive").ok()
    assert written(plane) == ["CreateTable"]


def test_disposable_environment_needs_no_confirmation(prod: Project, plane: ControlPlane) -> None:
    declare(prod, plane, table("users", **indexes("x")), credentials="dummy", disposable=True)
    prod.call("migrate", "--prune", "--allow-destructive").ok()
    assert standing(plane, "users") == ["by_x"]


@pytest.mark.posix
@pytest.mark.parametrize(("typed", "code", "left"), [("prod\n", 0, ["by_x"]), ("yes\n", 1, ["by_x", "by_y"])])
def test_environment_name_can_be_typed(
    typed: str, code: int, left: list[str], prod: Project, plane: ControlPlane
) -> None:
    import pty  # Windows does not have it

    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            command_line(("inv", "db.migrate", "--prune", "--allow-destructive")),
            cwd=prod.root,
            env=clean_environment(prod.variables),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.write(ours, typed.encode())
        _, err = process.communicate(timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == code, err
    assert "this removes data or protection in environment prod; type its name to continue:" in err
    assert standing(plane, "users") == left


def test_plan_file_requires_the_same_confirmation(prod: Project, plane: ControlPlane) -> None:
    prod.call("plan", "--prune", "--out", "plan.json").ok()
    prod.call("migrate", "--plan", "plan.json", "--allow-destructive").fails("confirm with --confirm prod")
    assert not written(plane)
    prod.call("migrate", "--plan", "plan.json").fails("destructive operations are blocked")
    assert standing(plane, "users") == ["by_x", "by_y"]
    prod.call("plan", "--prune", "--out", "plan.json").ok()
    prod.call("migrate", "--plan", "plan.json", "--allow-destructive", "--confirm", "prod").ok()
    assert standing(plane, "users") == ["by_x"]


def test_plan_file_is_rejected_in_another_account(prod: Project, plane: ControlPlane) -> None:
    prod.call("plan", "--prune", "--out", "plan.json").ok()
    declare(prod, plane, table("users", **indexes("x")), table("orders"), account_id="999999999999")
    refused = prod.call("migrate", "--plan", "plan.json", "--allow-destructive", "--confirm", "prod")
    refused.fails("the tables belong to account 123456789012, but environment prod declares account 999999999999")
    assert not written(plane)


def test_other_account_is_not_changed(prod: Project, plane: ControlPlane) -> None:
    declare(prod, plane, table("users", deletion_protection_enabled=True), account_id="999999999999")
    refused = prod.call("migrate", "--json")
    refused.fails("belong to account 123456789012, but environment prod declares account 999999999999")
    assert refused.json["ok"] is False
    assert not written(plane)


def test_unknown_account_is_not_changed(prod: Project, plane: ControlPlane) -> None:
    """The message names the service that did not respond."""
    declare(prod, plane, table("orders"), account_id="123456789012")
    refused = prod.call("migrate", AWS_ENDPOINT_URL_STS="http://127.0.0.1:1")
    refused.fails("http://127.0.0.1:1: no response")
    assert not written(plane)


@pytest.mark.parametrize("task", ["migrate", "reset", "drop"])
def test_name_of_another_environment_is_refused_everywhere(task: str, project: Project, plane: ControlPlane) -> None:
    configure(project, table("users"))
    flags = ("--endpoint", plane.endpoint, "--table", "users", "--allow-destructive", "--confirm", "staging")
    project.call(task, *flags).fails("aborted: 'staging' is not the name of environment 'local'")
    assert not written(plane)
