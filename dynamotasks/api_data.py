"""The functions of the library for items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from .api import declared_tables
from .api_engine import project_of
from .aws.client import Database
from .aws.sessions import SIMULTANEOUS_CALLS
from .config import Config
from .config.selection import chosen
from .errors import Hint, Task, UsageError
from .schema.table_spec import TableSpec

if TYPE_CHECKING:
    from .data.dumps.dumper import DumpEvent, DumpOptions
    from .data.dumps.load import LoadPlan
    from .data.dumps.manifest import DumpManifest
    from .data.replacement.plan import Replacement
    from .data.seeding import Seeds
    from .data.throughput import Throughput
    from .data.transfer import OnTransfer
    from .data.truncate import Truncation
    from .schema.live_table import LiveTable


def dump(
    database: Database,
    folder: Path,
    *,
    config: Config | None = None,
    tables: Iterable[str] = (),
    options: DumpOptions | None = None,
    on_event: Callable[[DumpEvent], None] | None = None,
) -> DumpManifest:
    """Write tables with their items to a folder; return what was written.

    A dump is not a snapshot: it may have items that are written while it runs, and lack others.

    Args:
        database: returned by `connect`.
        folder: it is created if it does not exist.
        config: declares tables; returned by `load`.
        tables: names without the environment's prefix, declared or not; by default those declared tables that exist.
        options: the format, the most items, the limits of the calls.
        on_event: called with each event, in this thread.

    Raises:
        UsageError: a table does not exist, the folder has a dump or cannot be written to, or plain JSON cannot express
            a value.
        TargetError, CallError: a call failed.
    """
    from .data.dumps.dumper import Dumper, DumpOptions

    dumper = Dumper(database, options or DumpOptions(), on_event or (lambda event: None))
    return dumper.write_folder(read_tables(database, config, tables), folder)


def plan_load(
    database: Database, folder: Path, *, config: Config | None = None, tables: Iterable[str] = ()
) -> LoadPlan:
    """Return what `load_dump` would do with a dump, after checking all of its items; changes nothing.

    Args:
        database: returned by `connect`.
        folder: of the dump.
        config: declares tables; returned by `load`. Others are created as they were dumped.
        tables: names in the dump; by default all.

    Raises:
        UsageError: the dump is incomplete or damaged, or an item or a table does not fit.
        ConfigError: the definition of a table is invalid.
        TargetError, CallError: a call failed.
    """
    from .data.dumps import load
    from .data.dumps.reader import open_dump

    found = open_dump(folder)
    names = chosen(tables, {table.name for table in found.manifest.tables})
    selected = [table for table in found.manifest.tables if not names or table.name in names]
    declared = _declared(config, database, [table.name for table in selected]) if config else {}
    return load.plan_load(found, selected, declared, database)


def read_seeds(
    config: Config,
    database: Database,
    files: Iterable[str | Path] = (),
    *,
    tables: Iterable[str] = (),
    column_types: Mapping[str, str] | None = None,
    root: Path | None = None,
) -> Seeds:
    """Return the items of seed files, all of them checked; writes nothing. Use it in a `with` statement.

    Args:
        config: returned by `load`.
        database: returned by `connect`.
        files: files with items, or folders with such files or an export to S3; by default, the `seed` of each table
            and, for tables without it, the files in `config/seeds/` that are named after them.
        tables: declared names; by default all. If it is one, it takes the items of files that do not name a table.
        column_types: of CSV columns, by attribute, such as `{"age": "N"}`.
        root: the project's folder; by default as for `load`.

    Raises:
        UsageError: one of `tables` is not declared, or no file is found.
        ConfigError: all problems of the files and their items.
    """
    from .data import seeding

    names, given = tuple(tables), [Path(file) for file in files]
    declared = {spec.name for spec in config.tables_of(database.target.env)}
    specs = _declared(config, database, chosen(names, declared))
    if given:
        sources = seeding.given_sources(given, names[0] if len(names) == 1 else None)
    else:
        sources = seeding.declared_sources(specs, project_of(root).root, config.ids)
    return seeding.read_seeds(specs, sources, column_types or {}, declared - specs.keys(), config.ids)


def seed(
    seeds: Seeds,
    database: Database,
    throughput: Throughput | None = None,
    on_transfer: OnTransfer | None = None,
) -> dict[str, int]:
    """Write the items of seeds, and return the number for each declared table; items with the same keys are replaced.

    Args:
        seeds: returned by `read_seeds`.
        database: the one that they were read for.
        throughput: how fast to write.
        on_transfer: called with the progress, in this thread.

    Raises:
        UsageError: a table does not exist, is not ready, or has other keys; nothing is written.
        TargetError, CallError, StepError: the items cannot be written. Seeding again completes them.
    """
    from .data.seeding import write_seeds
    from .data.throughput import Throughput

    write_seeds(seeds, database, throughput or Throughput(), on_transfer or (lambda progress: None))
    return {table.table: table.items.count for table in seeds.tables}


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
    from .data.replacement.plan import prepare
    from .data.replacement.project_backups import backup_of
    from .migrate.comparison import compare

    folder = folder or project_of(None).make_folder()
    found = compare(declared_tables(config, database, (table,)), database, all_names=False)
    (wanted,) = found.wanted
    return prepare(wanted, database, backup_of(folder, database, wanted.spec.name))


def plan_truncation(
    config: Config | None, database: Database, tables: Iterable[str] = (), *, folder: Path | None = None
) -> Truncation:
    """Return the tables that `truncate` would empty, with the number of their items; changes nothing.

    Args:
        config: returned by `load`; `None` if the tables are not declared.
        database: returned by `connect`.
        tables: their names, without the environment's prefix, declared or not; by default all declared ones.
        folder: an existing one, with the backups of interrupted replacements; by default `.dynamotasks` in the
            project's folder.

    Raises:
        UsageError: a table neither exists nor is declared, or a replacement of it was interrupted.
        TargetError: the database cannot be reached, or belongs to another account.
    """
    from .data.truncate import prepare
    from .migrate.plan_checks import read_existing

    names = tuple(dict.fromkeys(tables))
    if config is None and not names:
        raise UsageError("no table specified", hint="specify the tables to truncate: --table NAME")
    declared = _declared(config, database, names) if config else {}
    others = read_existing(database, [name for name in names if name not in declared], ())
    return prepare(tuple(declared.values()), others, database, folder or project_of(None).make_folder())


def read_tables(database: Database, config: Config | None, tables: Iterable[str]) -> dict[str, LiveTable]:
    """Return live tables with their settings, by the names without the environment's prefix.

    Args:
        database: returned by `connect`.
        config: declares tables; returned by `load`.
        tables: names, declared or not; by default those declared tables that exist.

    Raises:
        UsageError: a table does not exist.
        TargetError, CallError: a call failed.
    """
    from .migrate.plan_checks import no_such_table
    from .migrate.table_reader import read_table

    given = tuple(dict.fromkeys(tables))
    declared = _declared(config, database, given) if config else {}
    names = given or tuple(declared)
    prefix = database.target.table_prefix
    physical = [declared[name].name if name in declared else prefix + name for name in names]
    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        live = dict(zip(names, pool.map(lambda name: read_table(database, name), physical), strict=True))
    found = {name: table for name, table in live.items() if table}
    if missing := [name for name in given if name not in found]:
        raise no_such_table(database, *missing)
    if not found:
        hint = Hint(Task("migrate"), " creates the declared tables; specify others with --table")
        raise UsageError("no declared table exists", hint=hint)
    database.check_table_accounts(table.arn for table in found.values())
    return found


def _declared(config: Config, database: Database, names: Iterable[str]) -> Mapping[str, TableSpec]:
    """Return those of the tables that are declared, all if there are no names, with physical names."""
    known = [spec.name for spec in config.tables_of(database.target.env)]
    selected = [name for name in known if name in names] if names else known
    if not selected:
        return {}
    return dict(zip(selected, declared_tables(config, database, selected), strict=True))
