"""Notice the processes that tests start, whose writes this process cannot see."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psutil

_EVENTS = frozenset(
    {
        "subprocess.Popen",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "pty.spawn",
        "_winapi.CreateProcess",
    }
)
# helpers that write nothing, and end only with this process
_HELPERS = ("multiprocessing.resource_tracker", "dynamotasks.testing.reaper")
_FORK_SERVER = "multiprocessing.forkserver"


class ProcessWatch:
    """Whether this process started others since the last question, or they still run."""

    def __init__(self) -> None:
        self._seen = _starts()
        self._running: list[psutil.Process] = []

    def may_have_written(self) -> bool:
        """Return whether other processes may have written since the last call."""
        if (starts := _starts()) != self._seen:
            self._seen = starts
            self._running = _children()
            return True
        running, self._running = self._running, [child for child in self._running if _runs(child)]
        return bool(running)


class _Counter:
    count = 0


@cache
def _counter() -> _Counter:
    """Return the number of process starts since the first call, which adds the audit hook that counts them."""
    counter, events = _Counter(), _EVENTS

    def count(event: str, _: Any) -> None:
        if event in events:  # when Python exits, it calls the hook after it has cleared the globals of this module
            counter.count += 1

    sys.addaudithook(count)  # cannot be removed
    return counter


def _starts() -> tuple[int, str]:
    """Return a value that changes with each started process; `spawn` of multiprocessing causes no audit event."""
    counter = getattr(sys.modules.get("multiprocessing.process"), "_process_counter", None)
    return _counter().count, repr(counter)


def _children() -> list[psutil.Process]:
    import psutil

    own = psutil.Process()
    found = []
    for child in own.children(recursive=True):
        with suppress(psutil.Error):
            line = child.cmdline()
            text = " ".join(line)
            server = _FORK_SERVER in text and child.ppid() == own.pid
            if _runs(child) and not (server or _is_engine(line) or any(helper in text for helper in _HELPERS)):
                found.append(child)
    return found


def _is_engine(command_line: list[str]) -> bool:
    from ..engines.process_mark import find_mark

    return find_mark(command_line) is not None


def _runs(child: psutil.Process) -> bool:
    import psutil

    with suppress(psutil.Error):
        return child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    return False
