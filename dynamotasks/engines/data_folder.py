"""The folder in which an engine that is a plain process keeps its data."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..errors import EngineError
from ..private_files import refuse_link
from .project import Project


def make_data_folder(project: Project, name: str) -> Path:
    """Return the data folder of that name in the project's folder, created if absent.

    Raises:
        EngineError: it cannot be created or is a symbolic link.
    """
    folder = project.make_folder() / name
    refuse_link(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def remove_data_folder(project: Project, name: str) -> bool:
    """Remove the data folder; return whether it existed.

    Raises:
        EngineError: it cannot be removed.
    """
    folder = project.folder / name
    if folder.is_symlink():  # the folder that it points to is not the project's
        folder.unlink()
        return False
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise EngineError(f"cannot remove the data: {error.strerror}", where=str(error.filename or folder)) from None
    return True
