"""The backups that unfinished `db.replace` runs keep in the project's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...aws.endpoints import is_loopback
from ...errors import UsageError
from .backup import Backup
from .backup_manifest import Manifest, Phase, TableIdentity

if TYPE_CHECKING:
    from ...aws.client import Database
    from ...engines.engine_record import EngineRecord
    from ...migrate.plan import TablePlan
    from ...schema.live_table import LiveTable


@dataclass(frozen=True, slots=True)
class UnfinishedBackup:
    """A backup of items that are not known to be in their table.

    Attributes:
        path: the file of the items.
        table: the physical name.
        count: the number of items.
        is_obsolete: the table was dropped after the run, so the items are not restored.
    """

    path: Path
    table: str
    count: int
    is_obsolete: bool


def backup_of(folder: Path, database: Database, table: str) -> Backup:
    """Return the place of a table's backup.

    Args:
        folder: of the project.
        database: of the table.
        table: the physical name.
    """
    digest = sha256("\n".join((database.endpoint, database.region, table)).encode()).hexdigest()[:12]
    return Backup(folder / f"replace-{table[:100]}-{digest}.jsonl")


def read_manifest(backup: Backup, database: Database, table: str) -> Manifest | None:
    """Return the manifest of a table's backup; `None` if it does not exist.

    Raises:
        UsageError: it is not valid, or belongs to another table.
    """
    manifest = backup.read_manifest()
    if manifest and (manifest.endpoint, manifest.region, manifest.table) != (database.endpoint, database.region, table):
        raise backup.invalid_manifest("the manifest belongs to another table or endpoint")
    return manifest


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock on the project's backups.

    Raises:
        UsageError: another process holds it.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / "replace.lock", timeout=0):
            yield
    except Timeout:
        what = "another db.replace or db.truncate of this project is running"
        raise UsageError(what, hint="wait until it has finished") from None


def find_unfinished(
    folder: Path, database: Database, table: str, live: LiveTable | None, *, is_read: bool = True
) -> UnfinishedBackup | None:
    """Return the unfinished backup of a table.

    Args:
        folder: of the project.
        database: of the table.
        table: the physical name.
        live: the table, if it exists.
        is_read: whether it could be read.

    Raises:
        UsageError: the manifest is not valid.
    """
    backup = backup_of(folder, database, table)
    manifest = read_manifest(backup, database, table)
    if manifest is None or not manifest.is_unfinished:
        return None
    is_obsolete = is_read and not manifest.allows(TableIdentity.of(live))
    return UnfinishedBackup(backup.path, table, manifest.items.count, is_obsolete)


def invalidate(folder: Path, database: Database, tables: Iterable[TablePlan]) -> None:
    """Restrict the backups of tables to the live ones: tables that are created later do not receive the items.

    Args:
        folder: of the project.
        database: of the tables.
        tables: that are about to be dropped.

    Raises:
        UsageError: a `db.replace` is running.
    """
    for table in tables:
        backup = backup_of(folder, database, table.table)
        if not backup.manifest_path.exists():
            continue
        with exclusive(folder), suppress(UsageError):  # a damaged manifest prevents restoring as well
            manifest = read_manifest(backup, database, table.table)
            if manifest and manifest.phase is Phase.COPIED and manifest.destination is None:
                live = TableIdentity.of(table.live)
                phase = Phase.COPIED if live else Phase.ABANDONED
                backup.write_manifest(replace(manifest, phase=phase, destination=live))


def discard(folder: Path, engine: EngineRecord) -> tuple[UnfinishedBackup, ...]:
    """Remove the backups of tables on an engine that has lost its data, and return them."""
    removed = []
    for file in sorted(folder.glob("replace-*.json")):
        backup = Backup(file.with_suffix(".jsonl"))
        with suppress(UsageError):  # the table of a damaged manifest is unknown
            manifest = backup.read_manifest()
            if manifest and _serves(engine, manifest.endpoint):
                backup.remove()
                removed.append(UnfinishedBackup(backup.path, manifest.table, manifest.items.count, is_obsolete=True))
    return tuple(removed)


def _serves(engine: EngineRecord, endpoint: str) -> bool:
    url = urlsplit(endpoint)
    host = engine.instance.host if engine.instance else engine.listen
    return url.port == engine.port and (url.hostname in (host, engine.listen) or is_loopback(endpoint))
