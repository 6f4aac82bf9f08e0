"""Plan the replacement of a table, from the live table and the backup of an interrupted run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote

from ...aws.client import Database
from ...errors import Hint, Task, UsageError
from ...formats.config_table import table_to_config
from ...migrate.operations.base import Operation
from ...migrate.operations.properties import ChangeDeletionProtection
from ...migrate.operations.settings import EnableTimeToLive
from ...migrate.operations.tables import CopyItems, CreateTable, DeleteTable, RestoreItems
from ...migrate.ownership import require_ownership
from ...migrate.plan import Plan, TablePlan, TableState, TargetTable
from ...migrate.planner import plan, plan_drop, plan_reset, plan_table
from ...migrate.table_reader import read_table
from ...migrate.wording import item_count, title
from ...schema.diff import INDEX_LISTS
from ...schema.live_table import LiveTable
from ..table_changes import not_deleting, undeclared_properties, without_settings
from .backup import Backup
from .backup_manifest import Manifest, Phase, TableIdentity
from .item_copy import check_backup, is_empty
from .project_backups import read_manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What a replacement would do.

    Attributes:
        wanted: the declared table.
        live: the table whose items are kept, as it is now.
        renamed_from: the name of that table without the environment's prefix, if it is another one.
        backup: the files that keep the items during the replacement.
        found: the manifest of the backup, if it exists.
        resumed: that manifest, if the interrupted run has dropped its table.
        ttl_attribute: the attribute by which the items expire; `None` if TTL is disabled.
    """

    wanted: TargetTable
    live: LiveTable | None
    renamed_from: str | None
    backup: Backup
    found: Manifest | None
    resumed: Manifest | None
    ttl_attribute: str | None

    @property
    def name(self) -> str:
        """The physical name."""
        return self.wanted.spec.name

    @property
    def item_count(self) -> int:
        """The number of items to keep."""
        return self.resumed.items.count if self.resumed else self.live.items if self.live else 0

    @property
    def lost(self) -> tuple[str, ...]:
        """The properties of the live table that the new one does not have, because they are not declared."""
        if self.live is None or self.resumed:
            return ()
        return undeclared_properties(self.wanted, self.live)

    @property
    def is_needless(self) -> bool:
        """Whether the table is as declared, without undeclared indexes."""
        if self.live is None or self.resumed or self.renamed_from:
            return False
        now = plan_table(self.wanted, self.live)
        unread = set(self.live.denied) & table_to_config(self.wanted.spec).keys()
        undeclared_index = any(lost.partition("[")[0] in INDEX_LISTS for lost in self.lost)
        return not (now.changes or now.operations or unread or undeclared_index)

    def plan(self) -> Plan:
        """Return the operations, for display."""
        if self.is_needless:
            return plan([self.wanted], {self.name: self.live})
        items, file = self.item_count, self.backup.path.name
        copy = [] if self.resumed else [CopyItems(table=self.name, items=items, file=file)]
        restoration = RestoreItems(table=self.name, items=items)
        if self.renamed_from and self.live:
            creation, *later = plan_table(self.wanted, None).operations
            new = TablePlan(
                wanted=self.wanted.spec,
                state=TableState.MISSING,
                operations=(*copy, creation, restoration, *map(self._with_items, later)),
                skipped=self.wanted.skipped,
            )
            (old,) = plan_drop([self.live]).tables
            return Plan((new, replace(old, operations=tuple(map(_keeping_items, old.operations)))))
        (table,) = plan_reset([self.wanted], {self.name: None if self.resumed else self.live}).tables
        operations = list(map(_keeping_items, table.operations))
        created = 1 + next(n for n, operation in enumerate(operations) if isinstance(operation, CreateTable))
        recreation = [] if self.resumed and self.live else operations[:created]
        planned = (*copy, *recreation, restoration, *map(self._with_items, operations[created:]))
        return Plan((replace(table, live=self.live, operations=planned),))

    def _with_items(self, operation: Operation) -> Operation:
        """Return an operation on the new table with its risk for the restored items."""
        if isinstance(operation, EnableTimeToLive) and self.item_count and operation.attribute != self.ttl_attribute:
            return replace(operation, is_empty=False)
        return operation


def _keeping_items(operation: Operation) -> Operation:
    if isinstance(operation, DeleteTable | ChangeDeletionProtection):
        return replace(operation, keeps_items=True)
    return operation


