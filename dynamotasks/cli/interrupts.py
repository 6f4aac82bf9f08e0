"""Ctrl-C: the first one ends a task in order, the second one ends the process at once.

SIGTERM (of CI, `docker stop`, `timeout`) and SIGHUP (of a terminal that closes) do the same where a run can be stopped.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from types import FrameType

INTERRUPTED = 130  # exit code

_ENDING = [signal.SIGTERM, *([signal.SIGHUP] if sys.platform != "win32" else [])]
_FINALIZED = 0.02  # seconds after which a finalizer has ended
_SHOW_CURSOR = b"\x1b[?25h"  # a progress display hides it


def _end(signum: int, frame: FrameType | None) -> None:
    # not by an exception: it would meet the ends of threads, and each of them would print a traceback
    with suppress(OSError):
        os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + b"interrupted\n")
    os._exit(128 + signum)


def _raise_again(handle: Callable[[int, FrameType | None], None]) -> None:
    """Send the first Ctrl-C again where a finalizer, which may raise nothing, has swallowed its exception."""
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            before(unraisable)
            return
        signal.signal(signal.SIGINT, handle)
        again = threading.Timer(_FINALIZED, signal.raise_signal, (signal.SIGINT,))
        again.daemon = True
        again.start()

    sys.unraisablehook = hook


@contextmanager
def _first(act: Callable[[], None]) -> Iterator[None]:
    """Do something at the first Ctrl-C; after it the next one ends the process, also when this is left."""
    if threading.current_thread() is not threading.main_thread():  # only there can signals be handled
        yield
        return

    def handle(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, _end)
        _raise_again(handle)
        act()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is handle:
            signal.signal(signal.SIGINT, before)


def _raise() -> None:
    raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `KeyboardInterrupt` once."""
    with _first(_raise):
        yield


class Stop(Event):
    """Set at the first signal.

    Attributes:
        code: the exit code of a process that it ends.
    """

    code = INTERRUPTED


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Set an event instead, also at SIGTERM and SIGHUP, so that what is under way can be ended and reported."""
    stop = Stop()
    with _first(stop.set), _ended_by(stop):
        yield stop


@contextmanager
def _ended_by(stop: Stop) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(signum: int, frame: FrameType | None) -> None:
        for kind in before:
            signal.signal(kind, _end)
        stop.code = 128 + signum
        stop.set()

    # what is ignored (by nohup) or handled by a program of the user's stays so
    ours = [kind for kind in _ENDING if signal.getsignal(kind) is signal.SIG_DFL]
    before = {kind: signal.signal(kind, handle) for kind in ours}
    try:
        yield
    finally:
        for kind, handler in before.items():
            if signal.getsignal(kind) is handle:
                signal.signal(kind, handler)
