"""`db.truncate`: delete all items of tables."""

from __future__ import annotations

import sys
import time
from contextlib import redirect_stdout
from typing import Any

from ... import api_data
from ...data.throughput import Throughput
from ...data.transfer import Transferred
from ...data.truncate import TableTruncated, TruncateEvent, Truncation
from ...data.truncate import truncate as truncate_tables
from ...migrate.events import OperationWaiting
from ...migrate.wording import item_count, title
from ..consent import Consent, has_exact_counts, require_consent
from ..formatting import count
from ..output import Output
from ..prompts import check_name
from ..transfer_view import TransferView
from .command import Command


def truncate(command: Command, consent: Consent, throughput: Throughput) -> None:
    """Show what will be deleted, ask for confirmation and delete it."""
    config = command.config if command.settings.has_config() or not command.tables else None
    truncation = api_data.plan_truncation(
        config, command.database, command.tables, folder=command.project.make_folder()
    )
    check_name(command.target, consent.confirm)
    if command.dry:
        _show(command, command.out, truncation)
        command.out.json(
            {"ok": True, "tables": [_row(command, table.name, table.items) for table in truncation.tables]}
        )
        return
    _consent(command, truncation, consent)
    began = time.monotonic()
    view = _View(command)
    deleted = truncate_tables(truncation, command.database, throughput=throughput, on_event=view.show)
    seconds = time.monotonic() - began
    command.out.text(
        f"{count(sum(deleted.values()), 'item')} of {count(len(deleted), 'table')} deleted in {seconds:.1f} s"
    )
    rows = [_row(command, name, number) for name, number in deleted.items()]
    command.out.json({"ok": True, "tables": rows, "seconds": round(seconds, 3)})


def _row(command: Command, table: str, items: int) -> dict[str, Any]:
    return {"name": command.declared_name(table), "items": items}


def _consent(command: Command, truncation: Truncation, consent: Consent) -> None:
    live = [table for table in truncation.tables if table.live]
    exact = command.database.engine.exact_item_count
    action = f"delete all items of {count(len(live), 'table')} ({item_count(truncation.items, exact)})"
    is_harmless = not live or (not truncation.items and has_exact_counts(command.database))

    def show() -> None:
        with redirect_stdout(sys.stderr):
            _show(command, Output(), truncation)

    if live:
        require_consent(command.out, command.target, consent, action, is_harmless=is_harmless, show=show)


def _show(command: Command, out: Output, truncation: Truncation) -> None:
    for table in truncation.tables:
        name = command.declared_name(table.name)
        if table.live is None:
            out.line("=", f"{name}: does not exist")
            continue
        items = item_count(table.items, command.database.engine.exact_item_count)
        replicas = f"  [also in {', '.join(table.live.replicas)}]" if table.live.replicas else ""
        out.line("-", f"{name}: delete {items}{replicas}")


class _View:
    """The progress, and one line per table."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._transfer = TransferView(command.out, "deleted", command.target.table_prefix)

    def show(self, event: TruncateEvent) -> None:
        """Show an event."""
        match event:
            case Transferred():
                self._transfer.show(event)
            case TableTruncated(table, items, created):
                self._transfer.finish("-" if items else "=", table, items, "; created" if created else "")
            case OperationWaiting(table=table, operation=operation, status=status):
                self._command.out.progress(
                    [f"{self._command.declared_name(table)}: {title(operation).short}: {status}"]
                )
            case _:
                pass
