"""Missing, empty and invalid values: an unset shell variable must not widen the effect of a command."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, Result
from tests.support.tables import configure, operations, table

Call = Callable[..., Result]


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
    plane.items = 3
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    configure(project, table("users"), table("orders"))
    project.call("migrate").ok()
    plane.calls.clear()
    return project


@pytest.mark.parametrize(
    "argv",
    [
        ("--yes", "--table"),
        ("--table", "--yes"),
        ("--yes", "--table", "users", "--table"),
        ("--table", "users", "--table", "--yes"),
        ("--yes", "--table="),
        ("--yes", "--table", ""),
        ("--yes", "--table", "users", "--table", ""),
        ("--yes", "--table", "--typo"),
        ("--yes", "--config"),
        ("--config", "--yes"),
        ("--yes", "--confirm"),
        ("--yes", "--timeout"),
        ("--yes", "--env"),
    ],
)
@pytest.mark.parametrize("program", ["inv", "dynamotasks"])
def test_reset_with_a_missing_value_sends_nothing(
    program: str, argv: tuple[str, ...], aws_project: Project, plane: ControlPlane
) -> None:
    refused = aws_project.run("inv", "db.reset", *argv) if program == "inv" else aws_project.call("reset", *argv)
    assert refused.code == 1, refused.out
    assert "Traceback" not in refused.err
    flag = next(part for part in argv if part.startswith("--") and part != "--yes").strip("=-")
    assert flag in refused.err
    assert not plane.calls


@pytest.mark.parametrize(
    ("task", "flag"),
    [
        ("plan", "out"),
        ("migrate", "plan"),
        ("migrate", "confirm"),
        ("migrate", "timeout"),
        ("up", "image"),
        ("up", "backend"),
        ("up", "port"),
        ("env", "shell"),
        ("validate", "format"),
        ("logs", "lines"),
        *(
            (task, flag)
            for task in ("list", "drop")
            for flag in ("env", "endpoint", "region", "profile", "config", "table")
        ),
    ],
)
def test_missing_and_empty_values_are_rejected(task: str, flag: str, aws_project: Project, plane: ControlPlane) -> None:
    assert flag in aws_project.call(task, f"--{flag}").fails().err
    aws_project.call(task, f"--{flag}", "").fails(f"--{flag} is empty")
    aws_project.call(task, f"--{flag}=").fails(f"--{flag} is empty")
    aws_project.call(task, f"--{flag}", "--typo").fails(f"--{flag} requires a value, but is followed by --typo")
    assert not plane.calls


def test_all_values_of_a_repeated_flag_are_used(aws_project: Project) -> None:
    listed = aws_project.call("list", "--table", "users", "--json", "--table=orders").ok().json["tables"]
    assert [each["name"] for each in listed] == ["orders", "users"]
    both = aws_project.run(
        "inv", "db.list", "--table", "users", "--json", "db.list", "--json", "--table", "orders"
    ).ok()
    first, _, second = both.out.partition("}\n{")
    tables = [json.loads(document)["tables"] for document in (first + "}", "{" + second)]
    assert [each["name"] for (each,) in tables] == ["users", "orders"]
    # the name of a task is a value where one is due
    aws_project.call("list", "--table", "list").fails("no such table: list")


@pytest.mark.parametrize("seconds", ["9" * 30, "9" * 5000, "2592001", "-1", "1e9", "5m", "1.5", "inf", "nan", " 1"])
@pytest.mark.parametrize("task", ["migrate", "reset", "up", "drop"])
def test_invalid_timeout_is_rejected(task: str, seconds: str, aws_project: Project, plane: ControlPlane) -> None:
    refused = aws_project.call(task, "--timeout", seconds)
    refused.fails("invalid --timeout", "expected a whole number from 0 to 2592000")
    assert len(refused.err) < 500
    assert "DeleteTable" not in operations(plane)


def test_longest_timeout_is_accepted(aws_project: Project) -> None:
    aws_project.call("migrate", "--timeout", "2592000").ok()


@pytest.mark.parametrize(("task", "flag"), [("up", "port"), ("logs", "lines")])
def test_too_large_number_is_rejected(task: str, flag: str, project: Project) -> None:
    project.write(
        ".dynamotasks/engine.json",
        '{"backend": "moto", "port": 1, "in_memory": true, "image": "amazon/dynamodb-local:3.3.1", "run": null}',
    )
    project.call(task, f"--{flag}", "9" * 5000).fails(f"invalid --{flag} '999")
