"""The `db` tasks: flags -> settings -> one call -> report -> exit code. No logic of their own.

Everything that costs time is imported when a task runs, so that `inv --list` stays instant.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .task_declaration import JSON, db_task
from .task_declaration import db as db

if TYPE_CHECKING:
    from .commands.command import Command

_BACKEND = "docker, java, moto, or auto: the first of them that can start (default: the one used before)"
_PORT = "port to listen on; 0 takes any that is free (default: the one used before, else 8000)"
_IN_MEMORY = "do not persist data"


@db_task(
    target=False,
    backend=_BACKEND,
    port=_PORT,
    in_memory=_IN_MEMORY,
    image="the image for docker",
    no_shared="give each access key and Region tables of its own",
    listen="ADDRESS of this machine to listen on, for containers or other machines (default 127.0.0.1)",
    network="docker: NAME of a network whose containers are to reach the engine",
    timeout="seconds to wait for the first answer (default 60)",
    json=JSON,
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


@db_task(target=False, volumes="remove the data, too", yes="skip the confirmation prompt", json=JSON)
def down(command: Command, volumes: bool = False, yes: bool = False) -> None:
    """Stop this project's engine; keep its data unless --volumes is given."""
    from .commands import engine

    engine.down(command, volumes, yes)


@db_task(target=False, follow="go on until Ctrl-C", lines="how many of the last lines (default 100)")
def logs(command: Command, follow: bool = False, lines: str = "100") -> None:
    """Show the log of this project's local engine."""
    from .commands import engine

    engine.logs(command, follow, lines)


@db_task(  # noqa: S604
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


@db_task(backend=_BACKEND, port=_PORT, in_memory=_IN_MEMORY)
def run(command: Command, backend: str | None = None, port: str | None = None, in_memory: bool = False) -> int:
    """Run a command against the local engine: inv db.run -- npm test.

    Starts the engine, migrates, runs the command with the variables of db.env and exits with its code. The engine is
    stopped afterwards unless it was already running.
    """
    from .commands import engine, run

    return run.run(command, engine.UpFlags(backend, port, in_memory))


@db_task(json=JSON)
def list_(command: Command) -> None:
    """List the tables that exist there."""
    from .commands import tables

    tables.list_tables(command)


@db_task(json=JSON)
def describe(command: Command) -> None:
    """Print live tables as config."""
    from .commands import tables

    tables.describe_tables(command)


@db_task(exit_code="exit with 2 when a table is not in sync", json=JSON)
def status(command: Command, exit_code: bool = False) -> int:
    """Show how each configured table stands: in sync, missing, differs or busy."""
    from .commands import tables

    return tables.status(command, exit_code)


@db_task(format="text, or github for annotations in a pull request", json=JSON)
def validate(command: Command, format: str = "text") -> None:
    """Check the config files; sends nothing."""
    from .commands import tables

    tables.validate(command, format)


@db_task(json=JSON)
def doctor(command: Command) -> int:
    """Show what would run where and why, with a hint for what is in the way."""
    from .commands import doctor

    return doctor.doctor(command)


@db_task(target=False)
def schema(command: Command) -> None:
    """Print the JSON Schema of the config, for editors."""
    from .commands import tables

    tables.schema(command)


@db_task(target=False, dry_run="say what would be written", json=JSON)
def init(command: Command) -> None:
    """Write a tasks.py, a commented config and its editor schema where they are missing.

    Existing files are never changed: it prints the lines to add to a tasks.py that has other tasks.
    """
    from .commands import init

    init.init(command)


_PRUNE = "plan to remove live indexes and tags that the config does not declare"


@db_task(
    exit_code="exit with 2 when a table is not in sync: a drift check",
    prune=_PRUNE,
    out="FILE to write the plan to, for db.migrate --plan",
    json=JSON,
)
def plan(command: Command, exit_code: bool = False, prune: bool = False, out: str | None = None) -> int:
    """Show what db.migrate would do; changes nothing."""
    from .commands import changes

    return changes.show_plan(command, exit_code, prune, out)


@db_task(
    dry_run="show the plan and change nothing",
    allow_destructive="permit steps that remove data or protection",
    confirm="outside disposable environments: the environment's name, as a second yes to destructive steps",
    prune=_PRUNE,
    plan="FILE of db.plan --out: carry out exactly that, if the tables are still as they were",
    no_wait="start what takes long, and leave",
    timeout="seconds that one table may take (default 900)",
    json=JSON,
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
    db_task,
    dry_run="show the plan and change nothing",
    yes="skip the confirmation prompt",
    allow_destructive="outside disposable environments: permit it at all",
    confirm="outside disposable environments: the environment's name, to confirm it",
    timeout="seconds that one table may take (default 900)",
    json=JSON,
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


@db_task(dry_run="show the plan and change nothing", yes="do not ask", json=JSON)
def replace(command: Command, yes: bool = False) -> None:
    """Recreate a table as declared and keep its items; run it again if it was interrupted."""
    from .commands import replace

    replace.replace(command, yes)
