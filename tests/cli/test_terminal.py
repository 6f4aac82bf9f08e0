"""What a person sees on a terminal, and what a pipe gets."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import subprocess

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, clean_environment, command_line

CONFIG = """
tables:
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""
COLOUR = re.compile(r"\x1b\[[0-9;]+m")


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
    project.write("config/tables.yaml", CONFIG)
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    return project


def on_a_terminal(
    project: Project, *argv: str, typed: str = "", interrupted_at: str | None = None, **variables: str
) -> tuple[int, str]:
    """The exit code, and all that came to the screen; Ctrl-C is pressed when the words are there."""
    ours, theirs = pty.openpty()
    environment = clean_environment({**project.variables, "TERM": "xterm", "COLUMNS": "100", **variables})
    process = subprocess.Popen(
        command_line(argv), cwd=project.root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    if typed:
        os.write(ours, typed.encode())
    screen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says so when the other side has closed
            break
        if not part:
            break
        screen += part
        if interrupted_at and interrupted_at in screen.decode(errors="replace"):
            process.send_signal(signal.SIGINT)
            interrupted_at = None
    os.close(ours)
    return process.wait(timeout=60), screen.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_marks_and_a_drawn_table(aws_project: Project) -> None:
    code, screen = on_a_terminal(aws_project, "inv", "db.migrate", "db.list")
    assert code == 0
    assert "\x1b[32m+ users: created table\x1b[0m" in screen
    assert "│ users" in screen


def test_no_color_is_heard(aws_project: Project) -> None:
    _, screen = on_a_terminal(aws_project, "inv", "db.migrate", "db.list", NO_COLOR="1")
    assert "+ users: created table" in screen
    assert not COLOUR.search(screen)


def test_waiting_shows_a_line_that_goes_away(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 0.5
    _, screen = on_a_terminal(aws_project, "inv", "db.migrate")
    assert "users: create table: CREATING\n0/1 tables, " in screen
    assert "\x1b[1A\x1b[2K" in screen  # and the cursor goes up again, over what was there
    assert re.search(r"1 table created in \d+\.\d s\n$", screen)


def test_a_pipe_gets_plain_text(aws_project: Project) -> None:
    out = aws_project.run("inv", "db.migrate", "db.list").ok()
    assert "\x1b" not in out.out + out.err
    assert "│" not in out.out
    assert re.search(r"^users +ACTIVE +id S +- +0 +0 B$", out.out, re.MULTILINE)


def test_a_reader_that_leaves_is_no_error(aws_project: Project) -> None:
    aws_project.run("inv", "db.migrate").ok()
    listing = shlex.join(command_line(("inv", "db.list", "--json")))
    shell = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{listing} | true"],
        cwd=aws_project.root,
        env=clean_environment(aws_project.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in shell.stderr
    assert "BrokenPipe" not in shell.stderr


def test_a_yes_and_a_no_can_be_typed(aws_project: Project, plane: ControlPlane) -> None:
    plane.answer(
        "CreateTable",
        {
            "TableName": "users",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    plane.items = 3
    code, screen = on_a_terminal(aws_project, "inv", "db.reset", typed="n\n")
    assert code == 1
    assert "drop 1 table with about 3 items, as of up to 6 hours ago? [y/N]" in screen
    assert "the question was not answered with yes" in screen
    code, screen = on_a_terminal(aws_project, "inv", "db.reset", typed="yes\n")
    assert code == 0, screen
    assert "- users: deleted table" in screen


MARKUP = """
tables:
  - name: a_table.with-a-name-as-long-as-names-of-tables-are-in-some-companies
    attributes: [{name: "[/bold]", type: S}, {name: birthday, type: S}]
    key_schema: [{attribute_name: "[/bold]", key_type: HASH}]
    global_secondary_indexes:
      - index_name: by_birthday
        key_schema: [{attribute_name: birthday, key_type: HASH}]
        projection: {projection_type: ALL}
"""
LONG = "a_table.with-a-name-as-long-as-names-of-tables-are-in-some-companies"


def test_data_is_no_markup_and_names_are_whole_on_a_narrow_terminal(aws_project: Project) -> None:
    aws_project.write("config/tables.yaml", MARKUP.partition("    global_secondary")[0])
    code, screen = on_a_terminal(aws_project, "inv", "db.migrate", COLUMNS="40")
    assert code == 0, screen
    aws_project.write("config/tables.yaml", MARKUP)
    code, screen = on_a_terminal(aws_project, "inv", "db.status", "db.list", "db.plan", COLUMNS="40")
    assert code == 0, screen
    assert "global_secondary_indexes[by_birthday]" in screen
    assert "[/bold] S" in screen
    assert screen.count(LONG) == 3


def test_a_plan_on_a_terminal_is_grouped_by_table(aws_project: Project) -> None:
    aws_project.write("config/tables.yaml", CONFIG + "    time_to_live_specification: {attribute_name: expires}\n")
    _, screen = on_a_terminal(aws_project, "inv", "db.plan", NO_COLOR="1")
    assert "\nusers\n  + create table (id HASH)\n  + set time_to_live_specification (expires)" in screen


def test_states_are_painted_and_numbers_are_aligned(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.run("inv", "db.migrate").ok()
    plane.items = 12345
    _, screen = on_a_terminal(aws_project, "inv", "db.status", "db.list")
    assert "\x1b[32min sync\x1b[0m" in screen
    assert "\x1b[32mACTIVE\x1b[0m" in screen
    assert re.search(r"│ 12345 │ +[\d.]+ [KM]?B │\n", screen)
    aws_project.write("config/tables.yaml", CONFIG.replace("users", "others"))
    _, screen = on_a_terminal(aws_project, "inv", "db.status")
    assert "\x1b[33mmissing" in screen


def test_progress_counts_tables_and_names_those_in_flight(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 0.5
    aws_project.write("config/tables.yaml", CONFIG + CONFIG.partition("tables:")[2].replace("users", "orders"))
    _, screen = on_a_terminal(aws_project, "inv", "db.migrate")
    assert re.search(
        r"(users|orders): create table: CREATING\n(users|orders): create table[^\n]*\n0/2 tables, ", screen
    )
    assert "\n1/2 tables, " in screen


def test_the_doctor_has_marks(aws_project: Project) -> None:
    code, screen = on_a_terminal(
        aws_project, "inv", "db.doctor", DOCKER_HOST="unix:///nosuch", PYTHONIOENCODING="utf-8"
    )
    assert code == 0, screen
    assert "\x1b[32m✓\x1b[0m config: 1 table" in screen
    assert "\x1b[33m!\x1b[0m docker: " in screen
    aws_project.write("config/tables.yaml", "tables: 1")
    code, screen = on_a_terminal(aws_project, "inv", "db.doctor", PYTHONIOENCODING="utf-8")
    assert (code, "\x1b[31m✗\x1b[0m config: " in screen) == (1, True)
    _, screen = on_a_terminal(aws_project, "inv", "db.doctor", PYTHONIOENCODING="ascii")
    assert "\x1b[31m!\x1b[0m config: " in screen


def test_ctrl_c_on_a_terminal_leaves_the_cursor(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    _, screen = on_a_terminal(aws_project, "inv", "db.migrate", interrupted_at="CREATING")
    assert "interrupted: 0 steps not started, 1 step under way may still complete (users: create table)" in screen
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l")
