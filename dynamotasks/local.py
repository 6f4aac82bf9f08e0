"""The project's own engine on this machine: up and down."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .backends import AUTO, BACKENDS, Backend, Launch, backend
from .backends.docker import IMAGE
from .backends.ports import require_free
from .client import PROBE, Database
from .errors import EngineError, Unavailable
from .project import STATE, Project, Run, State, read_state, write_state
from .settings import Target

DEFAULT_PORT = 8000
DEFAULT_TIMEOUT = 60.0
_LOG_LINES = 12

_CAUSES = (
    (
        r"unable to open database file|attempt to write a readonly|SQLITE_CANTOPEN",
        "it may not write to its data folder or volume",
    ),
    (
        r"Address already in use|BindException|Failed to bind|port is already allocated",
        "its port was taken in the meantime",
    ),
    (
        r"UnsupportedClassVersionError|Unrecognized (VM )?option|Could not create the Java",
        "this Java does not fit: 17 or newer is needed",
    ),
    (r"UnsatisfiedLinkError|sqlite4java|no sqlite", "its native SQLite library does not load on this machine"),
    (r"OutOfMemoryError|Cannot allocate memory", "there is not enough memory"),
    (
        r"ModuleNotFoundError|ImportError",
        "a Python package that it needs is missing: pip install 'dynamotasks[embedded]'",
    ),
)


@dataclass(frozen=True, slots=True)
class Started:
    """What `up` comes back with.

    Attributes:
        reused: it ran already.
        passed_over: backends that could not run, with the reason.
        seconds: until it answered.
    """

    state: State
    endpoint: str
    reused: bool
    passed_over: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


def running(project: Project) -> State | None:
    """The state of the project's engine if it runs."""
    state = read_state(project)
    if state is None or state.run is None:
        return None
    return state if backend(state.backend).alive(state.run) else None


def up(
    project: Project,
    *,
    backend_name: str | None = None,
    port: int | None = None,
    in_memory: bool | None = None,
    image: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    tell: Callable[[str], None] = lambda word: None,
) -> Started:
    """Starts the project's engine, or finds that it runs; comes back when it answers.

    A backend, port or image that is `None` is taken from the last time: a project stays with its engine.

    Args:
        project: whose engine.
        backend_name: `docker`, `java`, `moto`, or `auto` for the first of them that can start.
        port: 0 for any that is free.
        in_memory: keeps nothing; `None` keeps.
        image: for docker.
        timeout: seconds to wait for the first answer.
        tell: hears what is going on.

    Raises:
        EngineError: it does not start, or runs already in another way than asked for. Nothing is left half-started.
    """
    began = time.monotonic()
    if backend_name not in (None, AUTO):
        backend(backend_name)
    with _alone(project):
        last = read_state(project)
        if (found := _left(project, last, backend_name)) is not None:
            _require_same(found, backend_name, port, in_memory, image)
            write_state(project, found)
            assert found.run is not None
            _wait(backend(found.backend), project, found.run, timeout, tell)
            return Started(found, found.run.endpoint, reused=True, seconds=time.monotonic() - began)
        launch = Launch(
            project,
            port=port if port is not None else last.port if last else DEFAULT_PORT,
            in_memory=bool(in_memory),
            image=image or (last.image if last else IMAGE),
        )
        if launch.port:
            require_free(launch.port)
        chosen, passed_over = _choose(
            backend_name or (last.backend if last else AUTO), launch, sticky=backend_name is None
        )
        state = State(chosen.name, launch.port, launch.in_memory, launch.image)
        run: Run | None = None
        answers = False
        try:
            run = chosen.start(launch)
            state = replace(state, port=run.port, run=run)
            write_state(project, state)
            _wait(chosen, project, run, timeout, tell)
            answers = True
        finally:
            if not answers:  # Ctrl-C too: nothing half-started is left
                _undo(chosen, project, run, last)
        return Started(state, run.endpoint, False, passed_over, time.monotonic() - began)


def _undo(chosen: Backend, project: Project, run: Run | None, last: State | None) -> None:
    if run:
        chosen.stop(run)
    else:
        chosen.clear(project)
    if last is None:
        (project.folder / STATE).unlink(missing_ok=True)
    else:
        write_state(project, replace(last, run=None))


class Stopped(NamedTuple):
    """What `down` comes back with: what ran, or `None`, and whether data was there and is removed."""

    ran: State | None
    removed: bool


