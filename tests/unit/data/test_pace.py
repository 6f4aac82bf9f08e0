"""How fast a bulk operation calls DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event

import pytest

from dynamotasks.data.pace import Pace
from dynamotasks.errors import CallError, StepError
from tests.support.clock import RunClock


@dataclass
class Response:
    units: float


def throttled() -> Response:
    raise CallError("too fast", code="ProvisionedThroughputExceededException")


def test_calls_stay_within_the_units_a_second() -> None:
    clock = RunClock()
    began, pace = clock.now(), Pace(10, clock)
    for _ in range(7):
        pace.call(lambda: Response(5))
    assert clock.now() - began == pytest.approx(3)  # the last call pays later


def test_unlimited_calls_do_not_wait() -> None:
    clock = RunClock()
    began, pace = clock.now(), Pace(None, clock)
    for _ in range(7):
        pace.call(lambda: Response(1000))
    assert clock.now() == began


def test_a_pause_saves_at_most_the_units_of_one_second() -> None:
    clock = RunClock()
    pace = Pace(10, clock)
    clock.pause(3600, Event())
    later = clock.now()
    pace.call(lambda: Response(30))
    pace.call(lambda: Response(0))
    assert clock.now() - later == pytest.approx(2)


def test_throttled_call_is_repeated() -> None:
    attempts: list[int] = []

    def third() -> Response:
        attempts.append(1)
        return Response(1) if len(attempts) == 3 else throttled()

    assert Pace(None, RunClock()).call(third).units == 1


def test_call_that_is_always_throttled_fails_after_about_a_minute() -> None:
    clock = RunClock()
    began = clock.now()
    with pytest.raises(CallError, match="too fast"):
        Pace(None, clock).call(throttled)
    assert 40 < clock.now() - began < 90


def test_other_errors_are_not_repeated() -> None:
    attempts: list[int] = []

    def refused() -> Response:
        attempts.append(1)
        raise CallError("invalid", code="ValidationException")

    with pytest.raises(CallError, match="invalid"):
        Pace(None, RunClock()).call(refused)
    assert len(attempts) == 1


def test_stopped_operation_makes_no_further_call() -> None:
    pace = Pace(None, RunClock())
    pace.stop()
    with pytest.raises(StepError):
        pace.call(lambda: Response(1))
