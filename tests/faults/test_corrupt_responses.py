"""Whatever an endpoint responds: no traceback, no hang, no false success, and the next run ends in sync."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator import ControlPlane, control_plane
from tests.support.running import Project, Result

from . import KINDS, FaultProxy
from .expectations import DROP, HANG, ask, assert_clean_output, is_declared, table, time_limit
from .proxy import Selection, fault_proxy

WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "TagResource", "UpdateTimeToLive", "UpdateContinuousBackups")
TASKS: dict[str, tuple[str, ...]] = {
    "list": ("list",),
    "status": ("status", "--exit-code"),
    "plan": ("plan", "--exit-code"),
    "migrate": ("migrate",),
    "reset": ("reset", *DROP, "--confirm", "proxied"),
}
ALL: Selection = lambda number, operation: True  # noqa: E731
NEVER: Selection = lambda number, operation: False  # noqa: E731
READS = ("list", "status", "plan")


_FAULT_FREE: dict[tuple[str, ...], Result] = {}


class FaultyProject:
    """A project behind a proxy: the table `users` differs from the declared one, and `orders` does not exist."""

    def __init__(self, project: Project, plane: ControlPlane, proxy: FaultProxy) -> None:
        self.project, self.plane, self.proxy, self.corrupted_count = project, plane, proxy, 0
        environment = {"endpoint": proxy.endpoint, "region": "us-east-1", "credentials": "dummy", "disposable": True}
        document = {"tables": [table("users"), table("orders")], "environments": {"proxied": environment}}
        project.write("tables_config.json", json.dumps(document))
        project.variables["DYNAMOTASKS_ENV"] = "proxied"
        plane.tag_lock = 0
        ask(
            plane,
            "CreateTable",
            TableName="users",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        ttl = {"AttributeName": "expires", "Enabled": True}
        ask(plane, "UpdateTimeToLive", TableName="users", TimeToLiveSpecification=ttl)
        assert not is_declared(plane)

    def call(self, task: str, *flags: str) -> Result:
        with time_limit():
            return self.project.call(*TASKS[task], *flags)

    def fault_free(self, task: str, *flags: str) -> Result:
        """Return the result of a read-only task without faults."""
        asked = (self.proxy.endpoint, task, *flags)
        if asked not in _FAULT_FREE:
            _FAULT_FREE[asked] = self.call(task, *flags)
        return _FAULT_FREE[asked]

    def call_with_fault(self, kind: str, when: Selection, task: str, *flags: str) -> Result:
        self.proxy.inject(KINDS[kind], when)
        result = self.call(task, *(() if task in READS else ("--timeout", "1")), *flags)
        self.corrupted_count = self.proxy.corrupted_count
        self.proxy.inject(KINDS[kind], NEVER)
        return result


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[ControlPlane, FaultProxy]]:
    with control_plane() as plane, fault_proxy(plane.endpoint) as proxy:
        yield plane, proxy


@pytest.fixture
def faulty(servers: tuple[ControlPlane, FaultProxy], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaultyProject:
    """Return a project behind the proxy; botocore retries without delay."""
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
    plane, proxy = servers
    plane.tables.clear()
    return FaultyProject(Project(tmp_path), plane, proxy)


def without_identity(output: str) -> str:
    """Remove what identifies the live tables of a plan: each test creates them again."""
    return re.sub(r'"(id|created|arn)": .*', "", output)


def check_read_only_task(faulty: FaultyProject, kind: str, task: str, when: Selection, *flags: str) -> Result:
    """Check that a read-only task prints the correct result or fails."""
    tables = dict(faulty.plane.tables)
    result = faulty.call_with_fault(kind, when, task, *flags)
    assert_clean_output(result)
    assert faulty.plane.tables == tables
    if result.code != 1 and kind != "access denied":  # then only names or an unknown state can be shown
        fault_free = faulty.fault_free(task, *flags)
        assert result.code == fault_free.code
        assert without_identity(result.out) == without_identity(fault_free.out), "it prints a wrong result"
    return result


def check_changing_task(faulty: FaultyProject, kind: str, task: str, when: Selection, *flags: str) -> Result:
    """Check that a task succeeds only if the tables are as declared, and that the next run completes it."""
    before = {each.id for each in faulty.plane.tables.values()}
    result = faulty.call_with_fault(kind, when, task, *flags)
    assert_clean_output(result)
    if result.code == 0:
        assert is_declared(faulty.plane), "it reports success, but the tables are not as declared"
        if task == "reset":
            assert not before & {each.id for each in faulty.plane.tables.values()}, (
                "it reports success, but did not recreate the tables"
            )
    faulty.call(task).ok()
    assert is_declared(faulty.plane)
    return result


def check_with_fault(faulty: FaultyProject, kind: str, task: str, when: Selection, *flags: str) -> Result:
    return (check_read_only_task if task in READS else check_changing_task)(faulty, kind, task, when, *flags)


def test_tasks_succeed_without_faults(faulty: FaultyProject) -> None:
    for task, code in {"list": 0, "plan": 2, "status": 2, "migrate": 0, "reset": 0}.items():
        result = faulty.call(task)
        assert result.code == code, result
    assert is_declared(faulty.plane)
    faulty.call("status").ok()


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_response_is_corrupt(kind: str, task: str, faulty: FaultyProject) -> None:
    """The output is still one JSON document."""
    result = check_with_fault(faulty, kind, task, ALL, "--json")
    assert isinstance(json.loads(result.out), dict | list)


@pytest.mark.parametrize("task", ["status", "migrate", "reset"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_response_is_corrupt(kind: str, task: str, faulty: FaultyProject) -> None:
    check_with_fault(faulty, kind, task, lambda number, operation: number == 3)
    assert faulty.corrupted_count == 1


@pytest.mark.parametrize("kind", KINDS)
def test_responses_to_writes_are_corrupt(kind: str, faulty: FaultyProject) -> None:
    check_with_fault(faulty, kind, "migrate", lambda number, operation: operation in WRITES)
    assert faulty.corrupted_count


def test_endpoint_never_responds(faulty: FaultyProject) -> None:
    """Run all tasks at the same time, because they only wait."""
    faulty.proxy.inject(faulty.proxy.silence, ALL)
    waiting = [faulty.project.start("dynamotasks", *flags) for flags in TASKS.values()]
    try:
        for process in waiting:
            out, err = process.communicate(timeout=HANG)
            assert_clean_output(Result(process.returncode, out, err))
            assert process.returncode == 1
    finally:
        for process in waiting:
            process.kill()
