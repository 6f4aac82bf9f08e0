"""The library: `load` a config, `connect` to a database, `plan`, `apply`. The tasks use only that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .client import Database
from .config import Config
from .engines import trim
from .errors import CallError, UsageError
from .lookup import endpoint
from .planner import plan as plan_for
from .planner import reset
from .project import Project
from .replacing import Replacement, prepare
from .settings import LOCAL, Flags, Settings, current_folder, project_root
from .steps import Plan, Wanted
from .survey import declared, survey


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
        CallError: a table could not be read.
    """
    names = tuple(tables)
    specs = declared(config, database.target, names)
    found = survey(specs, database, all_names=not names)
    if recreate:
        # a new table takes what a change of the old one would not
        return _sendable(reset([Wanted(*trim(spec, database.engine)) for spec in specs], found.live), database)
    note = f"{found.denied}: each table is asked for by itself" if found.denied else ""
    return _sendable(replace(plan_for(found.wanted, found.live, found.names, prune=prune), note=note), database)


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
    found = survey(declared(config, database.target, (table,)), database, all_names=False)
    return prepare(found.wanted[0], database, folder)


def _sendable(plan: Plan, database: Database) -> Plan:
    """Return the plan, whose calls the installed botocore knows, so that none of it fails halfway for that reason."""
    for step in plan.steps:
        if step.call:
            try:
                database.check_known(step.call)
            except CallError as error:
                cure = f"{error.cure}, or remove the setting from the config"
                raise UsageError(error.what, cure=cure, where=step.table) from None
    return plan
