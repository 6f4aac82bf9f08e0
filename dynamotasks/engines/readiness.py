"""Wait for the first response of a started engine, or diagnose why none arrives."""

from __future__ import annotations

import time

from ..aws.client import Database
from ..aws.sessions import PROBE_LIMITS
from ..aws.target import Target
from ..errors import EngineError, Hint, Task
from .backend import Backend, Status
from .diagnosis import Cause, find_cause
from .engine_record import Instance
from .observer import Observer
from .project import Project

_LOG_LINES = 200
_LOG_LINES_SHOWN = 12
_LOG_INTERVAL = 1.0  # seconds between two checks of the log for a fatal error

_DATA_CAUSES = (
    Cause(
        r"unable to open database file|attempt to write a readonly|SQLITE_CANTOPEN",
        "it cannot open its data: the folder or volume is not writable",
        "check the owner of the folder or volume",
    ),
    Cause(
        r"is not a database|not a valid SQLite database|database disk image is malformed",
        "its data is corrupt",
        Hint("remove it: ", Task("down", "--volumes"), ", then ", Task("up")),
    ),
    Cause(r"database or disk is full|No space left on device", "the disk with its data is full", "free some space"),
)
"""After one of these errors the engine keeps running and never responds."""

_CAUSES = (
    Cause(
        r"already in use|already allocated|Only one usage of each socket|BindException|Failed to bind",
        "its port is in use by another process",
        Hint("use another: ", Task("up", "--port 0")),
    ),
    Cause(
        r"UnsupportedClassVersionError|Unrecognized (VM )?option|Could not create the Java",
        "this Java is not compatible",
        "install Java 17 or newer",
    ),
    Cause(r"UnsatisfiedLinkError|no sqlite", "its native SQLite library does not load on this machine"),
    Cause(r"OutOfMemoryError|Cannot allocate memory", "not enough memory"),
    Cause(
        r"ModuleNotFoundError|ImportError",
        "a required Python package is missing",
        "pip install 'dynamotasks[embedded]'",
    ),
)


def wait_until_ready(
    backend: Backend, project: Project, instance: Instance, timeout: float, observer: Observer
) -> None:
    """Wait until this instance, and not another process on its port, responds to a signed ListTables.

    Raises:
        EngineError: it ended, cannot open its data, or does not respond within `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    log_check = time.monotonic() + _LOG_INTERVAL
    delay = 0.02
    target = Target(env="local", endpoint=instance.endpoint, credentials="dummy")
    with Database(target, PROBE_LIMITS) as database:
        while True:
            late = time.monotonic() >= deadline
            answers = not late and database.is_ready()
            status = backend.status(project, instance)
            if answers and status is Status.SERVING:
                return
            if status is Status.ENDED:
                raise _failure(backend, project, "exited before it responded")
            if late:
                raise _failure(
                    backend, project, f"did not respond within {timeout:.0f} s", "allow more time: --timeout"
                )
            if time.monotonic() >= log_check:
                if find_cause("\n".join(backend.log(project, _LOG_LINES)), _DATA_CAUSES):
                    raise _failure(backend, project, "cannot serve requests")
                log_check = time.monotonic() + _LOG_INTERVAL
            observer.progress(f"waiting for {backend.engine} at {instance.endpoint}")
            time.sleep(delay)
            delay = min(delay * 1.3, 0.25)


def _failure(backend: Backend, project: Project, what: str, hint: Hint | str = "") -> EngineError:
    """Return the error, with the cause and the end of the log."""
    lines = backend.log(project, _LOG_LINES)
    cause = find_cause("\n".join(lines), (*_DATA_CAUSES, *_CAUSES))
    shown = [line for line in lines if line.strip()][-_LOG_LINES_SHOWN:]
    log = "\n".join(["the end of its log:", *shown] if shown else ["its log is empty"])
    return EngineError(
        f"{backend.engine} ({backend.name}) {what}" + (f": {cause.what}" if cause else ""),
        hint=Hint() + (cause.hint if cause else hint) + f"\n{log}",
        where=(backend.data_location(project) or "") if cause in _DATA_CAUSES else "",
    )
