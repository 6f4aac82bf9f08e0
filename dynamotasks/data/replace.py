"""Replaces a table by a new one with the same items: for what cannot be changed in place.

A dump of the items and its manifest outlive the process: the table is dropped only after both are on disk, and they are
removed only after a scan of the new table has shown every item. A run that was killed is finished by running again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..aws.client import Database
from ..errors import StepError, UsageError
from ..formats.config_table import table_to_config
from ..migrate import executor
from ..migrate.events import Outcome, StepEnded, StepWaiting
from ..migrate.plan import Plan, Step, TargetTable
from ..migrate.planner import plan, plan_table, reset
from ..migrate.table_reader import read_description, read_table
from ..migrate.table_settings import TABLE_SETTINGS
from ..schema.diff import INDEX_LISTS, diff
from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from . import item_file
from .item_file import Item, Manifest, Tally
from .items import key_of, misfit, put_all, scan
from .replace_backups import alone, identity, place_of

Tell = Callable[[str], None]

_AGAIN = "run the same command again: it continues"


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a replacement would do.

    Attributes:
        live: the table as it is now.
        dump: the file that keeps the items meanwhile.
        resumed: the dump of an earlier run, which has dropped its table.
        expiry: the attribute by which the items expired before; empty where TTL was off.
    """

    wanted: TargetTable
    live: LiveTable | None
    dump: Path
    resumed: Manifest | None
    expiry: str

    @property
    def name(self) -> str:
        """The physical name."""
        return self.wanted.spec.name

    @property
    def items(self) -> int:
        """How many items are kept."""
        return self.resumed.count if self.resumed else self.live.items if self.live else 0

    @property
    def lost(self) -> tuple[str, ...]:
        """Return what the live table has and the config does not declare: the new table is without it."""
        if self.live is None or self.resumed:
            return ()
        properties = set(table_to_config(self.live.spec)) - {"billing_mode", *table_to_config(self.wanted.spec)}
        entries = {str(change.path) for change in diff(self.wanted.spec, self.live.spec) if change.undeclared}
        return tuple(sorted(properties | entries))

    @property
    def needless(self) -> bool:
        """Return whether the table is as declared, without an index that is not."""
        if self.live is None or self.resumed:
            return False
        now = plan_table(self.wanted, self.live)
        unknown = set(self.live.denied) & table_to_config(self.wanted.spec).keys()
        extra = any(lost.partition("[")[0] in INDEX_LISTS for lost in self.lost)
        return not (now.changes or now.steps or unknown or extra)

    def plan(self) -> Plan:
        """Return the steps, to be shown."""
        if self.needless:
            return plan([self.wanted], {self.name: self.live})
        (table,) = reset([self.wanted], {self.name: None if self.resumed else self.live}).tables
        words = f"{self.items} item{'' if self.items == 1 else 's'}"
        kept = f"its items are kept in {self.dump.name} until they are found in the new table"
        steps = [replace(step, kind="safe", reason=kept) if step.destructive else step for step in table.steps]
        made = 1 + next(n for n, step in enumerate(steps) if step.call and step.call.operation == "CreateTable")
        copy = [] if self.resumed else [self._step(f"copy {words} to {self.dump.name}")]
        first = [] if self.resumed and self.live else steps[:made]
        back = self._step(f"write {words} back and compare them")
        return Plan((replace(table, live=self.live, steps=(*copy, *first, back, *steps[made:])),))

    def _step(self, title: str) -> Step:
        return Step(table=self.name, mark="=", title=title)