def prepare(wanted: TargetTable, database: Database, backup: Backup) -> Replacement:
    """Return what a replacement would do, from the live table and the backup of an interrupted run.

    Args:
        wanted: the declared table.
        database: of the table.
        backup: its backup, from `backup_of`.

    Raises:
        UsageError: the environment is not disposable, the table does not exist or belongs to another tool, or the
            backup is damaged or does not belong to the live table.
    """
    spec = wanted.spec
    renamed_from, name = spec.renamed_from, spec.name
    wanted = replace(wanted, spec=replace(spec, renamed_from=None))
    source = name if renamed_from is None else database.target.table_prefix + renamed_from
    _require_disposable(database)
    manifest = found = read_manifest(backup, database, name)
    live = not_deleting(read_table(database, source))
    ttl = live.spec.time_to_live_specification if live else None
    ttl_attribute = manifest.ttl_attribute if manifest else None
    if ttl and ttl.enabled:
        ttl_attribute = ttl.attribute_name
    if renamed_from is not None:
        _check_rename(backup, manifest, database, live, name, renamed_from)
        manifest = None  # the old table still has its items
    elif manifest and (manifest.phase is Phase.RESTORED or manifest.source == TableIdentity.of(live)):
        manifest = None  # the table was not dropped, and is newer than its backup; or all items are restored
    if live is None and manifest is None:
        raise UsageError(f"no such table: {source}", hint=Hint(Task("migrate"), " creates it"))
    if manifest:
        _check_destination(backup, manifest, wanted, live, database)
        check_backup(backup, manifest, wanted.spec)
    replacement = Replacement(
        wanted=wanted,
        live=live,
        renamed_from=renamed_from,
        backup=backup,
        found=found,
        resumed=manifest,
        ttl_attribute=ttl_attribute,
    )
    require_ownership(replacement.plan(), database.target)
    return replacement


def _check_rename(
    backup: Backup, manifest: Manifest | None, database: Database, old: LiveTable | None, name: str, renamed_from: str
) -> None:
    """Refuse to rename a table if items of another one could be lost."""
    unfinished = manifest if manifest and manifest.is_unfinished else None
    if unfinished and unfinished.source != TableIdentity.of(old):
        raise UsageError(
            f"table {renamed_from} was recreated after an interrupted db.replace, which has copied its old items",
            hint=f"if they are not needed, remove the file {backup.path}, which holds them, and its .json",
        )
    if not unfinished and not_deleting(read_table(database, name)) and not is_empty(database, name):
        raise UsageError(
            f"table {name} and {renamed_from}, from which it is renamed, both exist, and {name} has items",
            hint=Hint(
                "drop the one whose items are not needed with ",
                Task("drop", "--table NAME"),
                ", or remove `renamed_from` from the config to keep both",
            ),
        )


def _require_disposable(database: Database) -> None:
    if not database.target.disposable:
        raise UsageError(
            f"environment {database.target.env} is not disposable: items written during the copy would be lost",
            hint="declare the table under another name, write to both, copy the old items, then drop the old table",
        )


def _check_destination(
    backup: Backup, manifest: Manifest, wanted: TargetTable, live: LiveTable | None, database: Database
) -> None:
    """Refuse a table that must not receive the items, or cannot become the declared one in place."""
    only = f"which holds the only copy of {item_count(manifest.items.count, is_exact=True)}, and its .json"
    if not manifest.allows(TableIdentity.of(live)):
        declared = wanted.spec.name.removeprefix(database.target.table_prefix)
        seed = Task("seed", f"--file {quote(str(backup.path))} --table {declared}")
        raise UsageError(
            f"table {wanted.spec.name} was dropped after an interrupted db.replace: its old items are not written back",
            hint=Hint("write them with ", seed, f" if they are needed; then remove the file {backup.path}, {only}"),
        )
    operations = plan([without_settings(wanted)], {wanted.spec.name: live}).operations
    if impossible := [str(title(operation)) for operation in operations if operation.is_impossible]:
        raise UsageError(
            "the config was changed after an interrupted db.replace, and the new table cannot be changed in place: "
            + ", ".join(impossible),
            hint=f"restore the config that the backup was made for, or remove the file {backup.path}, {only}",
        )
