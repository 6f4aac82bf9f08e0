"""Poll until something is true or a deadline passes."""

from __future__ import annotations

from collections.abc import Callable

from ..aws.backoff import backoff_delays
from ..aws.capabilities import AWS, UNKNOWN, Engine
from .call_gate import CallGate
from .events import WaitStatus

# measured: AWS shows a change within a minute, local engines immediately
_EVENTUALLY, _LOCALLY = 60.0, 2.0


def consistency_delay(engine: Engine) -> float:
    """Return the seconds after which reads show every earlier change."""
    return _EVENTUALLY if engine in (AWS, UNKNOWN) else _LOCALLY


def poll(
    look: Callable[[], WaitStatus | None], gate: CallGate, deadline: float, notify: Callable[[WaitStatus], None]
) -> WaitStatus | None:
    """Call `look` until it returns `None`, with growing pauses.

    Args:
        look: returns the status, or `None` when the wait is over.
        gate: lets time pass.
        deadline: in monotonic seconds.
        notify: receives each status.

    Returns:
        The last status if the deadline passes, otherwise `None`.
    """
    for delay in backoff_delays():
        if (status := look()) is None:
            return None
        notify(status)
        if gate.now() + delay > deadline:
            return status
        gate.pause(delay)
    raise AssertionError("unreachable: backoff_delays() has no end")
