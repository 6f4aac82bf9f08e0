"""Where this project's own engine is: what is remembered of it, checked against what runs."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..aws.target import DEFAULT_ENDPOINT
from ..errors import EngineError, Unavailable, UsageError
from . import Condition, backend
from .ports import is_taken, owner, project_at
from .state_file import STATE, BrokenState, EngineState, Project, read_state

_START = "start it with `inv db.up`"


def recall(project: Project) -> EngineState | None:
    """Return what the project remembers of its engine, which may have ended since.

    Raises:
        BrokenState: the state file is not one that `up` wrote.
    """
    state = read_state(project)
    if state is not None:
        try:
            backend(state.backend)
        except UsageError as error:
            raise BrokenState(
                f"not a valid state file: {error.what}", hint=error.hint, where=str(project.folder / STATE)
            ) from None
    return state


def running(project: Project) -> EngineState | None:
    """Return the state of the project's engine if it runs.

    Raises:
        Unavailable: its backend cannot be asked.
    """
    state = recall(project)
    return state if state and condition_of(project, state) is not Condition.GONE else None


def endpoint(project: Project) -> str | None:
    """Return where this project's engine answers; `None` if the project never started one.

    Raises:
        EngineError: it is stopped or ended, or cannot be checked: what listens on its port may be another project's.
    """
    state = recall(project)
    if state is None:
        _require_nobody_s(project)
        return None
    if state.run is None:
        raise EngineError("this project's engine is stopped", hint=_START)
    try:
        condition = condition_of(project, state)
    except Unavailable as error:
        what = f"cannot check that this project's engine is what answers at {state.run.endpoint}: {error.what}"
        raise Unavailable(what, hint=f"{error.hint}\nor name the database: --endpoint {state.run.endpoint}") from None
    if condition is Condition.SERVING:
        return state.run.endpoint
    how = "does not run any more" if condition is Condition.GONE else "does not listen yet"
    other = f"; what answers at {state.run.endpoint} is {owner(state.port)}" if is_taken(state.port) else ""
    raise EngineError(f"this project's engine {how}{other}", hint=_START)


def _require_nobody_s(project: Project) -> None:
    """Refuse the default endpoint where another project's engine answers there."""
    port = urlsplit(DEFAULT_ENDPOINT).port or 80
    other = project_at(port) if is_taken(port) else None
    if other and other != project.name:
        raise EngineError(
            f"this project has started no engine, and {DEFAULT_ENDPOINT} is the engine of project {other}",
            hint=f"start one: `inv db.up --port 0`; or name that database: --endpoint {DEFAULT_ENDPOINT}",
        )


def condition_of(project: Project, state: EngineState) -> Condition:
    """Ask the backend what has become of the engine that is remembered."""
    return backend(state.backend).condition(project, state.run) if state.run else Condition.GONE
