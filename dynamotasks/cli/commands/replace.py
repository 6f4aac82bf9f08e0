"""`db.replace`: recreate a table and keep its items."""

from __future__ import annotations

import time

from ... import api
from ...data.replace import Replacement, replace_table
from ...data.replace_backups import note
from ...errors import UsageError
from ...migrate.plan import Plan
from .. import plan_view
from ..formatting import count
from ..prompts import confirm
from .command import Command


def replace(command: Command, yes: bool) -> None:
    """Show the plan, ask for confirmation and apply it."""
    names = command.settings.flags.table
    if len(names) != 1:
        raise UsageError("one table at a time can be replaced", hint="name it: --table NAME")
    planned = api.plan_replacement(command.config, command.database, names[0], command.project.make_folder())
    shown = names[0]
    steps = planned.plan()
    if planned.needless:
        _show_in_sync(command, planned, shown)
        return
    if not (command.out.as_json and not command.dry):
        plan_view.show_plan(command.out, steps, command.declared_name, command.database.engine.name, permitted=True)
    for name in planned.lost:
        command.out.note(f"  {shown}: {name} is not declared: the new table will not have it")
    if planned.resumed:
        command.out.note(f"  {shown}: continuing an interrupted run with the items of {planned.dump}")
    if command.dry:
        command.out.json(plan_view.plan_json(steps, command.declared_name))
        return
    if not yes:
        confirm(command.out, f"replace table {shown}, keeping its {count(planned.items, 'item')}")
    began = time.monotonic()
    items = replace_table(planned, command.database, lambda text: command.out.progress([f"{shown}: {text}"]))
    took = time.monotonic() - began
    command.out.line("~", f"{shown}: replaced with {count(items, 'item')} in {took:.1f} s")
    command.out.json(
        {"ok": True, "table": shown, "items": items, "resumed": bool(planned.resumed), "seconds": round(took, 3)}
    )


def _show_in_sync(command: Command, planned: Replacement, shown: str) -> None:
    command.out.line("=", f"nothing to replace: {shown} is in sync")
    if command.dry:
        command.out.json(plan_view.plan_json(planned.plan(), command.declared_name))
        return
    items = replace_table(planned, command.database)
    command.out.json({"ok": True, "table": shown, "items": items, "resumed": False, "seconds": 0.0})


def remind(command: Command, plan: Plan, *, drops: bool = False) -> None:
    """Print which tables of a plan lack their items since an interrupted `db.replace`.

    Args:
        command: the task.
        plan: the tables.
        drops: whether the plan drops them.
    """
    for table in plan.tables:
        shown = command.declared_name(table.table)
        if text := note(command.project.folder, command.database, table, shown, drops=drops):
            command.out.note(f"  {text}")
