"""Choose the backend that runs a project's engine."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import Hint, Task, Unavailable
from .backend import Backend
from .engine_record import EngineRecord
from .observer import Observer
from .project import Project
from .registry import AUTO, AUTO_BACKENDS, find_backend


class SkippedBackend(NamedTuple):
    """A backend that `auto` tried, and why it cannot start."""

    name: str
    reason: str


def choose_backend(
    project: Project, settings: EngineRecord, observer: Observer, *, remembered: bool
) -> tuple[Backend, tuple[SkippedBackend, ...]]:
    """Prepare and return the backend of the settings, or with `auto` the first that can start, and those skipped.

    Args:
        project: the owner of the engine.
        settings: for the start.
        observer: receives the progress of downloads.
        remembered: the project used the backend before, and the caller did not name it.

    Raises:
        Unavailable: the backend cannot start, or with `auto` none can.
    """
    if settings.backend != AUTO:
        backend = find_backend(settings.backend)
        try:
            backend.prepare(project, settings, observer)
        except Unavailable as error:
            raise (remembered_unavailable(backend.name, error) if remembered else error) from None
        return backend, ()
    skipped, reasons = [], Hint()
    for backend in AUTO_BACKENDS:
        try:
            backend.prepare(project, settings, observer)
        except Unavailable as error:
            skipped.append(SkippedBackend(backend.name, error.what))
            reasons += Hint("\n" if reasons else "", f"{backend.name}: {error.what}; ") + error.hint
        else:
            return backend, tuple(skipped)
    raise Unavailable("no backend can start; fix one of these", hint=reasons)


def remembered_unavailable(name: str, error: Unavailable) -> Unavailable:
    """Return the error for a backend that the project used before, which suggests another one."""
    hint = error.hint + Hint("\nor switch to another backend without its data: ", Task("up", "--backend auto"))
    return Unavailable(f"this project uses the backend {name}: {error.what}", hint=hint)
