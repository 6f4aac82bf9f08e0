"""Whatever an endpoint answers: no traceback, no hang, no false success, and the next run ends in sync."""

from __future__ import annotations

import faulthandler
import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ..running import Project, Result
from ..simulator import ControlPlane, control_plane
from . import KINDS, FaultProxy
from .proxy import Spoils, fault_proxy

HANG = 60
WRITES = ("CreateTable", "UpdateTable", "DeleteTable", "TagResource", "UpdateTimeToLive", "UpdateContinuousBackups")
DROP = ("--yes", "--allow-destructive", "--confirm", "proxied")
TASKS: dict[str, tuple[str, ...]] = {
    "list": ("list",),
    "status": ("status", "--exit-code"),
    "plan": ("plan", "--exit-code"),
    "migrate": ("migrate",),
    "reset": ("reset", *DROP),
}
ALL: Spoils = lambda number, operation: True  # noqa: E731
NEVER: Spoils = lambda number, operation: False  # noqa: E731
READS = ("list", "status", "plan")
TAGS = {f"tag{number:02}": "x" for number in range(3)}


def index(name: str) -> dict[str, Any]:
    return {
        "index_name": f"by_{name}",
        "key_schema": [{"attribute_name": name, "key_type": "HASH"}],
        "projection": {"projection_type": "ALL"},
    }


def table(name: str, **properties: Any) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": "id", "type": "S"}, {"name": "email", "type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        "billing_mode": "PAY_PER_REQUEST",
        "global_secondary_indexes": [index("email")],
        "stream_specification": {"stream_view_type": "NEW_IMAGE"},
        "tags": TAGS,
        "time_to_live_specification": {"attribute_name": "expires"},
        "point_in_time_recovery_specification": {"point_in_time_recovery_enabled": True},
    }


def seen(plane: ControlPlane, operation: str, **parameters: Any) -> dict[str, Any]:
    status, document = plane.answer(operation, parameters)
    return document if status == 200 else {}


def state(plane: ControlPlane, name: str) -> Any:
    """What counts of a table, read from the plane itself; tables that are as declared are equal."""
    shown = seen(plane, "DescribeTable", TableName=name).get("Table")
    if shown is None:
        return None
    return (
        shown["TableStatus"],
        [(each["IndexName"], each["IndexStatus"]) for each in shown.get("GlobalSecondaryIndexes", ())],
        shown.get("StreamSpecification"),
        dict(plane.tables[name].tags),
        seen(plane, "DescribeTimeToLive", TableName=name)["TimeToLiveDescription"],
        plane.tables[name].pitr is not None,
    )


DECLARED = (
    "ACTIVE",
    [("by_email", "ACTIVE")],
    {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    TAGS,
    {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"},
    True,
)


def is_declared(plane: ControlPlane) -> bool:
    return all(state(plane, name) == DECLARED for name in ("users", "orders"))


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


@contextmanager
def in_time() -> Iterator[None]:
    """Ends a call that hangs; one that cannot be ended so, with the process."""

    def late(signum: int, frame: object) -> None:
        raise AssertionError(f"it hangs for more than {HANG} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(HANG)
    faulthandler.dump_traceback_later(3 * HANG, exit=True)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        faulthandler.cancel_dump_traceback_later()


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


def said_well(result: Result) -> None:
    for text in (result.out, result.err):
        assert "Traceback" not in text, text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|^::error", text, re.M), text
    assert result.code in (0, 1, 2), result
    if result.code == 1:
        assert result.err.strip(), "it fails without a word"
        assert len(result.err) < 20_000, "it fails with a flood of words"


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
