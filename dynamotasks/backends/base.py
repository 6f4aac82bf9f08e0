"""What a backend is: a place on this machine where DynamoDB runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from ..errors import EngineError
from ..settings import STATE_FOLDER

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that owns an engine, and the name that keeps it apart from other projects' on this machine."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the engine's state, log and data are kept; git ignores it."""
        return self.root / STATE_FOLDER

    @property
    def name(self) -> str:
        """A name for containers and volumes: readable, and unique to the folder's path."""
        path = str(self.root.resolve())
        word = re.sub(r"[^a-z0-9]+", "-", self.root.resolve().name.lower()).strip("-")[:30]
        return "-".join(filter(None, ["dynamotasks", word, hashlib.sha256(path.encode()).hexdigest()[:8]]))

    def make_folder(self) -> Path:
        """The folder, made if it is absent."""
        try:
            self.folder.mkdir(exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
        except OSError as error:
            raise EngineError(
                f"the project's folder cannot be written: {error.strerror}",
                cure="the state and data of the local engine are kept there",
                where=str(self.folder),
            ) from None
        return self.folder


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


@dataclass(frozen=True, slots=True)
class Run:
    """An engine that was started: enough to find it again after this process is gone.

    Attributes:
        handle: what the backend knows it by; JSON values only.
    """

    backend: str
    port: int
    handle: Mapping[str, Any]

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://{HOST}:{self.port}"


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

    def wipe(self, project: Project) -> None:
        """Removes the data; the engine is stopped."""
