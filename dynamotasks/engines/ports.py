"""TCP ports of this machine: whether they are free, and what listens on them."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from ..errors import EngineError, Hint, Task, Unavailable
from . import processes
from .addresses import LOOPBACK
from .docker_cli import PROJECT_LABEL, docker
from .process_mark import find_mark

_UNSEEN = "a process of another user"
_CLOSING = 2.0  # seconds: the port of a killed Java closed up to 80 ms after its process was gone (measured)


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Return whether a local port accepts connections."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def require_free(port: int) -> None:
    """Raise `EngineError`, which names the listener, if the port is in use.

    Wait for a listener that this user cannot see: it may be a killed process, and its port is closed soon.
    """
    if not is_taken(port):
        return
    listener = _listener(port)
    if listener is None and _closes(port):
        return
    other = port + 1 if port < 65535 else 0
    raise EngineError(
        f"port {port} is in use by {listener or _UNSEEN}",
        hint=Hint("stop it, or use another port: ", Task("up", f"--port {other}"), " (0 for any free port)"),
    )


def _closes(port: int) -> bool:
    deadline = time.monotonic() + _CLOSING
    while is_taken(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def describe_listener(port: int) -> str:
    """Return a description of the container or process that listens on a port."""
    return _listener(port) or _UNSEEN


def _listener(port: int) -> str | None:
    """Return a description of what listens on a port, if this user can see it."""
    import psutil

    with suppress(Unavailable):
        containers = _containers(port, "{{.Names}} ({{.Image}})")
        if containers:
            return f"the container {containers[0]}"
    for process in processes.listeners(port):
        with suppress(psutil.Error):
            return processes.describe(process)
        return f"pid {process.pid}"
    return None


def project_on(port: int) -> str | None:
    """Return the name of the project with an engine on a port; `None` if it is not a project's engine."""
    import psutil

    with suppress(Unavailable):
        label = f'{{{{.Label "{PROJECT_LABEL}"}}}}'
        if projects := _containers(port, label, "--filter", f"label={PROJECT_LABEL}"):
            return projects[0]
    for process in processes.listeners(port):
        with suppress(psutil.Error):
            if mark := find_mark(process.cmdline()):
                return mark.project
    return None


def _containers(port: int, template: str, *filters: str) -> list[str]:
    listed = docker("ps", "--filter", f"publish={port}", *filters, "--format", template)
    return listed.stdout.split("\n")[:-1] if listed.returncode == 0 else []
