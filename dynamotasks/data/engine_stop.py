"""Stop a local engine; with its data, remove the backups of its tables."""

from __future__ import annotations

from typing import NamedTuple

from ..engines import lifecycle
from ..engines.engine_record import EngineRecord
from ..engines.observer import Observer
from ..engines.project import Project
from ..engines.temporary_project import remove_abandoned
from .replacement.project_backups import UnfinishedBackup, discard


class EngineStop(NamedTuple):
    """The result of `down`.

    Attributes:
        engine: the engine that was stopped; `None` if none was running.
        data_removed: data existed and was removed.
        removed_backups: backups that interrupted replacements of its tables had left.
    """

    engine: EngineRecord | None
    data_removed: bool
    removed_backups: tuple[UnfinishedBackup, ...]


def stop_engine(project: Project, *, volumes: bool, observer: Observer | None) -> EngineStop:
    """Stop the engine of a project, and those that killed commands left; do nothing if none is running.

    Args:
        project: the owner of the engine.
        volumes: also remove the data of all backends, and the backups of interrupted replacements.
        observer: receives progress.

    Raises:
        EngineError: the engine does not stop, its data cannot be removed, or its backend does not respond.
    """
    remove_abandoned(project)
    removed: list[UnfinishedBackup] = []
    stopped = lifecycle.down(
        project,
        volumes=volumes,
        on_data_removed=lambda record: removed.extend(discard(project.folder, record)),
        observer=observer,
    )
    return EngineStop(stopped.stopped, stopped.data_removed, tuple(removed))
