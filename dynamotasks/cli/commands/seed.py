"""`db.seed`: fill tables from files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ... import api_data
from ...data.csv_items import TYPES
from ...data.seeding import Seeds
from ...data.throughput import Throughput
from ...data.transfer import Transferred
from ...errors import UsageError
from ...folders import current_folder, expanded
from ..formatting import count
from ..prompts import check_name, confirm_environment
from ..transfer_view import TransferView
from .command import Command


@dataclass(frozen=True, slots=True)
class SeedFlags:
    """The flags of `db.seed`."""

    files: Sequence[str] = ()
    types: str | None = None
    confirm: str | None = None


def seed(command: Command, flags: SeedFlags, throughput: Throughput) -> None:
    """Read and check all files, then write their items."""
    _ = command.database  # prints the target first
    check_name(command.target, flags.confirm)
    began = time.monotonic()
    with read(command, flags) as seeds:
        if command.dry:
            for table in seeds.tables:
                command.out.line(
                    "+", f"{table.table}: {count(table.items.count, 'item')} from {', '.join(table.files)}"
                )
            command.out.json(document(seeds, time.monotonic() - began))
            return
        if not command.target.disposable:
            action = f"writes {count(seeds.count, 'item')}"
            confirm_environment(command.out, command.target, flags.confirm, action)
        write(command, seeds, throughput)
        command.out.json({"ok": True, **document(seeds, time.monotonic() - began)})


def read(command: Command, flags: SeedFlags) -> Seeds:
    """Return the checked items of the files that the flags and the config name."""
    return api_data.read_seeds(
        command.config,
        command.database,
        [current_folder() / expanded(file) for file in flags.files],
        tables=command.tables,
        column_types=column_types(flags.types),
        root=command.project.root,
    )


def write(command: Command, seeds: Seeds, throughput: Throughput) -> None:
    """Write the items, and print a line for each table."""
    view = TransferView(command.out, "seeded", command.target.table_prefix)
    files = {table.spec.name: ", ".join(table.files) for table in seeds.tables}

    def show(progress: Transferred) -> None:
        view.show(progress)
        if progress.done == progress.total:
            view.finish("+", progress.table, progress.done, f" from {files[progress.table]}")

    api_data.seed(seeds, command.database, throughput, show)


def document(seeds: Seeds, seconds: float) -> dict[str, Any]:
    """Return the seeded tables as JSON."""
    tables = [{"name": t.table, "items": t.items.count, "files": list(t.files)} for t in seeds.tables]
    return {"tables": tables, "items": seeds.count, "seconds": round(seconds, 3)}


def column_types(text: str | None) -> dict[str, str]:
    """Return the types of CSV columns, given as `name:N,age:N`.

    Raises:
        UsageError: a type is missing or unknown, or a column has two.
    """
    found: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, _, type = part.strip().rpartition(":")
        if not name or type not in TYPES:
            hint = f"write --types NAME:TYPE,NAME:TYPE with the types {', '.join(TYPES)}"
            raise UsageError(f"invalid --types {part.strip()!r}", hint=hint)
        if found.setdefault(name, type) != type:
            raise UsageError(f"--types has two types of {name}: {found[name]} and {type}", hint="keep one")
    return found
