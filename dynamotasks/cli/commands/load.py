"""`db.load`: write the items of a dump to tables."""

from __future__ import annotations

from typing import Any

from ... import api_data
from ...data.dumps.load import LoadEvent, LoadPlan, TableCreated, TableLoad, load_dump
from ...data.throughput import Throughput
from ...data.transfer import Transferred
from ...folders import expanded
from ..formatting import count
from ..prompts import check_name, confirm_environment
from ..transfer_view import TransferView
from .backup_reminder import remind_of
from .command import Command


def load(command: Command, folder: str, throughput: Throughput, confirm: str | None) -> None:
    """Check the dump, ask for consent outside disposable environments, and write the items."""
    check_name(command.target, confirm)
    config = command.config if command.settings.has_config() else None
    planned = api_data.plan_load(command.database, expanded(folder), config=config, tables=command.tables)
    remind_of(command, (table.live for table in planned.tables if table.live))
    if limit := planned.dump.manifest.limit:
        command.out.note(f"  the dump was made with --limit {limit}: it may lack items")
    if command.dry:
        _show(command, planned)
        command.out.json(_document(planned))
        return
    if not command.target.disposable:
        confirm_environment(command.out, command.target, confirm, "writes items")
    view = TransferView(command.out, "loaded", command.target.table_prefix)

    def show(event: LoadEvent) -> None:
        match event:
            case Transferred():
                view.show(event)
            case TableCreated():
                command.out.line("+", f"{command.declared_name(event.table)}: created")
            case _:
                view.finish("+", event.load.name, event.load.dumped.items.count, _detail(event.load))

    load_dump(planned, command.database, throughput, show)
    command.out.json(_document(planned))


def _show(command: Command, planned: LoadPlan) -> None:
    for load in planned.tables:
        created = ", after creating the table" if load.live is None else ""
        items = count(load.dumped.items.count, "item")
        command.out.line("+", f"{load.dumped.name}: would load {items}{created}{_detail(load)}")


def _detail(load: TableLoad) -> str:
    parts = []
    if not load.was_empty:
        parts.append("; the table was not empty: items with other keys stay")
    if load.expired:
        parts.append(f"; {count(load.expired, 'item')} expired, which Time to Live deletes")
    if load.differences:
        parts.append(f"; the table differs in {', '.join(load.differences)}")
    return "".join(parts)


def _document(planned: LoadPlan) -> dict[str, Any]:
    tables = [
        {
            "name": load.dumped.name,
            "items": load.dumped.items.count,
            "created": load.live is None,
            "was_empty": load.was_empty,
            "expired": load.expired,
            "differences": load.differences,
        }
        for load in planned.tables
    ]
    return {"ok": True, "folder": str(planned.dump.folder.absolute()), "tables": tables}
