"""Who listens on a port of this machine."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress

from ..errors import EngineError
from .base import HOST


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Whether someone accepts connections on that port of this machine."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def require_free(port: int) -> None:
    """Raises `EngineError`, naming the owner, when the port is taken."""
    if is_taken(port):
        raise EngineError(
            f"port {port} is taken by {owner(port)}",
            cure=f"stop that, or take another port: `inv db.up --port {port + 1}` (0 for any that is free)",
        )


def owner(port: int) -> str:
    """Who listens there, in words; another user's process is not always told."""
    return _container(port) or _process(port) or "a process that is not yours"


def _container(port: int) -> str | None:
    try:
        listed = subprocess.run(
            ["docker", "ps", "--filter", f"publish={port}", "--format", "{{.Names}} ({{.Image}})"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    name = listed.stdout.strip().splitlines()
    return f"the container {name[0]}" if listed.returncode == 0 and name else None


def _process(port: int) -> str | None:
    import psutil

    for pid, taken in _listeners():
        if taken == port:
            try:
                process = psutil.Process(pid)
                return f"{process.name()} (pid {pid}: {' '.join(process.cmdline())[:100]})"
            except psutil.Error:
                return f"pid {pid}"
    return None


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
