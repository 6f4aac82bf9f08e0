"""The standard streams of the process, which may be closed, full, without a reader, or in a narrow encoding."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


def open_missing() -> None:
    """Put the null device where a standard stream is closed (`>&-`): the next file opened would take its number."""
    with suppress(OSError):
        while (made := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(made, True)
        os.close(made)
    for name, mode in _MODES.items():
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for the process's life


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person looks at the stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it was closed
        return False


def fit(text: str, stream: TextIO) -> str:
    """Escape the characters that the stream's encoding lacks."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def write(stream: TextIO | None, text: str) -> OSError | None:
    """Write text at once; characters that the stream's encoding lacks are escaped.

    A stream that fails is replaced by the null device: what comes later is dropped, and Python's own flush at its end
    finds nothing to complain about.

    Returns:
        Why the text is lost, or `None` where it is not, or where nobody wants it: a closed stream, a reader that left.
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
    """End what copies to stdout without end when nobody reads it any more."""
    try:
        yield
    except BrokenPipeError:
        abandon(sys.stdout)


def abandon(stream: TextIO) -> None:
    """Drop what is and will be written to a stream."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
