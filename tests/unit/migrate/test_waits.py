from __future__ import annotations

from itertools import pairwise
from threading import Event

import pytest

from dynamotasks.aws.capabilities import AWS, DYNAMODB_LOCAL, UNKNOWN
from dynamotasks.errors import CallError
from dynamotasks.migrate.call_gate import CallGate, Stopped
from dynamotasks.migrate.events import WaitStatus
from dynamotasks.migrate.waits import consistency_delay, poll
from dynamotasks.schema.live_table import Activity
from tests.support.clock import RunClock

CREATING = Activity(status="CREATING")


@pytest.fixture
def gate() -> CallGate:
    return CallGate(RunClock(), Event())


def test_poll_ends_when_there_is_nothing_to_wait_for(gate: CallGate) -> None:
    statuses: list[WaitStatus | None] = [CREATING, CREATING, None]
    heard: list[WaitStatus] = []
    assert poll(lambda: statuses.pop(0), gate, gate.now() + 60, heard.append) is None
    assert heard == [CREATING, CREATING]


def test_poll_returns_the_status_at_the_deadline(gate: CallGate) -> None:
    deadline = gate.now() + 60
    assert poll(lambda: CREATING, gate, deadline, lambda status: None) == CREATING
    assert deadline - 6 < gate.now() <= deadline


def test_poll_looks_at_once_and_then_less_and_less_often(gate: CallGate) -> None:
    times: list[float] = []

    def look() -> WaitStatus:
        times.append(gate.now())
        return CREATING

    began = gate.now()
    poll(look, gate, began + 60, lambda status: None)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert times[0] == began
    assert pauses[0] < 0.2
    assert 4 <= pauses[-1] <= 6


def test_stopped_run_ends_the_wait(gate: CallGate) -> None:
    def look() -> WaitStatus:
        gate.stop.set()
        return CREATING

    with pytest.raises(Stopped):
        poll(look, gate, gate.now() + 60, lambda status: None)


def test_stopped_run_sends_no_call(gate: CallGate) -> None:
    gate.stop.set()
    calls: list[str] = []
    with pytest.raises(Stopped):
        gate.turn(lambda: calls.append("sent"))
    assert not calls


def test_reads_are_retried_on_the_clock_of_the_run(gate: CallGate) -> None:
    errors = [CallError("slow down", code="ThrottlingException")] * 3
    began = gate.now()

    def read() -> str:
        if errors:
            raise errors.pop()
        return "read"

    assert gate.read(read) == "read"
    assert gate.now() > began


def test_reads_of_local_engines_are_trusted_sooner() -> None:
    assert consistency_delay(DYNAMODB_LOCAL) < consistency_delay(AWS) == consistency_delay(UNKNOWN)
