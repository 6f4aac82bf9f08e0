"""The `db` tasks for items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .task_declaration import CONFIRM, DRY_RUN, JSON, YES, db_task

if TYPE_CHECKING:
    from .commands.command import Command

_CONCURRENCY = "simultaneous calls (default 8)"
_MAX_RCU = "most read units a second (default in AWS: half)"
_MAX_WCU = "most write units a second (default in AWS: half)"
_CONFIRM = "environment name, to confirm writing"


@db_task(
    out="FOLDER (default: new, in dumps/); - for stdout",
    limit="most items of each table",
    format="export (as S3 exports, default) or json",
    concurrency=_CONCURRENCY,
    max_rcu=_MAX_RCU,
    force="replace an existing dump",
    json=JSON,
)
def dump(
    command: Command,
    out: str | None = None,
    limit: str | None = None,
    format: str = "export",
    concurrency: str | None = None,
    max_rcu: str | None = None,
    force: bool = False,
) -> None:
    """Write tables with their items to a folder.

    By default these are the declared tables that exist; --table also accepts
    others. db.load reads the folder. A dump is not a snapshot: items that are
    written while it runs may be in it or not.
    """
    from .commands import dump
    from .commands.throughput_flags import throughput

    flags = dump.DumpFlags(out, limit, format, force)
    dump.dump(command, flags, throughput(concurrency, max_rcu=max_rcu))


@db_task(
    folder="FOLDER that db.dump has written",
    concurrency=_CONCURRENCY,
    max_wcu=_MAX_WCU,
    confirm=_CONFIRM,
    dry_run="check the dump and show what would be done",
    json=JSON,
)
def load(
    command: Command,
    folder: str,
    concurrency: str | None = None,
    max_wcu: str | None = None,
    confirm: str | None = None,
) -> None:
    """Write the items of a dump; create tables that do not exist.

    The whole dump is checked first. Items with the same key are overwritten,
    others stay. If it is interrupted, run it again to finish.
    """
    from .commands import load
    from .commands.throughput_flags import throughput

    load.load(command, folder, throughput(concurrency, max_wcu=max_wcu), confirm)


@db_task(
    file="FILE or folder with items (repeatable)",
    types="NAME:TYPE of CSV columns, such as age:N,born:N",
    concurrency=_CONCURRENCY,
    max_wcu=_MAX_WCU,
    confirm=_CONFIRM,
    dry_run="check the files and show what would be done",
    json=JSON,
)
def seed(
    command: Command,
    file: Sequence[str] | None = None,
    types: str | None = None,
    concurrency: str | None = None,
    max_wcu: str | None = None,
    confirm: str | None = None,
) -> None:
    """Write the items of seed files.

    By default, the files are each table's `seed` and those in config/seeds
    that are named after the other tables. All of them are checked first. Items
    with the same key are overwritten, so seeding twice gives the same data.
    """
    from .commands import seed
    from .commands.throughput_flags import throughput

    seed.seed(command, seed.SeedFlags(file or (), types, confirm), throughput(concurrency, max_wcu=max_wcu))


@db_task(
    concurrency=_CONCURRENCY,
    max_wcu=_MAX_WCU,
    max_rcu=_MAX_RCU,
    dry_run="show what would be deleted",
    yes=YES,
    allow_destructive="required outside disposable environments",
    confirm=CONFIRM,
    json=JSON,
)
def truncate(
    command: Command,
    concurrency: str | None = None,
    max_wcu: str | None = None,
    max_rcu: str | None = None,
    yes: bool = False,
    allow_destructive: bool = False,
    confirm: str | None = None,
) -> None:
    """Delete all items of tables; keep their settings and indexes.

    By default these are the declared tables; --table also accepts others.
    """
    from .commands import truncate
    from .commands.throughput_flags import throughput
    from .consent import Consent

    consent = Consent(yes=yes, allow_destructive=allow_destructive, confirm=confirm)
    truncate.truncate(command, consent, throughput(concurrency, max_rcu=max_rcu, max_wcu=max_wcu))


@db_task(dry_run=DRY_RUN, yes=YES, json=JSON)
def replace(command: Command, yes: bool = False) -> None:
    """Recreate a table as declared and keep its items.

    If it is interrupted, run it again to finish.
    """
    from .commands import replace

    replace.replace(command, yes)
