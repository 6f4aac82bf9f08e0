"""Private files: readable by their owner only, replaced whole, never reached through a symbolic link."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TextIO

# Windows has neither: there the check before the open is all there is
_GUARDS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def refuse_link(place: Path) -> None:
    """Raise `OSError` if the path is a symbolic link: whoever planted it would choose what is read or written."""
    if place.is_symlink():
        raise OSError(errno.ELOOP, "is a symbolic link, which is not followed here; remove it", str(place))


def open_private(place: Path, *, write: bool = False) -> TextIO:
    """Open a text file of this user's, created with mode 0600; `write` empties it.

    Raises:
        OSError: it is absent, a symbolic link or no regular file.
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
    """Replace a file's content at once: a reader, a full disk or a crash meets the old content or the new.

    Raises:
        OSError: with the file's name.
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
