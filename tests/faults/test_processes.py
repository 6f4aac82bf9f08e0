"""Processes that are killed and processes that write at the same time: the declared state, or a non-zero exit."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import ControlPlane, control_plane
from tests.support.running import Project, Result, until

from .declared import DROP, index, is_declared, said_well, table

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
    """A project whose `users` exists and differs, and whose `orders` is missing."""
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
def test_killed_process_is_finished_by_the_next(calls: int, task: str, shared: Project, served: ControlPlane) -> None:
    """SIGKILL once so many calls have arrived, whatever the process is at."""
    begun = len(served.calls)
    process = shared.start("dynamotasks", *TASKS[task])
    until(lambda: len(served.calls) >= begun + calls or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    if process.returncode != -signal.SIGKILL:  # it had ended before
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
def test_processes_at_the_same_time(time: int, tasks: tuple[str, ...], shared: Project, served: ControlPlane) -> None:
    """Each reaches the declared state or says that it did not; where all migrate, each does."""
    running = [shared.start("dynamotasks", *TASKS[task], "--timeout", "30") for task in tasks]
    results = []
    for process in running:
        out, err = process.communicate(timeout=90)
        results.append(Result(process.returncode, out, err))
    for result in results:
        said_well(result)
        assert result.code in (0, 1)
    if all(result.code == 0 for result in results):
        assert is_declared(served), results
    if set(tasks) == {"migrate"}:
        assert [result.code for result in results] == [0] * len(tasks), results
    shared.call(*TASKS["migrate"]).ok()
    assert is_declared(served)
