"""Output on a terminal compared with a pipe: color, borders, progress, prompts."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, clean_environment, command_line
from tests.support.terminal import Terminal, show

CONFIG = """
tables:
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""
COLOR = re.compile(r"\x1b\[[0-9;]+m")


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
    project.write("config/tables.yaml", CONFIG)
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    return project


@pytest.mark.posix
def test_terminal_output_has_color_and_table_borders(aws_project: Project) -> None:
    code, screen = show(aws_project, "inv", "db.migrate", "db.list")
    assert code == 0
    assert "\x1b[32m+ users: created table\x1b[0m" in screen
    assert "│ users" in screen


@pytest.mark.posix
def test_no_color_disables_color(aws_project: Project) -> None:
    _, screen = show(aws_project, "inv", "db.migrate", "db.list", NO_COLOR="1")
    assert "+ users: created table" in screen
    assert not COLOR.search(screen)


@pytest.mark.posix
def test_progress_lines_are_removed_at_the_end(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 0.5
    _, screen = show(aws_project, "inv", "db.migrate")
    assert "users: create table: CREATING\n0/1 tables, " in screen
    assert "\x1b[1A\x1b[2K" in screen  # and the cursor goes up again, over what was there
    assert re.search(r"1 table created in \d+\.\d s\n$", screen)


def test_piped_output_is_plain_text(aws_project: Project) -> None:
    out = aws_project.run("inv", "db.migrate", "db.list").ok()
    assert "\x1b" not in out.out + out.err
    assert "│" not in out.out
    assert re.search(r"^users +ACTIVE +id S +- +0 +0 B$", out.out, re.MULTILINE)


@pytest.mark.posix
def test_closed_pipe_prints_no_traceback(aws_project: Project) -> None:
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


@pytest.mark.posix
def test_reset_asks_on_a_terminal_and_obeys_the_answer(aws_project: Project, plane: ControlPlane) -> None:
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
    terminal = Terminal(aws_project, "inv", "db.reset")
    terminal.until("delete 1 table (about 3 items, as of up to 6 hours ago)? [y/N]")
    terminal.type("n\n")
    assert terminal.end() == 1
    assert "aborted: nothing was changed" in terminal.screen
    terminal = Terminal(aws_project, "inv", "db.reset")
    terminal.until("[y/N]")
    terminal.type("yes\n")
    assert terminal.end() == 0, terminal.screen
    assert "- users: deleted table" in terminal.screen


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


@pytest.mark.posix
def test_names_are_not_markup_and_not_cut_on_a_narrow_terminal(aws_project: Project) -> None:
    aws_project.write("config/tables.yaml", MARKUP.partition("    global_secondary")[0])
    code, screen = show(aws_project, "inv", "db.migrate", COLUMNS="40")
    assert code == 0, screen
    aws_project.write("config/tables.yaml", MARKUP)
    code, screen = show(aws_project, "inv", "db.status", "db.list", "db.plan", COLUMNS="40")
    assert code == 0, screen
    assert "global_secondary_indexes[by_birthday]" in screen
    assert "[/bold] S" in screen
    assert screen.count(LONG) == 3


@pytest.mark.posix
def test_plan_on_a_terminal_is_grouped_by_table(aws_project: Project) -> None:
    aws_project.write("config/tables.yaml", CONFIG + "    time_to_live_specification: {attribute_name: expires}\n")
    _, screen = show(aws_project, "inv", "db.plan", NO_COLOR="1")
    assert "\nusers\n  + create table (id HASH)\n  + enable TTL on expires" in screen


@pytest.mark.posix
def test_states_have_color_and_numbers_are_right_aligned(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.run("inv", "db.migrate").ok()
    plane.items = 12345
    _, screen = show(aws_project, "inv", "db.status", "db.list")
    assert "\x1b[32min sync\x1b[0m" in screen
    assert "\x1b[32mACTIVE\x1b[0m" in screen
    assert re.search(r"│ 12345 │ +[\d.]+ [KM]?B │\n", screen)
    aws_project.write("config/tables.yaml", CONFIG.replace("users", "others"))
    _, screen = show(aws_project, "inv", "db.status")
    assert "\x1b[33mmissing" in screen


@pytest.mark.posix
def test_progress_shows_tables_in_progress_and_their_count(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 0.5
    aws_project.write("config/tables.yaml", CONFIG + CONFIG.partition("tables:")[2].replace("users", "orders"))
    _, screen = show(aws_project, "inv", "db.migrate")
    assert re.search(
        r"(users|orders): create table: CREATING\n(users|orders): create table[^\n]*\n0/2 tables, ", screen
    )
    assert "\n1/2 tables, " in screen


@pytest.mark.posix
def test_doctor_marks_findings_by_state(aws_project: Project) -> None:
    code, screen = show(aws_project, "inv", "db.doctor", DOCKER_HOST="unix:///nosuch", PYTHONIOENCODING="utf-8")
    assert code == 0, screen
    assert "\x1b[32m✓\x1b[0m config: 1 table" in screen
    assert "\x1b[33m!\x1b[0m docker: " in screen
    aws_project.write("config/tables.yaml", "tables: 1")
    code, screen = show(aws_project, "inv", "db.doctor", PYTHONIOENCODING="utf-8")
    assert (code, "\x1b[31m✗\x1b[0m config: " in screen) == (1, True)
    _, screen = show(aws_project, "inv", "db.doctor", PYTHONIOENCODING="ascii")
    assert "\x1b[31m!\x1b[0m config: " in screen


@pytest.mark.posix
def test_ctrl_c_restores_the_cursor(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    terminal = Terminal(aws_project, "inv", "db.migrate")
    terminal.until("CREATING")
    terminal.interrupt()
    terminal.end()
    screen = terminal.screen
    assert (
        "interrupted: 0 operations not started, 1 operation in progress may still complete (users: create table)"
        in screen
    )
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l")
