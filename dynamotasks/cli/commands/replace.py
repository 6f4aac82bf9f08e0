"""`db.replace`: a table becomes a new one with the same items."""

from __future__ import annotations

import time

from ... import api
from ...data.replace import Replacement, replace_table
from ...data.replace_backups import note
from ...errors import UsageError
from ...migrate.plan import Plan
from .. import plan_view
from ..output import count
from .command import Command


def replace(command: Command, yes: bool) -> None:
    """Shows the plan, asks, and carries it out."""
    names = command.settings.flags.table
    if len(names) != 1:
        raise UsageError("db.replace takes one table at a time", hint="name it: --table NAME")
    planned = api.plan_replacement(command.config, command.database, names[0], command.project.make_folder())
    shown = names[0]
    steps = planned.plan()
    if planned.needless:
        _end_needless(command, planned, shown)
        return
    if not (command.out.as_json and not command.dry):
        plan_view.show_plan(command.out, steps, command.shown, command.database.engine.name, permitted=True)
    for name in planned.lost:
        command.out.note(f"  {shown}: {name} is not declared: the new table is without it")
    if planned.resumed:
        command.out.note(f"  {shown}: continues an earlier run with the items of {planned.dump}")
    if command.dry:
        command.out.json(plan_view.plan_json(steps, command.shown))
        return
    if not yes:
        command.ask(f"replace table {shown} and keep its {count(planned.items, 'item')}?")
    began = time.monotonic()
    items = replace_table(planned, command.database, lambda text: command.out.progress([f"{shown}: {text}"]))
    took = time.monotonic() - began
    command.out.line("~", f"{shown}: replaced, with {count(items, 'item')} in {took:.1f} s")
    command.out.json(
        {"ok": True, "table": shown, "items": items, "resumed": bool(planned.resumed), "seconds": round(took, 3)}
    )


def _end_needless(command: Command, planned: Replacement, shown: str) -> None:
    command.out.line("=", f"nothing to replace: {shown} is as declared")
    if command.dry:
        command.out.json(plan_view.plan_json(planned.plan(), command.shown))
        return
    items = replace_table(planned, command.database)
    command.out.json({"ok": True, "table": shown, "items": items, "resumed": False, "seconds": 0.0})


def remind(command: Command, plan: Plan, *, drops: bool = False) -> None:
    """Say which tables of a plan an interrupted run has left without their items.

    Args:
        command: what asks.
        plan: the tables.
        drops: it drops them.
    """
    for table in plan.tables:
        shown = command.shown(table.table)
        if text := note(command.project.folder, command.database, table, shown, drops=drops):
            command.out.note(f"  {text}")
