"""`db.run --temporary` and `--workers`: an engine for one command, and tables for each worker of a test run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dynamotasks.engines.current_engine import running
from dynamotasks.engines.project import Project as EngineProject
from tests.support.engines import CONFIG, start_moto
from tests.support.running import Project, until

MOTO = ("--backend", "moto")
PRINTING = "import os; print(os.environ['AWS_ENDPOINT_URL_DYNAMODB'])"
WAITING = """
import os, pathlib, threading
parent = os.getppid()
pathlib.Path("ready").touch()
while os.getppid() == parent:
    threading.Event().wait(0.05)
"""
BY_KEY = """
import boto3
def tables(key):
    client = boto3.client("dynamodb", aws_access_key_id=key, aws_secret_access_key=key)
    return client.list_tables()["TableNames"]
print([tables(key) for key in ("dynamotasks", "worker1", "worker2", "worker3")])
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.write("config/tables.yaml", CONFIG + "    time_to_live_specification: {attribute_name: until}\n")
    return project


def temporary_projects(project: Project) -> list[Path]:
    return [path for path in (project.root / ".dynamotasks" / "temporary").glob("run-*") if path.is_dir()]


def test_temporary_engine_leaves_the_engine_of_the_project_alone(project: Project) -> None:
    endpoint = start_moto(project)["endpoint"]
    done = project.run("inv", "db.run", *MOTO, "--temporary", "--", sys.executable, "-c", PRINTING).ok()
    assert done.out.strip() != endpoint
    assert "users: created table" in done.err
    assert running(EngineProject(project.root)) is not None
    assert temporary_projects(project) == []


def test_each_worker_has_the_declared_tables(project: Project) -> None:
    done = project.run("inv", "db.run", *MOTO, "--workers", "2", "--", sys.executable, "-c", BY_KEY).ok()
    assert done.out.strip() == "[['users'], ['users'], ['users'], []]"
    assert "separate tables for the access keys worker1 to worker2" in done.err
    assert temporary_projects(project) == []


@pytest.mark.posix
@pytest.mark.parametrize("task", [("db.down",), ("db.run", *MOTO, "--temporary", "--", "true")], ids=["down", "run"])
def test_engine_of_a_killed_run_is_stopped_by_the_next_task(task: tuple[str, ...], project: Project) -> None:
    process = project.start("inv", "db.run", *MOTO, "--temporary", "--", sys.executable, "-c", WAITING)
    until((project.root / "ready").exists)
    (folder,) = temporary_projects(project)
    process.kill()
    process.communicate(timeout=60)
    assert running(EngineProject(folder)) is not None
    project.run("inv", *task).ok()
    assert not folder.exists()
    assert running(EngineProject(folder)) is None


@pytest.mark.posix
def test_running_temporary_engine_is_not_stopped_by_other_tasks(project: Project) -> None:
    process = project.start("inv", "db.run", *MOTO, "--temporary", "--", sys.executable, "-c", WAITING)
    until((project.root / "ready").exists)
    (folder,) = temporary_projects(project)
    project.run("inv", "db.down").ok()
    assert running(EngineProject(folder)) is not None
    process.terminate()
    process.communicate(timeout=60)
    assert temporary_projects(project) == []


@pytest.mark.parametrize("flags", [("--temporary",), ("--workers", "2")], ids=["temporary", "workers"])
def test_specified_database_is_a_contradiction(flags: tuple[str, ...], project: Project) -> None:
    project.call("run", *flags, "--endpoint", "http://127.0.0.1:1", "--", "true").fails("excludes --endpoint")
    project.call("run", *flags, "--env", "aws", "--", "true").fails("excludes environment aws")
    project.call("run", "--workers", "many", "--", "true").fails("invalid --workers 'many'")
