"""Retry what passes: throttles, errors of the service, connections that break."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from ..errors import CallError, Interrupted
from .retry_policy import read_passes

T = TypeVar("T")

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


def delays() -> Iterator[float]:
    """Yield seconds to wait: quick at first, patient later, and never in step with someone else's."""
    delay = _FIRST_WAIT
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * 1.5, _LONGEST_WAIT)


def patiently(read: Callable[[], T], pause: Callable[[float], None] = time.sleep) -> T:
    """Read, again and again where that can help, for a few seconds beside botocore's own retries.

    Args:
        read: changes nothing.
        pause: waits.

    Raises:
        CallError, TargetError: it does not pass.
    """
    for tried, delay in enumerate(delays(), start=1):
        try:
            return read()
        except (CallError, Interrupted) as error:
            if not read_passes(error, tried):
                raise
        pause(delay)
    raise AssertionError("unreachable: the delays have no end")
