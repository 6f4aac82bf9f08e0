"""The project's current engine: its record, verified against the running process or container."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..aws.target import DEFAULT_ENDPOINT
from ..errors import EngineError, Hint, Task, Unavailable, UsageError
from .backend import Status
from .engine_record import EngineRecord
from .ports import describe_listener, is_taken, project_on
from .project import Project
from .registry import find_backend
from .state_file import BrokenStateFile, read_record


def recorded(project: Project) -> EngineRecord | None:
    """Return the record of the project's engine, which may have ended since; `None` if it never started one.

    Raises:
        BrokenStateFile: the state file is not valid.
    """
    record = read_record(project)
    if record is not None:
        try:
            find_backend(record.backend)
        except UsageError as error:
            raise BrokenStateFile(project, error.what) from None
    return record


def running(project: Project) -> EngineRecord | None:
    """Return the record of the project's engine if it is running.

    Raises:
        BrokenStateFile: the state file is not valid.
        Unavailable: the backend does not respond.
    """
    record = recorded(project)
    return record if record and status_of(project, record) is not Status.ENDED else None


def status_of(project: Project, record: EngineRecord) -> Status:
    """Return the status of the recorded instance; `ENDED` if it has none.

    Raises:
        Unavailable: the backend does not respond.
    """
    return find_backend(record.backend).status(project, record.instance) if record.instance else Status.ENDED


def endpoint(project: Project) -> str | None:
    """Return the URL of the project's engine; `None` if the project never started one.

    Raises:
        EngineError: the engine is not running, or cannot be verified, so another project's may be on its port.
    """
    record = recorded(project)
    if record is None:
        _refuse_other_project(project)
        return None
    start = Hint("start it with ", Task("up"))
    if record.instance is None:
        raise EngineError("this project's engine is stopped", hint=start)
    url = record.instance.endpoint
    try:
        status = status_of(project, record)
    except Unavailable as error:
        what = f"cannot verify that {url} is this project's engine: {error.what}"
        raise Unavailable(what, hint=error.hint + f"\nor specify the database: --endpoint {url}") from None
    if status is Status.SERVING:
        return url
    problem = "is no longer running" if status is Status.ENDED else "is not listening yet"
    other = f"; {describe_listener(record.port)} is listening at {url}" if is_taken(record.port) else ""
    raise EngineError(f"this project's engine {problem}{other}", hint=start)


def _refuse_other_project(project: Project) -> None:
    """Raise `EngineError` if another project's engine uses the default endpoint."""
    port = urlsplit(DEFAULT_ENDPOINT).port or 80
    other = project_on(port) if is_taken(port) else None
    if other and other != project.name:
        raise EngineError(
            f"{DEFAULT_ENDPOINT} is the engine of project {other}, and this project has not started one",
            hint=Hint("start one: ", Task("up", "--port 0"), f"; or use that one: --endpoint {DEFAULT_ENDPOINT}"),
        )
