"""Find the seed files of tables, read them completely, and write their items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..aws.client import Database
from ..aws.items import put_request
from ..aws.target import Target
from ..config import Config
from ..errors import Hint, Task, UsageError
from ..folders import resolved
from ..migrate.table_reader import read_description
from ..schema.live_table import LiveTable
from ..schema.table_spec import Key, TableSpec
from ..suggestions import did_you_mean
from .seed import Seed
from .seed_files import SEEDS_FOLDER, declared_files, is_named_as_seed, seed_files
from .spool import Spool
from .throughput import Throughput
from .transfer import OnTransfer, Transferred
from .writing import write

_MAX_NAMES = 3


@dataclass(frozen=True, slots=True)
class TableSeed:
    """The checked items of a table.

    Attributes:
        table: the declared name.
        spec: of the table, with its physical name.
        items: encoded.
        files: that the items come from, as they are named in messages.
    """

    table: str
    spec: TableSpec
    items: Spool
    files: tuple[str, ...]


class Seeds:
    """The checked items of several tables, as a context manager that removes them."""

    def __init__(self, tables: Sequence[TableSeed], seed: Seed) -> None:
        self.tables = tables
        self._seed = seed

    def __enter__(self) -> Seeds:
        return self

    def __exit__(self, *error: object) -> None:
        self._seed.close()

    @property
    def count(self) -> int:
        """The number of items."""
        return sum(table.items.count for table in self.tables)


def read_seeds(
    tables: Mapping[str, TableSpec],
    sources: Sequence[tuple[Path, str | None]],
    column_types: Mapping[str, str],
    others: Collection[str] = (),
    ids: Mapping[str, str] | None = None,
) -> Seeds:
    """Return the checked items of seed files.

    Args:
        tables: with their physical names, by declared name.
        sources: the files, each with the table that it belongs to.
        column_types: of CSV columns, by attribute.
        others: declared tables whose items are ignored.
        ids: declared names by what files may call the tables as well.

    Raises:
        ConfigError: all problems of the files and their items.
        UsageError: the files have no items of the tables, or a column is in none of them.
    """
    with ExitStack() as stack:
        seed = stack.enter_context(Seed(tables, column_types, others=others, ids=ids))
        for path, table in sources:
            seed.add(path, table)
        found = seed.items()
        if unknown := [name for name in column_types if name not in seed.columns]:
            close = did_you_mean(unknown[0], seed.columns)
            raise UsageError(f"no file has a column {unknown[0]!r}{close}", hint="types are for the columns of CSV")
        if not found:
            raise UsageError(f"the files have no items of {_names(tables)}", hint="specify other files or tables")
        stack.pop_all()  # the caller closes it
    seeds = [
        TableSeed(name, spec, found[name], tuple(seed.files[name])) for name, spec in tables.items() if name in found
    ]
    return Seeds(seeds, seed)


def declared_sources(
    tables: Mapping[str, TableSpec], root: Path, ids: Mapping[str, str] | None = None
) -> list[tuple[Path, str | None]]:
    """Return the files that tables declare as their `seed`, and those in `config/seeds/` that are named after others.

    Args:
        tables: by declared name.
        root: the project's folder.
        ids: declared names by what files may be named after as well.

    Raises:
        UsageError: no file is declared or found.
    """
    found = [(path, name) for name, spec in tables.items() for path in declared_files(name, spec, root, ids)]
    if not found:
        hint = f"write {SEEDS_FOLDER}/{next(iter(tables), 'TABLE')}.yaml with a list of items, or specify --file"
        raise UsageError(f"no seed file of {_names(tables)}", hint=hint)
    return [*found]


def unread_files(config: Config, root: Path) -> list[Path]:
    """Return the files in `config/seeds/` that no table uses in any environment: their names may be wrong."""
    tables = [*config.tables, *(table for changed in config.overridden.values() for table in changed.values())]
    used = {resolved(file) for table in tables for file in declared_files(table.name, table, root, config.ids)}
    found = sorted((root / SEEDS_FOLDER).glob("*"))
    return [file for file in found if is_named_as_seed(file) and resolved(file) not in used]


def _names(tables: Collection[str]) -> str:
    return f"table {', '.join(tables)}" if len(tables) <= _MAX_NAMES else "the declared tables"


def given_sources(files: Sequence[Path], table: str | None) -> list[tuple[Path, str | None]]:
    """Return the files that paths lead to, each with the table that it belongs to.

    Args:
        files: the paths.
        table: takes its items only, and those of files that do not name a table.

    Raises:
        UsageError: a folder has no seed file.
    """
    found = [each for file in files for each in seed_files(file)]
    return [(path, own or table) for path, own in found if table is None or own in (None, table)]


def write_seeds(seeds: Seeds, database: Database, throughput: Throughput, on_transfer: OnTransfer) -> None:
    """Write the items of seeds; items with the same keys are replaced.

    Args:
        seeds: that are checked.
        database: of the tables.
        throughput: how fast to write.
        on_transfer: called in this thread with the progress of each table, at least at its end.

    Raises:
        UsageError: a table does not exist, is not ready, or has other keys; nothing is written.
        TargetError, CallError, StepError: the items cannot be written. Seeding again completes them.
    """
    live = _check_tables(seeds, database)
    for seed in seeds.tables:
        _write(seed, database, throughput, live[seed.spec.name], on_transfer)


def _write(
    seed: TableSeed, database: Database, throughput: Throughput, live: LiveTable, on_transfer: OnTransfer
) -> None:
    def show(done: int) -> None:
        on_transfer(Transferred(seed.spec.name, done, seed.items.count))

    show(0)
    requests, pace = map(put_request, seed.items), throughput.write_pace(database, live)
    write(database, seed.spec.name, requests, show, concurrency=throughput.concurrency, pace=pace)


def _check_tables(seeds: Seeds, database: Database) -> dict[str, LiveTable]:
    """Return the live tables, after a check that they can hold the items.

    Raises:
        UsageError: a table does not exist, is not ready, or has other keys.
        TargetError: a table belongs to another account, or the database cannot be used.
    """
    live = {seed.spec.name: read_description(database, seed.spec.name) for seed in seeds.tables}
    database.check_account(table.arn for table in live.values() if table)
    problems = [problem for seed in seeds.tables for problem in _problems(seed, live[seed.spec.name])]
    if problems:
        others = [seed.table for seed in seeds.tables if _has_other_keys(seed, live[seed.spec.name])]
        raise UsageError("; ".join(problems), hint=Hint("nothing was written; ", *_advice(others, database.target)))
    return {name: table for name, table in live.items() if table}


def _problems(seed: TableSeed, live: LiveTable | None) -> Iterator[str]:
    if live is None:
        yield f"table {seed.table} does not exist"
    elif live.status not in ("ACTIVE", "UPDATING"):
        yield f"table {seed.table} is {live.status}"
    elif _has_other_keys(seed, live):
        yield f"table {seed.table} has other keys than the config declares"


def _has_other_keys(seed: TableSeed, live: LiveTable | None) -> bool:
    return live is not None and _keys(live.spec) != _keys(seed.spec)


def _advice(others: Sequence[str], target: Target) -> tuple[str | Task, ...]:
    """Return what to do about tables that do not exist, or have other keys."""
    env = "" if target.env == "local" else f"--env {target.env}"
    if not others:
        return "create or update the tables with ", Task("migrate", env)
    if not target.disposable:
        return "see ", Task("plan", env)
    arguments = f"--table {others[0]} {env}".rstrip()
    tasks = Task("replace", arguments), Task("reset", arguments)
    return "recreate the table and keep its items with ", tasks[0], ", or delete them with ", tasks[1]


def _keys(spec: TableSpec) -> list[tuple[Key, str | None]]:
    types = {attribute.name: attribute.type for attribute in spec.attributes}
    return [(key, types.get(key.attribute_name)) for key in spec.key_schema]
