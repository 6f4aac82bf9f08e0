"""Delete all items of tables.

A table of a local engine is deleted and created again, if that is faster and loses nothing but the items. Items of all
other tables are deleted in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..aws.client import Database
from ..aws.items import Item, delete_request
from ..errors import Hint, StepError, Task, UsageError
from ..migrate.events import ApplyEvent
from ..migrate.plan import Plan
from ..migrate.table_reader import read_description
from ..migrate.wording import item_count
from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from .item_json import encode
from .recreation import plan_recreation
from .replacement.project_backups import backup_of, exclusive, read_manifest
from .scanning import keys_of, scan
from .table_changes import apply_completely, not_deleting
from .throughput import Throughput
from .transfer import Transferred
from .writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class TableToTruncate:
    """A table whose items are to be deleted.

    Attributes:
        name: the physical name.
        declared: its declaration, if it has one.
        live: `None` if it does not exist.
    """

    name: str
    declared: TableSpec | None
    live: LiveTable | None

    @property
    def items(self) -> int:
        """The number of items; AWS refreshes it about every six hours."""
        return self.live.items if self.live else 0


@dataclass(frozen=True, slots=True)
class Truncation:
    """The tables to truncate.

    Attributes:
        folder: of the project, which only one replacement or truncation at a time uses.
    """

    tables: tuple[TableToTruncate, ...]
    folder: Path

    @property
    def items(self) -> int:
        """The number of items of all tables."""
        return sum(table.items for table in self.tables)


@dataclass(frozen=True, slots=True)
class TableTruncated:
    """All items of a table are deleted.

    Attributes:
        table: the physical name.
        items: the number of items that were deleted.
        created: the table did not exist before.
    """

    table: str
    items: int
    created: bool = False


TruncateEvent: TypeAlias = Transferred | TableTruncated | ApplyEvent
"""What happens during a truncation."""


def prepare(declared: Sequence[TableSpec], others: Iterable[LiveTable], database: Database, folder: Path) -> Truncation:
    """Return the tables to truncate, as they are now.

    Args:
        declared: declared tables, with physical names.
        others: tables that are not declared.
        database: of the tables.
        folder: of the project.

    Raises:
        UsageError: an interrupted replacement of a table has not restored its items.
        TargetError: a table belongs to another account.
    """
    tables = (
        *(
            TableToTruncate(name=spec.name, declared=spec, live=not_deleting(read_description(database, spec.name)))
            for spec in declared
        ),
        *(TableToTruncate(name=live.spec.name, declared=None, live=live) for live in others),
    )
    database.check_table_accounts(table.live.arn for table in tables if table.live)
    for table in tables:
        _require_finished(folder, database, table.name)
    return Truncation(tables, folder)


def _require_finished(folder: Path, database: Database, name: str) -> None:
    backup = backup_of(folder, database, name)
    manifest = read_manifest(backup, database, name)
    if manifest and manifest.is_unfinished:
        items = item_count(manifest.items.count, is_exact=True)
        declared = name.removeprefix(database.target.table_prefix)
        raise UsageError(
            f"an interrupted db.replace keeps {items} of table {name} in {backup.path}",
            hint=Hint("finish it with ", Task("replace", f"--table {declared}"), ", or remove that file and its .json"),
        )


def truncate(
    truncation: Truncation,
    database: Database,
    *,
    throughput: Throughput | None = None,
    on_event: Callable[[TruncateEvent], None] | None = None,
) -> dict[str, int]:
    """Delete all items of tables, one table after another, and return the numbers of items by table.

    Args:
        truncation: returned by `plan_truncation`.
        database: the one that it was planned for.
        throughput: the limits.
        on_event: called with each event, in this thread.

    Raises:
        UsageError: a table is not ACTIVE, or was created, dropped or partly replaced meanwhile, or another truncation
            is running.
        StepError: items are left, because they were written meanwhile. Running again deletes them.
        TargetError, CallError: a call failed. Running again continues.
    """
    run = _Run(database, throughput or Throughput(), on_event or (lambda event: None))
    with exclusive(truncation.folder):
        database.check_account(table.live.arn for table in truncation.tables if table.live)
        for table in truncation.tables:
            _require_finished(truncation.folder, database, table.name)
        return {table.name: run.truncate(table) for table in truncation.tables}


@dataclass(frozen=True, slots=True)
class _Run:
    database: Database
    throughput: Throughput
    on_event: Callable[[TruncateEvent], None]

    def truncate(self, table: TableToTruncate) -> int:
        """Delete the items of a table and return their number."""
        live = self._current(table)
        recreation = plan_recreation(table.declared, live, self.database)
        if recreation:
            hint = Hint("run the same command again to continue")
            apply_completely(Plan((recreation,)), self.database, self.on_event, allow_destructive=True, hint=hint)
            items = live.items if live else 0
        elif live:
            items = self._delete_items(live)
        else:
            return 0
        if left := self._count(table.name):
            raise StepError(
                f"table {table.name} still has {item_count(left, is_exact=True)}, written meanwhile",
                hint="stop the processes that write to it, and run the same command again",
            )
        self.on_event(TableTruncated(table.name, items, created=live is None))
        return items

    def _current(self, table: TableToTruncate) -> LiveTable | None:
        """Return the table as it is now, which must be the one that was planned."""
        live = not_deleting(read_description(self.database, table.name))
        if table.live is None or live is None or not live.is_same(table.live):
            if live is None and table.live is None:
                return None
            what = f"table {table.name} was {'created' if live else 'dropped'} meanwhile"
            raise UsageError(what, hint="run the same command again")
        if live.status != "ACTIVE":
            what = f"table {table.name} is {live.status}: its items can be deleted when it is ACTIVE"
            raise UsageError(what, hint="wait until then, and run the same command again")
        return live

    def _delete_items(self, live: LiveTable) -> int:
        name = live.spec.name
        with closing(self._keys(live)) as pages:
            return write(
                self.database,
                name,
                (delete_request(encode(key)) for page in pages for key in page),
                lambda done: self.on_event(Transferred(name, done, live.items)),
                concurrency=self.throughput.concurrency,
                pace=self.throughput.write_pace(self.database, live),
            )

    def _count(self, table: str) -> int:
        live = read_description(self.database, table)
        return sum(map(len, self._keys(live))) if live else 0

    def _keys(self, live: LiveTable) -> Generator[list[Item], None, None]:
        """Yield the keys of a table, page by page."""
        return scan(
            self.database,
            live.spec.name,
            segments=self.throughput.segments(live),
            pace=self.throughput.read_pace(self.database, live),
            parameters=keys_of(live.spec),
        )
