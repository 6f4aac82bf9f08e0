"""Tasks use and stop only this project's own engine, whatever the state file contains and whatever is on the port."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from dynamotasks.engines import lifecycle
from dynamotasks.engines.project import Project as EngineProject
from tests.support.engines import CONFIG, engine_processes, start_moto, state_file
from tests.support.running import Project, until


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Project]:
    """Return another project on this machine."""
    made = Project(tmp_path / "other")
    made.write("config/tables.yaml", CONFIG)
    yield made
    lifecycle.down(EngineProject(made.root), volumes=True)


def take_over(project: Project, other: Project) -> None:
    """Kill the project's engine, as a reboot does, and start the other project's on its port."""
    project.write("config/tables.yaml", CONFIG)
    port = start_moto(project)["port"]
    for engine in engine_processes(project):
        engine.kill()
    until(lambda: not engine_processes(project))
    start_moto(other, port)
    other.call("migrate").ok()


def test_another_projects_engine_on_the_port_is_not_used(project: Project, other: Project) -> None:
    take_over(project, other)
    before = other.call("list", "--json").ok().json["tables"]
    owner = EngineProject(other.root).name
    words = ("this project's engine is no longer running", "is listening at http://", "dynamotasks up", owner)
    for task in ("list", "status", "plan", "migrate", "reset", "describe", "env"):
        refused = project.call(task, *["--yes"] * (task == "reset")).fails(*words)
        assert "users" not in refused.out, task
        assert other.call("list", "--json").ok().json["tables"] == before, task
    assert f"the engine of project {owner}" in project.call("doctor").out


def test_planted_state_file_does_not_stop_other_processes(project: Project, other: Project) -> None:
    """One handle has the pid and start time of another process, one is another project's."""
    start_moto(other)
    theirs = json.loads(state_file(other).read_text())
    project.write("config/tables.yaml", CONFIG)
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        began = psutil.Process(bystander.pid).create_time()
        EngineProject(project.root).make_folder()
        for run in ({**theirs["run"], "handle": {"pid": bystander.pid, "began": began}}, theirs["run"]):
            state_file(project).write_text(json.dumps({**theirs, "run": run}))
            project.call("list").fails("this project's engine is no longer running")
            assert "not running" in project.call("down").ok().out
        assert bystander.poll() is None
        other.call("list").ok()
    finally:
        bystander.communicate(b"\n")


@pytest.mark.parametrize("change", [{"host": "192.0.2.1"}, {"host": "example.com"}, {"port": 1}])
def test_planted_address_is_not_used(change: dict[str, Any], project: Project) -> None:
    start_moto(project)
    state = json.loads(state_file(project).read_text())
    state["run"].update(change)
    state_file(project).write_text(json.dumps(state))
    project.call("list").fails("this project's engine is no longer running")
    # the engine itself is still found
    assert "already running" in project.call("up", "--port", "0").ok().out
    project.call("list").ok()


def test_copied_project_does_not_stop_the_originals_engine(project: Project, tmp_path: Path) -> None:
    project.write("config/tables.yaml", CONFIG)
    port = start_moto(project)["port"]
    copy = tmp_path / "copy"
    shutil.copytree(project.root, copy)
    copied = Project(copy)
    copied.call("list").fails("this project's engine is no longer running")
    assert "not running" in copied.call("down").ok().out
    project.call("list").ok()
    shutil.copy(state_file(project), state_file(copied))
    copied.call("up").fails(f"port {port} is in use by")
    try:
        assert start_moto(copied)["port"] != port
        copied.call("migrate").ok()
        assert project.call("list", "--json").ok().json["tables"] == []
    finally:
        lifecycle.down(EngineProject(copy), volumes=True)
    project.call("list").ok()


def test_engine_of_a_killed_up_is_reused(project: Project) -> None:
    starting = project.start("inv", "db.up", "--backend", "moto", "--port", "0")
    until(lambda: bool(engine_processes(project)))
    starting.kill()
    starting.communicate()
    project.run("inv", "db.up", "--port", "0").ok()
    assert len(engine_processes(project)) == 1
    assert "stopped" in project.run("inv", "db.down").ok().out
    assert not engine_processes(project)


def test_engine_without_its_state_file_is_reused(project: Project) -> None:
    first = start_moto(project)
    shutil.rmtree(project.root / ".dynamotasks")
    again = project.call("up", "--json").ok().json
    assert again["reused"]
    assert again["endpoint"] == first["endpoint"]
    shutil.rmtree(project.root / ".dynamotasks")
    assert "stopped" in project.call("down").ok().out
    assert not engine_processes(project)


@pytest.mark.parametrize("handle", ['{"pid": -1, "began": 1}', '{"pid": 1e99, "began": 1}', '{"pid": "a"}', "{}"])
def test_invalid_handle_means_that_the_engine_ended(handle: str, project: Project) -> None:
    EngineProject(project.root).make_folder()
    run = f'{{"port": 8199, "handle": {handle}}}'
    state_file(project).write_text(f'{{"backend": "moto", "port": 8199, "image": "x", "run": {run}}}')
    project.call("list").fails("this project's engine is no longer running")
    assert "not running" in project.call("down").ok().out


def test_two_projects_cannot_share_a_port(project: Project, other: Project) -> None:
    """The one that loses reports it and leaves no process."""
    with_port = ("inv", "db.up", "--backend", "moto", "--port", str(8170 + os.getpid() % 20), "--json")
    both = [(one, one.start(*with_port)) for one in (project, other)]
    ended = [(one, process.communicate(timeout=120), process.returncode) for one, process in both]
    assert sorted(code for _, _, code in ended) == [0, 1], ended
    for one, (_, err), code in ended:
        assert "Traceback" not in err
        assert len(engine_processes(one)) == (code == 0)
        if code:
            assert "in use" in err


def test_reused_pid_of_a_stopped_engine_is_not_signaled(project: Project) -> None:
    """The system has given the pid to another process."""
    start_moto(project)
    state = state_file(project).read_text()
    project.call("down").ok()
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        changed = json.loads(state)
        changed["run"]["handle"]["pid"] = bystander.pid
        state_file(project).write_text(json.dumps(changed))
        assert "not running" in project.call("down").ok().out
        assert bystander.poll() is None
    finally:
        bystander.send_signal(signal.SIGTERM)
        bystander.communicate()
