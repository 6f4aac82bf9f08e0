"""Whatever an endpoint answers: no traceback, no hang, no false success, and the next run ends in sync."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator import ControlPlane, control_plane
from tests.support.running import Project, Result

from . import KINDS, FaultProxy
from .declared import DROP, HANG, in_time, is_declared, said_well, seen, table
from .proxy import Spoils, fault_proxy

WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "TagResource", "UpdateTimeToLive", "UpdateContinuousBackups")
TASKS: dict[str, tuple[str, ...]] = {
    "list": ("list",),
    "status": ("status", "--exit-code"),
    "plan": ("plan", "--exit-code"),
    "migrate": ("migrate",),
    "reset": ("reset", *DROP, "--confirm", "proxied"),
}
ALL: Spoils = lambda number, operation: True  # noqa: E731
NEVER: Spoils = lambda number, operation: False  # noqa: E731
READS = ("list", "status", "plan")


_TRUTHS: dict[tuple[str, ...], Result] = {}


class Stage:
    """A project whose `users` lacks some of what is declared, whose `orders` is missing, and a proxy before both."""

    def __init__(self, project: Project, plane: ControlPlane, proxy: FaultProxy) -> None:
        self.project, self.plane, self.proxy, self.spoiled = project, plane, proxy, 0
        environment = {"endpoint": proxy.endpoint, "region": "us-east-1", "credentials": "dummy", "disposable": True}
        document = {"tables": [table("users"), table("orders")], "environments": {"proxied": environment}}
        project.write("tables_config.json", json.dumps(document))
        project.variables["DYNAMOTASKS_ENV"] = "proxied"
        plane.tag_lock = 0
        seen(
            plane,
            "CreateTable",
            TableName="users",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        ttl = {"AttributeName": "expires", "Enabled": True}
        seen(plane, "UpdateTimeToLive", TableName="users", TimeToLiveSpecification=ttl)
        assert not is_declared(plane)

    def call(self, task: str, *flags: str) -> Result:
        with in_time():
            return self.project.call(*TASKS[task], *flags)

    def truth(self, task: str, *flags: str) -> Result:
        """What a task that reads says without faults; nothing has been changed."""
        asked = (self.proxy.endpoint, task, *flags)
        if asked not in _TRUTHS:
            _TRUTHS[asked] = self.call(task, *flags)
        return _TRUTHS[asked]

    def spoilt_call(self, kind: str, when: Spoils, task: str, *flags: str) -> Result:
        self.proxy.spoil(KINDS[kind], when)
        result = self.call(task, *(() if task in READS else ("--timeout", "1")), *flags)
        self.spoiled = self.proxy.spoiled
        self.proxy.spoil(KINDS[kind], NEVER)
        return result


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[ControlPlane, FaultProxy]]:
    with control_plane() as plane, fault_proxy(plane.endpoint) as proxy:
        yield plane, proxy


@pytest.fixture
def stage(servers: tuple[ControlPlane, FaultProxy], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Retries of botocore come at once."""
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
    plane, proxy = servers
    plane.tables.clear()
    return Stage(Project(tmp_path), plane, proxy)


def reads(stage: Stage, kind: str, task: str, when: Spoils, *flags: str) -> Result:
    """A task that changes nothing tells the truth or fails."""
    tables = dict(stage.plane.tables)
    result = stage.spoilt_call(kind, when, task, *flags)
    said_well(result)
    assert stage.plane.tables == tables
    if result.code != 1 and kind != "denials":  # names alone, or an unknown state, are the truth then
        truth = stage.truth(task, *flags)
        assert (result.code, result.out) == (truth.code, truth.out), "it tells what is not so"
    return result


def writes(stage: Stage, kind: str, task: str, when: Spoils, *flags: str) -> Result:
    """A task that changes something succeeds only where it is done; the next one without faults does it."""
    before = {each.id for each in stage.plane.tables.values()}
    result = stage.spoilt_call(kind, when, task, *flags)
    said_well(result)
    if result.code == 0:
        assert is_declared(stage.plane), "it claims to be done and is not"
        if task == "reset":
            assert not before & {each.id for each in stage.plane.tables.values()}, "it claims to have made new tables"
    stage.call(task).ok()
    assert is_declared(stage.plane)
    return result


def plays(stage: Stage, kind: str, task: str, when: Spoils, *flags: str) -> Result:
    return (reads if task in READS else writes)(stage, kind, task, when, *flags)


def test_no_fault_is_no_trouble(stage: Stage) -> None:
    for task, code in {"list": 0, "plan": 2, "status": 2, "migrate": 0, "reset": 0}.items():
        result = stage.call(task)
        assert result.code == code, result
    assert is_declared(stage.plane)
    stage.call("status").ok()


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_spoilt(kind: str, task: str, stage: Stage) -> None:
    """What is printed is one JSON document all the same."""
    result = plays(stage, kind, task, ALL, "--json")
    assert isinstance(json.loads(result.out), dict | list)


@pytest.mark.parametrize("task", ["status", "migrate", "reset"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_answer_is_spoilt(kind: str, task: str, stage: Stage) -> None:
    plays(stage, kind, task, lambda number, operation: number == 3)
    assert stage.spoiled == 1


@pytest.mark.parametrize("kind", KINDS)
def test_answers_to_writes_are_spoilt(kind: str, stage: Stage) -> None:
    plays(stage, kind, "migrate", lambda number, operation: operation in WRITES)
    assert stage.spoiled


def test_an_endpoint_that_never_answers(stage: Stage) -> None:
    """In processes of their own, all at once: what they do is wait."""
    stage.proxy.spoil(stage.proxy.silence, ALL)
    waiting = [stage.project.start("dynamotasks", *flags) for flags in TASKS.values()]
    try:
        for process in waiting:
            out, err = process.communicate(timeout=HANG)
            said_well(Result(process.returncode, out, err))
            assert process.returncode == 1
    finally:
        for process in waiting:
            process.kill()
