"""A project on this machine: the folder that owns a local engine, and what is remembered of that engine.

The state file is a hint and is not trusted: whether the engine that it names is this project's, and serves its port, is
asked of the backend each time.
"""

from __future__ import annotations

import hashlib
import ipaddress
import itertools
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..errors import EngineError
from ..folders import STATE_FOLDER
from ..private_files import open_private, refuse_link, write_private

HOST = "127.0.0.1"
STATE = "engine.json"
_LARGEST = 64 * 1024  # characters of a state file; ours have about 400
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class BrokenState(EngineError):
    """The state file is not one that `db.up` wrote."""


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
        """A name for containers, volumes and processes: readable, and unique to the folder's path."""
        root = self.root.resolve()
        word = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")[:30]
        return "-".join(filter(None, ["dynamotasks", word, hashlib.sha256(os.fsencode(root)).hexdigest()[:8]]))

    @property
    def in_network(self) -> str:
        """The URL at which containers of the same Docker network reach the engine."""
        return f"http://{self.name}:8000"

    def make_folder(self) -> Path:
        """Return the folder, created if it is absent, for its owner only."""
        try:
            refuse_link(self.folder)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not os.path.lexists(ignore):
                write_private(ignore, "*\n")
        except OSError as error:
            raise EngineError(
                f"the project's folder cannot be written: {error.strerror}",
                hint="the state and data of the local engine are kept there",
                where=str(error.filename or self.folder),
            ) from None
        return self.folder


@dataclass(frozen=True, slots=True)
class Run:
    """An engine that was started: enough to find it again after this process is gone.

    Attributes:
        handle: what the backend knows it by; JSON values only.
        host: the address that it is reached at.
    """

    port: int
    handle: Mapping[str, str | int | float]
    host: str = HOST

    def __post_init__(self) -> None:
        _require(_is_port(self.port) and self.port != 0, "run.port", self.port)
        _require(_is_host(self.host), "run.host", self.host)
        _require(_is_handle(self.handle), "run.handle", self.handle)

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """How a project's engine is to be started, and the engine itself while it runs.

    Attributes:
        port: 0 for any that is free.
        image: for docker.
        shared: all keys and Regions see the same tables.
        listen: the address of this machine that it listens on.
        network: for docker: a network whose containers reach it.
        run: `None` before `up` and after `down`.
    """

    backend: str
    port: int
    in_memory: bool = False
    image: str
    shared: bool = True
    listen: str = HOST
    network: str | None = None
    run: Run | None = field(default=None)

    def __post_init__(self) -> None:
        _require(_is_word(self.backend), "backend", self.backend)
        _require(_is_port(self.port), "port", self.port)
        _require(type(self.in_memory) is bool, "in_memory", self.in_memory)
        _require(type(self.shared) is bool, "shared", self.shared)
        _require(_is_image(self.image), "image", self.image)
        _require(_is_address(self.listen), "listen", self.listen)
        _require(self.network is None or _is_word(self.network), "network", self.network)


def _require(holds: bool, what: str, value: object) -> None:
    if not holds:
        raise ValueError(f"invalid {what} {value!r:.100}")


def _is_port(value: object) -> bool:
    return type(value) is int and 0 <= value <= 65535


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(_WORD.fullmatch(value))


def _is_image(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value != "" and not value.startswith("-")


def _is_address(value: object) -> bool:
    try:
        return isinstance(value, str) and "%" not in value and bool(ipaddress.ip_address(value).packed)
    except ValueError:
        return False


def _is_host(value: object) -> bool:
    return _is_address(value) or (isinstance(value, str) and bool(_HOST_NAME.fullmatch(value)))


def _is_handle(value: object) -> bool:
    return isinstance(value, dict) and all(type(part) in (str, int, float) for part in value.values())


def read_state(project: Project) -> EngineState | None:
    """Return what the project remembers, or `None` if there is no state file.

    Raises:
        BrokenState: there is one, and `db.up` did not write it so.
    """
    place = project.folder / STATE
    try:
        refuse_link(project.folder)
        with open_private(place) as file:
            told = json.loads(file.read(_LARGEST))
        run = told.pop("run")
        return EngineState(**told, run=None if run is None else Run(**run))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        reason = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
        raise BrokenState(
            f"not a valid state file: {' '.join(reason.split())[:200]}",
            hint="`inv db.up` sets it aside and starts the engine",
            where=str(place),
        ) from None


def write_state(project: Project, state: EngineState) -> None:
    """Replace the state file at once, so that no reader meets half of it."""
    write_private(project.make_folder() / STATE, json.dumps(asdict(state), indent=2) + "\n")


def set_aside(project: Project) -> Path:
    """Rename a broken state file, so that a person can still look at it; return its new name."""
    for number in itertools.count(1):
        place = project.folder / f"{STATE}.broken-{number}"
        if not os.path.lexists(place):
            (project.folder / STATE).rename(place)
            return place
    raise AssertionError
