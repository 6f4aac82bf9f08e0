"""The `db` tasks: flags -> settings -> one call -> report -> exit code. No logic of their own.

Everything that costs time is imported when a task runs, so that `inv --list` stays instant.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task, task

from .interrupts import INTERRUPTED, interruptible
from .values import StrictTask, check_given, check_repeated

if TYPE_CHECKING:
    from .commands.base import Command

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
_JSON = "print one JSON document on stdout and nothing else"

db = Collection("db")


def _task(*, target: bool = True, **flags: str) -> Callable[[Body], Task[Body]]:
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
    from .commands.base import Command
    from .commands.careful import carefully
    from .report import Report

    said = {name: words.pop(name) for name in shared if name in words}
    out, dry = Report(words.pop("json", False)), words.pop("dry_run", False)

    def carry_out() -> int | None:
        check_given({**said, **words})
        with closing(Command.of(context, said, out, dry)) as command:
            return body(command, **words)

    return carefully(carry_out, out)


def _flag(name: str, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)


_BACKEND = "docker, java, moto, or auto: the first of them that can start (default: the one used before)"
_PORT = "port to listen on; 0 takes any that is free (default: the one used before, else 8000)"
_IN_MEMORY = "do not persist data"


@_task(
    target=False,
    backend=_BACKEND,
    port=_PORT,
    in_memory=_IN_MEMORY,
    image="the image for docker",
    no_shared="give each access key and Region tables of its own",
    listen="ADDRESS of this machine to listen on, for containers or other machines (default 127.0.0.1)",
    network="docker: NAME of a network whose containers are to reach the engine",
    timeout="seconds to wait for the first answer (default 60)",
    json=_JSON,
)
def up(
    command: Command,
    backend: str | None = None,
    port: str | None = None,
    in_memory: bool = False,
    image: str | None = None,
    no_shared: bool = False,
    listen: str | None = None,
    network: str | None = None,
    timeout: str | None = None,
) -> None:
    """Start this project's local DynamoDB and wait until it answers.

    Safe to re-run. Data is kept (docker: a volume, java: a folder) unless --in-memory; moto keeps none.
    """
    from .commands import engine

    flags = engine.UpFlags(backend, port, in_memory, image, no_shared, listen, network, timeout)
    engine.up(command, flags)


@_task(target=False, volumes="remove the data, too", yes="skip the confirmation prompt", json=_JSON)
def down(command: Command, volumes: bool = False, yes: bool = False) -> None:
    """Stop this project's engine; keep its data unless --volumes is given."""
    from .commands import engine

    engine.down(command, volumes, yes)


@_task(target=False, follow="go on until Ctrl-C", lines="how many of the last lines (default 100)")
def logs(command: Command, follow: bool = False, lines: str = "100") -> None:
    """Show the log of this project's local engine."""
    from .commands import engine

    engine.logs(command, follow, lines)


@_task(  # noqa: S604
    shell="bash, zsh, fish or powershell (default: yours)",
    format="shell, dotenv or json",
    as_="NAME of a further variable that gets the endpoint (repeatable)",
)
def env(command: Command, shell: str | None = None, format: str = "shell", as_: Sequence[str] | None = None) -> None:
    """Print shell exports for any AWS SDK: eval "$(inv db.env)".

    They point DynamoDB, and nothing else of AWS, to the local engine.
    """
    from .commands import engine

    engine.env(command, shell, format, as_ or ())


@_task(backend=_BACKEND, port=_PORT, in_memory=_IN_MEMORY)
def run(command: Command, backend: str | None = None, port: str | None = None, in_memory: bool = False) -> int:
    """Run a command against the local engine: inv db.run -- npm test.

    Starts the engine, migrates, runs the command with the variables of db.env and exits with its code. The engine is
    stopped afterwards unless it was already running.
    """
    from .commands import engine, running

    return running.run(command, engine.UpFlags(backend, port, in_memory))


@_task(json=_JSON)
def list_(command: Command) -> None:
    """List the tables that exist there."""
    from .commands import tables

    tables.list_tables(command)


