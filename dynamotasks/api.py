"""The functions of the library. The tasks call them, too.

Planning, execution and engines are imported when they are used, so that reading tasks start fast.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from .api_engine import project_of
from .aws.capabilities import omit_unsupported
from .aws.client import Database
from .aws.target import LOCAL, Target
from .config import Config
from .config.environments import Environment
from .config.selection import declared
from .config.settings import Flags, Settings
from .config.target import target_of
from .engines.current_engine import endpoint as engine_endpoint
from .engines.project import Project
from .migrate.clock import TIMEOUT

if TYPE_CHECKING:
    from .migrate.comparison import Comparison
    from .migrate.events import ApplyEvent
    from .migrate.plan import Plan
    from .migrate.status import Status
    from .schema.table_spec import TableSpec


def load(
    files: str | Path | Iterable[str | Path] | None = None,
    variables: Mapping[str, str] | None = None,
    *,
    root: Path | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: str = LOCAL,
    pseudo_parameters: Mapping[str, str] | None = None,
) -> Config:
    """Return the content of config files, or of files in another format; sends nothing.

    Args:
        files: one or several YAML (`.yaml`, `.yml`) or JSON (`.json`) files, read as one; by default the files that
            the tasks find in the project's folder.
        variables: for `${NAME}` in strings; by default the process environment.
        root: the project's folder; by default the nearest one, from the current folder up, with a tasks.py or config.
        parameters: the values of parameters of templates; they override those of the environment.
        environment: sets the parameters that are its `params`.
        pseudo_parameters: those of CloudFormation, such as `AWS::StackName`; the others have a default.

    Raises:
        ConfigError: the files have problems; it contains all of them.
        UsageError: no config file is found, or more than one.
    """
    from .formats.reading import load as load_files

    found = _settings(root).config_files() if files is None else files
    return load_files(found, variables, parameters, environment, pseudo_parameters)


def connect(
    config: Config,
    environment: str = LOCAL,
    *,
    endpoint: str | None = None,
    region: str | None = None,
    profile: str | None = None,
    root: Path | None = None,
) -> Database:
    """Return the database of an environment; sends nothing. Use it in a `with` statement, or close it.

    Args:
        config: returned by `load`.
        environment: `local` (the project's engine), `aws`, or an environment of the config.
        endpoint: URL that overrides the environment's.
        region: AWS Region that overrides the environment's.
        profile: AWS profile that overrides the environment's.
        root: as for `load`.

    Raises:
        UsageError: the environment does not exist, or an argument is invalid.
        TargetError: the profile or Region does not exist.
        EngineError: the project's engine is stopped.
    """
    flags = Flags(env=environment, endpoint=endpoint, region=region, profile=profile)
    return Database(resolve_target(_settings(root, flags), config.environments))


def resolve_target(settings: Settings, environments: Mapping[str, Environment]) -> Target:
    """Return the database that the settings of a command choose; raises the errors of `connect`."""
    return target_of(settings, environments, lambda: engine_endpoint(Project(settings.root)))


def plan(config: Config, database: Database, *, tables: Iterable[str] = (), prune: bool = False) -> Plan:
    """Return the operations that make the tables match the config; changes nothing.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        tables: declared names; by default all.
        prune: removes live indexes and tags that the config does not declare.

    Raises:
        UsageError: one of `tables` is not declared, or a declared setting requires a newer boto3.
        TargetError: the database cannot be reached, or belongs to another account.
    """
    from .migrate import planner
    from .migrate.plan_checks import require_sdk_support

    names = tuple(tables)
    found = _compare(config, database, names)
    planned = planner.plan(found.wanted, found.live, found.names, prune=prune, read_errors=found.read_errors)
    return require_sdk_support(replace(planned, list_error=found.list_error), database)


def plan_reset(config: Config, database: Database, *, tables: Iterable[str] = ()) -> Plan:
    """Return the operations that drop declared tables with their items and recreate them; changes nothing.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        tables: declared names; by default all.

    Raises:
        UsageError: one of `tables` is not declared, or a declared setting requires a newer boto3.
        TargetError: the database cannot be reached, or belongs to another account.
    """
    from .migrate import planner
    from .migrate.plan import TargetTable
    from .migrate.plan_checks import require_sdk_support

    names = tuple(tables)
    found = _compare(config, database, names)
    # a new table supports settings that the live one does not
    wanted = [
        TargetTable(*omit_unsupported(spec, database.engine)) for spec in declared_tables(config, database, names)
    ]
    planned = planner.plan_reset(wanted, found.live, found.read_errors, is_exact=database.engine.exact_item_count)
    return require_sdk_support(replace(planned, is_reset=True), database)


def plan_drop(database: Database, tables: Iterable[str], *, config: Config | None = None) -> Plan:
    """Return the operations that drop tables with their items, declared or not; changes nothing.

    Args:
        database: returned by `connect`.
        tables: their names, without the environment's prefix.
        config: a table that does not exist is an error unless this declares it.

    Raises:
        UsageError: a table neither exists nor is declared.
        TargetError: the database cannot be reached.
        CallError: a table cannot be read.
    """
    from .migrate import planner
    from .migrate.ownership import with_owners
    from .migrate.plan_checks import read_existing

    specs = declared_tables(config, database) if config else ()
    live = read_existing(database, tables, {spec.name for spec in specs})
    planned = planner.plan_drop(live, is_exact=database.engine.exact_item_count)
    return replace(with_owners(planned, specs), is_reset=True)


def apply(  # noqa: PLR0913 - the options of a run, by keyword
    plan: Plan,
    database: Database,
    *,
    allow_destructive: bool = False,
    wait: bool = True,
    timeout: float = TIMEOUT,
    stop: Event | None = None,
    root: Path | None = None,
) -> Generator[ApplyEvent, None, None]:
    """Apply a plan; a table that fails does not stop the others.

    Args:
        plan: returned by `plan`, `plan_reset` or `plan_drop`.
        database: the one that it was planned for.
        allow_destructive: permits operations that remove data or protection; otherwise they, and the operations
            that require them, are blocked.
        wait: `False` does not wait after the last call of a table; operations that have to wait for it are pending.
        timeout: seconds that each table may take.
        stop: when it is set, no more calls are sent.
        root: a reset invalidates the backups of interrupted replacements in this project.

    Yields:
        Events of all tables, as they happen. Closing the generator stops the run after the calls in progress.

    Raises:
        TargetError: before the first call, if the account is not the one that the environment declares.
        UsageError: before the first call, if another tool manages a table; of a reset, if a replacement is running.
    """
    from .migrate import executor
    from .migrate.ownership import require_ownership

    require_ownership(plan, database.target)
    if plan.is_reset and allow_destructive:
        from .data.replacement.project_backups import invalidate

        invalidate(project_of(root).folder, database, plan.tables)
    yield from executor.apply(
        plan, database, allow_destructive=allow_destructive, wait=wait, timeout=timeout, stop=stop
    )


def status(config: Config, database: Database, *, tables: Iterable[str] = ()) -> Status:
    """Return the state of each declared table, and the names of unmanaged ones; changes nothing.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        tables: declared names; by default all, and the unmanaged ones.

    Raises:
        UsageError: one of `tables` is not declared, or a declared setting requires a newer boto3.
        TargetError: the database cannot be reached, or belongs to another account.
    """
    from .migrate.status import read_status

    return read_status(plan(config, database, tables=tables), database)


def declared_tables(config: Config, database: Database, tables: Iterable[str] = ()) -> tuple[TableSpec, ...]:
    """Return the declared tables with the names that they have in a database; raises the errors of `plan`.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        tables: declared names; by default all.
    """
    return declared(config, database.target, tables, lambda: database.stack_tables)


def _settings(root: Path | None, flags: Flags | None = None) -> Settings:
    return Settings(project_of(root).root, flags or Flags())


def _compare(config: Config, database: Database, names: tuple[str, ...]) -> Comparison:
    """Read the live tables of these declared names, or of all, in the account that the environment declares."""
    from .migrate.comparison import compare

    found = compare(declared_tables(config, database, names), database, all_names=not names)
    database.check_table_accounts(table.arn for table in found.live.values() if table)
    return found
