"""What is printed where: to pipes, closed streams, full disks and narrow encodings; and data that must stay data."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from .running import Project, Result, clean_environment, command_line, until
from .simulator import ControlPlane
from .test_migrate import configure, operations, table

ESCAPE = "\x1b[2J"
POISON = f"{ESCAPE}\x9b1m\x07\n::error::owned\r\u2028##[error]x"


@pytest.fixture
def there(project: Project, plane: ControlPlane) -> Project:
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    return project


def shell(project: Project, script: str, *argv: str, **variables: str) -> Result:
    """A command line in a shell; `{}` in the script is the task."""
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
    """The lines of both streams, of which none holds a control character or is a command to a build log."""
    lines = (result.out + result.err).split("\n")
    for line in lines:
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line, line
    return lines


# --- where the text goes


def test_a_reader_that_leaves_does_not_stop_the_work(there: Project, plane: ControlPlane) -> None:
    plane.creating = 0.2
    configure(there, *(table(f"table{number:03}") for number in range(100)))
    ended = shell(there, "{} | head -1", "inv", "db.migrate")
    assert ended.code == 0, ended.err
    assert len(plane.tables) == 100


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_leaves_does_not_change_the_exit_code(reader: str, there: Project, plane: ControlPlane) -> None:
    configure(there, *(table(f"table{number:03}") for number in range(100)))
    assert shell(there, f"{{}} | {reader}", "inv", "db.plan", "--exit-code").code == 2
    plane.forever["CreateTable"] = (400, "ValidationException", "no")
    assert shell(there, f"{{}} 2>&1 | {reader}", "dynamotasks", "migrate").code == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("task", ["plan", "list", "doctor", "reset", "--list"])
def test_closed_streams_change_nothing(closed: str, task: str, there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"))
    assert shell(there, f"{{}} {closed}", "dynamotasks", task).code == 0
    assert ("CreateTable" in operations(plane)) == (task == "reset")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no /dev/full")
def test_a_result_that_cannot_be_written_is_an_error(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"), table("orders"))
    for flags in ((), ("--json",)):
        shell(there, "{} > /dev/full", "inv", "db.plan", *flags).fails("could not be written to stdout: No space left")
    shell(there, "{} > /dev/full", "inv", "db.migrate").fails("could not be written to stdout")
    assert set(plane.tables) == {"users", "orders"}
    shell(there, "{} > /dev/full", "dynamotasks", "--list").fails("No space left")
    assert shell(there, "{} 2> /dev/full", "inv", "db.plan").code == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("task", ["migrate", "plan", "describe", "status", "doctor", "validate"])
def test_characters_that_the_encoding_lacks_are_escaped(encoding: str, task: str, there: Project) -> None:
    configure(there, table("users", time_to_live_specification={"attribute_name": "läuft☂ab"}))
    there.call("migrate").ok()
    shell(there, "{}", "inv", f"db.{task}", PYTHONIOENCODING=encoding).ok()


def test_yaml_in_a_narrow_encoding_says_the_same(there: Project) -> None:
    configure(there, table("users", time_to_live_specification={"attribute_name": "läuft☂ab"}))
    there.call("migrate").ok()
    there.write("again.yaml", shell(there, "{}", "inv", "db.describe", PYTHONIOENCODING="ascii").ok().out)
    there.call("plan", "--exit-code", "--config", "again.yaml").ok()


def test_json_is_whole_in_any_encoding(there: Project) -> None:
    configure(there, table("users", time_to_live_specification={"attribute_name": "läuft☂ab"}))
    run = shell(there, "{}", "inv", "db.plan", "--json", PYTHONIOENCODING="ascii").ok()
    assert "läuft☂ab" in run.json["tables"][0]["steps"][1]["title"]


# --- what the text holds


def test_control_characters_of_a_server_are_shown(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"), table("orders"))
    plane.forever["CreateTable"] = (400, "ValidationException", POISON)
    lines = printed(there.call("migrate").fails(r"\x1b[2J\x9b1m\x07\n::error::owned\r\u2028"))
    assert sum("owned" in line for line in lines) == 1
    plane.forever["ListTables"] = (400, "AccessDeniedException", POISON)
    plane.forever["DescribeTable"] = (400, "AccessDeniedException", POISON)
    for task in ("list", "plan", "status", "doctor"):
        printed(there.call(task))
    assert json.loads(there.call("plan", "--json").out)["ok"] is False


def test_names_of_a_server_cannot_command_a_terminal_or_a_log(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users"))
    there.call("migrate").ok()
    held = plane.tables["users"]
    for name in (f"x{POISON}", "::error::owned", "  ::warning::owned"):
        plane.tables[name] = held
    for task in ("list", "status", "plan"):
        lines = printed(there.call(task))
        assert any(r"\x3a:error::owned" in line for line in lines)


def test_ttl_attributes_and_tags_cannot_hide_lines(there: Project, plane: ControlPlane) -> None:
    configure(there, table("users", time_to_live_specification={"attribute_name": "a"}, tags={"a": "b"}))
    there.call("migrate").ok()
    plane.ttl["users"]["AttributeName"] = POISON
    plane.tables["users"] = replace(plane.tables["users"], tags={POISON: POISON})
    for task in ("plan", "status", "describe"):
        printed(there.call(task))
    shown = there.call("describe").ok().out
    there.write("again.yaml", shown)
    there.call("plan", "--config", "again.yaml")
    assert there.call("describe", "--json").json["tables"][0]["time_to_live_specification"]["attribute_name"] == POISON


def test_annotations_escape_what_separates_their_properties(there: Project) -> None:
    there.write("a,b:c%/tables.yaml", "tables: [{name: 'x\ty'}]\n")
    shown = there.call("validate", "--format", "github", "--config", "a,b:c%/tables.yaml").fails(
        "a,b:c%/tables.yaml:1:"
    )
    annotations = shown.out.splitlines()
    assert annotations
    for line in annotations:
        assert line.startswith("::error file=a%2Cb%3Ac%25/tables.yaml,line=1,col=")
        assert line.isprintable()


# --- how much of it there is


GAPS = {"table_class": "STANDARD_INFREQUENT_ACCESS", "on_demand_throughput": {"max_read_request_units": 5}}


def test_unchanged_tables_are_one_line(there: Project) -> None:
    configure(there, *(table(f"table{number:03}") for number in range(30)))
    there.call("migrate").ok()
    assert there.call("plan").ok().out == "= 30 unchanged\nnothing to do\n"
    assert there.call("migrate").ok().out.startswith("30 unchanged in ")
    configure(there, *(table(f"table{number:03}") for number in range(31)))
    assert there.call("plan").ok().out == ("+ table030: create table (id HASH)\n= 30 unchanged\n1 step for 1 table\n")


def test_gaps_of_an_engine_are_one_line(there: Project, plane: ControlPlane) -> None:
    plane.server_header = "Werkzeug/3 amazon.com"
    configure(
        there, *(table(f"table{number:03}", **GAPS) for number in range(30)), table("last", table_class="STANDARD")
    )
    for task in ("plan", "migrate"):
        gaps = [line for line in there.call(task).ok().err.splitlines() if "not supported" in line]
        assert gaps == ["  not supported by moto, skipped: on_demand_throughput (30 tables), table_class (31 tables)"]


def test_notes_are_told_once_in_a_process(there: Project) -> None:
    unused = {"attributes": [{"name": "id", "type": "S"}, {"name": "note", "type": "S"}]}
    configure(there, table("users", **unused))
    run = there.run("inv", "db.plan", "db.migrate", "db.status").ok()
    assert run.err.count("no key uses 'note'") == 1
    assert run.err.count("target: ") == 3
    configure(there, *(table(f"table{number:03}", **unused) for number in range(30)))
    assert "  and 25 more: `dynamotasks validate` shows all\n" in there.call("plan").ok().err
    assert there.call("validate").ok().err.count("no key uses 'note'") == 30


def test_an_engine_that_dies_is_told_once(there: Project, plane: ControlPlane) -> None:
    ttl = {"time_to_live_specification": {"attribute_name": "expires"}}
    configure(there, *(table(f"table{number:03}", **ttl) for number in range(30)))
    plane.forever["CreateTable"] = (400, "ExpiredTokenException", "old")
    ended = there.call("migrate").fails("have expired", "run the same command again to continue")
    assert ended.err.count("have expired") == 1
    assert "! the same failed for 29 more tables\n" in ended.err
    assert len((ended.out + ended.err).splitlines()) < 10


def test_ctrl_c_is_told_once(there: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    ttl = {"time_to_live_specification": {"attribute_name": "expires"}}
    configure(there, *(table(f"table{number:03}", **ttl) for number in range(30)))
    process = there.start("inv", "db.migrate")
    until(lambda: operations(plane).count("CreateTable") == 30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert err.splitlines()[-1].startswith("interrupted: ")
    assert err.splitlines()[-1].endswith("; run the same command again to continue")
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize("task", ["migrate", "plan"])
def test_three_quick_ctrl_c_end_it_without_a_traceback(task: str, there: Project, plane: ControlPlane) -> None:
    plane.creating = 600
    configure(there, *(table(f"table{number:03}") for number in range(30)))
    if task == "plan":
        plane.forever["ListTables"] = (400, "ThrottlingException", "slow")
    process = there.start("inv", f"db.{task}")
    until(lambda: bool(operations(plane)))
    for _ in range(3):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert "Exception ignored" not in err


# --- hints


def hints(project: Project, *argv: str) -> str:
    return project.run(*argv, variables={"DYNAMOTASKS_ENDPOINT": ""}).fails().err


def test_hints_name_the_tasks_as_the_reader_calls_them(project: Project) -> None:
    configure(project, table("users"))
    silent = ("--endpoint", "http://127.0.0.1:9")
    assert "start it with `inv db.up`" in hints(project, "inv", "db.list", *silent)
    assert "start it with `dynamotasks up`" in hints(project, "dynamotasks", "list", *silent)
    ours = "from invoke import Collection, task\nfrom dynamotasks import db\n"
    project.write("tasks.py", f"{ours}ns = Collection()\nns.add_collection(db, name='dynamo')\n")
    assert "start it with `inv dynamo.up`" in hints(project, "inv", "dynamo.list", *silent)
    project.write("tasks.py", f"{ours}ns = Collection(ops=Collection(data=db))\n")
    assert "start it with `inv ops.data.up`" in hints(project, "inv", "ops.data.list", *silent)
    project.write("tasks.py", "from dynamotasks import db as ns\n")
    assert "start it with `inv up`" in hints(project, "inv", "list", *silent)
    project.write(
        "tasks.py", f"{ours}@task(pre=[db.tasks['validate']])\ndef all(c): pass\nns = Collection(all, dynamo=db)\n"
    )
    project.write("tables_config.json", "{}")
    assert "inv db." not in hints(project, "inv", "all")


def test_an_undeclared_local_index_is_not_said_to_be_removable(there: Project) -> None:
    local = {
        "attributes": [{"name": "id", "type": "S"}, {"name": "at", "type": "S"}],
        "key_schema": [
            {"attribute_name": "id", "key_type": "HASH"},
            {"attribute_name": "at", "key_type": "RANGE"},
        ],
    }
    index = {"index_name": "by_id", "key_schema": local["key_schema"], "projection": {"projection_type": "ALL"}}
    other: dict[str, Any] = {**index, "index_name": "other"}
    configure(there, table("users", **local, local_secondary_indexes=[index, other]))
    there.call("migrate").ok()
    configure(there, table("users", **local, local_secondary_indexes=[index]))
    told = there.call("plan").ok().err
    assert "local_secondary_indexes[other] is not declared: left as it is (goes only with its table)" in told
    assert "--prune" not in told


# --- what a user's machine may have


def test_a_home_folder_of_nobody(there: Project) -> None:
    there.call("validate", "--config", "~nosuch/x").fails("~nosuch/x")
    there.call("plan", DYNAMOTASKS_CONFIG="~nosuch/x").fails("~nosuch/x")
    configure(there, table("users"))
    there.call("plan", "--out", "~nosuch/x").fails("~nosuch/x")
    there.call("migrate", "--plan", "~nosuch/x").fails("~nosuch/x")
    assert "Traceback" not in there.call("doctor", DYNAMODB_LOCAL_HOME="~nosuch/x").err


@pytest.mark.parametrize("depth", [990, 200_000])
def test_nested_plan_files(depth: int, there: Project) -> None:
    configure(there, table("users"))
    there.write("plan.json", f'{{"dynamotasks_plan": 1, "target": {"[" * depth}{"]" * depth}}}')
    there.call("migrate", "--plan", "plan.json").fails("plan.json", "`dynamotasks plan --out FILE`")


@pytest.mark.skipif(sys.platform != "linux", reason="paths are text on this system")
def test_a_path_that_is_no_text(tmp_path: Path, plane: ControlPlane) -> None:
    project = Project(Path(f"{tmp_path}/odd\udcff"), {"DYNAMOTASKS_ENDPOINT": plane.endpoint})
    configure(project, table("users"))
    for task in ("plan", "migrate", "doctor", "validate"):
        project.run("inv", f"db.{task}").ok()
    project.run("inv", "db.plan", "--out", "odd\udcfe.json").ok()
    project.run("inv", "db.validate", "--config", "odd\udcff.yaml").fails(r"odd\udcff.yaml")
    engine = {"DYNAMOTASKS_ENDPOINT": ""}
    project.run("inv", "db.up", "--backend", "moto", "--port", "0", "db.list", variables=engine).ok()
    project.run("inv", "db.down", "--volumes", "--yes", variables=engine).ok()


def test_a_current_directory_that_is_gone(there: Project, tmp_path: Path) -> None:
    configure(there, table("users"))
    gone = f"mkdir {shlex.quote(str(tmp_path / 'gone'))} && cd $_ && rmdir $PWD && {{}}"
    shell(there, gone, "dynamotasks", "list").fails("the current directory cannot be used")
    script = gone.replace("{}", shlex.join([*command_line(("inv", "-r", str(there.root))), "db.plan"]))
    assert "users: create table" in shell(there, script, "inv").ok().out


KEYS = "aws_access_key_id = a\naws_secret_access_key = b\n"
PROFILES = {
    "no such program": "credential_process = /nosuch/x\n",
    "an open quote": 'credential_process = "open\n',
    "nothing": "credential_process =\n",
    "no JSON": "credential_process = echo hello\n",
    "a list": "credential_process = echo []\n",
    "no text": "credential_process = printf \\\\xff\n",
    "numbers": """credential_process = echo '{"Version": 1, "AccessKeyId": 1, "SecretAccessKey": 2}'\n""",
    "no date": (
        'credential_process = echo \'{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": "x"}\'\n'
    ),
    "no section": f"{KEYS}services = nosuch\n",
    "a flat section": f"{KEYS}services = x\n[services x]\ndynamodb = http://localhost:1\n",
    "a nested name": f"{KEYS}services =\n  a = b\n",
    "no URL": f"{KEYS}services = x\n[services x]\ndynamodb =\n  endpoint_url = nowhere\n",
    "no port": f"{KEYS}endpoint_url = http://h:99999\n",
    "no Region": f"{KEYS}region = no/such\n",
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_broken_profile_is_one_message(profile: str, project: Project) -> None:
    project.write("tables_config.json", json.dumps({"tables": [table("users")]}))
    project.variables["AWS_CONFIG_FILE"] = str(project.write("config", f"[default]\n{PROFILES[profile]}"))
    project.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
    ended = project.call("list", "--env", "aws").fails("error: ")
    assert len(ended.err.splitlines()) <= 4, ended.err
    assert "Traceback" not in project.call("doctor", "--env", "aws").err


def test_a_credential_process_that_works(project: Project, plane: ControlPlane) -> None:
    said = '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b"}'
    project.variables["AWS_CONFIG_FILE"] = str(project.write("c", f"[default]\ncredential_process = echo '{said}'\n"))
    project.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
    environments = {"prod": {"endpoint": plane.endpoint, "credentials": "chain"}}
    project.write("tables_config.json", json.dumps({"tables": [table("users")], "environments": environments}))
    project.call("list", "--env", "prod").ok()
