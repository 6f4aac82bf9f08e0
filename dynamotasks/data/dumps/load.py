"""Write the items of a dump to tables, which are created where they do not exist."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...aws.client import Database
from ...aws.items import Item, put_request, scan_page
from ...errors import Hint, StepError, Task, UsageError
from ...migrate.comparison import compare
from ...migrate.ownership import require_ownership
from ...migrate.plan import Plan, TargetTable
from ...migrate.plan_checks import require_sdk_support
from ...migrate.planner import plan
from ...migrate.table_reader import read_description
from ...schema.diff import diff
from ...schema.live_table import LiveTable
from ...schema.table_spec import KeySchema, TableSpec
from ..scanning import keys_of, scan
from ..seed_items import ItemReader, attribute_of
from ..table_changes import apply_completely
from ..throughput import Throughput
from ..transfer import Transferred
from ..writing import write
from .manifest import DumpedTable
from .reader import Dump

_NOT_EXPIRED_BEFORE = 5 * 366 * 24 * 3600  # DynamoDB ignores expiry times that are older than five years


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLoad:
    """A table of a dump, and the table that receives its items.

    Attributes:
        wanted: the table to create, with its physical name.
        live: the table that exists; `None` if it is created.
        was_empty: it has no items, or does not exist.
        expired: the number of items that Time to Live deletes.
        differences: the properties in which the existing table differs.
    """

    dumped: DumpedTable
    wanted: TargetTable
    live: LiveTable | None
    was_empty: bool
    expired: int
    differences: tuple[str, ...]

    @property
    def name(self) -> str:
        """The physical name."""
        return self.wanted.spec.name

    @property
    def spec(self) -> TableSpec:
        """The definition of the table that receives the items."""
        return self.live.spec if self.live else self.wanted.spec


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What `load_dump` would do."""

    dump: Dump
    tables: tuple[TableLoad, ...]

    @property
    def creation(self) -> Plan:
        """The operations that create the tables that do not exist."""
        new = [table.wanted for table in self.tables if table.live is None]
        return plan(new, {table.spec.name: None for table in new})


@dataclass(frozen=True, slots=True)
class TableCreated:
    """A table was created; `table` is its physical name."""

    table: str


@dataclass(frozen=True, slots=True)
class TableLoaded:
    """All items of a table are written."""

    load: TableLoad


LoadEvent: TypeAlias = Transferred | TableCreated | TableLoaded
"""What happens while a dump is loaded."""
OnEvent: TypeAlias = Callable[[LoadEvent], None]


def plan_load(
    dump: Dump, tables: Iterable[DumpedTable], declared: Mapping[str, TableSpec], database: Database
) -> LoadPlan:
    """Return what `load_dump` would do, after checking all items; change nothing.

    Args:
        dump: to read.
        tables: of the dump.
        declared: the declared tables with their physical names, by the names without the environment's prefix.
        database: which receives the items.

    Raises:
        UsageError: a file is damaged, or an item or a table does not fit.
        ConfigError: the definition of a table is invalid.
        TargetError, CallError: a call failed.
    """
    if dump.manifest.format != "export":
        hint = Hint("read its files with ", Task("seed"), ", or dump with --format export")
        raise UsageError("a dump of plain JSON cannot be loaded", hint=hint, where=str(dump.folder))
    definitions = {table: dump.read_config(table) for table in tables}
    prefix = database.target.table_prefix
    wanted = [declared.get(spec.name) or replace(spec, name=prefix + spec.name) for spec in definitions.values()]
    found = compare(wanted, database, all_names=False)
    for name, why in found.read_errors.items():
        raise UsageError(f"table {name.removeprefix(prefix)} cannot be read: {why}")
    live = found.live
    database.check_table_accounts(table.arn for table in live.values() if table)
    for spec, target in zip(definitions.values(), found.wanted, strict=True):
        _check_table(spec, live[target.spec.name], target.spec, database)
    return LoadPlan(
        dump,
        tuple(
            _plan_table(dump, table, target, live[target.spec.name], database)
            for table, target in zip(definitions, found.wanted, strict=True)
        ),
    )


def _check_table(dumped: TableSpec, live: LiveTable | None, wanted: TableSpec, database: Database) -> None:
    """Raise `UsageError` if a table cannot receive the items of a dumped one, whatever they are."""
    if live and live.status in ("CREATING", "DELETING"):
        raise UsageError(f"table {dumped.name} is {live.status}", hint="wait until it is ACTIVE, and try again")
    if live is None and wanted.renamed_from:
        raise UsageError(
            f"table {dumped.name} is to be renamed from {wanted.renamed_from}, and does not exist yet",
            hint=Hint("rename it with ", Task("replace", f"--table {dumped.name}"), ", or remove `renamed_from`"),
        )
    here, there = _key(live.spec if live else wanted), _key(dumped)
    if here != there:
        where = f"in environment {database.target.env}" if live else "in the config"
        raise UsageError(
            f"table {dumped.name} has the key {here} {where}, but {there} in the dump; nothing was written",
            hint=Hint(
                "load it into a table with the key of the dump; then change the key with ",
                Task("replace", f"--table {dumped.name}"),
            ),
        )


