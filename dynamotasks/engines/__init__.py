"""Places where DynamoDB runs on this machine; usable without Invoke."""

from __future__ import annotations

from ..errors import UsageError
from .backend import Backend, Condition, EngineState, Project, Run
from .docker import DockerBackend
from .java import JavaBackend
from .moto import MotoBackend

BACKENDS: tuple[Backend, ...] = (DockerBackend(), JavaBackend(), MotoBackend())
"""In the order in which `auto` tries them."""

AUTO = "auto"


def backend(name: str) -> Backend:
    """The backend of that name.

    Raises:
        UsageError: there is none.
    """
    for candidate in BACKENDS:
        if candidate.name == name:
            return candidate
    known = ", ".join([AUTO, *(candidate.name for candidate in BACKENDS)])
    raise UsageError(f"there is no backend {name!r}", hint=f"known: {known}")


__all__ = ["AUTO", "BACKENDS", "Backend", "Condition", "EngineState", "Project", "Run", "backend"]
