"""Facts about the processes of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .process_mark import find_mark

if TYPE_CHECKING:
    import psutil


def describe(process: psutil.Process) -> str:
    """Return the name, pid and command or project of a process."""
    arguments = process.cmdline()
    mark = find_mark(arguments)
    what = f"the engine of project {mark.project}" if mark else " ".join(arguments)[:100]
    return f"{process.name()} (pid {process.pid}: {what})"


def describe_user_of(path: Path) -> str:
    """Return a description of the other process that has a file open."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and any(Path(opened.path) == path for opened in process.open_files()):
                return describe(process)
    return "another process"


def listeners(port: int) -> Iterator[psutil.Process]:
    """Yield the processes that listen on a TCP port, as far as this user can see them."""
    import psutil

    for pid in _listening_pids(port):
        with suppress(psutil.Error):
            yield psutil.Process(pid)


def _listening_pids(port: int) -> Iterator[int]:
    import psutil

    try:
        for one in psutil.net_connections("tcp"):
            if one.pid and listens(one, port):
                yield one.pid
    except psutil.AccessDenied:  # on macOS only root can list all connections
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if any(listens(own, port) for own in process.net_connections("tcp")):
                    yield process.pid


def listens(connection: Any, port: int) -> bool:
    """Return whether a connection, as psutil lists it, is a listening socket of that port."""
    import psutil

    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port)
