"""The copies of items that an unfinished `db.replace` keeps in the project's folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..aws.endpoints import is_loopback
from ..errors import UsageError
from . import item_file
from .item_file import Manifest

if TYPE_CHECKING:
    from ..aws.client import Database
    from ..engines.engine_record import EngineRecord
    from ..migrate.plan import TablePlan
    from ..schema.live_table import LiveTable

_GONE = "none"  # no table's identity
_FIRST = " first: a new table does not get them"


def place_of(folder: Path, database: Database, name: str) -> Path:
    """Return the file for the items of a table of that physical name."""
    place = sha256("\n".join((database.endpoint, database.region, name)).encode()).hexdigest()[:12]
    return folder / f"replace-{name[:100]}-{place}.jsonl"


def identity(live: LiveTable | None) -> str:
    """Return what a table that was dropped and created again does not share; empty where there is no table."""
    return "" if live is None or live.status == "DELETING" else f"{live.id or ''} {live.created or 0.0}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock on the project's copies.

    Raises:
        UsageError: another process has it.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / "replace.lock", timeout=0):
            yield
    except Timeout:
        raise UsageError("another db.replace of this project is running", hint="wait until it has finished") from None


def note(folder: Path, database: Database, table: TablePlan, shown: str, *, drops: bool) -> str:
    """Say that a table has an unfinished copy; empty where it has none.

    Args:
        folder: of the project.
        database: where.
        table: whose copy.
        shown: its name in the config.
        drops: the table is about to be dropped.
    """
    dump = place_of(folder, database, table.table)
    if item_file.manifest_of(dump).name not in _names(folder):
        return ""
    try:
        manifest = _unfinished(dump, database, table.table)
    except UsageError as error:
        return f"{shown}: {error.where}: {error.what}; {error.hint}"
    if manifest is None:
        return ""
    kept = f"{shown}: an interrupted `inv db.replace` keeps {item_file.in_words(manifest)} in {dump}"
    if "table" not in table.unread and manifest.made and manifest.made != identity(table.live):
        return f"{kept}, of a table that was dropped since; remove that file if they are not needed"
    return f"{kept}; run `inv db.replace --table {shown}` to finish{_FIRST * drops}"


def invalidate(folder: Path, database: Database, tables: Iterable[TablePlan]) -> None:
    """Tie the copies of these tables to the tables that stand: what is created after these is not theirs.

    Raises:
        UsageError: a `db.replace` is running.
    """
    names = _names(folder)
    for table in tables:
        dump = place_of(folder, database, table.table)
        if item_file.manifest_of(dump).name in names:
            with alone(folder):
                manifest = None
                with suppress(UsageError):  # damaged: nothing is restored from it
                    manifest = _unfinished(dump, database, table.table)
                if manifest and not manifest.made:
                    item_file.write(dump, replace(manifest, made=identity(table.live) or _GONE))


def discard(folder: Path, engine: EngineRecord) -> tuple[str, ...]:
    """Remove the copies of an engine whose data is removed; return what they were."""
    removed = []
    for name in sorted(_names(folder)):
        dump = (folder / name).with_suffix(".jsonl")
        try:
            manifest = item_file.load(dump)
        except UsageError:  # named by what needs it; nobody knows whose items these are
            continue
        if manifest and _serves(engine, manifest.endpoint):
            item_file.remove(dump)
            removed.append(f"{item_file.in_words(manifest)} of table {manifest.table} in {dump}")
    return tuple(removed)


def _serves(engine: EngineRecord, endpoint: str) -> bool:
    url = urlsplit(endpoint)
    host = engine.instance.host if engine.instance else engine.listen
    return url.port == engine.port and (url.hostname in (host, engine.listen) or is_loopback(endpoint))


def _unfinished(dump: Path, database: Database, name: str) -> Manifest | None:
    manifest = item_file.read(dump, database.endpoint, database.region, name)
    return manifest if manifest and manifest.phase == "dumped" else None


def _names(folder: Path) -> Collection[str]:
    """Return the manifests that are there."""
    try:
        return {file.name for file in folder.iterdir() if file.name.startswith("replace-") and file.suffix == ".json"}
    except OSError:
        return ()
