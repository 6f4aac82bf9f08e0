"""What a backend is: a place on this machine where DynamoDB runs."""

from __future__ import annotations

from enum import Enum, auto
from typing import ClassVar, Protocol

from .state_file import HOST, EngineState, Project, Run

__all__ = ["HOST", "Backend", "Condition", "EngineState", "Project", "Run"]

WILDCARDS = {"0.0.0.0": HOST, "::": "::1"}  # noqa: S104
"""Addresses that stand for all of this machine, and where what listens on them is reached."""


class Condition(Enum):
    """What has become of an engine that was started."""

    GONE = auto()
    """It ended, or what has its pid or id is not this project's."""
    STARTING = auto()
    """It runs, and its port is not its own yet: what answers there is another."""
    SERVING = auto()
    """It runs, and what answers on its port is it."""


class Backend(Protocol):
    """One kind of engine. All methods are quick but `prepare`, which may download."""

    name: ClassVar[str]
    engine: ClassVar[str]
    runs_in: ClassVar[str]
    keeps_data: ClassVar[bool]
    exposure: ClassVar[str]
    """What to say where the engine can be reached from outside this machine; empty where it cannot."""

    def prepare(self, state: EngineState) -> None:
        """Get ready to start as the state says, or raise `Unavailable` with the reason and a hint."""

    def start(self, project: Project, state: EngineState) -> Run:
        """Start the engine and return at once; raise `EngineError` if it does not."""

    def condition(self, project: Project, run: Run) -> Condition:
        """Return what has become of that very engine, if it is the project's."""

    def stop(self, project: Project, run: Run) -> None:
        """Stop it and return when it is gone; do nothing when it is gone already, or is not the project's."""

    def find(self, project: Project) -> Run | None:
        """Return an engine of the project that runs although no state file has it."""

    def clear(self, project: Project) -> None:
        """Remove what an interrupted `start` may have left."""

    def store(self, project: Project) -> str:
        """Return where the data is kept, in words; empty where none is."""

    def log(self, project: Project, lines: int) -> list[str]:
        """Return the last lines that the engine of the project wrote."""

    def follow(self, project: Project) -> None:
        """Copy the engine's log to stdout until it ends."""

    def wipe(self, project: Project) -> bool:
        """Remove the data of a stopped engine; return whether there was any. Raise `EngineError` if it stays."""
