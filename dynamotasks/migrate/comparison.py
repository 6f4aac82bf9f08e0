"""What is declared and what stands, side by side: what a plan is made of. Reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..aws.capabilities import Engine, omit_unsupported, omit_unsupported_changes
from ..aws.client import Database
from ..aws.retries import with_retries
from ..aws.sessions import SIMULTANEOUS_CALLS
from ..errors import CallError, Interrupted
from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from .plan import TargetTable
from .table_reader import read_table


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides.

    Attributes:
        wanted: the declared tables as this engine can have them.
        live: the live table of each declared name, `None` where there is none.
        names: all tables there that carry the environment's prefix; empty where only some were asked for.
        denied: why the tables there could not be listed, empty where they could.
        failed: why a declared table could not be read, by its physical name.
    """

    wanted: tuple[TargetTable, ...]
    live: Mapping[str, LiveTable | None]
    names: tuple[str, ...]
    denied: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)


def names_there(database: Database) -> list[str]:
    """The tables there that carry the environment's prefix, sorted."""
    return sorted(name for name in database.table_names() if name.startswith(database.target.table_prefix))


def compare(specs: Sequence[TableSpec], database: Database, *, all_names: bool = True) -> Comparison:
    """Reads the live tables of the declared ones, ten calls at a time.

    Args:
        specs: by physical names.
        database: where.
        all_names: tells all tables there, so that a plan can tell the unmanaged ones.
    """
    denied = ""
    try:
        names = with_retries(lambda: names_there(database))
    except CallError as error:  # listing may be forbidden where describing is not
        denied, names = error.what, [spec.name for spec in specs]
    standing = set(names)
    present = [omit_unsupported(spec, database.engine, exists=True)[0] for spec in specs if spec.name in standing]
    read, failed = read_tables(present, database)
    live = {**{spec.name: None for spec in specs}, **read}
    wanted = tuple(fitted(spec, live[spec.name], database.engine) for spec in specs)
    return Comparison(wanted, live, tuple(names) if all_names and not denied else (), denied, failed)


def fitted(spec: TableSpec, live: LiveTable | None, engine: Engine) -> TargetTable:
    """Return what an engine can have of a declared table, as its live table is."""
    trimmed, skipped = omit_unsupported(spec, engine, exists=live is not None)
    trimmed, more = omit_unsupported_changes(trimmed, engine, live)
    return TargetTable(trimmed, (*skipped, *more))


def read_tables(specs: Sequence[TableSpec], database: Database) -> tuple[dict[str, LiveTable | None], dict[str, str]]:
    """Read the live table of each name, ten at a time, with the settings that the specs declare.

    Returns:
        The tables, and why some could not be read.

    Raises:
        TargetError: the database cannot be talked to: that is no table's fault.
    """
    failed: dict[str, Interrupted | CallError] = {}

    def read(spec: TableSpec) -> LiveTable | None:
        try:
            return with_retries(lambda: read_table(database, spec.name, spec))
        except (Interrupted, CallError) as error:
            failed[spec.name] = error
            return None

    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        found = dict(zip((spec.name for spec in specs), pool.map(read, specs), strict=True))
    if found and all(isinstance(failed.get(name), Interrupted) for name in found):
        raise next(iter(failed.values()))
    return {n: t for n, t in found.items() if n not in failed}, {n: failed[n].what for n in found if n in failed}
