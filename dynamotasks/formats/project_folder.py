"""Find the folder that contains all files of a project: a definition reads no others."""

from __future__ import annotations

from pathlib import Path

from ..config.settings import project_root
from ..folders import current_folder, resolved


def project_folder(folder: Path) -> Path:
    """Return the Git repository of a folder; without one, the current project if it contains the folder."""
    folder = resolved(folder)
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return parent
    project = resolved(project_root(current_folder()))
    return project if folder.is_relative_to(project) else folder
