"""Copy the items of a table to a backup and back, and verify that none is lost or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ...aws.client import Database
from ...aws.items import put_request, scan_page
from ...errors import Hint, StepError, UsageError
from ...migrate.events import ApplyEvent
from ...migrate.table_reader import read_description
from ...schema.table_spec import TableSpec
from ..digest_set import DigestSet
from ..item_json import ItemCounter, ItemSummary, decode, encode_all, summarize
from ..key_check import KeyCheck, primary_key
from ..scanning import scan
from ..writing import write
from .backup import Backup
from .backup_manifest import Manifest, TableIdentity

RUN_AGAIN = "run the same command again to continue"
_PROBLEMS_SHOWN = 10
_ITEMS_PER_EVENT = 1000


@dataclass(frozen=True, slots=True)
class ItemsCopied:
    """Progress: the number of items in the backup."""

    count: int


@dataclass(frozen=True, slots=True)
class ItemsRestored:
    """Progress: the number of items in the new table, and of all items."""

    count: int
    total: int


ReplaceEvent: TypeAlias = ItemsCopied | ItemsRestored | ApplyEvent
"""What happens during a replacement."""
OnEvent: TypeAlias = Callable[[ReplaceEvent], None]


def back_up(
    backup: Backup, database: Database, live: TableSpec, wanted: TableSpec, ttl_attribute: str | None, on_event: OnEvent
) -> Manifest:
    """Copy the items of a table to a backup, and check that the table did not change during the copy.

    Args:
        backup: to write.
        database: of the table.
        live: the table.
        wanted: the declared table, which must be able to hold the items.
        ttl_attribute: the attribute by which the items expire.
        on_event: called with each event.

    Raises:
        UsageError: the declared table could not hold an item, or the table has changed. Nothing is left.
    """
    source, counter, problems = _identity(database, live.name), ItemCounter(), _Problems()
    if source is None:
        raise _changed(live.name)

    def lines() -> Iterator[bytes]:
        for line in _checked(database, live, wanted, problems):
            counter.add(line)
            yield line
            if counter.count % _ITEMS_PER_EVENT == 0:
                on_event(ItemsCopied(counter.count))

    backup.write_items(lines())
    items = counter.summary
    try:
        problems.require_none(items.count)
        require_unchanged(database, live.name, source, items)
    except UsageError:
        backup.remove()
        raise
    manifest = Manifest(
        endpoint=database.endpoint,
        region=database.region,
        table=wanted.name,
        source=source,
        items=items,
        ttl_attribute=ttl_attribute,
    )
    backup.write_manifest(manifest)
    return manifest


def require_fitting(database: Database, live: TableSpec, wanted: TableSpec) -> None:
    """Raise `UsageError` if the declared table could not hold an item of the live one."""
    problems = _Problems()
    count = sum(1 for _ in _checked(database, live, wanted, problems))
    problems.require_none(count)


def _checked(database: Database, live: TableSpec, wanted: TableSpec, problems: _Problems) -> Iterator[bytes]:
    """Yield the encoded items of a table, and add the problems that they have with the declared keys."""
    check = KeyCheck(wanted)
    for line in _lines(database, live.name):
        if problem := check.problem(item := decode(line)):
            problems.add(f"{primary_key(item, live).decode()}: {problem}")
        yield line


def _lines(database: Database, table: str) -> Iterator[bytes]:
    """Yield the encoded items of a table."""
    for page in scan(database, table):
        yield from encode_all(page)


def is_empty(database: Database, table: str) -> bool:
    """Return whether a table has no items."""
    return not scan_page(database, table, None, {"Limit": 1}).items


def _identity(database: Database, table: str) -> TableIdentity | None:
    """Return the identity of a live table; `None` if it does not exist."""
    return TableIdentity.of(read_description(database, table))


def require_unchanged(database: Database, table: str, source: TableIdentity, items: ItemSummary) -> None:
    """Raise `UsageError` if a table was recreated or its items are not those that were copied."""
    is_same = _identity(database, table) == source and summarize(_lines(database, table)) == items
    if not (is_same and _identity(database, table) == source):
        raise _changed(table)


def _changed(table: str) -> UsageError:
    """Return the error about a table that changed during its copy."""
    what = f"table {table} changed while it was being copied; no items are lost"
    return UsageError(what, hint="stop the processes that write to it, and run the same command again")


class _Problems:
    """Counts problems and keeps the first ones."""

    def __init__(self) -> None:
        self._count, self._first = 0, list[str]()

    def add(self, problem: str) -> None:
        self._count += 1
        if self._count <= _PROBLEMS_SHOWN:
            self._first.append(problem)

    def require_none(self, items: int) -> None:
        """Raise `UsageError` if there are problems."""
        if self._count:
            more = self._count - len(self._first)
            lines = [*self._first, *([f"and {more} more"] if more else [])]
            what = f"{self._count} of {items} items do not fit the declared keys; nothing was changed"
            raise UsageError(what, hint="\n".join(lines))


def check_backup(backup: Backup, manifest: Manifest, wanted: TableSpec) -> None:
    """Check that a backup is complete and that the declared table could hold its items.

    Raises:
        UsageError: it is damaged, or an item does not fit.
    """
    counter, check = ItemCounter(), KeyCheck(wanted)
    try:
        for line in backup.lines():
            counter.add(line)
            if problem := check.problem(decode(line)):
                hint = "restore the keys that were declared when the interrupted run started"
                what = f"item {counter.count} does not fit the keys: {problem}"
                raise UsageError(what, hint=hint, where=str(backup.path))
    except (OSError, ValueError) as error:
        raise UsageError(f"the backup of an interrupted run cannot be read: {error}", where=str(backup.path)) from None
    if counter.summary != manifest.items:
        what = "the backup of an interrupted run is damaged: the count or checksum of its items differs"
        raise UsageError(what, where=str(backup.path))


def restore(backup: Backup, manifest: Manifest, database: Database, on_event: OnEvent) -> None:
    """Write the items of a backup to the new table, and compare them.

    Raises:
        UsageError: the table holds other items.
        StepError: its items differ from those of the backup.
    """
    table, wanted = manifest.table, manifest.items
    hint = Hint(
        f"the old items are in {backup.path}: remove the new item, or that file and its .json; "
        "then run the same command again"
    )
    found = require_known(backup, database, table, hint)
    if found != wanted:
        requests = map(put_request, backup.lines())
        write(database, table, requests, lambda count: on_event(ItemsRestored(count, wanted.count)))
        found = summarize(_lines(database, table))
    if found != wanted:
        what = f"the {found.count} items of the new table {table} differ from the {wanted.count} that were written"
        raise StepError(what, hint=f"the old items are in {backup.path}; {RUN_AGAIN}")


def require_known(backup: Backup, database: Database, table: str, hint: Hint) -> ItemSummary:
    """Return the summary of the items of the new table, all of which must be in the backup.

    Args:
        backup: of the old table.
        database: of the new table.
        table: its name.
        hint: what to do with other items.

    Raises:
        UsageError: it has another item.
    """
    known, counter = DigestSet(), ItemCounter()
    for line in backup.lines():
        known.add(line)
    for line in _lines(database, table):
        counter.add(line)
        if line not in known:
            shown = line[:200].decode(errors="replace")
            what = f"the new table {table} has an item that the old table did not have: {shown}"
            raise UsageError(what, hint=hint)
    return counter.summary
