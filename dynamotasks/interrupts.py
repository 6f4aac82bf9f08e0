"""Ctrl-C: the first one ends a task in order, the second one ends the process at once."""

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

_FINALIZED = 0.02  # seconds after which a finalizer has ended
_SHOW_CURSOR = b"\x1b[?25h"  # a progress display hides it


def _end(signum: int, frame: FrameType | None) -> None:
    # not by an exception: it would meet the ends of threads, and each of them would print a traceback
    with suppress(OSError):
        os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + b"interrupted\n")
    os._exit(INTERRUPTED)


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


@contextmanager
def stoppable() -> Iterator[Event]:
    """Set an event instead, so that what is under way can be reported."""
    stop = Event()
    with _first(stop.set):
        yield stop
