"""The engine of a test run: one for all workers, in memory, stopped at the end of the run."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .reaper_process import FOLDER_PREFIX, is_private, start_reaper, stop_reaper

if TYPE_CHECKING:
    from ..engines.lifecycle import RunningEngine
    from ..engines.project import Project

VARIABLE = "DYNAMOTASKS_TEST_RUN"
"""Holds the run of the controller, for its xdist workers."""

_KEY_SUFFIX = ".key"


@dataclass(frozen=True)
class RunEngine:
    """The engine that the tests of a process use.

    Attributes:
        endpoint: the URL.
        backend: what runs it: `docker`, `java`, `moto` or `dynoxide`; `None` for an engine given by its endpoint.
        region: the Region of the tables.
        access_key: the key id; each worker has its own, and sees its own tables.
    """

    endpoint: str
    backend: str | None
    region: str
    access_key: str


@dataclass(frozen=True)
class Run:
    """A test run: a pytest process and its xdist workers.

    Attributes:
        folder: for the state of its engines; it exists as soon as a test needed one.
        port: the port that the engine will have.
        pid: the process id of the controller, the process that the user started.
    """

    folder: str
    port: int
    pid: int

    @property
    def endpoint(self) -> str:
        """The URL that the engine will have."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def used(self) -> bool:
        """Whether an engine was started."""
        return Path(self.folder).is_dir()

    def projects(self) -> Iterator[Project]:
        """Yield the owners of the engines."""
        from ..engines.project import Project
        from ..folders import STATE_FOLDER

        for root in sorted(Path(self.folder).iterdir()):
            if (root / STATE_FOLDER).is_dir():
                yield Project(root)


class PortReservation:
    """A free port, kept for an engine that starts later: clients may be created with its URL before."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        if sys.platform == "linux":
            # With this option on both, another socket can listen on a port that this one is only bound to, and the
            # system gives the port to nobody else.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        if sys.platform != "linux":
            self._socket.close()

    def release(self) -> None:
        """Release the port."""
        self._socket.close()


def new_run(port: int) -> Run:
    """Return a new run with this process as its controller; nothing is created."""
    folder = Path(tempfile.gettempdir(), FOLDER_PREFIX + os.urandom(8).hex())
    return Run(str(folder), port, os.getpid())


def inherited_run(received: str | None) -> Run | None:
    """Return the run of the controller; `None` if this process is not one of its xdist workers.

    Args:
        received: the run that the controller sent, which comes later than the variables.
    """
    # a pytest that a test starts inherits the variables, too; execnet starts workers by `python -c`; a second pytest in
    # the process of a worker does not find the variable
    if "PYTEST_XDIST_WORKER" in os.environ and sys.argv[:1] == ["-c"]:
        inherited = os.environ.pop(VARIABLE, None)
        received = received or inherited
    return Run(**json.loads(received)) if received else None


def serialize(run: Run) -> str:
    """Return the value of the variable for workers."""
    return json.dumps(asdict(run))


def start(run: Run, backend: str, access_key: str, *, keep: bool, own_port: int | None = None) -> RunningEngine:
    """Start the engine of a run, or use the one that another worker started.

    Args:
        run: the test run.
        backend: a name, or `auto`.
        access_key: the key id of this worker.
        keep: the engine is not stopped if the controller is killed.
        own_port: start an engine for this worker alone, on this port.

    Raises:
        EngineError: the engine does not start.
    """
    from ..engines.lifecycle import up
    from ..engines.options import EngineOptions
    from ..engines.project import Project

    folder = Path(run.folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    _require_own(folder)
    with _locked(folder):
        if not keep:
            start_reaper(folder, serialize(run), run.pid)
        root = folder / ("engine" if own_port is None else access_key)
        root.mkdir(exist_ok=True)
        (root / f"{access_key}{_KEY_SUFFIX}").touch()
        port = run.port if own_port is None else own_port
        shared = own_port is not None
        options = EngineOptions(backend=backend, port=port, in_memory=True, shared=shared)
        return up(Project(root), options, is_new=True)


def stop(run: Run) -> None:
    """Stop the engines of a run, and remove its folder; do nothing if no engine was started.

    Raises:
        EngineError: an engine does not stop.
    """
    if not run.used:
        return
    from ..engines.lifecycle import down

    with _locked(Path(run.folder)):
        for project in run.projects():
            down(project)
    stop_reaper(Path(run.folder))
    shutil.rmtree(run.folder, ignore_errors=True)


def access_keys(project: Project) -> list[str]:
    """Return the access keys of the workers that used an engine."""
    return sorted(file.name.removesuffix(_KEY_SUFFIX) for file in project.root.glob(f"*{_KEY_SUFFIX}"))


def _require_own(folder: Path) -> None:
    """Raise `EngineError` if another user may have created or may change a folder."""
    from ..errors import EngineError

    if not is_private(folder):
        raise EngineError(
            f"{folder} is a link, or other users have access to it",
            hint="delete it, or set TMPDIR to a folder of your own",
        )


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a run: one worker starts its engine, the others wait."""
    from filelock import FileLock

    with FileLock(folder / "lock", mode=0o600):
        yield
