"""Limit the calls of a run: a few at a time, none after the run was stopped."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore, Event
from typing import TypeVar

from ..aws.backoff import with_retries
from ..aws.sessions import SIMULTANEOUS_CALLS
from .clock import Clock

T = TypeVar("T")


class Stopped(Exception):
    """The run was stopped: no more calls are sent."""


class CallGate:
    """Limits the calls that all tables of a run send.

    Args:
        clock: the time of the run.
        stop: when it is set, no more calls are sent.
    """

    def __init__(self, clock: Clock, stop: Event) -> None:
        self.now = clock.now
        self.stop = stop
        self._clock = clock
        self._turns = BoundedSemaphore(SIMULTANEOUS_CALLS)

    def turn(self, work: Callable[[], T]) -> T:
        """Return the result of `work`, called when the limit allows it to use the database.

        Raises:
            Stopped: the run was stopped.
        """
        with self._turns:
            if self.stop.is_set():
                raise Stopped
            return work()

    def read(self, read: Callable[[], T]) -> T:
        """Return the result of a read, which is retried for a few seconds.

        Raises:
            Stopped: the run was stopped.
            CallError, TargetError: the error is permanent or lasts too long.
        """
        return with_retries(lambda: self.turn(read), self.pause)

    def pause(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            Stopped: the run was stopped.
        """
        self._clock.pause(seconds, self.stop)
        if self.stop.is_set():
            raise Stopped
