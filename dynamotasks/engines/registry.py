"""The backends."""

from __future__ import annotations

from ..errors import UsageError
from .backend import Backend
from .docker import DockerBackend
from .dynoxide import DynoxideBackend
from .java import JavaBackend
from .moto import MotoBackend

AUTO_BACKENDS: tuple[Backend, ...] = (DockerBackend(), JavaBackend(), MotoBackend())
"""In the order in which `auto` tries them."""

BACKENDS: tuple[Backend, ...] = (*AUTO_BACKENDS, DynoxideBackend())
"""All of them."""

AUTO = "auto"


def find_backend(name: str) -> Backend:
    """Return the backend of that name.

    Raises:
        UsageError: the name is unknown.
    """
    for backend in BACKENDS:
        if backend.name == name:
            return backend
    known = ", ".join([AUTO, *(backend.name for backend in BACKENDS)])
    raise UsageError(f"unknown backend {name!r}", hint=f"expected one of: {known}")
