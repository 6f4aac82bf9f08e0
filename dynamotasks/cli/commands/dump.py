"""`db.dump`: write tables with their items to a folder."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ... import api_data
from ...data.dumps.dumper import Dumper, DumpEvent, DumpOptions
from ...data.dumps.manifest import FORMATS, DumpManifest
from ...data.throughput import Throughput
from ...data.transfer import Transferred
from ...errors import UsageError
from ...folders import current_folder, expanded
from ...schema.live_table import LiveTable
from ..flag_values import whole_number
from ..formatting import count, size
from ..streams import reader_may_leave
from ..transfer_view import TransferView
from .backup_reminder import remind_of
from .command import Command

_STDOUT = "-"
_DEFAULT_FOLDER = "dumps"


@dataclass(frozen=True, slots=True)
class DumpFlags:
    """The flags of `db.dump`."""

    out: str | None
    limit: str | None
    format: str
    force: bool


def dump(command: Command, flags: DumpFlags, throughput: Throughput) -> None:
    """Write the tables to a folder, or the items of one table to stdout."""
    options = _options(flags, throughput)
    if flags.out == _STDOUT:
        _check_stdout(command, flags)
    config = command.config if command.settings.has_config() else None
    tables = api_data.read_tables(command.database, config, command.tables)
    for name, live in tables.items():
        for what, why in live.denied.items():
            command.out.note(f"  {name}: {what} could not be read: {why}")
    remind_of(command, tables.values())
    if command.dry and flags.out != _STDOUT:
        command.out.note(f"dry run: {count(len(tables), 'table')} would be written")
        command.out.json({"ok": True, "tables": [{"name": name} for name in tables]})
        return
    view = TransferView(command.out, "dumped", command.target.table_prefix)

    def show(event: DumpEvent) -> None:
        if isinstance(event, Transferred):
            view.show(event)
        else:
            view.finish("+", event.physical_name, event.items.count, f", {size(event.file.bytes)}")

    dumper = Dumper(command.database, options, show)
    if flags.out == _STDOUT:
        _write_to_stdout(dumper, tables)
    else:
        folder = _folder(command, flags.out)
        manifest = dumper.write_folder(tables, folder)
        command.out.text(f"{count(len(manifest.tables), 'table')} written to {_shown(folder)}")
        command.out.json(_document(folder, manifest))


def _options(flags: DumpFlags, throughput: Throughput) -> DumpOptions:
    for format in FORMATS:
        if flags.format == format:
            limit = whole_number("limit", flags.limit)
            return DumpOptions(format=format, limit=limit, replace=flags.force, throughput=throughput)
    raise UsageError(f"invalid --format {flags.format!r}", hint=f"expected one of: {', '.join(FORMATS)}")


def _check_stdout(command: Command, flags: DumpFlags) -> None:
    if command.out.as_json or flags.force:
        given = "--json" if command.out.as_json else "--force"
        raise UsageError(f"--out - cannot be combined with {given}", hint=f"omit {given}")
    if len(set(command.tables)) != 1:
        raise UsageError("--out - writes the items of one table", hint="specify it: --table NAME")


def _write_to_stdout(dumper: Dumper, tables: Mapping[str, LiveTable]) -> None:
    (live,) = tables.values()
    try:
        with reader_may_leave():
            dumper.write_lines(live, sys.stdout.buffer.write)
            sys.stdout.buffer.flush()
    except OSError as error:
        raise UsageError(f"cannot write to stdout: {error.strerror}") from None


def _folder(command: Command, out: str | None) -> Path:
    if out is not None:
        return expanded(out)
    folder = command.project.root / _DEFAULT_FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot create the folder: {error.strerror}", where=str(folder)) from None
    env = re.sub(r"[^A-Za-z0-9_.-]", "-", command.target.env)
    return folder / f"{env}-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"


def _shown(folder: Path) -> str:
    try:
        return str(folder.relative_to(current_folder()))
    except ValueError:  # it is relative already, or elsewhere
        return str(folder)


def _document(folder: Path, manifest: DumpManifest) -> dict[str, Any]:
    tables = [
        {"name": table.name, "items": table.items.count, "file": table.file.name, "bytes": table.file.bytes}
        for table in manifest.tables
    ]
    return {"ok": True, "folder": str(folder.absolute()), "format": manifest.format, "tables": tables}
