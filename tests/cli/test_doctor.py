"""`db.doctor`: its findings and their hints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.config_mistakes import HEAD
from tests.support.running import Project

SECRET = "wJalrXUtnFEMIK7MDENG"


def findings(project: Project, *flags: str, **variables: str) -> dict[str, dict[str, Any]]:
    result = project.run("inv", "db.doctor", "--json", *flags, variables=variables).json
    return {finding["about"]: finding for finding in result["findings"]}


def test_backends_are_checked_on_a_machine_with_only_python(project: Project, tmp_path: Path) -> None:
    project.write("config/tables.yaml", HEAD)
    bare = {"PATH": str(tmp_path), "JAVA_HOME": "", "DYNAMODB_LOCAL_HOME": "/nowhere"}
    found = findings(project, **bare)
    assert found["config"]["message"] == f"1 table in {Path('config', 'tables.yaml')}; environments: local, aws"
    assert found["docker"]["state"] == "note"
    assert "docs.docker.com" in found["docker"]["hint"]
    assert found["java"]["state"] == "note"
    assert found["moto"]["state"] == "ok"
    assert found["auto"]["message"] == "selects moto"
    assert found["engine"]["message"] == "this project has not started an engine"


def test_running_engine_is_shown_with_its_endpoint(project: Project) -> None:
    project.write("config/tables.yaml", HEAD)
    project.run("inv", "db.up", "--backend", "moto", "--port", "0", "db.migrate").ok()
    found = findings(project)
    assert "moto, running at http://127.0.0.1:" in found["engine"]["message"]
    assert found["credentials"]["message"] == "dummy"
    assert found["endpoint"]["message"] == "moto responds, 1 table"


def test_all_config_problems_are_shown(project: Project) -> None:
    project.write("config/tables.yaml", HEAD + "    biling_mode: x\n    tags: {a: 5}\n")
    result = project.run("inv", "db.doctor")
    assert result.code == 1
    assert "did you mean 'billing_mode'?" in result.out
    assert "'a' must be a string" in result.out
    # and nothing else is left out for it
    found = findings(project)
    assert [problem["line"] for problem in found["config"]["problems"]] == [5, 6]
    assert found["auto"]["state"] == "ok"
    assert found["target"]["message"].startswith("environment local, http://")
    assert found["credentials"]["message"] == "dummy"
    other = findings(project, "--env", "prod")
    assert "environment prod is defined in the config, which is invalid" in other["target"]["message"]


def test_credentials_are_checked_without_a_listening_endpoint(project: Project) -> None:
    environment = "{endpoint: 'http://127.0.0.1:9', credentials: chain}"
    project.write("config/tables.yaml", f"{HEAD}environments: {{prod: {environment}, local: {environment}}}\n")
    keys = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": SECRET}
    found = findings(project, "--env", "prod", **keys)
    assert found["credentials"]["message"] == "from env"
    assert found["endpoint"]["message"] == "connection refused"
    nothing = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
    found = findings(project, **nothing)
    assert "set `credentials: dummy` in environment local" in found["credentials"]["hint"]
    assert "omit --env" not in found["credentials"]["hint"]


def test_down_volumes_without_stored_data(project: Project) -> None:
    assert "= no stored data to delete" in project.call("down", "--volumes", "--yes").ok().out


@pytest.mark.parametrize("keys", [{}, {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": SECRET}])
def test_credentials_are_shown_by_type_without_their_values(
    keys: dict[str, str], project: Project, plane: ControlPlane
) -> None:
    project.write(
        "config/tables.yaml", HEAD + f"environments: {{prod: {{endpoint: '{plane.endpoint}', credentials: chain}}}}\n"
    )
    nothing = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
    result = project.run("inv", "db.doctor", "--env", "prod", variables={**nothing, **keys})
    assert SECRET not in result.out + result.err
    assert "AKID" not in result.out + result.err
    if keys:
        assert "= credentials: from env" in result.ok().out
        assert "= endpoint: DynamoDB responds, 0 tables" in result.out
    else:
        assert result.code == 1
        assert "! credentials: no AWS credentials found" in result.out
        assert "endpoint:" not in result.out


def test_unknown_environment_is_a_failed_check(project: Project) -> None:
    project.write("config/tables.yaml", HEAD)
    result = project.run("inv", "db.doctor", "--env", "prodd")
    assert result.code == 1
    assert "! target: unknown environment 'prodd'" in result.out
