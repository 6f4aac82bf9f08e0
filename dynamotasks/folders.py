"""The folders that a command works in."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import UsageError

STATE_FOLDER = ".dynamotasks"


def current_folder() -> Path:
    """Return the folder in which the command was given.

    Raises:
        UsageError: it was deleted, or may not be read.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(f"the current directory cannot be used: {error.strerror}", hint="change to another") from None


def expanded(path: str) -> Path:
    """Return a path with `~` as the home folder; where there is no such user, as it is written."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises RuntimeError there
