"""What a backend is: a place on this machine where DynamoDB runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from ..project import HOST, Project, Run

__all__ = ["HOST", "Backend", "Launch", "Project", "Run"]


@dataclass(frozen=True, slots=True)
class Launch:
    """How an engine is to be started.

    Attributes:
        port: 0 for any that is free.
        image: for docker, the image.
    """

    project: Project
    port: int
    in_memory: bool
    image: str


class Backend(Protocol):
    """One kind of engine. All methods are quick but `prepare`, which may download."""

    name: ClassVar[str]
    engine: ClassVar[str]
    runs_in: ClassVar[str]
    keeps_data: ClassVar[bool]
    exposure: ClassVar[str]
    """What to say where the engine can be reached from outside this machine; empty where it cannot."""

    def prepare(self, launch: Launch) -> None:
        """Gets ready to start, or raises `Unavailable` with the reason and its cure."""

    def start(self, launch: Launch) -> Run:
        """Starts the engine and comes back at once; raises `EngineError`."""

    def alive(self, run: Run) -> bool:
        """Whether that very engine, and no other that took its place, still runs."""

    def stop(self, run: Run) -> None:
        """Stops it and comes back when it is gone; does nothing when it is gone already."""

    def find(self, project: Project) -> Run | None:
        """An engine of the project that runs though no state file knows it."""

    def clear(self, project: Project) -> None:
        """Removes what an interrupted `start` may have left."""

    def log(self, project: Project, lines: int) -> list[str]:
        """The last lines that the engine of the project wrote."""

    def follow(self, project: Project) -> None:
        """Copies the engine's log to stdout until it ends."""

    def wipe(self, project: Project) -> bool:
        """Removes the data; the engine is stopped. Tells whether there was any."""
