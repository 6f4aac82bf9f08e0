"""The functions of the library, which the tasks use, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from .aws.capabilities import omit_unsupported
from .aws.client import Database
from .aws.target import LOCAL, Target
from .config import Config
from .config import load as load_files
from .config.environments import Environment
from .config.selection import declared
from .config.settings import Flags, Settings, project_root
from .config.target import target_of
from .data.replace import Replacement, prepare
from .data.replace import replace_table as replace_table
from .data.replace_backups import backup_of
from .engines.current_engine import endpoint as engine_endpoint
from .engines.project import Project
from .errors import CallError, Hint, Task, UsageError
from .folders import current_folder
from .migrate import planner
from .migrate.comparison import Comparison, compare, live_table_names
from .migrate.plan import Plan, TargetTable
from .migrate.status import Status, read_status
from .migrate.table_reader import read_description
from .suggestions import close_to


def load(files: str | Path | Iterable[str | Path] | None = None, variables: Mapping[str, str] | None = None) -> Config:
    """Return the content of config files; sends nothing.

    Args:
        files: one or several YAML (`.yaml`, `.yml`) or JSON (`.json`) files, read as one; by default those that the
            tasks find in the project's folder.
        variables: for `${NAME}` in strings; by default the process environment.

    Raises:
        ConfigError: the files have problems; it contains all of them.
        UsageError: no config file is found, or more than one.
    """
    return load_files(_settings().config_files() if files is None else files, variables)


def _settings(flags: Flags = Flags()) -> Settings:  # noqa: B008
    return Settings(project_root(current_folder()), flags)


def connect(
    config: Config,
    environment: str = LOCAL,
    *,
    endpoint: str | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> Database:
    """Return the database of an environment; sends nothing. Close it, or use it in a `with` statement.

    Args:
        config: returned by `load`.
        environment: `local` (this project's engine), `aws`, or an environment of the config.
        endpoint: URL that overrides the environment's.
        region: AWS Region that overrides the environment's.
        profile: AWS profile that overrides the environment's.

    Raises:
        UsageError: the environment does not exist, or an argument is invalid.
        TargetError: the profile or Region does not exist.
        EngineError: the project's engine is stopped.
    """
    flags = Flags(env=environment, endpoint=endpoint, region=region, profile=profile)
    return Database(resolve_target(_settings(flags), config.environments))


def resolve_target(settings: Settings, environments: Mapping[str, Environment]) -> Target:
    """Return the database that settings choose; sends nothing.

    Args:
        settings: of a command.
        environments: declared in the config.

    Raises:
        UsageError: the environment does not exist, or a setting is invalid.
        TargetError: a setting for all environments would send a non-local one to an engine.
        EngineError: the project's engine is stopped.
    """
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
    names = tuple(tables)
    found = _compare(config, database, names)
    planned = planner.plan(found.wanted, found.live, found.names, prune=prune, read_errors=found.read_errors)
    return _sendable(replace(planned, list_error=found.list_error), database)


def plan_reset(config: Config, database: Database, *, tables: Iterable[str] = ()) -> Plan:
    """Return the operations that drop declared tables with their items and create them again; changes nothing.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        tables: declared names; by default all.

    Raises:
        UsageError: one of `tables` is not declared, or a declared setting requires a newer boto3.
        TargetError: the database cannot be reached, or belongs to another account.
    """
    names = tuple(tables)
    found = _compare(config, database, names)
    # a new table supports settings that the live one does not
    wanted = [
        TargetTable(*omit_unsupported(spec, database.engine)) for spec in declared(config, database.target, names)
    ]
    exact = database.engine.exact_item_count
    return _sendable(planner.plan_reset(wanted, found.live, found.read_errors, is_exact=exact), database)


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
    prefix = database.target.table_prefix
    found = {name: read_description(database, prefix + name) for name in dict.fromkeys(tables)}
    known = {table.name for table in config.tables} if config else set()
    for name, table in found.items():
        if table is None and name not in known:
            raise UsageError(f"no such table: {name}", hint=_close(database, name))
    return planner.plan_drop([table for table in found.values() if table], is_exact=database.engine.exact_item_count)


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
    return read_status(plan(config, database, tables=tables), database)


def plan_replacement(config: Config, database: Database, table: str, folder: Path | None = None) -> Replacement:
    """Return how `replace_table` would recreate a table and keep its items; changes no table.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        table: a declared name.
        folder: an existing one for the backup of the items, the same one again to continue an interrupted run; by
            default `.dynamotasks` in the project's folder.

    Raises:
        UsageError: the table is not declared or does not exist, or the environment is not disposable.
        TargetError: the database cannot be reached.
    """
    folder = folder or Project(project_root(current_folder())).make_folder()
    found = compare(declared(config, database.target, (table,)), database, all_names=False)
    (wanted,) = found.wanted
    return prepare(wanted, database, backup_of(folder, database, wanted.spec.name))


def _compare(config: Config, database: Database, names: tuple[str, ...]) -> Comparison:
    """Read the live tables of these declared names, or of all, in the account that the environment declares."""
    found = compare(declared(config, database.target, names), database, all_names=not names)
    database.check_table_accounts(table.arn for table in found.live.values() if table)
    return found


def _sendable(plan: Plan, database: Database) -> Plan:
    """Return the plan if the installed botocore supports all of its calls, so that none of them fails halfway."""
    for operation in plan.operations:
        if call := operation.call:
            try:
                database.check_sdk_support(call)
            except CallError as error:
                hint = error.hint + ", or remove the setting from the config"
                raise UsageError(error.what, hint=hint, where=operation.table) from None
    return plan


def _close(database: Database, name: str) -> Hint | str:
    prefix = database.target.table_prefix
    try:
        close = close_to(name, [table.removeprefix(prefix) for table in live_table_names(database)])
    except CallError:  # listing may be forbidden
        close = None
    return f"did you mean {close!r}?" if close else Hint("see ", Task("list"))
