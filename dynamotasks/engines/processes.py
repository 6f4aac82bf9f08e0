"""The supervisor that plain processes share: started apart from this process, recognized by their command line.

An engine carries a mark on its command line with its project and address, so that it is told from any other process and
from the engine of a copied project folder, and is found again when the state file was lost.
"""

from __future__ import annotations

import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from ..cli import streams
from ..errors import EngineError
from ..escaping import escape
from ..private_files import open_private
from .backend import WILDCARDS, Condition, EngineState, Project, Run
from .ports import free_port

if TYPE_CHECKING:
    import psutil

LOG = "engine.log"
_GRACE = 5.0  # seconds between asking a process to end and ending it
_STARTED: list[subprocess.Popen[bytes]] = []  # Python warns of a child that it forgets while it runs; ours are meant to


def start(command: Sequence[str], project: Project) -> dict[str, float]:
    """Start a process that outlives this one and takes no Ctrl-C meant for it; its output goes to the project's log.

    Returns:
        The handle for a `Run`: the pid, and when the process began, which a later process of that pid does not share.
    """
    import psutil

    # Windows has no sessions: a group of its own keeps the console's Ctrl-C away
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with open_private(project.make_folder() / LOG, write=True) as log:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=project.folder,
                start_new_session=True,
                creationflags=group,
            )
        except OSError as error:
            raise EngineError(f"{command[0]} does not start: {error.strerror}") from None
    _STARTED.append(process)
    try:
        began = psutil.Process(process.pid).create_time()
    except psutil.Error:
        began = 0.0  # it ended already: `condition` reports that, and the log has the reason
    return {"pid": process.pid, "began": began}


class ProcessBackend(ABC):
    """What backends that are plain processes share."""

    name: ClassVar[str]

    @abstractmethod
    def command(self, project: Project, state: EngineState, port: int, mark: str) -> list[str]:
        """Return the command line that runs the engine and carries the mark as a word of its own."""

    def start(self, project: Project, state: EngineState) -> Run:
        """Start the engine on the state's port, or on any that is free."""
        port = state.port or free_port()
        host = WILDCARDS.get(state.listen, state.listen)
        command = self.command(project, state, port, f"{self._owner(project)}{host}:{port}")
        return Run(port, start(command, project), host)

    def condition(self, project: Project, run: Run) -> Condition:
        """By pid, start time and mark, and by who listens on the port."""
        process = self._process(project, run)
        if process is None:
            return Condition.GONE
        return Condition.SERVING if _listens(process, run) else Condition.STARTING

    def stop(self, project: Project, run: Run) -> None:
        """Ask the process to end, then end it."""
        import psutil

        if (process := self._process(project, run)) is None:
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

    def find(self, project: Project) -> Run | None:
        """Look for the mark among the processes of this user."""
        import psutil

        owner = self._owner(project)
        for process in psutil.process_iter():
            with suppress(psutil.Error, ValueError):
                mark = next((mark for mark in _marks(process) if mark.startswith(owner)), None)
                if mark and process.username() == psutil.Process().username():
                    host, _, port = mark.removeprefix(owner).rpartition(":")
                    return Run(int(port), {"pid": process.pid, "began": process.create_time()}, host)
        return None

    def clear(self, project: Project) -> None:
        """End a process whose start was interrupted."""
        if run := self.find(project):
            self.stop(project, run)

    def log(self, project: Project, lines: int) -> list[str]:
        """Return the last lines of the project's log file."""
        try:
            with open_private(project.folder / LOG) as file:
                return file.read().splitlines()[-lines:]
        except FileNotFoundError:
            return []

    def follow(self, project: Project) -> None:
        """Copy what is appended to the log file to stdout, until Ctrl-C or until nobody reads it."""
        with open_private(project.folder / LOG) as stream, streams.reader_may_leave():
            while True:
                if part := stream.read():
                    lines = (escape(line.expandtabs()) for line in part.split("\n"))
                    sys.stdout.write(streams.fit("\n".join(lines), sys.stdout))
                    sys.stdout.flush()
                else:
                    time.sleep(0.2)

    def _owner(self, project: Project) -> str:
        return f"dynamotasks.{self.name}={project.name}@"

    def _process(self, project: Project, run: Run) -> psutil.Process | None:
        import psutil

        pid, began = run.handle.get("pid"), run.handle.get("began")
        if type(pid) is not int or not 0 < pid < 2**31 or not isinstance(began, int | float):
            return None
        try:
            process = psutil.Process(pid)
            ours = f"{self._owner(project)}{run.host}:{run.port}" in _marks(process)
            return process if ours and abs(process.create_time() - began) < 1 else None
        except psutil.Error:
            return None


def _marks(process: psutil.Process) -> Iterator[str]:
    """The words of a command line that may be a mark; Java takes it as a system property."""
    return (word.removeprefix("-D") for word in process.cmdline())


def _listens(process: psutil.Process, run: Run) -> bool:
    import psutil

    addresses = {(host, run.port) for host in (run.host, *WILDCARDS)}
    # in a virtual environment on Windows, python.exe only starts the Python that listens
    for one in (process, *(process.children(recursive=True) if psutil.WINDOWS else ())):
        with suppress(psutil.Error):
            for own in one.net_connections("tcp"):
                if own.status == psutil.CONN_LISTEN and tuple(own.laddr) in addresses:
                    return True
    return False
