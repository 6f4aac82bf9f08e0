"""Undecodable paths, deleted folders and broken AWS profiles are reported without tracebacks."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.test_output import shell
from tests.simulator import ControlPlane
from tests.support.running import Project, command_line
from tests.support.tables import configure, table


def test_unknown_home_folder_is_an_error_message(aws_project: Project) -> None:
    aws_project.call("validate", "--config", "~nosuch/x").fails("~nosuch/x")
    aws_project.call("plan", DYNAMOTASKS_CONFIG="~nosuch/x").fails("~nosuch/x")
    configure(aws_project, table("users"))
    aws_project.call("plan", "--out", "~nosuch/x").fails("~nosuch/x")
    aws_project.call("migrate", "--plan", "~nosuch/x").fails("~nosuch/x")
    assert "Traceback" not in aws_project.call("doctor", DYNAMODB_LOCAL_HOME="~nosuch/x").err


@pytest.mark.parametrize("depth", [990, 200_000])
def test_deeply_nested_plan_file_is_rejected(depth: int, aws_project: Project) -> None:
    configure(aws_project, table("users"))
    aws_project.write("plan.json", f'{{"dynamotasks_plan": 1, "target": {"[" * depth}{"]" * depth}}}')
    aws_project.call("migrate", "--plan", "plan.json").fails("plan.json", "`dynamotasks plan --out FILE`")


@pytest.mark.skipif(sys.platform != "linux", reason="paths are text on this system")
def test_undecodable_path_is_escaped(tmp_path: Path, plane: ControlPlane) -> None:
    project = Project(Path(f"{tmp_path}/odd\udcff"), {"DYNAMOTASKS_ENDPOINT": plane.endpoint})
    configure(project, table("users"))
    for task in ("plan", "migrate", "doctor", "validate"):
        project.run("inv", f"db.{task}").ok()
    project.run("inv", "db.plan", "--out", "odd\udcfe.json").ok()
    project.run("inv", "db.validate", "--config", "odd\udcff.yaml").fails(r"odd\udcff.yaml")
    engine = {"DYNAMOTASKS_ENDPOINT": ""}
    project.run("inv", "db.up", "--backend", "moto", "--port", "0", "db.list", variables=engine).ok()
    project.run("inv", "db.down", "--volumes", "--yes", variables=engine).ok()


@pytest.mark.posix
def test_deleted_current_directory_is_an_error_message(aws_project: Project, tmp_path: Path) -> None:
    configure(aws_project, table("users"))
    gone = f"mkdir {shlex.quote(str(tmp_path / 'gone'))} && cd $_ && rmdir $PWD && {{}}"
    shell(aws_project, gone, "dynamotasks", "list").fails("cannot use the current directory")
    script = gone.replace("{}", shlex.join([*command_line(("inv", "-r", str(aws_project.root))), "db.plan"]))
    assert "users: create table" in shell(aws_project, script, "inv").ok().out


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


@pytest.mark.posix
@pytest.mark.parametrize("profile", PROFILES)
def test_broken_profile_is_one_error_message(profile: str, project: Project) -> None:
    project.write("tables_config.json", json.dumps({"tables": [table("users")]}))
    project.variables["AWS_CONFIG_FILE"] = str(project.write("config", f"[default]\n{PROFILES[profile]}"))
    project.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
    ended = project.call("list", "--env", "aws").fails("error: ")
    assert len(ended.err.splitlines()) <= 4, ended.err
    assert "Traceback" not in project.call("doctor", "--env", "aws").err


@pytest.mark.posix
def test_credential_process_is_used(project: Project, plane: ControlPlane) -> None:
    credentials = '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b"}'
    project.variables["AWS_CONFIG_FILE"] = str(
        project.write("c", f"[default]\ncredential_process = echo '{credentials}'\n")
    )
    project.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
    environments = {"prod": {"endpoint": plane.endpoint, "credentials": "chain"}}
    project.write("tables_config.json", json.dumps({"tables": [table("users")], "environments": environments}))
    project.call("list", "--env", "prod").ok()