def prepare(wanted: TargetTable, database: Database, folder: Path) -> Replacement:
    """Look at the table and at what an earlier run left; changes nothing.

    Args:
        wanted: the declared table.
        database: where.
        folder: of the project, for the dump.

    Raises:
        UsageError: the environment is not disposable, or there is no such table, or a dump that is damaged or does not
            belong to the table that stands.
    """
    name = wanted.spec.name
    if not database.target.disposable:
        raise UsageError(
            f"environment {database.target.env} is not disposable: what is written during the copy would be lost",
            hint="declare the table under another name, write to both, copy the old items, then drop the old table",
        )
    dump = place_of(folder, database, name)
    manifest = item_file.read(dump, database.endpoint, database.region, name)
    live = read_table(database, name)
    live = None if live and live.status == "DELETING" else live
    ttl = live.spec.time_to_live_specification if live else None
    expiry = (ttl.attribute_name if ttl and ttl.enabled else None) or (manifest.expiry if manifest else "")
    if manifest and (manifest.phase == "restored" or manifest.original == identity(live)):
        manifest = None  # its table was not dropped, and is newer than the copy; or all is restored
    if live is None and manifest is None:
        raise UsageError(f"no such table: {name}", hint="inv db.migrate creates it")
    if manifest:
        _check_table(dump, manifest, wanted, live)
        _check(dump, manifest, wanted.spec)
    return Replacement(wanted, live, dump, manifest, expiry)


def replace_table(replacement: Replacement, database: Database, tell: Tell = lambda text: None) -> int:
    """Carry a replacement out; return how many items the new table has.

    Args:
        replacement: what `prepare` gave.
        database: where.
        tell: hears what is going on.

    Raises:
        UsageError: an item does not fit the declared keys, or the table was changed meanwhile; nothing is changed.
        StepError: the table could not be dropped, created or filled; the dump is kept, and running again continues.
    """
    name, wanted, dump = replacement.name, replacement.wanted, replacement.dump
    bare = _bare(wanted)
    with alone(dump.parent):
        if replacement.needless:
            item_file.remove(dump)  # of a run whose table was not dropped, or is complete
            return replacement.items
        if replacement.resumed:
            manifest = replacement.resumed
            steps = plan([bare], {name: read_table(database, name, bare.spec)})
        else:
            manifest = _save(replacement, database, tell)
            steps = reset([bare], {name: replacement.live})
        _apply(steps, database, tell)
        manifest = replace(manifest, made=identity(read_description(database, name)))
        item_file.write(dump, manifest)
        _restore(manifest, replacement, database, tell)
        item_file.write(dump, replace(manifest, phase="restored"))
        dump.unlink()
        now = plan([wanted], {name: read_table(database, name, wanted.spec)})
        _apply(now, database, tell, replacement.expiry)
        item_file.remove(dump)
    return manifest.count


def _bare(wanted: TargetTable) -> TargetTable:
    """Return the table without what comes later: items must not expire before they are compared."""
    later: dict[str, Any] = {row.property: None for row in TABLE_SETTINGS if not row.in_create}
    return replace(wanted, spec=replace(wanted.spec, **later))


def _save(replacement: Replacement, database: Database, tell: Tell) -> Manifest:
    """Copy the items to the dump and look once more: the table, and each item, must be as it was."""
    name, dump, live = replacement.name, replacement.dump, replacement.live
    assert live is not None
    original, tally, problems = identity(read_description(database, name)), Tally(), list[str]()
    unfit = _Fit(replacement.wanted.spec)

    def lines() -> Iterator[str]:
        for item in scan(database, name):
            if why := unfit(item):
                problems.append(f"{key_of(item, live.spec)}: {why}")
            line = item_file.encode(item)
            tally.add(line)
            yield line
            if tally.count % 1000 == 0:
                tell(f"{tally.count} items copied")

    item_file.write_whole(dump, lines())
    if problems:
        item_file.remove(dump)
        more = [f"and {len(problems) - 10} more"] if len(problems) > 10 else []
        what = f"{len(problems)} of {tally.count} items do not fit the declared keys; nothing is changed"
        raise UsageError(what, hint="\n".join([*problems[:10], *more]))
    if not Tally.of(scan(database, name)).matches(tally) or identity(read_description(database, name)) != original:
        item_file.remove(dump)
        hint = "stop what writes to it, and run the same command again"
        raise UsageError(f"table {name} was changed while it was copied; nothing is lost", hint=hint)
    manifest = Manifest(
        database.endpoint, database.region, name, original, tally.count, tally.checksum, replacement.expiry
    )
    item_file.write(dump, manifest)
    return manifest


