"""Files that only their owner can read, replaced atomically and never opened through a symbolic link."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TextIO

# Windows has neither; only the check before opening protects there
_GUARDS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def refuse_link(place: Path) -> None:
    """Raise `OSError` if the path is a symbolic link, with which another user could choose what is read or written."""
    if place.is_symlink():
        raise OSError(errno.ELOOP, "is a symbolic link, which is not followed; remove it", str(place))


def open_private(place: Path, *, write: bool = False) -> TextIO:
    """Open a text file for reading, or with `write` create or empty it with mode 0600.

    Raises:
        OSError: it does not exist, or is not a regular file.
    """
    refuse_link(place)
    flags = os.O_WRONLY | os.O_CREAT if write else os.O_RDONLY
    descriptor = os.open(place, flags | _GUARDS, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(place))
        if write:
            os.ftruncate(descriptor, 0)
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "w" if write else "r", encoding="utf-8", errors="strict" if write else "replace")
    except OSError:
        os.close(descriptor)
        raise


def write_private(place: Path, text: str) -> None:
    """Replace a file's content atomically, also if the disk is full or the process ends.

    Raises:
        OSError: the file cannot be written; has its name.
    """
    try:
        descriptor, scratch = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(scratch).replace(place)
        except OSError:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from None
