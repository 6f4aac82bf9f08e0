"""The project's own engine on this machine: up and down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..data.replace_backups import discard
from ..errors import EngineError, Unavailable, UsageError
from ..private_files import refuse_link
from . import AUTO, BACKENDS, Backend, Condition, backend
from .current_engine import condition_of, recall
from .docker import IMAGE
from .ports import holder, require_free
from .readiness import wait_until_ready
from .state_file import HOST, STATE, BrokenState, EngineState, Project, Run, set_aside, write_state

DEFAULT_PORT = 8000
DEFAULT_TIMEOUT = 60.0

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Started:
    """What `up` comes back with.

    Attributes:
        reused: it ran already.
        passed_over: backends that could not run, with the reason.
        seconds: until it answered.
    """

    state: EngineState
    endpoint: str
    reused: bool
    passed_over: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


def up(
    project: Project,
    *,
    backend_name: str | None = None,
    port: int | None = None,
    in_memory: bool | None = None,
    image: str | None = None,
    shared: bool | None = None,
    listen: str | None = None,
    network: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    tell: Notify = lambda text: None,
    note: Notify = lambda text: None,
) -> Started:
    """Start the project's engine, or find that it runs; return when it answers.

    A backend, port or image that is `None` is taken from the last time: a project stays with its engine.

    Args:
        project: whose engine.
        backend_name: `docker`, `java`, `moto`, or `auto` for the first of them that can start.
        port: 0 for any that is free.
        in_memory: keeps nothing; `None` keeps.
        image: for docker.
        shared: all keys and Regions see the same tables, the default.
        listen: address of this machine; the default is reached from this machine only.
        network: for docker: a network whose containers reach it by the container's name.
        timeout: seconds to wait for the first answer.
        tell: hears the progress.
        note: hears what is worth keeping.

    Raises:
        EngineError: it does not start, or runs already in another way than asked for. Nothing is left half-started.
    """
    began = time.monotonic()
    if backend_name not in (None, AUTO):
        backend(backend_name)
    asked = {"in_memory": in_memory, "image": image, "shared": shared, "listen": listen, "network": network}
    with _alone(project, note):
        last = _last(project, note)
        if (found := _left(project, last, backend_name)) is not None:
            named = None if backend_name == AUTO else backend_name
            _require_same(found, {"backend": named, "port": port or None, **asked})
            assert found.run is not None
            write_state(project, found)
            wait_until_ready(backend(found.backend), project, found.run, timeout, tell)
            return Started(found, found.run.endpoint, reused=True, seconds=time.monotonic() - began)
        try:
            wanted = EngineState(
                backend=backend_name or (last.backend if last else AUTO),
                port=port if port is not None else last.port if last else DEFAULT_PORT,
                image=image or (last.image if last else IMAGE),
                in_memory=bool(in_memory),
                shared=shared is not False,
                listen=listen or HOST,
                network=network,
            )
        except ValueError as error:
            raise UsageError(str(error), hint="see `inv --help db.up`") from None
        if wanted.port:
            require_free(wanted.port)
        chosen, passed_over = _choose(wanted, sticky=backend_name is None)
        state = _start(chosen, project, replace(wanted, backend=chosen.name), last, timeout, tell)
        assert state.run is not None
        return Started(state, state.run.endpoint, False, passed_over, time.monotonic() - began)


def _start(
    chosen: Backend, project: Project, state: EngineState, last: EngineState | None, timeout: float, tell: Notify
) -> EngineState:
    run: Run | None = None
    answers = False
    try:
        write_state(project, state)  # if this process is killed now, the next one knows where to look for the engine
        run = chosen.start(project, state)
        state = replace(state, port=run.port, run=run)
        write_state(project, state)
        wait_until_ready(chosen, project, run, timeout, tell)
        answers = True
        return state
    finally:
        if not answers:  # Ctrl-C too: nothing half-started is left
            _undo(chosen, project, run, last)


def _undo(chosen: Backend, project: Project, run: Run | None, last: EngineState | None) -> None:
    if run:
        chosen.stop(project, run)
    else:
        chosen.clear(project)
    with suppress(OSError):  # a full disk is reported by what failed first
        if last is None:
            (project.folder / STATE).unlink(missing_ok=True)
        else:
            write_state(project, replace(last, run=None))


class StopResult(NamedTuple):
    """What `down` comes back with.

    Attributes:
        ran: the engine; `None` where none did.
        removed: data was there and is gone.
        copies: the removed copies of items that a `db.replace` of that engine had kept, in words.
    """

    ran: EngineState | None
    removed: bool
    copies: tuple[str, ...] = ()


def down(project: Project, *, volumes: bool = False, note: Notify = lambda text: None) -> StopResult:
    """Stop the project's engine; with `volumes` the data of all its backends and what is remembered go too.

    Raises:
        EngineError: the backend cannot be asked, does not stop, or its data is not removed.
    """
    with _alone(project, note):
        last = _last(project, note)
        found = _already(project, last)
        if found is not None and found.run is not None:
            backend(found.backend).stop(project, found.run)
        if not volumes:
            if remembered := found or last:
                write_state(project, replace(remembered, run=None))
            return StopResult(found, False)
        removed = False
        for candidate in BACKENDS:
            try:
                removed |= candidate.wipe(project)
            except Unavailable:  # where it cannot run now, it may never have been used
                if last is not None and last.backend == candidate.name:
                    raise
        known = found or last
        copies = discard(project.folder, known) if known else ()
        (project.folder / STATE).unlink(missing_ok=True)
        return StopResult(found, removed, copies)


@contextmanager
def _alone(project: Project, note: Notify) -> Iterator[None]:
    """One `up` or `down` of a project at a time; a second one waits and then finds what the first did."""
    from filelock import FileLock, Timeout

    place = project.make_folder() / "lock"
    refuse_link(place)
    lock = FileLock(place, mode=0o600)
    try:
        lock.acquire(timeout=1)
    except Timeout:
        note(f"waiting for {holder(place)}, which works on this project's engine")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _last(project: Project, note: Notify) -> EngineState | None:
    """Return what is remembered; a broken state file is set aside."""
    try:
        return recall(project)
    except BrokenState as error:
        note(f"{error.where}: {error.what}; set aside as {set_aside(project).name}")
        return None


def _already(project: Project, last: EngineState | None) -> EngineState | None:
    """Return the engine of this project that runs, from the state file or, where that was lost, from the backend.

    Raises:
        Unavailable: the remembered backend cannot be asked.
    """
    if last is not None and condition_of(project, last) is not Condition.GONE:
        return last
    for candidate in BACKENDS:
        if (last is None or last.backend == candidate.name) and (run := candidate.find(project)):
            known = last or EngineState(backend=candidate.name, port=run.port, image=IMAGE)
            return replace(known, port=run.port, run=run)
    return None


def _left(project: Project, last: EngineState | None, backend_name: str | None) -> EngineState | None:
    """As `_already`; a backend that cannot be asked is left where another one is asked for by name."""
    try:
        return _already(project, last)
    except Unavailable as error:
        assert last is not None
        if backend_name not in (None, last.backend):
            return None
        raise _stuck(last.backend, error) from None


def _stuck(name: str, error: Unavailable) -> Unavailable:
    hint = f"{error.hint}\nor leave it, with its data, for another: `inv db.up --backend auto`"
    return Unavailable(f"this project uses the backend {name}, and {error.what}", hint=hint)


def _require_same(found: EngineState, asked: dict[str, str | int | bool | None]) -> None:
    for name, value in asked.items():
        now = getattr(found, name)
        if value is not None and value != now:
            assert found.run is not None
            raise EngineError(
                f"the engine runs already at {found.run.endpoint} with {name.replace('_', '-')} {now}, not {value}",
                hint="stop it first: `inv db.down`",
            )


def _choose(wanted: EngineState, sticky: bool) -> tuple[Backend, tuple[tuple[str, str], ...]]:
    if wanted.backend != AUTO:
        chosen = backend(wanted.backend)
        try:
            chosen.prepare(wanted)
        except Unavailable as error:
            if not sticky:
                raise
            raise _stuck(wanted.backend, error) from None
        return chosen, ()
    passed_over = []
    for candidate in BACKENDS:
        try:
            candidate.prepare(wanted)
        except Unavailable as error:
            passed_over.append((candidate.name, error))
        else:
            return candidate, tuple((other, why.what) for other, why in passed_over)
    reasons = "\n".join(f"{other}: {why.what}; {why.hint}" for other, why in passed_over)
    raise Unavailable("no backend can start here; fix one of these", hint=reasons)
