"""What is declared and what stands, side by side: what a plan is made of. Reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from .client import SIMULTANEOUS_CALLS, Database
from .config import Config
from .engines import Engine, trim, trim_changes
from .errors import CallError, UsageError
from .live import read_table
from .settings import Target
from .spec import LiveTable, TableSpec
from .steps import Wanted


@dataclass(frozen=True, slots=True)
class Survey:
    """Both sides.

    Attributes:
        wanted: the declared tables as this engine can have them.
        live: the live table of each declared name, `None` where there is none.
        names: all tables there that carry the environment's prefix; empty where only some were asked for.
        denied: why the tables there could not be listed, empty where they could.
    """

    wanted: tuple[Wanted, ...]
    live: Mapping[str, LiveTable | None]
    names: tuple[str, ...]
    denied: str = ""


def declared(config: Config, target: Target, tables: Iterable[str] = ()) -> tuple[TableSpec, ...]:
    """The declared tables under their physical names.

    Args:
        config: what the files say.
        target: whose environment's changes and prefix count.
        tables: declared names to take alone; empty takes all.

    Raises:
        UsageError: one of `tables` is not declared.
    """
    specs = config.tables_of(target.env)
    names = chosen(tables, {spec.name for spec in specs})
    return tuple(
        replace(spec, name=target.table_prefix + spec.name) for spec in specs if not names or spec.name in names
    )


def chosen(tables: Iterable[str], known: set[str]) -> set[str]:
    """The names to take alone; empty for all.

    Raises:
        UsageError: one is not among `known`.
    """
    names = set(tables)
    if unknown := names - known:
        raise UsageError(
            f"no such table: {', '.join(sorted(unknown))}", cure=f"known: {', '.join(sorted(known)) or 'none'}"
        )
    return names


def names_there(database: Database) -> list[str]:
    """The tables there that carry the environment's prefix, sorted."""
    return sorted(name for name in database.table_names() if name.startswith(database.target.table_prefix))


def survey(specs: Sequence[TableSpec], database: Database, *, all_names: bool = True) -> Survey:
    """Reads the live tables of the declared ones, ten calls at a time.

    Args:
        specs: by physical names.
        database: where.
        all_names: tells all tables there, so that a plan can tell the unmanaged ones.
    """
    denied = ""
    try:
        names = names_there(database)
    except CallError as error:  # listing may be forbidden where describing is not
        denied, names = error.what, [spec.name for spec in specs]
    standing = set(names)
    wanted = tuple(Wanted(*trim(spec, database.engine, stands=spec.name in standing)) for spec in specs)
    present = [table.spec for table in wanted if table.spec.name in standing]
    live = {**{table.spec.name: None for table in wanted}, **read_tables(present, database)}
    wanted = tuple(_changeable(table, live[table.spec.name], database.engine) for table in wanted)
    return Survey(wanted, live, tuple(names) if all_names and not denied else (), denied)


def _changeable(table: Wanted, live: LiveTable | None, engine: Engine) -> Wanted:
    spec, skipped = trim_changes(table.spec, engine, live)
    return Wanted(spec, (*table.skipped, *skipped))


def read_tables(specs: Sequence[TableSpec], database: Database) -> dict[str, LiveTable | None]:
    """The live table of each name, ten calls at a time, with the settings that the specs declare."""
    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        found = pool.map(lambda spec: read_table(database, spec.name, spec), specs)
        return dict(zip((spec.name for spec in specs), found, strict=True))
