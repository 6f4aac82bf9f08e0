"""Killed and concurrent processes: the tables are as declared, or the exit code is not 0."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import ControlPlane, control_plane
from tests.support.running import Project, Result, until

from .expectations import DROP, assert_clean_output, index, is_declared, table

BEFORE = {"global_secondary_indexes": [{**index("email"), "index_name": "by_old"}], "tags": {"old": "x"}}
TASKS = {
    "migrate": ("migrate", "--prune", "--allow-destructive", "--confirm", "shared"),
    "reset": ("reset", *DROP, "--confirm", "shared"),
}


@pytest.fixture(scope="module")
def served() -> Iterator[ControlPlane]:
    with control_plane() as plane:
        plane.creating, plane.updating, plane.indexing, plane.deleting = 0.02, 0.02, 0.05, 0.02
        plane.tag_lock, plane.ttl_interval = 0.05, 0
        yield plane


@pytest.fixture
def shared(served: ControlPlane, tmp_path: Path) -> Project:
    """Return a project with a table `users` that differs from the declared one, and without the table `orders`."""
    served.tables.clear()
    served.calls.clear()
    project = Project(tmp_path)
    project.variables["DYNAMOTASKS_ENV"] = "shared"
    configure(project, served, {**table("users"), **BEFORE})
    project.call("migrate").ok()
    assert not is_declared(served)
    configure(project, served, table("users"), table("orders"))
    return project


def configure(project: Project, plane: ControlPlane, *tables: dict[str, Any]) -> None:
    environment = {"endpoint": plane.endpoint, "region": "us-east-1", "credentials": "dummy", "disposable": True}
    project.write("tables_config.json", json.dumps({"tables": tables, "environments": {"shared": environment}}))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("calls", [1, 2, 4, 6, 9, 13, 18, 24, 31, 40])
def test_next_run_completes_a_killed_one(calls: int, task: str, shared: Project, served: ControlPlane) -> None:
    """Kill the process after this number of calls."""
    begun = len(served.calls)
    process = shared.start("dynamotasks", *TASKS[task])
    until(lambda: len(served.calls) >= begun + calls or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    if process.returncode != -signal.SIGKILL:  # it ended before the signal
        assert process.returncode == 0, err
        assert is_declared(served), out
    shared.call(*TASKS[task]).ok()
    assert is_declared(served)
    assert shared.call("plan", "--exit-code").ok().code == 0


@pytest.mark.parametrize(
    "tasks",
    [("migrate", "migrate"), ("migrate", "reset"), ("reset", "reset"), ("reset", "reset", "reset")],
    ids="+".join,
)
@pytest.mark.parametrize("time", range(3))
def test_concurrent_processes(time: int, tasks: tuple[str, ...], shared: Project, served: ControlPlane) -> None:
    """Each process succeeds or reports a failure; concurrent migrates all succeed."""
    running = [shared.start("dynamotasks", *TASKS[task], "--timeout", "30") for task in tasks]
    results = []
    for process in running:
        out, err = process.communicate(timeout=90)
        results.append(Result(process.returncode, out, err))
    for result in results:
        assert_clean_output(result)
        assert result.code in (0, 1)
    if all(result.code == 0 for result in results):
        assert is_declared(served), results
    if set(tasks) == {"migrate"}:
        assert [result.code for result in results] == [0] * len(tasks), results
    shared.call(*TASKS["migrate"]).ok()
    assert is_declared(served)