@_task(json=_JSON)
def describe(command: Command) -> None:
    """Print live tables as config."""
    from .commands import tables

    tables.describe_tables(command)


@_task(exit_code="exit with 2 when a table is not in sync", json=_JSON)
def status(command: Command, exit_code: bool = False) -> int:
    """Show how each configured table stands: in sync, missing, differs or busy."""
    from .commands import tables

    return tables.status(command, exit_code)


@_task(format="text, or github for annotations in a pull request", json=_JSON)
def validate(command: Command, format: str = "text") -> None:
    """Check the config files; sends nothing."""
    from .commands import tables

    tables.validate(command, format)


@_task(json=_JSON)
def doctor(command: Command) -> int:
    """Show what would run where and why, with a cure for what is in the way."""
    from .commands import doctor

    return doctor.doctor(command)


@_task(target=False)
def schema(command: Command) -> None:
    """Print the JSON Schema of the config, for editors."""
    from .commands import tables

    tables.schema(command)


@_task(target=False, dry_run="say what would be written", json=_JSON)
def init(command: Command) -> None:
    """Write a tasks.py, a commented config and its editor schema where they are missing.

    Existing files are never changed: it prints the lines to add to a tasks.py that has other tasks.
    """
    from .commands import init

    init.init(command)


_PRUNE = "plan to remove live indexes and tags that the config does not declare"


@_task(
    exit_code="exit with 2 when a table is not in sync: a drift check",
    prune=_PRUNE,
    out="FILE to write the plan to, for db.migrate --plan",
    json=_JSON,
)
def plan(command: Command, exit_code: bool = False, prune: bool = False, out: str | None = None) -> int:
    """Show what db.migrate would do; changes nothing."""
    from .commands import changes

    return changes.show_plan(command, exit_code, prune, out)


@_task(
    dry_run="show the plan and change nothing",
    allow_destructive="permit steps that remove data or protection",
    confirm="outside disposable environments: the environment's name, as a second yes to destructive steps",
    prune=_PRUNE,
    plan="FILE of db.plan --out: carry out exactly that, if the tables are still as they were",
    no_wait="start what takes long, and leave",
    timeout="seconds that one table may take (default 900)",
    json=_JSON,
)
def migrate(
    command: Command,
    allow_destructive: bool = False,
    confirm: str | None = None,
    prune: bool = False,
    plan: str | None = None,
    no_wait: bool = False,
    timeout: str | None = None,
) -> int:
    """Make the tables what the config declares, and wait until they are."""
    from .commands import changes

    return changes.migrate(command, allow_destructive, confirm, prune, plan, not no_wait, timeout)


_dropping = functools.partial(
    _task,
    dry_run="show the plan and change nothing",
    yes="skip the confirmation prompt",
    allow_destructive="outside disposable environments: permit it at all",
    confirm="outside disposable environments: the environment's name, to confirm it",
    timeout="seconds that one table may take (default 900)",
    json=_JSON,
)


@_dropping()
def reset(
    command: Command,
    yes: bool = False,
    allow_destructive: bool = False,
    confirm: str | None = None,
    timeout: str | None = None,
) -> int:
    """Drop the configured tables, with all their items, and create them again."""
    from .commands import changes

    return changes.drop_and_create(command, yes, allow_destructive, confirm, timeout)


@_dropping()
def drop(
    command: Command,
    yes: bool = False,
    allow_destructive: bool = False,
    confirm: str | None = None,
    timeout: str | None = None,
) -> int:
    """Drop the tables that --table names, declared or not, with all their items."""
    from .commands import changes

    return changes.drop(command, yes, allow_destructive, confirm, timeout)


@_task(dry_run="show the plan and change nothing", yes="do not ask", json=_JSON)
def replace(command: Command, yes: bool = False) -> None:
    """Recreate a table as declared and keep its items; run it again if it was interrupted."""
    from .commands import replacing

    replacing.replace(command, yes)
