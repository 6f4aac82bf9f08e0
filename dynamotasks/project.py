"""A project on this machine: the folder that owns a local engine, and what is remembered of that engine.

The state file holds no truth: whether an engine runs is asked of its backend each time, so a stale file does no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .errors import EngineError
from .settings import STATE_FOLDER

HOST = "127.0.0.1"
STATE = "engine.json"


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
        path = os.fsencode(self.root.resolve())  # a path on Linux need not be text
        word = re.sub(r"[^a-z0-9]+", "-", self.root.resolve().name.lower()).strip("-")[:30]
        return "-".join(filter(None, ["dynamotasks", word, hashlib.sha256(path).hexdigest()[:8]]))

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
class Run:
    """An engine that was started: enough to find it again after this process is gone.

    Attributes:
        handle: what the backend knows it by; JSON values only.
        host: the machine that it runs on.
    """

    backend: str
    port: int
    handle: Mapping[str, Any]
    host: str = HOST

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class State:
    """What the project remembers of its engine; `run` is `None` after a `down`."""

    backend: str
    port: int
    in_memory: bool
    image: str
    run: Run | None = None


def read_state(project: Project) -> State | None:
    """What the project remembers, or `None`; a file that cannot be read counts as absent."""
    try:
        told = json.loads((project.folder / STATE).read_text())
        run = told.pop("run")
        state = State(**told, run=Run(**run) if run else None)
        return state if state.run is None or state.run.backend == state.backend else replace(state, run=None)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def write_state(project: Project, state: State) -> None:
    """Replaces the state file at once, so that no reader meets half of it."""
    place = project.make_folder() / STATE
    scratch = place.with_suffix(".new")
    scratch.write_text(json.dumps(asdict(state), indent=2) + "\n")
    scratch.replace(place)


def endpoint(project: Project) -> str | None:
    """Where this project's `db.up` started an engine, without asking whether it still runs; `None` if it never did.

    Raises:
        EngineError: the project stopped its engine. What listens on that port now may be another project's.
    """
    state = read_state(project)
    if state is None:
        return None
    if state.run is None:
        raise EngineError(
            "this project's engine is stopped", cure="start it with `inv db.up`, or name another with --endpoint"
        )
    return state.run.endpoint
