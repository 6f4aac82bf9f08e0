"""The supervisor that plain processes share: started apart from this process, known again by pid and start time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import streams
from ..errors import EngineError
from ..printable import printable
from .base import Project, Run

if TYPE_CHECKING:
    import psutil

LOG = "engine.log"
_GRACE = 5.0  # seconds between asking a process to end and ending it
_STARTED: list[subprocess.Popen[bytes]] = []  # Python warns of a child that it forgets while it runs; ours are meant to


def start(command: Sequence[str], project: Project, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Starts a process that outlives this one and takes no Ctrl-C meant for it; its output goes to the project's log.

    Returns:
        The handle for a `Run`: the pid, and when the process began, which a later process of that pid does not share.
    """
    import psutil

    # Windows has no sessions: a group of its own keeps the console's Ctrl-C away
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with (project.make_folder() / LOG).open("wb") as log:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=project.folder,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                creationflags=group,
            )
        except OSError as error:
            raise EngineError(f"{command[0]} does not start: {error.strerror}") from None
    _STARTED.append(process)
    try:
        began = psutil.Process(process.pid).create_time()
    except psutil.Error:
        began = 0.0  # ended already: `alive` says so, and the log tells why
    return {"pid": process.pid, "began": began}


def find(run: Run) -> psutil.Process | None:
    """The run's process, if it is still that one."""
    import psutil

    try:
        process = psutil.Process(run.handle["pid"])
        same = abs(process.create_time() - run.handle["began"]) < 1
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, KeyError, TypeError):
        return None


def stop(run: Run) -> None:
    """Asks the process to end, then ends it."""
    import psutil

    if (process := find(run)) is None:
        return
    try:
        process.terminate()
        try:
            process.wait(_GRACE)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_GRACE)
    except psutil.NoSuchProcess:
        return
    except psutil.Error as error:
        raise EngineError(f"pid {process.pid} does not stop: {error}") from None


class ProcessBackend:
    """What backends that are plain processes share."""

    def alive(self, run: Run) -> bool:
        """By pid and start time."""
        return find(run) is not None

    def stop(self, run: Run) -> None:
        """Ends the process."""
        stop(run)

    def find(self, project: Project) -> Run | None:
        """A process that no state file knows cannot be told from someone else's."""
        return None

    def clear(self, project: Project) -> None:
        """A process is either started, and known, or not."""

    def log(self, project: Project, lines: int) -> list[str]:
        """The last lines of the project's log file."""
        try:
            text = (project.folder / LOG).read_text(errors="replace")
        except FileNotFoundError:
            return []
        return text.splitlines()[-lines:]

    def follow(self, project: Project) -> None:
        """Copies what is appended to the log file to stdout, until Ctrl-C or until nobody reads it."""
        with (project.folder / LOG).open(errors="replace") as stream, streams.reader_may_leave():
            while True:
                if part := stream.read():
                    lines = (printable(line.expandtabs()) for line in part.split("\n"))
                    sys.stdout.write(streams.fit("\n".join(lines), sys.stdout))
                    sys.stdout.flush()
                else:
                    time.sleep(0.2)
