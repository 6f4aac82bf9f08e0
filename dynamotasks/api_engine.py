"""The functions of the library for the local engine of a project. The tasks call them, too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .config.settings import project_root
from .engines.options import DEFAULT_TIMEOUT, EngineOptions
from .engines.project import Project
from .folders import current_folder

if TYPE_CHECKING:
    from .data.engine_stop import EngineStop
    from .engines.lifecycle import RunningEngine
    from .engines.observer import Observer


def up(
    options: EngineOptions | None = None,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    root: Path | None = None,
    observer: Observer | None = None,
) -> RunningEngine:
    """Start the project's local engine, or reuse it if it is running, and wait until it responds.

    As a context manager, the engine stops at the end unless it was already running.

    Args:
        options: the settings of the engine; by default those of the project's last engine.
        timeout: seconds to wait for the first response.
        root: as for `load`.
        observer: receives progress.

    Raises:
        UsageError: an option is invalid.
        EngineError: the engine does not start, or runs with other settings. A failed start leaves nothing running.
    """
    from .engines import lifecycle

    return lifecycle.up(project_of(root), options, timeout=timeout, observer=observer)


def down(*, volumes: bool = False, root: Path | None = None, observer: Observer | None = None) -> EngineStop:
    """Stop the project's local engine; do nothing if it is not running.

    Args:
        volumes: also remove the data of all its backends, and the backups of interrupted replacements of its tables.
        root: as for `load`.
        observer: receives progress.

    Raises:
        EngineError: the engine does not stop, its data cannot be removed, or its backend does not respond.
    """
    from .data.engine_stop import stop_engine

    return stop_engine(project_of(root), volumes=volumes, observer=observer)


def project_of(root: Path | None) -> Project:
    """Return the project of a folder; by default the nearest one, from the current folder up."""
    return Project(root or project_root(current_folder()))
