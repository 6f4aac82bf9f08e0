"""Output to pipes, closed streams, full disks and narrow encodings; control characters in data are escaped."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulator import ControlPlane
from tests.support.running import Project, Result, clean_environment, command_line, until
from tests.support.tables import configure, operations, table

ESCAPE = "\x1b[2J"
POISON = f"{ESCAPE}\x9b1m\x07\n::error::owned\r\u2028##[error]x"


def shell(project: Project, script: str, *argv: str, **variables: str) -> Result:
    """Run a command line in a shell; `{}` in the script is the task."""
    run = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script.replace("{}", shlex.join(command_line(argv)))],
        cwd=project.root,
        env=clean_environment({**project.variables, **variables}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=120,
    )
    assert "Traceback" not in run.stderr, run.stderr
    assert "Exception ignored" not in run.stderr, run.stderr
    return Result(run.returncode, run.stdout, run.stderr)


def printed(result: Result) -> list[str]:
    """Return the lines of both streams; none contains a control character or a workflow command."""
    lines = (result.out + result.err).split("\n")
    for line in lines:
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line, line
    return lines


# --- where the text goes


@pytest.mark.posix
def test_closed_pipe_does_not_stop_the_run(aws_project: Project, plane: ControlPlane) -> None:
    plane.creating = 0.2
    configure(aws_project, *(table(f"table{number:03}") for number in range(100)))
    ended = shell(aws_project, "{} | head -1", "inv", "db.migrate")
    assert ended.code == 0, ended.err
    assert len(plane.tables) == 100


@pytest.mark.posix
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_closed_pipe_does_not_change_the_exit_code(reader: str, aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, *(table(f"table{number:03}") for number in range(100)))
    assert shell(aws_project, f"{{}} | {reader}", "inv", "db.plan", "--exit-code").code == 2
    plane.forever["CreateTable"] = (400, "ValidationException", "no")
    assert shell(aws_project, f"{{}} 2>&1 | {reader}", "dynamotasks", "migrate").code == 1


@pytest.mark.posix
@pytest.mark.parametrize(
    ("closed", "task"),
    [
        *((closed, "plan") for closed in (">&-", "2>&-", "<&-")),
        *(("<&- >&- 2>&-", task) for task in ("plan", "list", "doctor", "reset", "--list")),
    ],
)
def test_closed_streams_do_not_change_the_result(
    closed: str, task: str, aws_project: Project, plane: ControlPlane
) -> None:
    configure(aws_project, table("users"))
    assert shell(aws_project, f"{{}} {closed}", "dynamotasks", task).code == 0
    assert ("CreateTable" in operations(plane)) == (task == "reset")


@pytest.mark.posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_full_disk_is_an_error(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"), table("orders"))
    for flags in ((), ("--json",)):
        shell(aws_project, "{} > /dev/full", "inv", "db.plan", *flags).fails(
            "could not be written to stdout: No space left"
        )
    shell(aws_project, "{} > /dev/full", "inv", "db.migrate").fails("could not be written to stdout")
    assert set(plane.tables) == {"users", "orders"}
    shell(aws_project, "{} > /dev/full", "dynamotasks", "--list").fails("No space left")
    assert shell(aws_project, "{} 2> /dev/full", "inv", "db.plan").code == 0


@pytest.mark.posix
@pytest.mark.newest_boto3
@pytest.mark.parametrize(
    ("encoding", "task"),
    [
        ("latin-1", "migrate"),
        *(("ascii", task) for task in ("migrate", "plan", "describe", "status", "doctor", "validate")),
    ],
)
def test_unencodable_characters_are_escaped(encoding: str, task: str, aws_project: Project) -> None:
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "läuft☂ab"}))
    aws_project.call("migrate").ok()
    shell(aws_project, "{}", "inv", f"db.{task}", PYTHONIOENCODING=encoding).ok()


@pytest.mark.posix
@pytest.mark.newest_boto3
def test_described_config_is_equal_in_ascii(aws_project: Project) -> None:
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "läuft☂ab"}))
    aws_project.call("migrate").ok()
    aws_project.write("again.yaml", shell(aws_project, "{}", "inv", "db.describe", PYTHONIOENCODING="ascii").ok().out)
    aws_project.call("plan", "--exit-code", "--config", "again.yaml").ok()


@pytest.mark.posix
def test_json_is_complete_in_ascii(aws_project: Project) -> None:
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "läuft☂ab"}))
    run = shell(aws_project, "{}", "inv", "db.plan", "--json", PYTHONIOENCODING="ascii").ok()
    assert "läuft☂ab" in run.json["tables"][0]["operations"][1]["title"]


def test_followed_log_ends_with_its_reader(project: Project) -> None:
    project.run("inv", "db.up", "--backend", "moto", "--port", "0").ok()
    log = project.root / ".dynamotasks/engine.log"
    log.write_text(f"{POISON}\n" + "läuft ☂\n" * 200, encoding="utf-8")
    assert len(printed(project.run("inv", "db.logs").ok())) == 101
    process = project.start("inv", "db.logs", "--follow", variables={"PYTHONIOENCODING": "ascii"})
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == r"\x1b[2J\x9b1m\x07" + "\n"
    process.stdout.close()

    def ended() -> bool:
        with log.open("a") as more:
            more.write("more\n")
        return process.poll() is not None

    until(ended)
    assert (process.returncode, process.stderr.read()) == (0, "")
    process.stderr.close()


# --- what the text holds


def test_control_characters_in_responses_are_escaped(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"), table("orders"))
    plane.forever["CreateTable"] = (400, "ValidationException", POISON)
    lines = printed(aws_project.call("migrate").fails(r"\x1b[2J\x9b1m\x07\n::error::owned\r\u2028"))
    assert sum("owned" in line for line in lines) == 1
    plane.forever["ListTables"] = (400, "AccessDeniedException", POISON)
    plane.forever["DescribeTable"] = (400, "AccessDeniedException", POISON)
    for task in ("list", "plan", "status", "doctor"):
        printed(aws_project.call(task))
    assert json.loads(aws_project.call("plan", "--json").out)["in_sync"] is False


def test_control_characters_in_table_names_are_escaped(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users"))
    aws_project.call("migrate").ok()
    held = plane.tables["users"]
    for name in (f"x{POISON}", "::error::owned", "  ::warning::owned"):
        plane.tables[name] = held
    for task in ("list", "status", "plan"):
        lines = printed(aws_project.call(task))
        assert any(r"\x3a:error::owned" in line for line in lines)


@pytest.mark.newest_boto3
def test_control_characters_in_settings_are_escaped(aws_project: Project, plane: ControlPlane) -> None:
    configure(aws_project, table("users", time_to_live_specification={"attribute_name": "a"}, tags={"a": "b"}))
    aws_project.call("migrate").ok()
    plane.ttl["users"]["AttributeName"] = POISON
    plane.tables["users"] = replace(plane.tables["users"], tags={POISON: POISON})
    for task in ("plan", "status", "describe"):
        printed(aws_project.call(task))
    shown = aws_project.call("describe").ok().out
    aws_project.write("again.yaml", shown)
    aws_project.call("plan", "--config", "again.yaml")
    assert (
        aws_project.call("describe", "--json").json["tables"][0]["time_to_live_specification"]["attribute_name"]
        == POISON
    )
    plane.tables["users"] = replace(plane.tables["users"], tags={"::error file=a,line=1::boo": "::stop"})
    lines = aws_project.call("describe").ok().out.splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::")]


def test_annotations_escape_delimiters_of_properties(aws_project: Project) -> None:
    aws_project.write("a,b:c%/tables.yaml", "tables: [{name: 'x\ty'}]\n")
    shown = aws_project.call("validate", "--format", "github", "--config", "a,b:c%/tables.yaml").fails(
        "a,b:c%/tables.yaml:1:"
    )
    annotations = shown.out.splitlines()
    assert annotations
    for line in annotations:
        assert line.startswith("::error file=a%2Cb%3Ac%25/tables.yaml,line=1,col=")
        assert line.isprintable()
