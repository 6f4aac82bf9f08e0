"""`db.drop` drops the specified tables after confirmation; plans show hints for unmanaged tables."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from tests.cli.migrate.test_consent import written
from tests.simulator import ControlPlane
from tests.support.running import Project, until
from tests.support.tables import operations, table
from tests.support.terminal import Terminal

LOCAL_ENGINE = "Jetty(12.0.14)"  # how DynamoDB Local names itself


def declare(project: Project, plane: ControlPlane, *tables: dict[str, Any], **entry: Any) -> None:
    environments = {"dev": {"endpoint": plane.endpoint, "credentials": "dummy", "disposable": True, **entry}}
    project.write("tables_config.json", json.dumps({"tables": tables, "environments": environments}))


@pytest.fixture
def dev(project: Project, plane: ControlPlane) -> Project:
    """A disposable environment with a declared and an undeclared table."""
    project.variables["DYNAMOTASKS_ENV"] = "dev"
    declare(project, plane, table("users"), table("stray", deletion_protection_enabled=True))
    project.call("migrate").ok()
    declare(project, plane, table("users"), table("orders"))
    plane.calls.clear()
    return project


def test_undeclared_table_is_dropped(dev: Project, plane: ControlPlane) -> None:
    shown = dev.call("drop", "--table", "stray", "--dry-run").ok()
    assert "- stray: delete table (about 0 items, as of up to 6 hours ago)" in shown.out
    assert not written(plane)
    dropped = dev.call("drop", "--table", "stray", "--yes").ok()
    assert "- stray: deleted table" in dropped.out
    assert "1 table deleted in " in dropped.out
    assert list(plane.tables) == ["users"]
    dev.call("drop", "--table", "stray", "--yes").fails("no such table: stray", "see `dynamotasks list`")


def test_declared_table_is_dropped_and_not_recreated(dev: Project, plane: ControlPlane) -> None:
    result = dev.call("drop", "--table", "users", "--table", "orders", "--yes", "--json").ok().json
    assert [(each["name"], each["operations"][0]["result"]) for each in result["tables"]] == [("users", "done")]
    assert written(plane) == ["DeleteTable"]
    # what is declared and absent is nothing to do, so that a script can run twice
    assert "nothing to do" in dev.call("drop", "--table", "users", "--yes").ok().out


def test_drop_requires_existing_or_declared_names(dev: Project, plane: ControlPlane) -> None:
    dev.call("drop", "--yes").fails("specify the tables to drop: --table NAME")
    dev.call("drop", "--yes", "--table", "users", "--table", "strya").fails(
        "no such table: strya", "did you mean 'stray'?"
    )
    assert not written(plane)


def test_drop_requires_confirmation(dev: Project, plane: ControlPlane) -> None:
    dev.call("drop", "--table", "stray").fails(
        "refusing to delete 1 table (about 0 items, as of up to 6 hours ago) without", "confirm with --yes"
    )
    declare(dev, plane, table("users"), disposable=False)
    drop = ("drop", "--table", "stray")
    dev.call(*drop, "--yes").fails("not disposable", "--allow-destructive --confirm dev")
    dev.call(*drop, "--yes", "--allow-destructive").fails("not disposable", "--confirm dev")
    dev.call(*drop, "--allow-destructive", "--confirm", "prod").fails("is not the name of environment")
    assert not written(plane)
    dev.call(*drop, "--allow-destructive", "--confirm", "dev").ok()
    assert list(plane.tables) == ["users"]


def test_drop_adds_the_table_prefix(dev: Project, plane: ControlPlane) -> None:
    declare(dev, plane, table("users"), table_prefix="qa-")
    dev.call("migrate").ok()
    dev.call("drop", "--table", "stray", "--yes").fails("no such table: stray")
    dev.call("drop", "--table", "users", "--yes").ok()
    assert sorted(plane.tables) == ["stray", "users"]


def test_drop_requires_neither_config_nor_list_permission(dev: Project, plane: ControlPlane) -> None:
    (dev.root / "tables_config.json").unlink()
    plane.forever["ListTables"] = (400, "AccessDeniedException", "not authorized to perform: dynamodb:ListTables")
    at = ("--env", "local", "--endpoint", plane.endpoint)
    dev.call("drop", *at, "--table", "stray", "--yes").ok()
    dev.call("drop", *at, "--table", "stray", "--yes").fails("no such table: stray")
    assert list(plane.tables) == ["users"]


@pytest.mark.parametrize("task", ["plan", "status"])
def test_unmanaged_table_is_shown_with_hints(task: str, dev: Project) -> None:
    result = dev.call(task).ok()
    assert "stray" in result.out + result.err
    assert "drop --table NAME" in result.err
    assert "describe --table NAME" in result.err
    dev.call("drop", "--table", "stray", "--yes").ok()
    assert "drop --table" not in dev.call(task).ok().err


@pytest.mark.parametrize(
    ("server", "items", "asks"), [(LOCAL_ENGINE, 0, False), (LOCAL_ENGINE, 2, True), ("Server", 0, True)]
)
def test_reset_asks_if_the_item_count_may_be_outdated(
    server: str, items: int, asks: bool, dev: Project, plane: ControlPlane
) -> None:
    plane.server_header, plane.items = server, items
    run = dev.call("reset")
    if not asks:
        assert "DeleteTable" in operations(plane), run.err
        return
    exact = "(2 items)" if server == LOCAL_ENGINE else "(about 0 items, as of up to 6 hours ago)"
    run.fails(f"delete 1 table {exact}")
    assert not written(plane)


@pytest.mark.posix
def test_plan_is_shown_before_the_prompt_and_waiting_is_not_timed(dev: Project, plane: ControlPlane) -> None:
    plane.items = 20
    began = time.monotonic()
    terminal = Terminal(dev, "inv", "db.reset", "--table", "users")
    terminal.until("[y/N]")
    shown = terminal.screen.index("delete table (about 20 items")
    assert shown < terminal.screen.index("delete 1 table (about 20 items")
    asked = time.monotonic()
    until(lambda: time.monotonic() - asked > 3)  # the reader takes time
    waited = time.monotonic() - asked
    terminal.type("y\n")
    assert terminal.end() == 0, terminal.screen
    took = re.search(r"created in (\d+\.\d) s", terminal.screen)
    assert took
    assert float(took[1]) <= time.monotonic() - began - waited + 0.1


@pytest.mark.posix
def test_plan_is_shown_before_the_environment_name_is_requested(dev: Project, plane: ControlPlane) -> None:
    declare(dev, plane, table("users"), table("stray", deletion_protection_enabled=False), disposable=False)
    terminal = Terminal(dev, "inv", "db.migrate", "--allow-destructive")
    terminal.until("type its name to continue")
    assert "deletion protection" in terminal.screen.partition("type its name")[0].partition("target:")[2]
    terminal.type("dev\n")
    assert terminal.end() == 0, terminal.screen


def test_prompt_does_not_write_to_stdout(dev: Project, plane: ControlPlane) -> None:
    """The plan is shown on stderr, as part of the prompt: stdout may be a JSON document."""
    result = dev.call("reset", "--json")
    assert "- users: delete table (about 0 items" in result.fails("delete 1 table").err
    assert result.json["ok"] is False
