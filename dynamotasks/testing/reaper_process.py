"""Start and stop the process that stops the engine of a test run if the run is killed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER_PREFIX = "dynamotasks-test-"
"""Begins the names of the folders of test runs in the folder for temporary files."""

_FILE = "reaper.json"
_STARTED: list[subprocess.Popen[bytes]] = []  # referenced, because Python warns about a running child that it collects


def start_reaper(folder: Path, run: str, controller: int) -> None:
    """Start the reaper of a run, once, and the reapers of earlier runs that were killed together with theirs.

    Args:
        folder: of the run.
        run: as `run_engine.serialize` returns it.
        controller: the process id of the run.
    """
    if (folder / _FILE).exists():
        return
    for other in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        if is_private(other):
            _restart(other)
    _start(folder, run, _time_of_start(controller) or 0.0)


def stop_reaper(folder: Path) -> None:
    """Stop the reaper of a run, unless it is this process."""
    import psutil

    try:
        reaper = json.loads((folder / _FILE).read_text())
        process = psutil.Process(reaper["pid"])
        if process.pid != os.getpid() and process.create_time() == reaper["began"]:
            process.terminate()
            process.wait(5)
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return


def is_private(folder: Path) -> bool:
    """Return whether a path is a folder, not a link, of this user, to which no other user has access."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def runs(pid: int, began: float) -> bool:
    """Return whether the process that had a process id at a time still runs; a zombie does not.

    Args:
        pid: the process id.
        began: when the process started, in seconds since 1970.
    """
    import psutil

    try:
        process = psutil.Process(pid)
        return process.create_time() == began and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _restart(folder: Path) -> None:
    """Start the reaper of another run again if it ended before the run did."""
    try:
        reaper = json.loads((folder / _FILE).read_text())
        is_own = Path(json.loads(reaper["run"])["folder"]) == folder
        if is_own and not runs(reaper["pid"], reaper["began"]):
            _start(folder, reaper["run"], float(reaper["run_began"]))
    except (OSError, ValueError, KeyError, TypeError):  # a run without a reaper, or that is being removed
        return


def _start(folder: Path, run: str, run_began: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", f"{__package__}.reaper", run, str(run_began)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    _STARTED.append(process)
    reaper = {"pid": process.pid, "began": _time_of_start(process.pid), "run": run, "run_began": run_began}
    (folder / _FILE).write_text(json.dumps(reaper))


def _time_of_start(pid: int) -> float | None:
    """Return when a process started, in seconds since 1970; `None` if it does not exist."""
    import psutil

    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None
