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
    """Return an absolute path with its symbolic links followed; a loop of links is kept, as `Path.resolve` raises."""
    return Path(os.path.realpath(path))