class _Fit:
    """Says of each item, one after another, why the declared table would not hold it; empty where it would."""

    def __init__(self, spec: TableSpec) -> None:
        self._spec = spec
        self._keys = set[bytes]()

    def __call__(self, item: Item) -> str:
        if why := misfit(item, self._spec):
            return why
        key = item_file.digest_of(key_of(item, self._spec))
        if key in self._keys:
            return "another item has the same declared key"
        self._keys.add(key)
        return ""


def _check_table(dump: Path, manifest: Manifest, wanted: TargetTable, live: LiveTable | None) -> None:
    """Refuse a table that the items must not, or cannot, be written to."""
    only = f"which holds the only copy of {item_file.in_words(manifest)}, and its .json"
    if manifest.made and manifest.made != identity(live):
        raise UsageError(
            f"table {wanted.spec.name} was dropped after an interrupted db.replace: its old items are not written back",
            hint=f"if they are not needed, remove the file {dump}, {only}",
        )
    steps = plan([_bare(wanted)], {wanted.spec.name: live}).steps
    if refused := [step.title for step in steps if step.kind == "impossible"]:
        raise UsageError(
            "the config was changed after an interrupted db.replace, and the new table cannot follow in place: "
            + ", ".join(refused),
            hint=f"restore the config that the copy was made for, or remove the file {dump}, {only}",
        )


def _check(dump: Path, manifest: Manifest, spec: TableSpec) -> None:
    tally, unfit = Tally(), _Fit(spec)
    try:
        for line in item_file.read_lines(dump):
            tally.add(line)
            if why := unfit(item_file.decode(line)):
                hint = "declare the keys that the earlier run was started with"
                raise UsageError(f"item {tally.count} does not fit the keys: {why}", hint=hint, where=str(dump))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"an earlier run's dump cannot be read: {error}", where=str(dump)) from None
    if not tally.matches(manifest):
        raise UsageError("an earlier run's dump is damaged: count or checksum differs", where=str(dump))


def _apply(steps: Plan, database: Database, tell: Tell, expiry: str | None = None) -> None:
    """Carry steps out; with `expiry`, the attribute by which items expired before, TTL is enabled for no other one."""
    ttl = [table.wanted.time_to_live_specification for table in steps.tables]
    allowed = expiry is None or any(one is not None and one.attribute_name == expiry for one in ttl)
    for event in executor.apply(steps, database, allow_destructive=allowed):
        if isinstance(event, StepWaiting):
            tell(f"{event.step.title.split(' (')[0]}: {event.status}")
        elif isinstance(event, StepEnded) and event.outcome not in (Outcome.DONE, Outcome.SKIPPED):
            if event.error and event.outcome is Outcome.FAILED:
                raise event.error
            what = f"{event.step.title}: {event.outcome.value}" + (f" ({event.detail})" if event.detail else "")
            raise StepError(what, hint=_AGAIN if expiry is None else "the items are in place; run inv db.migrate")


def _restore(manifest: Manifest, replacement: Replacement, database: Database, tell: Tell) -> None:
    """Write the items back, unless the new table holds others, and compare."""
    name, dump = replacement.name, replacement.dump
    known = {item_file.digest_of(line) for line in item_file.read_lines(dump)}
    found = Tally()
    for item in scan(database, name):
        if found.add(item_file.encode(item)) not in known:
            raise UsageError(
                f"the new table {name} holds an item that the old one had not: {item_file.encode(item)[:200]}",
                hint=f"the old items are in {dump}: remove the new item, or that file and its .json; "
                "then run the same command again",
            )
    if not found.matches(manifest):
        source = (item_file.decode(line) for line in item_file.read_lines(dump))
        put_all(database, name, source, lambda written: tell(f"{written} of {manifest.count} items written back"))
        found = Tally.of(scan(database, name))
    if not found.matches(manifest):
        what = f"the new table {name} has {found.count} items that differ from the {manifest.count} written"
        raise StepError(what, hint=f"the old items are in {dump}; {_AGAIN}")
