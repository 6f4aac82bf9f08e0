"""The current folder, and paths relative to the home folder."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import UsageError

STATE_FOLDER = ".dynamotasks"


def current_folder() -> Path:
    """Return the current folder.

    Raises:
        UsageError: it was deleted or is not accessible.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(f"cannot use the current directory: {error.strerror}", hint="change to another one") from None


def expanded(path: str) -> Path:
    """Return a path with `~` expanded, or unchanged if the user does not exist."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser would raise RuntimeError


def resolved(path: Path) -> Path:
    """Return an absolute path with its symbolic links followed, where `Path.resolve` raises also as far as possible."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a null character
        return path.absolute()


def is_file(path: Path) -> bool:
    """Return whether a file exists; `False` also for paths of which `Path.is_file` raises, such as too long ones."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Return whether a folder exists; `False` also for paths of which `Path.is_dir` raises, such as too long ones."""
    return os.path.isdir(path)  # noqa: PTH112
