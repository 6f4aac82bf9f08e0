"""The `db` tasks with their flags and help. Each imports its command when it runs, so that `inv --list` is instant."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import data_tasks as data_tasks
from . import definition_tasks as definition_tasks
from .task_declaration import CONFIRM, DRY_RUN, JSON, YES, db_task
from .task_declaration import db as db

if TYPE_CHECKING:
    from .commands.command import Command

_BACKEND = "docker, java, moto, dynoxide or auto (default: last used)"
_PORT = "port; 0 for any free port (default: last used or 8000)"
_IN_MEMORY = "do not persist data"
_EXIT_CODE = "exit with code 2 if a table is not in sync"
_PRUNE = "also remove undeclared indexes and tags"
_TIMEOUT = "seconds allowed per table (default 900)"


@db_task(
    target=False,
    backend=_BACKEND,
    port=_PORT,
    in_memory=_IN_MEMORY,
    image="Docker image of DynamoDB Local",
    no_shared="separate tables per access key and Region",
    listen="IP address to listen on (default 127.0.0.1)",
    network="Docker network whose containers use the engine",
    timeout="seconds to wait for the engine (default 60)",
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
    """Start DynamoDB locally and wait until it is ready.

    Safe to re-run. Data is kept in a volume (docker) or a folder (java,
    dynoxide), unless --in-memory is given; moto keeps no data.
    """
    from .commands import engine

    flags = engine.UpFlags(backend, port, in_memory, image, no_shared, listen, network, timeout)
    engine.up(command, flags)


@db_task(target=False, volumes="also delete the data", yes=YES, json=JSON)
def down(command: Command, volumes: bool = False, yes: bool = False) -> None:
    """Stop the local engine; keep its data unless --volumes is given."""
    from .commands import engine

    engine.down(command, volumes, yes)


@db_task(target=False, follow="follow the log", lines="number of lines to show (default 100)")
def logs(command: Command, follow: bool = False, lines: str = "100") -> None:
    """Show the log of the local engine."""
    from .commands import engine

    engine.logs(command, follow, lines)


@db_task(  # noqa: S604
    shell="bash, zsh, fish or powershell (default: detected)",
    format="shell, dotenv or json",
    as_="also set this variable to the endpoint (repeatable)",
)
def env(command: Command, shell: str | None = None, format: str = "shell", as_: Sequence[str] | None = None) -> None:
    """Print shell exports for any AWS SDK: eval "$(inv db.env)".

    They set the endpoint for DynamoDB only, and dummy credentials and a Region
    for all AWS services.
    """
    from .commands import engine

    engine.env(command, shell, format, as_ or ())


@db_task(
    backend=_BACKEND,
    port=_PORT,
    in_memory=_IN_MEMORY,
    temporary="use a new, empty engine for this command only",
    workers="number of test workers that get separate tables",
)
def run(
    command: Command,
    backend: str | None = None,
    port: str | None = None,
    in_memory: bool = False,
    temporary: bool = False,
    workers: str | None = None,
) -> int:
    """Run a command against the local engine: inv db.run -- npm test.

    Starts the engine, applies the plan, runs the command with the variables
    of db.env and exits with its code. The engine is stopped afterwards unless
    it was already running.

    --temporary starts a new engine even if the project's engine is running;
    --workers 2 does so too, and creates separate tables, without TTL, for the
    access keys worker1 and worker2.
    """
    from .commands import engine, run

    flags = engine.UpFlags(backend, port, in_memory)
    return run.run(command, run.RunFlags(flags, temporary, workers))


@db_task(json=JSON)
def list_(command: Command) -> None:
    """List existing tables: status, keys, indexes, items, size."""
    from .commands import tables

    tables.list_tables(command)


@db_task(json=JSON)
def describe(command: Command) -> None:
    """Print live tables as config."""
    from .commands import tables

    tables.describe_tables(command)


@db_task(exit_code=_EXIT_CODE, json=JSON)
def status(command: Command, exit_code: bool = False) -> int:
    """Show the state of each declared table.

    The states are: in sync, missing, differs, busy and, for tables that the
    config does not declare, unmanaged.
    """
    from .commands import tables

    return tables.status(command, exit_code)


@db_task(format="text, or github for annotations in GitHub Actions", json=JSON)
def validate(command: Command, format: str = "text") -> None:
    """Validate the config offline."""
    from .commands import config

    config.validate(command, format)


@db_task(json=JSON)
def doctor(command: Command) -> int:
    """Diagnose the setup and suggest fixes."""
    from .commands import doctor

    return doctor.doctor(command)


@db_task(target=False)
def schema(command: Command) -> None:
    """Print the JSON Schema of the config, for editors."""
    from .commands import config

    config.schema(command)


@db_task(target=False, dry_run="show what would be written", json=JSON)
def init(command: Command) -> None:
    """Create tasks.py, a sample config and its JSON Schema.

    Existing files are not changed. If tasks.py has other tasks, the lines to
    add to it are printed.
    """
    from .commands import init

    init.init(command)


@db_task(
    exit_code=_EXIT_CODE,
    prune=_PRUNE,
    out="file to write the plan to, for db.migrate --plan",
    json=JSON,
)
def plan(command: Command, exit_code: bool = False, prune: bool = False, out: str | None = None) -> int:
    """Show what db.migrate would do, without changing anything."""
    from .commands import changes

    return changes.show_plan(command, exit_code=exit_code, prune=prune, out=out)


@db_task(
    dry_run=DRY_RUN,
    allow_destructive="permit operations that remove data or protection",
    confirm=CONFIRM,
    prune=_PRUNE,
    plan="apply a plan from db.plan --out if it is still current",
    no_wait="do not wait for index backfills",
    timeout=_TIMEOUT,
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
    """Create and update tables to match the config.

    Waits until the tables are ready. Operations that remove data or
    protection require --allow-destructive and, outside disposable
    environments, also --confirm.
    """
    from .commands import changes
    from .consent import Consent

    consent = Consent(allow_destructive=allow_destructive, confirm=confirm)
    run = changes.run_options(timeout, wait=not no_wait)
    return changes.migrate(command, consent, run, prune=prune, reviewed=plan)


_dropping = functools.partial(
    db_task,
    dry_run=DRY_RUN,
    yes=YES,
    allow_destructive="required outside disposable environments",
    confirm=CONFIRM,
    timeout=_TIMEOUT,
    json=JSON,
)


@_dropping(seed="also write the items of their seed files")
def reset(
    command: Command,
    yes: bool = False,
    allow_destructive: bool = False,
    confirm: str | None = None,
    timeout: str | None = None,
    seed: bool = False,
) -> int:
    """Drop the declared tables with their items and recreate them.

    With --seed, the seed files are checked before a table is dropped.
    """
    from .commands import changes
    from .consent import Consent

    consent = Consent(yes=yes, allow_destructive=allow_destructive, confirm=confirm)
    run = changes.run_options(timeout)
    if not seed:
        return changes.reset(command, consent, run)
    from .commands.seed import reset_and_seed

    return reset_and_seed(command, consent, run)


@_dropping()
def drop(
    command: Command,
    yes: bool = False,
    allow_destructive: bool = False,
    confirm: str | None = None,
    timeout: str | None = None,
) -> int:
    """Drop the tables named by --table, with their items.

    The config does not have to declare them.
    """
    from .commands import changes
    from .consent import Consent

    consent = Consent(yes=yes, allow_destructive=allow_destructive, confirm=confirm)
    return changes.drop(command, consent, changes.run_options(timeout))
