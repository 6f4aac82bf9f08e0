"""The interface of a backend: one way to run DynamoDB on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import ClassVar, Protocol

from .engine_record import EngineRecord, Instance
from .observer import Observer
from .project import Project


class Status(Enum):
    """The status of an instance."""

    ENDED = auto()
    """It ended, or its pid or container id now belongs to something else."""
    STARTING = auto()
    """It runs and does not listen on its port yet."""
    SERVING = auto()
    """It runs and listens on its port."""


class Backend(Protocol):
    """One way to run an engine. All methods are quick except `prepare`, which may download.

    Attributes:
        engine: the product that runs.
        runs_in: what runs it.
        exposure: a warning where the engine is always reachable from other machines, else `None`.
    """

    name: ClassVar[str]
    engine: ClassVar[str]
    runs_in: ClassVar[str]
    keeps_data: ClassVar[bool]
    exposure: ClassVar[str | None]

    def prepare(self, project: Project, record: EngineRecord, observer: Observer) -> None:
        """Get whatever a start with these settings requires.

        Raises:
            Unavailable: the backend cannot run on this machine, or not with these settings.
        """

    def start(self, project: Project, record: EngineRecord) -> Instance:
        """Start the engine and return without waiting for it.

        Raises:
            EngineError: it does not start.
        """

    def status(self, project: Project, instance: Instance) -> Status:
        """Return the status of this instance; `ENDED` if it is not the project's.

        Raises:
            Unavailable: the backend does not respond.
        """

    def stop(self, project: Project, instance: Instance) -> None:
        """Stop the instance and wait until it has exited; do nothing if it already has, or is not the project's.

        Raises:
            EngineError: it does not stop.
        """

    def find(self, project: Project) -> Instance | None:
        """Return the project's running instance, without the state file."""

    def remove_leftovers(self, project: Project) -> None:
        """Remove what an interrupted `start` may have left."""

    def data_location(self, project: Project) -> str | None:
        """Return where the data is kept, for a reader; `None` if it is not kept."""

    def log(self, project: Project, lines: int) -> list[str]:
        """Return the last lines of the engine's log."""

    def follow_log(self, project: Project) -> Iterator[str]:
        """Yield the lines of the engine's log as they are written."""

    def remove_data(self, project: Project) -> bool:
        """Remove the data of a stopped engine; return whether it existed.

        Raises:
            EngineError: the data cannot be removed.
        """