def _key(spec: TableSpec) -> str:
    types = {attribute.name: attribute.type for attribute in spec.attributes}
    keys: KeySchema = spec.key_schema
    return ", ".join(f"{key.attribute_name} ({key.key_type}, {types.get(key.attribute_name)})" for key in keys)


def _plan_table(
    dump: Dump, dumped: DumpedTable, wanted: TargetTable, live: LiveTable | None, database: Database
) -> TableLoad:
    spec = live.spec if live else wanted.spec
    first = scan_page(database, spec.name, None, {"Limit": 1}).items if live else []
    changes = diff(wanted.spec, live.spec) if live else ()
    return TableLoad(
        dumped=dumped,
        wanted=wanted,
        live=live,
        was_empty=not first,
        expired=_check_items(dump, dumped, spec),
        differences=tuple(sorted({str(change.path) for change in changes if not change.undeclared})),
    )


def _check_items(dump: Dump, dumped: DumpedTable, spec: TableSpec) -> int:
    """Check that a table can hold the items, and return the number of those that have expired."""
    reader, expired, now = ItemReader(spec), 0, time.time()
    ttl = spec.time_to_live_specification
    attribute = ttl.attribute_name if ttl and ttl.enabled else None
    for number, (_, item) in enumerate(dump.items(dumped), start=1):
        for finding in reader.read(item)[1]:
            raise UsageError(
                f"line {number}{attribute_of(finding)}: table {dumped.name} cannot hold the item: {finding.message}",
                hint="nothing was written; change the declared keys, or correct the item and dump again",
                where=str(dump.folder / dumped.file.name),
            )
        expired += attribute is not None and _is_expired(item, attribute, now)
    return expired


def _is_expired(item: Item, attribute: str, now: float) -> bool:
    number = item.get(attribute, {}).get("N")
    return number is not None and now - _NOT_EXPIRED_BEFORE < float(number) < now


def load_dump(
    planned: LoadPlan, database: Database, throughput: Throughput | None = None, on_event: OnEvent | None = None
) -> None:
    """Create the tables that do not exist, and write all items; running it again completes an interrupted run.

    Args:
        planned: returned by `plan_load`.
        database: the one that it was planned for.
        throughput: the limits of the calls.
        on_event: called with each event, in this thread.

    Raises:
        UsageError: another tool manages a table that does not exist, or a table has been replaced meanwhile.
        StepError: a table could not be created or does not have all items.
        TargetError, CallError: a call failed.
    """
    on_event, throughput = on_event or (lambda event: None), throughput or Throughput()
    creation = require_sdk_support(planned.creation, database)
    require_ownership(creation, database.target)
    database.check_account(table.live.arn for table in planned.tables if table.live)
    apply_completely(
        creation, database, lambda event: None, allow_destructive=False, hint=Hint("run the same command again")
    )
    for created in creation.tables:
        on_event(TableCreated(created.table))
    for load in planned.tables:
        live = _check_again(load, database)
        requests = (put_request(line) for line, _ in planned.dump.items(load.dumped))
        total = load.dumped.items.count

        def show(count: int, table: str = load.name, total: int = total) -> None:
            on_event(Transferred(table, count, total))

        pace = throughput.write_pace(database, live)
        write(database, load.name, requests, show, concurrency=throughput.concurrency, pace=pace)
        _verify(load, database, live, throughput)
        on_event(TableLoaded(load))


def _check_again(load: TableLoad, database: Database) -> LiveTable:
    """Return the table as it is now: since it was planned, it may have been dropped or recreated."""
    live = read_description(database, load.name)
    if live is None or live.status in ("CREATING", "DELETING") or _key(live.spec) != _key(load.spec):
        raise UsageError(f"table {load.name} has changed meanwhile", hint="run the same command again")
    return live


def _verify(load: TableLoad, database: Database, live: LiveTable, throughput: Throughput) -> None:
    """Check that the table has at least as many items as were written."""
    expected, found = load.dumped.items.count - load.expired, 0
    if expected <= 0:
        return
    pace, segments = throughput.read_pace(database, live), throughput.segments(live)
    for page in scan(database, load.name, segments=segments, pace=pace, parameters=keys_of(live.spec)):
        found += len(page)
        if found >= expected:  # others may be in the table
            return
    raise StepError(
        f"table {load.name} has {found} items, but {expected} were written",
        hint="another process may delete items; run the same command again",
    )
