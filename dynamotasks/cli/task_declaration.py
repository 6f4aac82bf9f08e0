"""The decorator that adds a function to the `db` collection, with shared flags, error messages and exit codes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any, TypeVar

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task, task

from .flag_values import StrictTask, check_given, check_repeated
from .interrupts import INTERRUPTED, interruptible

Body = TypeVar("Body", bound=Callable[..., int | None])

_TARGET_FLAGS = {
    "env": "environment: local (default), aws or one in the config",
    "config": "config file or folder (repeatable)",
    "endpoint": "URL of the DynamoDB endpoint",
    "region": "AWS Region",
    "profile": "AWS profile",
    "table": "only this table (repeatable)",
    "param": "NAME=VALUE for a template (repeatable)",
    "stack": "CloudFormation stack of the template",
}
_REPEATABLE = ("config", "table", "param")
JSON = "print one JSON document to stdout"
DRY_RUN = "show the plan without applying it"
YES = "skip the confirmation prompt"
CONFIRM = "environment name, to confirm destructive operations"

db = Collection("db")


def db_task(*, target: bool = True, **flags: str) -> Callable[[Body], Task[Body]]:
    """Make a task of a function that takes a `Command` and its own flags.

    Args:
        target: add the flags shared by all tasks that connect to a database.
        flags: the help of the function's flags, and of `json` and `dry_run`, which it takes from its command.
    """
    shared = _TARGET_FLAGS if target else {}

    def decorate(body: Body) -> Task[Body]:
        own = list(inspect.signature(body).parameters.values())[1:]
        added = [
            *(_flag(name, False) for name in ("dry_run", "json") if name in flags),
            *(_flag(name, None) for name in shared),
        ]

        @functools.wraps(body)
        def run(context: Context, **values: Any) -> None:
            check_repeated()
            try:
                with interruptible():
                    code = _run(body, context, values, shared)
            except KeyboardInterrupt:  # before the task began
                code = INTERRUPTED
            if code:
                raise Exit(code=code)

        first = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature([first, *own, *added])  # type: ignore[attr-defined]
        new: Task[Body] = task(
            name=body.__name__.rstrip("_"),
            help={**{name.rstrip("_").replace("_", "-"): text for name, text in flags.items()}, **shared},
            iterable=[*filter(_REPEATABLE.__contains__, shared), *(p.name for p in own if _is_repeatable(p))],
            auto_shortflags=False,
            klass=StrictTask,
        )(run)
        db.add_task(new)
        return new

    return decorate


def _run(body: Callable[..., int | None], context: Context, values: dict[str, Any], shared: Iterable[str]) -> int:
    from .commands.command import Command
    from .exit_codes import exit_code_of
    from .output import Output

    flags = {name: values.pop(name) for name in shared if name in values}
    out, dry = Output(values.pop("json", False)), values.pop("dry_run", False)

    def run() -> int | None:
        check_given({**flags, **values})
        with closing(Command.from_context(context, flags, out, dry)) as command:
            return body(command, **values)

    return exit_code_of(run, out)


def _is_repeatable(flag: inspect.Parameter) -> bool:
    return "Sequence" in str(flag.annotation)


def _flag(name: str, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
