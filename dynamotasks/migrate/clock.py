"""The time during a run, which tests can replace."""

from __future__ import annotations

import time
from threading import Event
from typing import Protocol

TIMEOUT = 900.0  # default seconds for each table


class Clock(Protocol):
    """Measures time and lets it pass."""

    def now(self) -> float:
        """Return monotonic time in seconds."""

    def pause(self, seconds: float, stop: Event) -> None:
        """Wait, but return immediately when `stop` is set."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Return monotonic time in seconds."""
        return time.monotonic()

    def pause(self, seconds: float, stop: Event) -> None:
        """Wait, but return immediately when `stop` is set."""
        stop.wait(seconds)
