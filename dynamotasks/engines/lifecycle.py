"""Start and stop the project's engine: `up` and `down`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..errors import Unavailable
from ..private_files import refuse_link
from .backend import Backend, Status
from .current_engine import recorded, status_of
from .docker import IMAGE
from .engine_record import EngineRecord, Instance
from .observer import Observer
from .options import DEFAULT_TIMEOUT, EngineOptions
from .ports import require_free
from .processes import describe_user_of
from .project import Project
from .readiness import wait_until_ready
from .registry import AUTO, BACKENDS, find_backend
from .selection import SkippedBackend, choose_backend, remembered_unavailable
from .state_file import BrokenStateFile, delete_record, set_aside, write_record


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """An engine that responds. As a context manager, it stops at the end unless it was already running.

    Attributes:
        reused: it was already running.
        seconds: the time until it responded.
        skipped: the backends that cannot start.
    """

    project: Project
    record: EngineRecord
    instance: Instance
    reused: bool
    seconds: float = 0.0
    skipped: tuple[SkippedBackend, ...] = ()
    observer: Observer = field(default_factory=Observer, repr=False, compare=False)

    @property
    def endpoint(self) -> str:
        """The URL."""
        return self.instance.endpoint

    @property
    def backend(self) -> Backend:
        """The backend that runs it."""
        return find_backend(self.record.backend)

    def stop(self) -> None:
        """Stop the project's engine and keep its data; do nothing if it is not running.

        Raises:
            EngineError: it does not stop, or its backend does not respond.
        """
        down(self.project, observer=self.observer)

    def __enter__(self) -> RunningEngine:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.reused:
            self.stop()


def up(
    project: Project,
    options: EngineOptions | None = None,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    observer: Observer | None = None,
    is_new: bool = False,
) -> RunningEngine:
    """Start the project's engine, or reuse it if it is running, and wait until it responds.

    Args:
        project: the owner of the engine.
        options: its settings.
        timeout: seconds to wait for the first response.
        observer: receives progress.
        is_new: the project was created for this engine, so without a record no engine is searched.

    Raises:
        UsageError: an option is invalid.
        EngineError: the engine does not start, or runs with other settings. A failed start leaves nothing running.
    """
    began = time.monotonic()
    options, observer = options or EngineOptions(), observer or Observer()
    if options.backend not in (None, AUTO):
        find_backend(options.backend)
    with _locked(project, observer):
        last = _last_record(project, observer)
        found = None if is_new and last is None else _reusable(project, last, options)
        if found is not None:
            engine = RunningEngine(project, *found, reused=True, observer=observer)
            options.require_same(engine.record, engine.instance)
            write_record(project, engine.record)
            wait_until_ready(engine.backend, project, engine.instance, timeout, observer)
        else:
            engine = _start(project, options, last, timeout, observer)
    return replace(engine, seconds=time.monotonic() - began)


def _start(
    project: Project, options: EngineOptions, last: EngineRecord | None, timeout: float, observer: Observer
) -> RunningEngine:
    settings = options.record(last)
    if settings.port:
        require_free(settings.port)
    backend, skipped = choose_backend(project, settings, observer, remembered=options.backend is None)
    record = replace(settings, backend=backend.name)
    instance: Instance | None = None
    try:
        write_record(project, record)  # if this process is killed, the next one can find the engine
        instance = backend.start(project, record)
        record = replace(record, port=instance.port, instance=instance)
        write_record(project, record)
        wait_until_ready(backend, project, instance, timeout, observer)
    except BaseException:  # also Ctrl-C
        _undo(backend, project, instance, last)
        raise
    return RunningEngine(project, record, instance, reused=False, skipped=skipped, observer=observer)


def _undo(backend: Backend, project: Project, instance: Instance | None, last: EngineRecord | None) -> None:
    """Remove what a failed start left, and restore the last record."""
    if instance:
        backend.stop(project, instance)
    else:
        backend.remove_leftovers(project)
    with suppress(OSError):  # the first error reports a full disk
        if last is None:
            delete_record(project)
        else:
            write_record(project, replace(last, instance=None))


class StopResult(NamedTuple):
    """The result of `down`.

    Attributes:
        stopped: the engine that was stopped; `None` if none was running.
        data_removed: data existed and was removed.
    """

    stopped: EngineRecord | None
    data_removed: bool


def down(
    project: Project,
    *,
    volumes: bool = False,
    on_data_removed: Callable[[EngineRecord], None] = lambda record: None,
    observer: Observer | None = None,
) -> StopResult:
    """Stop the project's engine; do nothing if it is not running.

    Args:
        project: the owner of the engine.
        volumes: also remove the data of all backends and the record of the engine.
        on_data_removed: called with that record, before another `up` or `down` of the project can begin.
        observer: receives progress.

    Raises:
        EngineError: the engine does not stop, its data cannot be removed, or its backend does not respond.
    """
    observer = observer or Observer()
    with _locked(project, observer):
        last = _last_record(project, observer)
        stopped: EngineRecord | None = None
        if found := _find_running(project, last):
            stopped, instance = found
            find_backend(stopped.backend).stop(project, instance)
        known = stopped or last
        if not volumes:
            if known is not None:
                write_record(project, replace(known, instance=None))
            return StopResult(stopped, data_removed=False)
        removed = _remove_data(project, last)
        if known is not None:
            on_data_removed(known)
        delete_record(project)
        return StopResult(stopped, removed)


def _remove_data(project: Project, last: EngineRecord | None) -> bool:
    removed = False
    for backend in BACKENDS:
        try:
            removed |= backend.remove_data(project)
        except Unavailable:  # a backend that is unavailable now may never have been used
            if last is not None and last.backend == backend.name:
                raise
    return removed


@contextmanager
def _locked(project: Project, observer: Observer) -> Iterator[None]:
    """Hold the project's lock, so that only one `up` or `down` runs at a time."""
    from filelock import FileLock, Timeout

    path = project.make_folder() / "lock"
    refuse_link(path)
    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(timeout=1)
    except Timeout:
        observer.note(f"waiting for {describe_user_of(path)}, which uses this project's engine")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _last_record(project: Project, observer: Observer) -> EngineRecord | None:
    """Return the project's record; set a broken state file aside."""
    try:
        return recorded(project)
    except BrokenStateFile as error:
        observer.note(f"{error.where}: {error.what}; set aside as {set_aside(project).name}")
        return None


def _find_running(project: Project, last: EngineRecord | None) -> tuple[EngineRecord, Instance] | None:
    """Return the project's running engine, from its record or, if that is lost, from the backends.

    Raises:
        Unavailable: the backend of the record does not respond.
    """
    if last is not None and last.instance is not None and status_of(project, last) is not Status.ENDED:
        return last, last.instance
    for backend in BACKENDS:
        if (last is None or last.backend == backend.name) and (instance := backend.find(project)):
            known = last or EngineRecord(backend=backend.name, port=instance.port, image=IMAGE)
            return replace(known, port=instance.port, instance=instance), instance
    return None


def _reusable(
    project: Project, last: EngineRecord | None, options: EngineOptions
) -> tuple[EngineRecord, Instance] | None:
    """Return the running engine; ignore one with a backend that does not respond if another backend is chosen."""
    try:
        return _find_running(project, last)
    except Unavailable as error:
        if last is None or options.backend not in (None, last.backend):
            return None
        raise remembered_unavailable(last.backend, error) from None