def down(project: Project, *, volumes: bool = False) -> Stopped:
    """Stops the project's engine; with `volumes` the data of all its backends and what is remembered go too.

    Raises:
        EngineError: the backend cannot be asked, or does not stop.
    """
    with _alone(project):
        last = read_state(project)
        found = _already(project, last)
        if found is not None and found.run is not None:
            backend(found.backend).stop(found.run)
        if remembered := found or last:
            write_state(project, replace(remembered, run=None))
        removed = False
        if volumes:
            for candidate in BACKENDS:
                try:
                    removed |= candidate.wipe(project)
                except Unavailable:  # where it cannot run now, it may never have been used
                    if last is not None and last.backend == candidate.name:
                        raise
            (project.folder / STATE).unlink(missing_ok=True)
        return Stopped(found, removed)


def _alone(project: Project) -> AbstractContextManager[Any]:
    """One `up` or `down` of a project at a time; a second one waits and then finds what the first did."""
    from filelock import FileLock

    return FileLock(project.make_folder() / "lock")


def _already(project: Project, last: State | None) -> State | None:
    """The engine of this project that runs, from the state file or, where that was lost, from the backend.

    Raises:
        Unavailable: the remembered backend cannot be asked.
    """
    if last is not None and last.run is not None and backend(last.backend).alive(last.run):
        return last
    for candidate in BACKENDS:
        if (last is None or last.backend == candidate.name) and (run := candidate.find(project)):
            return State(candidate.name, run.port, bool(last and last.in_memory), last.image if last else IMAGE, run)
    return None


def _left(project: Project, last: State | None, backend_name: str | None) -> State | None:
    """As `_already`; a backend that cannot be asked is left where another one is asked for by name."""
    try:
        return _already(project, last)
    except Unavailable as error:
        assert last is not None
        if backend_name not in (None, last.backend):
            return None
        raise _stuck(last.backend, error) from None


def _stuck(name: str, error: Unavailable) -> Unavailable:
    cure = f"{error.cure}\nor leave it, with its data, for another: `inv db.up --backend auto`"
    return Unavailable(f"this project uses the backend {name}, and {error.what}", cure=cure)


def _require_same(
    found: State, backend_name: str | None, port: int | None, in_memory: bool | None, image: str | None
) -> None:
    asked = {
        "backend": backend_name if backend_name != AUTO else None,
        "port": port or None,
        "in_memory": in_memory,
        "image": image,
    }
    for name, value in asked.items():
        now = getattr(found, name)
        if value is not None and value != now:
            assert found.run is not None
            raise EngineError(
                f"the engine runs already at {found.run.endpoint} with {name.replace('_', '-')} {now}, not {value}",
                cure="stop it first: `inv db.down`",
            )


def _choose(name: str, launch: Launch, sticky: bool) -> tuple[Backend, tuple[tuple[str, str], ...]]:
    if name != AUTO:
        chosen = backend(name)
        try:
            chosen.prepare(launch)
        except Unavailable as error:
            if not sticky:
                raise
            raise _stuck(name, error) from None
        return chosen, ()
    passed_over = []
    for candidate in BACKENDS:
        try:
            candidate.prepare(launch)
        except Unavailable as error:
            passed_over.append((candidate.name, error))
        else:
            return candidate, tuple((other, why.what) for other, why in passed_over)
    reasons = "\n".join(f"{other}: {why.what}; {why.cure}" for other, why in passed_over)
    raise Unavailable("no backend can start here; mend one of these", cure=reasons)


def _wait(chosen: Backend, project: Project, run: Run, timeout: float, tell: Callable[[str], None]) -> None:
    """Until a signed ListTables is answered."""
    deadline = time.monotonic() + timeout
    delay = 0.02
    with closing(Database(Target(env="local", endpoint=run.endpoint, credentials="dummy"), PROBE)) as database:
        while time.monotonic() >= deadline or not database.answers():
            if not chosen.alive(run):
                raise _died(chosen, project, "ended before it answered")
            if time.monotonic() >= deadline:
                raise _died(chosen, project, f"did not answer within {timeout:.0f} s", "give it more with --timeout")
            tell(f"waiting for {chosen.engine} at {run.endpoint}")
            time.sleep(delay)
            delay = min(delay * 1.3, 0.25)


def _died(chosen: Backend, project: Project, what: str, cure: str = "") -> EngineError:
    lines = chosen.log(project, 200)
    cause = next((words for pattern, words in _CAUSES if re.search(pattern, "\n".join(lines))), "")
    shown = [line for line in lines if line.strip()][-_LOG_LINES:]
    return EngineError(
        f"{chosen.engine} ({chosen.name}) {what}" + (f": {cause}" if cause else ""),
        cure="\n".join(filter(None, [cure, "the last lines of its log:" if shown else "its log is empty", *shown])),
    )
