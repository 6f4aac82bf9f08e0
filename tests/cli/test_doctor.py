"""What `db.doctor` finds, and the hint of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.simulator import ControlPlane
from tests.support.config_mistakes import HEAD
from tests.support.running import Project

SECRET = "wJalrXUtnFEMIK7MDENG"


def findings(project: Project, *flags: str, **variables: str) -> dict[str, dict[str, Any]]:
    told = project.run("inv", "db.doctor", "--json", *flags, variables=variables).json
    return {finding["about"]: finding for finding in told["findings"]}


def test_a_machine_with_only_python(project: Project, tmp_path: Path) -> None:
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


def test_an_engine_that_runs(project: Project) -> None:
    project.write("config/tables.yaml", HEAD)
    project.run("inv", "db.up", "--backend", "moto", "--port", "0", "db.migrate").ok()
    found = findings(project)
    assert "moto, running at http://127.0.0.1:" in found["engine"]["message"]
    assert found["credentials"]["message"] == "dummy"
    assert found["endpoint"]["message"] == "moto responds, 1 table"


def test_mistakes_in_the_config_are_all_shown(project: Project) -> None:
    project.write("config/tables.yaml", HEAD + "    biling_mode: x\n    tags: {a: 5}\n")
    told = project.run("inv", "db.doctor")
    assert told.code == 1
    assert "did you mean 'billing_mode'?" in told.out
    assert "'a' must be a string" in told.out
    # and nothing else is left out for it
    found = findings(project)
    assert [problem["line"] for problem in found["config"]["problems"]] == [5, 6]
    assert found["auto"]["state"] == "ok"
    assert found["target"]["message"].startswith("environment local, http://")
    assert found["credentials"]["message"] == "dummy"
    other = findings(project, "--env", "prod")
    assert "environment prod is defined in the config, which is invalid" in other["target"]["message"]


def test_credentials_are_looked_at_where_nothing_listens(project: Project) -> None:
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


def test_the_end_of_an_engine_that_kept_nothing(project: Project) -> None:
    assert "= no stored data to delete" in project.call("down", "--volumes", "--yes").ok().out


@pytest.mark.parametrize("keys", [{}, {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": SECRET}])
def test_credentials_are_named_by_kind_and_never_shown(
    keys: dict[str, str], project: Project, plane: ControlPlane
) -> None:
    project.write(
        "config/tables.yaml", HEAD + f"environments: {{prod: {{endpoint: '{plane.endpoint}', credentials: chain}}}}\n"
    )
    nothing = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}
    told = project.run("inv", "db.doctor", "--env", "prod", variables={**nothing, **keys})
    assert SECRET not in told.out + told.err
    assert "AKID" not in told.out + told.err
    if keys:
        assert "= credentials: from env" in told.ok().out
        assert "= endpoint: DynamoDB responds, 0 tables" in told.out
    else:
        assert told.code == 1
        assert "! credentials: no AWS credentials found" in told.out
        assert "endpoint:" not in told.out


def test_an_unknown_environment_is_in_the_way(project: Project) -> None:
    project.write("config/tables.yaml", HEAD)
    told = project.run("inv", "db.doctor", "--env", "prodd")
    assert told.code == 1
    assert "! target: unknown environment 'prodd'" in told.out
