"""A clock for runs that advances only while they pause."""

from __future__ import annotations

import threading

from tests.simulator.calls import Clock


class RunClock:
    """Advances the clock of a simulation.

    Args:
        clock: the clock to advance.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock, self._lock = clock or Clock(), threading.Lock()

    def now(self) -> float:
        return self._clock.now

    def pause(self, seconds: float, stop: threading.Event) -> None:
        with self._lock:
            self._clock.now += seconds
