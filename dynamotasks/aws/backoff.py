"""Retry with exponential backoff and jitter."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from ..errors import CallError, Interrupted
from .retry_policy import is_retryable_read

T = TypeVar("T")

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


def backoff_delays() -> Iterator[float]:
    """Yield the seconds to wait before each retry, forever: exponential, with jitter."""
    delay = _FIRST_WAIT
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * 1.5, _LONGEST_WAIT)


def with_retries(read: Callable[[], T], pause: Callable[[float], None] = time.sleep) -> T:
    """Read, and retry for a few seconds in addition to botocore's own retries.

    Args:
        read: a call without side effects.
        pause: waits for a number of seconds.

    Raises:
        CallError, TargetError: the error is permanent or lasts too long.
    """
    for attempts, delay in enumerate(backoff_delays(), start=1):
        try:
            return read()
        except (CallError, Interrupted) as error:
            if not is_retryable_read(error, attempts):
                raise
        pause(delay)
    raise AssertionError("unreachable: backoff_delays() has no end")
