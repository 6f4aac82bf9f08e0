"""Write files of the project atomically, with the mode that they have."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from .folders import resolved


def replace_file(place: Path, text: str) -> None:
    """Replace a file's content, or create it; a symbolic link keeps pointing to the file that it names.

    Raises:
        OSError: the file cannot be written, or it is a folder, pipe or device; nothing is changed. It has the file's
            name.
    """
    try:
        _replace(resolved(place), text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from None


def _replace(target: Path, text: str) -> None:
    if os.path.lexists(target) and not (stat.S_ISREG(target.stat().st_mode) or target.is_dir()):
        raise OSError(errno.EINVAL, "is not a regular file")
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=target.parent, prefix=".dynamotasks-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(scratch).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_current_umask())
        Path(scratch).replace(target)
    except OSError:
        Path(scratch).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Write the names of a folder's files to disk, where the operating system can do that for a folder."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _current_umask() -> int:
    """Return the process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
