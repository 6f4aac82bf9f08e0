"""A project for one command, inside the state folder of another project: its engine serves that command alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..private_files import refuse_link
from . import lifecycle
from .project import Project

_FOLDER = "temporary"
_SUFFIX = ".lock"


@contextmanager
def temporary_project(parent: Project) -> Iterator[Project]:
    """Yield a new project; at the end, stop its engine and remove it.

    A process holds the lock of its project until it ends, also if it is killed.

    Raises:
        EngineError: the folder cannot be created, or the engine does not stop.
    """
    from filelock import FileLock

    home = _home(parent)
    home.mkdir(mode=0o700, exist_ok=True)
    with FileLock(home / "lock"):
        _remove_abandoned(home)
        project = Project(Path(tempfile.mkdtemp(prefix="run-", dir=home)))
        lock = FileLock(f"{project.root}{_SUFFIX}")
        lock.acquire()
    try:
        yield project
    finally:
        _remove(project)
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def remove_abandoned(parent: Project) -> None:
    """Stop the engines of commands that were killed, and remove their projects.

    Raises:
        EngineError: an engine does not stop.
    """
    from filelock import FileLock

    home = _home(parent)
    if home.is_dir():
        with FileLock(home / "lock"):
            _remove_abandoned(home)


def _home(parent: Project) -> Path:
    home = parent.make_folder() / _FOLDER
    refuse_link(home)
    return home


def _remove_abandoned(home: Path) -> None:
    from filelock import FileLock, Timeout

    for path in home.glob(f"run-*{_SUFFIX}"):
        try:
            with FileLock(path, timeout=0):
                _remove(Project(path.with_suffix("")))
        except Timeout:
            continue
        path.unlink(missing_ok=True)


def _remove(project: Project) -> None:
    if project.root.is_dir():
        lifecycle.down(project)
        shutil.rmtree(project.root, ignore_errors=True)
