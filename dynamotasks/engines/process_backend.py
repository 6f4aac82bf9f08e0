"""The supervisor of engines that are plain processes: it starts them detached and recognizes them by their mark."""

from __future__ import annotations

import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from ..errors import EngineError, Unavailable
from ..private_files import open_private
from .addresses import LOOPBACK_OF
from .backend import Status
from .engine_record import EngineRecord, Instance
from .ports import free_port
from .process_mark import ProcessMark, find_mark
from .processes import listens
from .project import Project

if TYPE_CHECKING:
    import psutil

LOG_FILE = "engine.log"
_GRACE = 5.0  # seconds between SIGTERM and SIGKILL
_ARGUMENTS = 5.0  # seconds until a started process has a command line
_STARTED: list[subprocess.Popen[bytes]] = []  # referenced, because Python warns about a running child that it collects


class ProcessBackend(ABC):
    """The base of backends that run a process on this machine."""

    name: ClassVar[str]

    @abstractmethod
    def command(self, project: Project, record: EngineRecord, port: int, mark: str) -> list[str]:
        """Return the command line that runs the engine, with the mark as an argument."""

    def program(self, project: Project, command: list[str]) -> str:
        """Return the program to run; by default the command line begins with it."""
        return command[0]

    def start(self, project: Project, record: EngineRecord) -> Instance:
        """Start the engine on the record's port, or on any free port."""
        instance = Instance(record.port or free_port(), {}, LOOPBACK_OF.get(record.listen, record.listen))
        mark = str(ProcessMark.of(self.name, project, instance))
        command = self.command(project, record, instance.port, mark)
        handle = _spawn(self.program(project, command), command, project)
        return Instance(instance.port, handle, instance.host)

    def status(self, project: Project, instance: Instance) -> Status:
        """Return the status, checked by pid, start time, mark and listening port."""
        process = self._process(project, instance)
        if process is None:
            return Status.ENDED
        return Status.SERVING if _serves(process, instance) else Status.STARTING

    def stop(self, project: Project, instance: Instance) -> None:
        """Terminate the process; kill it if it does not end in time."""
        import psutil

        if (process := self._process(project, instance)) is None:
            return
        try:
            process.terminate()
            if not _ends(process):
                process.kill()
                if not _ends(process):
                    raise psutil.TimeoutExpired(_GRACE)
        except psutil.NoSuchProcess:
            return
        except psutil.Error as error:
            raise EngineError(f"cannot stop pid {process.pid}: {error}") from None

    def find(self, project: Project) -> Instance | None:
        """Search the processes of this user for the project's mark."""
        import psutil

        user = psutil.Process().username()
        for process in psutil.process_iter():
            with suppress(psutil.Error, ValueError):
                mark = find_mark(process.cmdline())
                if mark and (mark.backend, mark.project) == (self.name, project.name) and process.username() == user:
                    return Instance(mark.port, {"pid": process.pid, "began": process.create_time()}, mark.host)
        return None

    def remove_leftovers(self, project: Project) -> None:
        """Stop a process that an interrupted start left."""
        if instance := self.find(project):
            self.stop(project, instance)

    def log(self, project: Project, lines: int) -> list[str]:
        """Return the last lines of the project's log file."""
        try:
            with open_private(project.folder / LOG_FILE) as file:
                return file.read().splitlines()[-lines:]
        except FileNotFoundError:
            return []

    def follow_log(self, project: Project) -> Iterator[str]:
        """Yield the lines of the log file, and those that are appended to it, without end."""
        line = ""
        with open_private(project.folder / LOG_FILE) as file:
            while True:
                if part := file.read():
                    *lines, line = (line + part).split("\n")
                    yield from lines
                else:
                    time.sleep(0.2)

    def _process(self, project: Project, instance: Instance) -> psutil.Process | None:
        """Return the process of an instance, if it is still the project's."""
        import psutil

        pid, began = instance.handle.get("pid"), instance.handle.get("began")
        if type(pid) is not int or not 0 < pid < 2**31 or not isinstance(began, int | float):
            return None
        try:
            process = psutil.Process(pid)
            ours = find_mark(process.cmdline()) == ProcessMark.of(self.name, project, instance)
            return process if ours and abs(process.create_time() - began) < 1 else None
        except psutil.Error:
            return None


def _ends(process: psutil.Process) -> bool:
    """Return whether a process ends in time; the process that started it may not have collected it yet."""
    import psutil

    deadline = time.monotonic() + _GRACE
    while time.monotonic() < deadline:
        try:
            process.wait(0.05)
        except psutil.TimeoutExpired:
            # a zombie with other threads still has its port
            if process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1:
                continue
        return True
    return False


def refuse_network(record: EngineRecord) -> None:
    """Raise `Unavailable` if the settings have a Docker network."""
    if record.network:
        raise Unavailable("--network requires the backend docker", hint="omit it, or use --backend docker")


def _spawn(program: str, command: Sequence[str], project: Project) -> dict[str, float]:
    """Start a process that outlives this one and does not get its Ctrl-C; its output goes to the project's log.

    Returns:
        The handle: the pid, and the start time, which distinguishes it from a later process with the same pid.
    """
    import psutil

    # Windows has no sessions; a process group keeps the console's Ctrl-C away
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    with open_private(project.make_folder() / LOG_FILE, write=True) as log:
        try:
            process = subprocess.Popen(
                command,
                executable=program,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=project.folder,
                start_new_session=True,
                creationflags=group,
            )
        except OSError as error:
            raise EngineError(f"cannot run {program}: {error.strerror}") from None
    _STARTED.append(process)
    try:
        started = psutil.Process(process.pid)
        began = started.create_time()
        _wait_for_arguments(started)
    except psutil.Error:
        began = 0.0  # it already ended: `status` reports that, and the log has the reason
    return {"pid": process.pid, "began": began}


def _wait_for_arguments(process: psutil.Process) -> None:
    """Wait until the mark of a started process can be read.

    On Linux, the command line is empty at first: for up to 0.3 s measured when the program is not cached.
    """
    deadline = time.monotonic() + _ARGUMENTS
    while not process.cmdline() and time.monotonic() < deadline:
        time.sleep(0.001)


def _serves(process: psutil.Process, instance: Instance) -> bool:
    import psutil

    hosts = {instance.host, *LOOPBACK_OF}
    # in a virtual environment on Windows, python.exe only starts the Python that listens
    for one in (process, *(process.children(recursive=True) if psutil.WINDOWS else ())):
        with suppress(psutil.Error):
            for connection in one.net_connections("tcp"):
                if listens(connection, instance.port) and connection.laddr[0] in hosts:
                    return True
    return False
