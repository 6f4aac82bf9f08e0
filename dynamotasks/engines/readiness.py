"""Waiting for an engine that was started, and why it does not come."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from ..aws.client import Database
from ..aws.sessions import PROBE_LIMITS
from ..aws.target import Target
from ..errors import EngineError
from . import Backend, Condition, Project, Run

_LOG_LINES = 12
_LOOK = 1.0  # seconds between two looks into the log of an engine that does not answer

_LOST_DATA = (
    (
        r"unable to open database file|attempt to write a readonly|SQLITE_CANTOPEN",
        "it cannot open its data: its folder or volume is not writable",
        "check who owns it",
    ),
    (
        r"is not a database|database disk image is malformed",
        "its data is corrupt",
        "remove it: `inv db.down --volumes`, then `inv db.up`",
    ),
    (r"database or disk is full|No space left on device", "the disk that has its data is full", "make room there"),
)
"""What the engine logs, and then goes on running without ever answering."""

_CAUSES = (
    (
        r"Address already in use|Only one usage of each socket|BindException|Failed to bind|port is already allocated",
        "its port was taken in the meantime",
        "use another: `inv db.up --port 0`",
    ),
    (
        r"UnsupportedClassVersionError|Unrecognized (VM )?option|Could not create the Java",
        "this Java does not fit",
        "install Java 17 or newer",
    ),
    (r"UnsatisfiedLinkError|no sqlite", "its native SQLite library does not load on this machine", ""),
    (r"OutOfMemoryError|Cannot allocate memory", "there is not enough memory", ""),
    (
        r"ModuleNotFoundError|ImportError",
        "a Python package that it needs is missing",
        "pip install 'dynamotasks[embedded]'",
    ),
)


def wait_until_ready(chosen: Backend, project: Project, run: Run, timeout: float, tell: Callable[[str], None]) -> None:
    """Wait until the engine, and no other that took its port, answers a signed ListTables."""
    deadline = time.monotonic() + timeout
    look = time.monotonic() + _LOOK
    delay = 0.02
    with Database(Target(env="local", endpoint=run.endpoint, credentials="dummy"), PROBE_LIMITS) as database:
        while True:
            late = time.monotonic() >= deadline
            answers = not late and database.is_ready()
            condition = chosen.condition(project, run)
            if answers and condition is Condition.SERVING:
                return
            if condition is Condition.GONE:
                raise _died(chosen, project, "ended before it answered")
            if late:
                raise _died(chosen, project, f"did not answer within {timeout:.0f} s", "allow more time: --timeout")
            if time.monotonic() >= look:
                if _cause(chosen.log(project, 200), _LOST_DATA):
                    raise _died(chosen, project, "cannot serve")
                look = time.monotonic() + _LOOK
            tell(f"waiting for {chosen.engine} at {run.endpoint}")
            time.sleep(delay)
            delay = min(delay * 1.3, 0.25)


def _cause(lines: list[str], causes: tuple[tuple[str, str, str], ...]) -> tuple[str, str] | None:
    text = "\n".join(lines)
    return next(((what, hint) for pattern, what, hint in causes if re.search(pattern, text)), None)


def _died(chosen: Backend, project: Project, what: str, hint: str = "") -> EngineError:
    lines = chosen.log(project, 200)
    cause, hint = _cause(lines, _LOST_DATA + _CAUSES) or ("", hint)
    lost = any(cause == known for _, known, _ in _LOST_DATA)
    shown = [line for line in lines if line.strip()][-_LOG_LINES:]
    return EngineError(
        f"{chosen.engine} ({chosen.name}) {what}" + (f": {cause}" if cause else ""),
        hint="\n".join(filter(None, [hint, "the last lines of its log:" if shown else "its log is empty", *shown])),
        where=chosen.store(project) if lost else "",
    )
