"""`db.replace`: recreate a table and keep its items."""

from __future__ import annotations

import time

from ... import api_data
from ...data.replacement.item_copy import ItemsCopied, ItemsRestored, ReplaceEvent, require_fitting
from ...data.replacement.plan import Replacement
from ...data.replacement.replace import replace_table
from ...errors import UsageError
from ...migrate.events import OperationWaiting
from ...migrate.wording import title
from ..formatting import count
from ..plan_view import PlanView
from ..prompts import confirm
from .command import Command


def replace(command: Command, yes: bool) -> None:
    """Show the plan, ask for confirmation and apply it."""
    if len(command.tables) != 1:
        raise UsageError("exactly one table can be replaced at a time", hint="specify it: --table NAME")
    (name,) = command.tables
    replacement = api_data.plan_replacement(command.config, command.database, name, command.project.make_folder())
    if replacement.is_needless:
        _show_in_sync(command, replacement, name)
        return
    _show(command, replacement, name)
    if command.dry:
        if replacement.live and not replacement.resumed:
            require_fitting(command.database, replacement.live.spec, replacement.wanted.spec)
        command.out.json(PlanView(command.out, replacement.plan(), command.database).document())
        return
    if not yes:
        confirm(command.out, _action(replacement, name))
    began = time.monotonic()
    items = replace_table(replacement, command.database, lambda event: _show_progress(command, name, event))
    seconds = time.monotonic() - began
    earlier = replacement.renamed_from
    done = f"renamed from {earlier}" if earlier else "replaced"
    command.out.line("~", f"{name}: {done} with {count(items, 'item')} in {seconds:.1f} s")
    resumed = replacement.resumed is not None
    _report(command, name, items, resumed=resumed, seconds=seconds, renamed_from=earlier)


def _action(replacement: Replacement, name: str) -> str:
    items = count(replacement.item_count, "item")
    if earlier := replacement.renamed_from:
        return f"rename table {earlier} to {name} ({items} kept)"
    return f"replace table {name} ({items} kept)"


def _show(command: Command, replacement: Replacement, name: str) -> None:
    if command.dry or not command.out.as_json:
        PlanView(command.out, replacement.plan(), command.database).show(has_consent=True)
    for lost in replacement.lost:
        command.out.note(f"  {name}: {lost} is not declared: the new table will not have it")
    if replacement.resumed:
        command.out.note(f"  {name}: continuing an interrupted run with the items in {replacement.backup.path}")


def _show_progress(command: Command, name: str, event: ReplaceEvent) -> None:
    match event:
        case ItemsCopied(items):
            text = f"{items} items copied"
        case ItemsRestored(items, total):
            text = f"{items} of {total} items restored"
        case OperationWaiting(operation=operation, status=status):
            text = f"{title(operation).short}: {status}"
        case _:
            return
    command.out.progress([f"{name}: {text}"])


def _show_in_sync(command: Command, replacement: Replacement, name: str) -> None:
    command.out.line("=", f"nothing to replace: {name} is in sync")
    if command.dry:
        command.out.json(PlanView(command.out, replacement.plan(), command.database).document())
        return
    items = replace_table(replacement, command.database)
    _report(command, name, items, resumed=False, seconds=0.0)


def _report(
    command: Command, name: str, items: int, *, resumed: bool, seconds: float, renamed_from: str | None = None
) -> None:
    document = {"ok": True, "table": name, "renamed_from": renamed_from, "items": items, "resumed": resumed}
    command.out.json({**document, "seconds": round(seconds, 3)})
