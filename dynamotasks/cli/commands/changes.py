"""What changes tables: `db.plan`, `db.migrate`, `db.reset`, `db.drop`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from shlex import quote

from ... import api
from ...config.selection import declared
from ...data.replace_backups import invalidate
from ...errors import UsageError
from ...migrate import plan_file
from ...migrate.events import Outcome
from ...migrate.executor import TIMEOUT, apply
from ...migrate.plan import Plan, item_count
from .. import plan_view, prompts
from ..exit_codes import plan_exit_code
from ..flag_values import seconds
from ..formatting import count
from ..interrupts import stoppable
from ..output import Output
from ..run_view import RunView
from .command import Command
from .replace import remind


def show_plan(command: Command, exit_code: bool, prune: bool, out: str | None) -> int:
    """What `migrate` would do."""
    now = _planned(command, prune)
    if out is not None:
        tables = command.tables
        specs = declared(command.config, command.target, tables)
        plan_file.write(now, specs, command.database, Path(out), whole=not tables)
        flags = " ".join([*command.settings.flags.given(), "--plan", quote(out)])
        command.out.note(
            f"  written to {out}: " + (f"carry it out with `inv db.migrate {flags}`" if now.steps else "nothing to do")
        )
    remind(command, now)
    return _show(command, now, exit_code)


def _show(command: Command, now: Plan, exit_code: bool = False) -> int:
    plan_view.show_plan(command.out, now, command.declared_name, command.database.engine.name)
    command.out.json(plan_view.plan_json(now, command.declared_name))
    return plan_exit_code(now, exit_code)


def migrate(
    command: Command,
    allow_destructive: bool,
    confirm: str | None,
    prune: bool,
    reviewed: str | None,
    wait: bool,
    timeout: str | None,
) -> int:
    """Carries the plan out: the one of now, or the one that was written to a file."""
    began, limit = time.monotonic(), seconds(timeout, TIMEOUT)
    now = _planned(command, prune) if reviewed is None else _reviewed(command, reviewed, prune)
    remind(command, now)
    if command.dry:
        return _show(command, now)
    destructive = any(step.destructive for step in now.steps)
    target = command.target
    if allow_destructive and destructive and not target.disposable:
        began += _asked(
            command, now, lambda: prompts.confirm_environment(command.out, target, confirm), shown=confirm is None
        )
    return _carry_out(command, now, began, allow_destructive, wait, limit)


def _planned(command: Command, prune: bool) -> Plan:
    return api.plan(command.config, command.database, tables=command.tables, prune=prune)


def _reviewed(command: Command, file: str, prune: bool) -> Plan:
    if prune or command.tables:
        raise UsageError("--plan carries out what the file says", hint="leave --prune and --table away")
    return plan_file.read(Path(file), declared(command.config, command.target), command.database)


def drop_and_create(
    command: Command, yes: bool, allow_destructive: bool, confirm: str | None, timeout: str | None
) -> int:
    """Drops the declared tables and creates them again, after a yes where there is something to lose."""
    began, limit = time.monotonic(), seconds(timeout, TIMEOUT)
    now = api.plan_reset(command.config, command.database, tables=command.tables)
    remind(command, now, drops=True)
    if command.dry:
        return _show(command, now)
    began += _consent_to_drop(command, now, yes, allow_destructive, confirm)
    invalidate(command.project.folder, command.database, now.tables)
    return _carry_out(command, now, began, True, True, limit)


def drop(command: Command, yes: bool, allow_destructive: bool, confirm: str | None, timeout: str | None) -> int:
    """Drops the named tables, declared or not, with the consent that a reset needs."""
    began, limit = time.monotonic(), seconds(timeout, TIMEOUT)
    if not command.tables:
        raise UsageError("db.drop drops only what is named", hint="name the tables: --table NAME")
    config = command.config if command.settings.has_config() else None
    now = api.plan_drop(command.database, command.tables, config=config)
    remind(command, now, drops=True)
    if command.dry:
        return _show(command, now)
    if now.steps:
        began += _consent_to_drop(command, now, yes, allow_destructive, confirm)
        invalidate(command.project.folder, command.database, now.tables)
    return _carry_out(command, now, began, True, True, limit)


def _consent_to_drop(command: Command, now: Plan, yes: bool, allow_destructive: bool, confirm: str | None) -> float:
    """Goes on only with the consent to drop the tables of a plan; returns the seconds that the answer took."""
    target = command.target
    if not target.disposable:
        if not allow_destructive:
            raise prompts.not_disposable(target, f"confirm with --allow-destructive --confirm {target.env}")
        return _asked(
            command, now, lambda: prompts.confirm_environment(command.out, target, confirm), shown=confirm is None
        )
    live = [table.live for table in now.tables if table.live and any(step.destructive for step in table.steps)]
    items, exact = sum(table.items for table in live), command.database.engine.exact_item_count
    # what this project did not start or describe may be someone else's, and a count of hours ago proves nothing
    if yes or not live or (exact and not items and not target.endpoint_assumed and not target.overridden_by):
        return 0
    action = f"drop {count(len(live), 'table')} ({item_count(items, exact)})"
    return _asked(command, now, lambda: prompts.confirm(command.out, action))


def _asked(command: Command, now: Plan, ask: Callable[[], None], *, shown: bool = True) -> float:
    """Shows the plan, as a part of the question, and asks; returns the seconds that the answer took."""
    if shown:
        with redirect_stdout(sys.stderr):  # stdout is the result's, and may be JSON or a file
            plan_view.show_plan(Output(), now, command.declared_name, command.database.engine.name, permitted=True)
    began = time.monotonic()
    ask()
    return time.monotonic() - began


def _carry_out(command: Command, now: Plan, began: float, allowed: bool, wait: bool, limit: float) -> int:
    plan_view.show_others(command.out, now, command.declared_name, command.database.engine.name)
    outcome = RunView(now, command.declared_name)
    with stoppable() as stop:
        events = apply(now, command.database, allow_destructive=allowed, wait=wait, timeout=limit, stop=stop)
        outcome.follow(command.out, events, lambda: time.monotonic() - began)
    if not allowed and any(step.destructive for step in outcome.steps(Outcome.BLOCKED)):
        command.out.note("  destructive steps are blocked: permit them with --allow-destructive")
    if outcome.steps(Outcome.PENDING):
        command.out.note("  what is pending is done by a later run of the same command")
    took = time.monotonic() - began
    command.out.text(outcome.summary(took))
    command.out.json(outcome.json(took))
    return stop.code if stop.is_set() else 0 if outcome.ok else 1
