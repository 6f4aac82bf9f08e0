"""Ctrl-C: the first one ends a task gracefully, the second one ends the process immediately.

SIGTERM (sent by CI, `docker stop`, `timeout`) and SIGHUP (a terminal was closed) do the same while a plan is applied.
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
_FINALIZED = 0.02  # seconds in which a finalizer ends
_SHOW_CURSOR = b"\x1b[?25h"  # a progress display hides it


def _end(signum: int, frame: FrameType | None) -> None:
    # an exception would make each thread print a traceback
    with suppress(OSError):
        os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + b"interrupted\n")
    os._exit(128 + signum)


def _raise_again(handle: Callable[[int, FrameType | None], None]) -> None:
    """Send the first Ctrl-C again if a finalizer, which cannot raise, has swallowed its exception."""
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
    """Call a function at the first Ctrl-C; the next one ends the process, even after this context."""
    if threading.current_thread() is not threading.main_thread():  # signals are handled only there
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
        code: the exit code of the process.
    """

    code = INTERRUPTED


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Set an event at Ctrl-C, SIGTERM and SIGHUP, so that work in progress can be ended and reported."""
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

    # leave signals that are ignored (nohup) or that the user's program handles
    ours = [kind for kind in _ENDING if signal.getsignal(kind) is signal.SIG_DFL]
    before = {kind: signal.signal(kind, handle) for kind in ours}
    try:
        yield
    finally:
        for kind, handler in before.items():
            if signal.getsignal(kind) is handle:
                signal.signal(kind, handler)
