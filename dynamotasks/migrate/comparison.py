"""Read the live tables that correspond to the declared ones: a plan compares both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ..aws.backoff import with_retries
from ..aws.capabilities import Engine, omit_unsupported, omit_unsupported_changes
from ..aws.client import Database
from ..aws.sessions import SIMULTANEOUS_CALLS
from ..errors import CallError, Interrupted
from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from .plan import TargetTable
from .table_reader import read_description, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The declared tables and the live ones.

    Attributes:
        wanted: the declared tables, as far as the engine supports them; `renamed_from` only if a table has that name.
        live: the live table of each declared name, `None` if it does not exist.
        names: all live tables that have the prefix of the environment, without those that are to be renamed; empty if
            only some were requested.
        list_error: why the tables could not be listed.
        read_errors: why a table could not be read, by physical name.
    """

    wanted: tuple[TargetTable, ...]
    live: Mapping[str, LiveTable | None]
    names: tuple[str, ...] = ()
    list_error: str | None = None
    read_errors: Mapping[str, str] = field(default_factory=dict)


def live_table_names(database: Database) -> list[str]:
    """Return the sorted names of the tables that have the prefix of the environment."""
    return sorted(name for name in database.table_names() if name.startswith(database.target.table_prefix))


def compare(specs: Sequence[TableSpec], database: Database, *, all_names: bool = True) -> Comparison:
    """Read the live tables of declared ones.

    Args:
        specs: the declared tables, with physical names.
        database: where the live ones are.
        all_names: whether to return the names of all live tables, so that a plan can report the unmanaged ones.

    Raises:
        TargetError: the database cannot be reached.
    """
    list_error = None
    try:
        names = with_retries(lambda: live_table_names(database))
    except CallError as error:  # the caller may be allowed to describe tables, but not to list them
        list_error, names = error.what, [spec.name for spec in specs]
    existing = set(names)
    specs = [_pending_rename(spec, database, existing, is_listed=list_error is None) for spec in specs]
    earlier = {database.target.table_prefix + spec.renamed_from for spec in specs if spec.renamed_from}
    supported = [omit_unsupported(spec, database.engine, exists=True)[0] for spec in specs if spec.name in existing]
    read, read_errors = read_tables(supported, database)
    live = {**{spec.name: None for spec in specs}, **read}
    return Comparison(
        wanted=tuple(target_table(spec, live[spec.name], database.engine) for spec in specs),
        live=live,
        names=tuple(name for name in names if name not in earlier) if all_names and list_error is None else (),
        list_error=list_error,
        read_errors=read_errors,
    )


def _pending_rename(spec: TableSpec, database: Database, existing: set[str], *, is_listed: bool) -> TableSpec:
    """Return the spec without the name of an earlier table that does not exist."""
    if spec.renamed_from is None:
        return spec
    name = database.target.table_prefix + spec.renamed_from
    exists = name in existing or (not is_listed and read_description(database, name) is not None)
    return spec if exists else replace(spec, renamed_from=None)


def target_table(spec: TableSpec, live: LiveTable | None, engine: Engine) -> TargetTable:
    """Return what an engine supports of a declared table, given the live one."""
    supported, skipped = omit_unsupported(spec, engine, exists=live is not None)
    supported, unchangeable = omit_unsupported_changes(supported, engine, live)
    return TargetTable(supported, (*skipped, *unchangeable))


def read_tables(specs: Sequence[TableSpec], database: Database) -> tuple[dict[str, LiveTable | None], dict[str, str]]:
    """Read the live table of each name in parallel, with the settings that the specs declare.

    Returns:
        The live tables, and why others could not be read, by name.

    Raises:
        TargetError: the database cannot be reached.
    """
    errors: dict[str, Interrupted | CallError] = {}

    def read(spec: TableSpec) -> LiveTable | None:
        try:
            return with_retries(lambda: read_table(database, spec.name, spec))
        except (Interrupted, CallError) as error:
            errors[spec.name] = error
            return None

    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        tables = dict(zip((spec.name for spec in specs), pool.map(read, specs), strict=True))
    if tables and all(isinstance(errors.get(name), Interrupted) for name in tables):
        raise next(iter(errors.values()))
    readable = {name: table for name, table in tables.items() if name not in errors}
    return readable, {name: errors[name].what for name in tables if name in errors}
