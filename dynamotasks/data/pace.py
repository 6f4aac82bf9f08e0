"""Pace the calls of a bulk operation: stay within a rate of capacity units, and back off while DynamoDB throttles."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from typing import Protocol, TypeVar

from ..aws.backoff import backoff_delays
from ..aws.retry_policy import is_overloaded
from ..errors import CallError, StepError
from ..migrate.clock import Clock, SystemClock

ATTEMPTS = 20  # without progress, in about a minute


class Consuming(Protocol):
    """A response that reports the capacity units that the call consumed."""

    @property
    def units(self) -> float:
        """The capacity units."""


T = TypeVar("T", bound=Consuming)


class Pace:
    """The pace of one bulk operation, shared by its threads.

    A call pays for what it has consumed; later calls wait until that is earned again.

    Args:
        units: capacity units a second; `None` for no limit.
        clock: measures time and waits.

    Attributes:
        units: capacity units a second; `None` for no limit.
    """

    def __init__(self, units: float | None = None, clock: Clock | None = None) -> None:
        self.units, self._clock = units, clock or SystemClock()
        self._lock, self._stopped = Lock(), Event()
        self._balance, self._since = 0.0, self._clock.now()

    def call(self, send: Callable[[], T]) -> T:
        """Return the response to a call, which is repeated while DynamoDB throttles it.

        Raises:
            CallError: the call failed, or was throttled for a minute.
            TargetError: the database cannot be reached or used.
            StepError: the operation was stopped.
        """
        for attempt, delay in enumerate(backoff_delays(), start=1):
            self._wait()
            try:
                response = send()
            except CallError as error:
                if not is_overloaded(error) or attempt == ATTEMPTS:
                    raise
                self.pause(delay)
            else:
                self._pay(response.units)
                return response
        raise AssertionError("unreachable: backoff_delays() has no end")

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the operation runs."""
        self._clock.pause(seconds, self._stopped)

    def stop(self) -> None:
        """End the waits and refuse further calls."""
        self._stopped.set()

    def _wait(self) -> None:
        while self.units and (owed := self._owed()) > 0 and not self._stopped.is_set():
            self.pause(owed / self.units)
        if self._stopped.is_set():
            raise StepError("stopped")

    def _pay(self, units: float) -> None:
        with self._lock:
            self._balance -= units

    def _owed(self) -> float:
        assert self.units
        with self._lock:
            now = self._clock.now()
            # at most one second is saved, so that a pause is not followed by a burst
            self._balance = min(self._balance + (now - self._since) * self.units, self.units)
            self._since = now
            return -self._balance
