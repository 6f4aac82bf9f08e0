"""`db.seed`: fill tables from files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ... import api_data
from ...config.source import display_name
from ...data.files.csv_items import TYPES
from ...data.seeding import Seeds, TableSeed, unread_files
from ...data.throughput import Throughput
from ...data.transfer import Transferred
from ...errors import UsageError
from ...folders import current_folder, expanded
from ..consent import Consent
from ..formatting import count
from ..prompts import check_name, confirm_environment
from ..transfer_view import TransferView
from .changes import Run, reset
from .command import Command


@dataclass(frozen=True, slots=True)
class SeedFlags:
    """The flags of `db.seed`."""

    files: Sequence[str] = ()
    types: str | None = None
    confirm: str | None = None


def seed(command: Command, flags: SeedFlags, throughput: Throughput) -> None:
    """Read and check all files, then write their items."""
    check_name(command.target, flags.confirm)
    with read_seeds(command, flags) as seeds:
        if command.dry:
            show_planned(command, seeds)
            command.out.json({"ok": True, "tables": seeded_tables(seeds)})
            return
        if not command.target.disposable:
            action = f"writes {count(seeds.count, 'item')}"
            confirm_environment(command.out, command.target, flags.confirm, action)
        began = time.monotonic()
        write_seeds(command, seeds, throughput)
        seconds = round(time.monotonic() - began, 3)
        command.out.json({"ok": True, "tables": seeded_tables(seeds), "seconds": seconds})


def reset_and_seed(command: Command, consent: Consent, run: Run) -> int:
    """Check the seed files of the declared tables, then reset the tables and write the items."""
    with read_seeds(command, SeedFlags()) as seeds:

        def write() -> dict[str, Any]:
            write_seeds(command, seeds, Throughput())
            return {"seeded": seeded_tables(seeds)}

        code = reset(command, consent, replace(run, then=write))
        if command.dry:
            show_planned(command, seeds)
        return code


def show_planned(command: Command, seeds: Seeds) -> None:
    """Print what would be seeded."""
    for table in seeds.tables:
        command.out.line("+", f"{table.table}: would seed {count(table.items.count, 'item')} {_origin(table)}")


def read_seeds(command: Command, flags: SeedFlags) -> Seeds:
    """Return the checked items of the files that the flags and the config name."""
    database = command.database  # prints the target first
    for file in [] if flags.files else unread_files(command.config, command.project.root):
        command.out.note(f"  {display_name(file)}: not read, because no table without `seed` has its name")
    return api_data.read_seeds(
        command.config,
        database,
        [current_folder() / expanded(file) for file in flags.files],
        tables=command.tables,
        column_types=column_types(flags.types),
        root=command.project.root,
    )


def write_seeds(command: Command, seeds: Seeds, throughput: Throughput) -> None:
    """Write the items, and print a line for each table."""
    view = TransferView(command.out, "seeded", command.target.table_prefix)
    origins = {table.spec.name: _origin(table) for table in seeds.tables}

    def show(progress: Transferred) -> None:
        view.show(progress)
        if progress.done == progress.total:
            view.finish("+", progress.table, progress.done, f" {origins[progress.table]}")

    api_data.seed(seeds, command.database, throughput, show)


def seeded_tables(seeds: Seeds) -> list[dict[str, Any]]:
    """Return the seeded tables as JSON."""
    return [{"name": table.table, "items": table.items.count, "files": table.files} for table in seeds.tables]


def _origin(table: TableSeed) -> str:
    return f"({', '.join(table.files)})"


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
