"""Writing to the standard streams, which may be closed, full, without a reader or limited in their characters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_STDERR = 2  # its file descriptor
_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


def open_missing() -> None:
    """Open the null device for each closed standard stream (`>&-`): the next file opened would take its number."""
    with suppress(OSError):
        while (number := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
            os.set_inheritable(number, True)
        os.close(number)
    for name, mode in _MODES.items():
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for the process's life


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether the stream is an open terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def fit(text: str, stream: TextIO) -> str:
    """Escape the characters that the stream's encoding lacks."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def write(stream: TextIO | None, text: str) -> OSError | None:
    """Write text immediately; characters that the stream's encoding lacks are escaped.

    A stream that fails is replaced with the null device: later text is dropped, and Python's flush at exit succeeds.

    Returns:
        Why the text is lost; `None` if it is written, the stream is closed, or its reader has left.
    """
    if stream is None or stream.closed:
        return None
    try:
        stream.write(fit(text, stream))
        stream.flush()
    except OSError as error:
        abandon(stream)
        return None if isinstance(error, BrokenPipeError) else error
    return None


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """End a copy to stdout when its reader leaves; at another error, drop what is buffered."""
    try:
        yield
    except OSError as error:
        abandon(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise


def abandon(stream: TextIO) -> None:
    """Replace a stream with the null device."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
