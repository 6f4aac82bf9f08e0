"""The library: `load` a config, `connect` to a database, `plan`, `apply`. The tasks use only that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .aws.capabilities import omit_unsupported
from .aws.client import Database
from .aws.target import LOCAL
from .config import Config
from .config.selection import declared
from .config.settings import Flags, Settings, project_root
from .data.replace import Replacement, prepare
from .engines.current_engine import endpoint
from .engines.state_file import Project
from .errors import CallError, UsageError
from .folders import current_folder
from .migrate.comparison import compare, names_there
from .migrate.plan import Plan, TargetTable
from .migrate.planner import drop as drop_for
from .migrate.planner import plan as plan_for
from .migrate.planner import reset
from .migrate.table_reader import look
from .suggestions import close_to


def connect(config: Config, environment: str = LOCAL, **words: str) -> Database:
    """A database to plan for; nothing is sent yet. Close it, or use it in `contextlib.closing`.

    Args:
        config: what `load` gave.
        environment: `local` (what this project's `db.up` started), `aws`, or one of the config's.
        words: `endpoint`, `region`, `profile`: as the flags of the tasks.

    Raises:
        UsageError: there is no such environment.
        TargetError: no such profile or Region.
    """
    root = project_root(current_folder())
    settings = Settings(root, Flags(env=environment, **words))
    return Database(settings.target(config.environments, lambda: endpoint(Project(root))))


def plan(
    config: Config, database: Database, *, tables: Iterable[str] = (), prune: bool = False, recreate: bool = False
) -> Plan:
    """What has to be done so that each declared table stands as declared; reads, and changes nothing.

    Args:
        config: what `load` gave.
        database: where.
        tables: declared names to take alone; empty takes all.
        prune: removes indexes and tags that are live and not declared.
        recreate: drops each declared table that stands, with its items, and creates it again.

    Raises:
        UsageError: one of `tables` is not declared, or something declared requires a newer boto3.
        TargetError: the database cannot be talked to.
    """
    names = tuple(tables)
    specs = declared(config, database.target, names)
    found = compare(specs, database, all_names=not names)
    database.check_table_accounts(table.arn for table in found.live.values() if table)
    if recreate:
        # a new table takes what a change of the old one would not
        wanted = [TargetTable(*omit_unsupported(spec, database.engine)) for spec in specs]
        exact = database.engine.exact_item_count
        return _sendable(reset(wanted, found.live, found.failed, exact=exact), database)
    note = f"{found.denied}: each table is asked for by itself" if found.denied else ""
    return _sendable(
        replace(plan_for(found.wanted, found.live, found.names, prune=prune, failed=found.failed), note=note), database
    )


def replacement(config: Config, database: Database, table: str, folder: Path) -> Replacement:
    """Look at what replacing a table by a new one with the same items would do; `replace_table` carries it out.

    Args:
        config: what `load` gave.
        database: where.
        table: the declared name.
        folder: an existing one, for the copy of the items; the one of an earlier run, so that it can continue.

    Raises:
        UsageError: `table` is not declared or does not exist, or the environment is not disposable.
    """
    found = compare(declared(config, database.target, (table,)), database, all_names=False)
    return prepare(found.wanted[0], database, folder)


def _sendable(plan: Plan, database: Database) -> Plan:
    """Return the plan, whose calls the installed botocore knows, so that none of it fails halfway for that reason."""
    for step in plan.steps:
        if step.call:
            try:
                database.check_sdk_support(step.call)
            except CallError as error:
                hint = f"{error.hint}, or remove the setting from the config"
                raise UsageError(error.what, hint=hint, where=step.table) from None
    return plan


def drop(database: Database, tables: Iterable[str], declared: Iterable[str] = ()) -> Plan:
    """Plan to drop live tables, whether the config declares them or not; reads, and changes nothing.

    Args:
        database: where.
        tables: their names, without the environment's prefix.
        declared: the names of the config: one that does not exist is nothing to drop, and no mistake.

    Raises:
        UsageError: a table neither exists nor is declared.
        TargetError: the database cannot be talked to.
        CallError: a table could not be read.
    """
    prefix = database.target.table_prefix
    found = {name: look(database, prefix + name) for name in dict.fromkeys(tables)}
    known = set(declared)
    for name, table in found.items():
        if table is None and name not in known:
            raise UsageError(f"no such table: {name}", hint=_close(database, name))
    return drop_for([table for table in found.values() if table], exact=database.engine.exact_item_count)


def _close(database: Database, name: str) -> str:
    prefix = database.target.table_prefix
    try:
        close = close_to(name, [table.removeprefix(prefix) for table in names_there(database)])
    except CallError:  # listing may be forbidden
        close = None
    return f"did you mean {close!r}?" if close else "see `inv db.list`"
