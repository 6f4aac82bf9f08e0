"""Run the Nox sessions of a noxfile on several engines. Importing this module requires only Nox."""

from __future__ import annotations

import functools
import inspect
import json
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import nox

from ..engines.registry import BACKENDS
from ..errors import UsageError
from ..suggestions import close_to

BACKEND_VARIABLE = "DYNAMOTASKS_TEST_BACKEND"
"""The backend that the pytest plugin uses."""

_STOPPING = 30.0  # seconds
_Function = TypeVar("_Function", bound=Callable[..., Any])


class SessionEngine(str):
    """The name of the engine of a Nox session, such as "moto": the argument `engine` of `on_each_engine`."""

    is_used = False

    def require(self, session: nox.Session) -> None:
        """Skip the session if this engine cannot run here, or fail it where CI is set; else set its environment.

        dynamotasks has to be installed in the session before. Downloads what the engine needs, such as its image.
        The pytest plugin then uses this engine.
        """
        self.is_used = True
        command = ("python", "-m", f"{__package__}.availability", str(self))
        output = session.run(*command, silent=True, log=False, success_codes=range(256))
        if isinstance(output, str) and (missing := _missing(output, session)):
            if _in_ci(os.environ):
                session.error(f"required in CI, but {missing}")
            session.skip(missing)
        session.env[BACKEND_VARIABLE] = str(self)

    def run(self, session: nox.Session, *command: str, workers: int | None = None, **options: Any) -> None:
        """Run a command with a new engine that has the declared tables, and stop that engine afterwards.

        The variables of the AWS SDKs point to the engine, as with `db.run --temporary`; the engine that `db.up` started
        is not used.

        Args:
            session: the session, in which dynamotasks is installed.
            command: the program and its arguments, such as `"npx", "jest"`.
            workers: the access keys worker1, worker2, ... to this number have separate tables.
            options: further arguments of `session.run`.
        """
        self.is_used = True
        # after Ctrl-C, Nox kills a command that takes longer than half a second to stop its engine
        options = {"interrupt_timeout": _STOPPING, "terminate_timeout": _STOPPING, **options}
        flags = ("--temporary",) if workers is None else ("--workers", str(workers))
        session.run("dynamotasks", "run", "--backend", str(self), *flags, "--", *command, **options)


def on_each_engine(*names: str) -> Callable[[_Function], _Function]:
    """Return a decorator that makes one session for each engine, with its name as id and tag.

    The function receives a `SessionEngine` as its argument `engine`.

    Args:
        names: backends of `db.up`, such as `"docker", "java", "moto"`.

    Raises:
        UsageError: a name is unknown or repeated, or the function has no argument `engine`.
    """
    _check(names)
    parametrize = nox.parametrize("engine", [nox.param(SessionEngine(name), id=name, tags=[name]) for name in names])

    def decorate(function: _Function) -> _Function:
        parameters = inspect.signature(function).parameters.values()
        if not any(one.name == "engine" or one.kind is one.VAR_KEYWORD for one in parameters):
            name = getattr(function, "__name__", "tests")
            hint = f"declare it as `def {name}(session, engine)`"
            raise UsageError(f"session {name} has no argument `engine`", hint=hint)

        @functools.wraps(function)
        def run(session: nox.Session, *args: Any, engine: SessionEngine, **options: Any) -> Any:
            engine.is_used = False
            result = function(session, *args, engine=engine, **options)
            if not engine.is_used:
                session.warn(f"this session did not select {engine}: call engine.require(session) before the tests")
            return result

        decorated: _Function = parametrize(run)
        return decorated

    return decorate


def _check(names: tuple[object, ...]) -> None:
    known = [backend.name for backend in BACKENDS]
    expected = f"expected some of: {', '.join(known)}"
    if not names or callable(names[0]):
        example = '@on_each_engine("docker", "java", "moto")'
        raise UsageError("on_each_engine lacks the names of the engines", hint=f"write them: {example}")
    for name in names:
        if name not in known:
            close = close_to(name, known) if isinstance(name, str) else None
            suggestion = f"did you mean {close!r}? " if close else ""
            raise UsageError(f"unknown engine {name!r}", hint=suggestion + expected)
        if names.count(name) > 1:
            raise UsageError(f"engine {name!r} is repeated", hint="name each engine once")


def _missing(output: str, session: nox.Session) -> str | None:
    """Return the reason that `availability` printed, `None` if the engine can run."""
    last = (output.strip().splitlines() or [""])[-1]
    try:
        reason: str | None = json.loads(last)["missing"]
    except (ValueError, KeyError, TypeError):
        session.error(f'dynamotasks cannot run in this session ({last}): session.install("dynamotasks[embedded]")')
    return reason


def _in_ci(variables: Mapping[str, str]) -> bool:
    return variables.get("CI", "").lower() not in ("", "0", "false")
