"""The library: `load` a config, `connect` to a database, `plan`, `apply`. The tasks use only that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .client import Database
from .config import Config
from .engines import trim
from .lookup import endpoint
from .planner import plan as plan_for
from .planner import reset
from .project import Project
from .settings import LOCAL, Flags, Settings, project_root
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
    root = project_root(Path.cwd())
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
        UsageError: one of `tables` is not declared.
        TargetError: the database cannot be talked to.
        CallError: a table could not be read.
    """
    names = tuple(tables)
    specs = declared(config, database.target, names)
    found = survey(specs, database, all_names=not names)
    if recreate:
        # a new table takes what a change of the old one would not
        return reset([Wanted(*trim(spec, database.engine)) for spec in specs], found.live)
    note = f"{found.denied}: each table is asked for by itself" if found.denied else ""
    return replace(plan_for(found.wanted, found.live, found.names, prune=prune), note=note)
