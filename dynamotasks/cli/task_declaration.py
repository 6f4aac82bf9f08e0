"""How the tasks of the `db` collection are made: shared flags, strict values, errors and exit codes."""

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
    "env": "which environment: local (default), aws, or one of the config's `environments:`",
    "config": "PATH of a config file or folder; may be given several times",
    "endpoint": "the DynamoDB to talk to, as a URL",
    "region": "AWS Region",
    "profile": "AWS profile",
    "table": "NAME of a table to take alone; may be given several times",
}
_ITERABLE = ("config", "table", "as_")
JSON = "print one JSON document on stdout and nothing else"

db = Collection("db")


def db_task(*, target: bool = True, **flags: str) -> Callable[[Body], Task[Body]]:
    """Makes a task of a body that takes a `Command` and its own flags: adds the shared flags, errors and exit codes.

    Args:
        target: adds the flags of all tasks that talk to a database.
        flags: the help of the body's own flags, and of `json` and `dry_run`, which a body takes through its command.
    """
    shared = _TARGET_FLAGS if target else {}

    def decorate(body: Body) -> Task[Body]:
        own = list(inspect.signature(body).parameters.values())[1:]
        added = [
            *(_flag(name, False) for name in ("dry_run", "json") if name in flags),
            *(_flag(name, None) for name in shared),
        ]

        @functools.wraps(body)
        def run(context: Context, **words: Any) -> None:
            check_repeated()
            try:
                with interruptible():
                    code = _run(body, context, words, shared)
            except KeyboardInterrupt:  # before the task began
                code = INTERRUPTED
            if code:
                raise Exit(code=code)

        first = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature([first, *own, *added])  # type: ignore[attr-defined]
        made: Task[Body] = task(
            name=body.__name__.rstrip("_"),
            help={**{name.rstrip("_").replace("_", "-"): text for name, text in flags.items()}, **shared},
            iterable=[name for name in (*shared, *flags) if name in _ITERABLE],
            auto_shortflags=False,
            klass=StrictTask,
        )(run)
        db.add_task(made)
        return made

    return decorate


def _run(body: Callable[..., int | None], context: Context, words: dict[str, Any], shared: Iterable[str]) -> int:
    from .commands.command import Command
    from .exit_codes import carefully
    from .output import Output

    said = {name: words.pop(name) for name in shared if name in words}
    out, dry = Output(words.pop("json", False)), words.pop("dry_run", False)

    def carry_out() -> int | None:
        check_given({**said, **words})
        with closing(Command.of(context, said, out, dry)) as command:
            return body(command, **words)

    return carefully(carry_out, out)


def _flag(name: str, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
