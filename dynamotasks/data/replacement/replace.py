"""Replace a table with a new one that has the same items, for changes that are impossible in place.

A backup of the items outlives the process: the table is dropped only after the backup is on disk, and the backup is
removed only after a scan of the new table has returned every item. A run that was killed is completed by running again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...aws.client import Database
from ...errors import Hint, Task, UsageError
from ...migrate.planner import plan, plan_drop, plan_reset
from ...migrate.table_reader import read_description, read_table
from ..table_changes import apply_completely, not_deleting, without_settings
from .backup_manifest import Manifest, Phase, TableIdentity
from .item_copy import (
    RUN_AGAIN,
    OnEvent,
    ReplaceEvent,
    back_up,
    require_known,
    require_unchanged,
    restore,
)
from .plan import Replacement
from .project_backups import exclusive, read_manifest


def replace_table(
    replacement: Replacement, database: Database, on_event: Callable[[ReplaceEvent], None] | None = None
) -> int:
    """Replace a table and return the number of its items.

    Args:
        replacement: returned by `plan_replacement`.
        database: the one that it was planned for.
        on_event: called with each event, in this thread.

    Raises:
        UsageError: an item does not fit the declared keys, the table changed since it was planned, or another
            replacement of it has run since; nothing is changed.
        StepError: the table could not be dropped, created or filled. The backup is kept; running again continues.
        TargetError, CallError: a call failed. Running again continues.
    """
    name, wanted, backup = replacement.name, replacement.wanted, replacement.backup
    on_event = on_event or (lambda event: None)
    with exclusive(backup.path.parent):
        _require_current(replacement, database)
        if replacement.is_needless:
            backup.remove()  # of a run that did not drop its table, or was completed
            return replacement.item_count
        manifest = _recreate(replacement, database, on_event)
        restore(backup, manifest, database, on_event)
        if replacement.renamed_from and replacement.live:
            _drop(replacement.live.spec.name, manifest, database, on_event)
        backup.write_manifest(replace(manifest, phase=Phase.RESTORED))
        backup.remove_items()
        rest = plan([wanted], {name: read_table(database, name, wanted.spec)})
        ttl = wanted.spec.time_to_live_specification
        expire_as_before = ttl is not None and ttl.attribute_name == replacement.ttl_attribute
        hint = Hint("the items are in place; run ", Task("migrate", "" if expire_as_before else "--allow-destructive"))
        apply_completely(rest, database, on_event, allow_destructive=expire_as_before, hint=hint)
        backup.remove()
    return manifest.items.count


def _require_current(replacement: Replacement, database: Database) -> None:
    """Check that the table and its backup are those that the replacement was planned for."""
    live, name = replacement.live, replacement.name
    if read_manifest(replacement.backup, database, name) != replacement.found:
        raise UsageError("another db.replace of the table has run meanwhile", hint="run the same command again")
    table = live.spec.name if live else name
    if TableIdentity.of(read_description(database, table)) != TableIdentity.of(live):
        raise UsageError(f"table {table} was created or dropped meanwhile", hint="run the same command again")


def _recreate(replacement: Replacement, database: Database, on_event: OnEvent) -> Manifest:
    """Back up the items and create the new table, or complete that; return the manifest with the new table."""
    name, bare = replacement.name, without_settings(replacement.wanted)
    if replacement.resumed:
        manifest = replacement.resumed
        operations = plan([bare], {name: read_table(database, name, bare.spec)})
    else:
        assert replacement.live is not None
        wanted, ttl_attribute = replacement.wanted.spec, replacement.ttl_attribute
        manifest = back_up(replacement.backup, database, replacement.live.spec, wanted, ttl_attribute, on_event)
        dropped = not_deleting(read_table(database, name))
        if replacement.renamed_from and dropped:  # it is empty, or an interrupted run has created it
            declared = name.removeprefix(database.target.table_prefix)
            hint = Hint("remove its items, or drop it with ", Task("drop", f"--table {declared}"))
            require_known(replacement.backup, database, name, hint)
        operations = plan_reset([bare], {name: dropped})
    apply_completely(operations, database, on_event, allow_destructive=True, hint=Hint(RUN_AGAIN))
    manifest = replace(manifest, destination=TableIdentity.of(read_description(database, name)))
    replacement.backup.write_manifest(manifest)
    return manifest


def _drop(table: str, manifest: Manifest, database: Database, on_event: OnEvent) -> None:
    """Drop the old table of a rename, if all of its items are in the new one."""
    require_unchanged(database, table, manifest.source, manifest.items)
    live = read_table(database, table)
    assert live is not None
    apply_completely(plan_drop([live]), database, on_event, allow_destructive=True, hint=Hint(RUN_AGAIN))
