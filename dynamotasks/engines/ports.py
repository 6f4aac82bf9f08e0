"""Who listens on a port of this machine."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EngineError, Unavailable
from .backend import HOST
from .docker_cli import docker

if TYPE_CHECKING:
    import psutil


_MARK = re.compile(r"\bdynamotasks\.\w+=(?P<project>[\w-]+)@")  # as process.py writes it


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_taken(port: int, host: str = HOST) -> bool:
    """Return whether someone accepts connections on that port of this machine."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def require_free(port: int) -> None:
    """Raise `EngineError`, naming the owner, when the port is taken."""
    if is_taken(port):
        other = port + 1 if port < 65535 else 0
        raise EngineError(
            f"port {port} is taken by {owner(port)}",
            hint=f"stop that, or use another port: `inv db.up --port {other}` (0 for any that is free)",
        )


def owner(port: int) -> str:
    """Return who listens there, in words; another user's process is not always known."""
    return _container(port) or _process(port) or "a process that is not yours"


def project_at(port: int) -> str | None:
    """Return the name of the project whose engine listens there, in a container or as a process; `None` for others."""
    import psutil

    label = "dynamotasks.project"
    with suppress(Unavailable):
        form = f'{{{{.Label "{label}"}}}}'
        listed = docker("ps", "--filter", f"publish={port}", "--filter", f"label={label}", "--format", form)
        if listed.returncode == 0 and (names := listed.stdout.split()):
            return names[0]
    for pid, taken in _listeners():
        if taken == port:
            with suppress(psutil.Error):
                if found := _MARK.search(" ".join(psutil.Process(pid).cmdline())):
                    return found["project"]
    return None


def holder(place: Path) -> str:
    """Return the other process that has a file open, in words."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and any(Path(opened.path) == place for opened in process.open_files()):
                return _described(process)
    return "another process"


def _container(port: int) -> str | None:
    try:
        listed = docker("ps", "--filter", f"publish={port}", "--format", "{{.Names}} ({{.Image}})")
    except Unavailable:
        return None
    name = listed.stdout.strip().splitlines()
    return f"the container {name[0]}" if listed.returncode == 0 and name else None


def _process(port: int) -> str | None:
    import psutil

    for pid, taken in _listeners():
        if taken == port:
            with suppress(psutil.Error):
                return _described(psutil.Process(pid))
            return f"pid {pid}"
    return None


def _described(process: psutil.Process) -> str:
    words = " ".join(process.cmdline())
    engine = _MARK.search(words)
    what = f"the engine of project {engine['project']}" if engine else words[:100]
    return f"{process.name()} (pid {process.pid}: {what})"


def _listeners() -> Iterator[tuple[int, int]]:
    """The pid and port of each process that listens, as far as this user may see."""
    import psutil

    try:
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.laddr and one.pid:
                yield one.pid, one.laddr[1]
    except psutil.AccessDenied:  # macOS tells it to root alone: then each process is asked
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                for own in process.net_connections("tcp"):
                    if own.status == psutil.CONN_LISTEN and own.laddr:
                        yield process.pid, own.laddr[1]
