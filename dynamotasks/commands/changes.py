"""What changes tables: `db.plan`, `db.migrate`, `db.reset`."""

from __future__ import annotations

import time
from pathlib import Path

from .. import planfile, plantext
from ..errors import UsageError
from ..interrupts import INTERRUPTED, stoppable
from ..outcome import Outcome
from ..report import count
from ..runner import TIMEOUT, apply
from ..steps import Plan
from .base import DIFFERENCES, Command, seconds


def show_plan(command: Command, exit_code: bool, prune: bool, out: str | None) -> int:
    """What `migrate` would do."""
    now = command.plan(prune=prune)
    if out is not None:
        planfile.write(now, command.database, Path(out))
        command.out.remark(f"  written to {out}: carry it out with `inv db.migrate --plan {out}`")
    return _show(command, now, exit_code)


def _show(command: Command, now: Plan, exit_code: bool = False) -> int:
    plantext.show_plan(command.out, now, command.shown, command.database.engine.name)
    command.out.json(plantext.plan_json(now, command.shown))
    return DIFFERENCES if exit_code and not now.in_sync else 0


def migrate(
    command: Command,
    allow_destructive: bool,
    confirm: str | None,
    prune: bool,
    plan_file: str | None,
    wait: bool,
    timeout: str | None,
) -> int:
    """Carries the plan out: the one of now, or the one that was written to a file."""
    began, limit = time.monotonic(), seconds(timeout, TIMEOUT)
    now = _reviewed(command, plan_file, prune) if plan_file is not None else command.plan(prune=prune)
    if command.dry:
        return _show(command, now)
    if allow_destructive and any(step.destructive for step in now.steps):
        command.confirm(confirm)
    return _carry_out(command, now, began, allow_destructive, wait, limit)


def _reviewed(command: Command, plan_file: str, prune: bool) -> Plan:
    if prune or command.settings.flags.table:
        raise UsageError("--plan carries out what the file says", cure="leave --prune and --table away")
    now = planfile.read(Path(plan_file), command.database)
    planfile.check_unchanged(now, command.database)
    return now


def drop_and_create(
    command: Command, yes: bool, allow_destructive: bool, confirm: str | None, timeout: str | None
) -> int:
    """Drops the declared tables and creates them again, after a yes where there is something to lose."""
    began, limit = time.monotonic(), seconds(timeout, TIMEOUT)
    now = command.plan(recreate=True)
    if command.dry:
        return _show(command, now)
    target = command.target
    if not target.disposable and not allow_destructive:
        raise UsageError(
            f"environment {target.env} is not disposable",
            cure=f"if you mean it: --allow-destructive --confirm {target.env}",
        )
    command.confirm(confirm)
    live = [table.live for table in now.tables if table.live]
    items = sum(table.items for table in live)
    # what this project did not start may be someone else's
    if target.disposable and not yes and (items or (target.assumed and live)):
        command.ask(f"drop {count(len(now.tables), 'table')} with {count(items, 'item')}?")
    return _carry_out(command, now, began, True, True, limit)


def _carry_out(command: Command, now: Plan, began: float, allowed: bool, wait: bool, limit: float) -> int:
    plantext.show_others(command.out, now, command.shown, command.database.engine.name)
    outcome = Outcome(now, command.shown)
    with stoppable() as stop:
        events = apply(now, command.database, allow_destructive=allowed, wait=wait, timeout=limit, stop=stop)
        outcome.follow(command.out, events, lambda: time.monotonic() - began)
    if not allowed and any(step.destructive for step in outcome.steps("withheld")):
        command.out.remark("  destructive steps are withheld: permit them with --allow-destructive")
    if outcome.steps("pending"):
        command.out.remark("  what is pending is done by a later run of the same command")
    took = time.monotonic() - began
    command.out.text(outcome.summary(took))
    command.out.json(outcome.json(took))
    return INTERRUPTED if stop.is_set() else 0 if outcome.ok else 1
