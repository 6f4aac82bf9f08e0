"""Plan and change tables: `db.plan`, `db.migrate`, `db.reset`, `db.drop`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any

from ... import api
from ...errors import UsageError
from ...migrate import plan_file
from ...migrate.clock import TIMEOUT
from ...migrate.events import Outcome
from ...migrate.ownership import foreign_owners, require_ownership
from ...migrate.plan import Plan
from ...migrate.wording import item_count
from ..consent import Consent, has_exact_counts, require_consent
from ..exit_codes import plan_exit_code
from ..flag_values import seconds
from ..formatting import count, few
from ..interrupts import stoppable
from ..output import Output
from ..plan_view import PlanView
from ..prompts import check_name, confirm_environment, consent_flags
from ..run_view import RunView
from ..task_names import command_line
from .backup_reminder import remind
from .command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a plan is applied.

    Attributes:
        wait: for index backfills.
        timeout: seconds for each table.
        then: called after a complete run; returns further entries of the JSON document.
    """

    wait: bool = True
    timeout: float = TIMEOUT
    then: Callable[[], Mapping[str, Any]] | None = None


def run_options(timeout: str | None, *, wait: bool = True) -> Run:
    """Return the options of a run from its flags; raise `UsageError` for an invalid timeout."""
    return Run(wait=wait, timeout=seconds(timeout, TIMEOUT))


def show_plan(command: Command, *, exit_code: bool, prune: bool, out: str | None) -> int:
    """Show what `migrate` would do, and write it to a plan file if one is named."""
    plan = _plan(command, prune)
    if out is not None:
        specs = api.declared_tables(command.config, command.database, command.tables)
        plan_file.write(plan, specs, command.database, Path(out), is_complete=not command.tables)
        flags = " ".join([*command.settings.flags.given(), "--plan", quote(out)])
        next_step = f"apply it with {command_line('migrate', flags)}" if plan.operations else "nothing to do"
        command.out.note(f"  written to {out}: {next_step}")
    remind(command, plan)
    return _show(command, plan, exit_code)


def _plan(command: Command, prune: bool) -> Plan:
    return api.plan(command.config, command.database, tables=command.tables, prune=prune)


def _show(command: Command, plan: Plan, exit_code: bool = False, *, has_consent: bool = False) -> int:
    view = PlanView(command.out, plan, command.database)
    view.show(has_consent=has_consent)
    owners = foreign_owners(plan, command.target)
    for tool in dict.fromkeys(owners.values()):
        names = few([table for table, owner in owners.items() if owner == tool], "table")
        command.out.note(f"  {tool} manages {names}, so {command_line('migrate')} refuses these changes")
    command.out.json(view.document())
    return plan_exit_code(plan, exit_code)


def migrate(command: Command, consent: Consent, run: Run, *, prune: bool = False, reviewed: str | None = None) -> int:
    """Apply the current plan, or the one in the file `reviewed`."""
    clock = _Clock()
    plan = _plan(command, prune) if reviewed is None else _reviewed(command, reviewed, prune)
    remind(command, plan)
    check_name(command.target, consent.confirm)
    if command.dry:
        return _show(command, plan)
    require_ownership(plan, command.target)
    if consent.allow_destructive and plan.is_destructive and not command.target.disposable:
        _confirm(command, plan, consent, clock)
    return _apply(command, plan, run, clock, allow_destructive=consent.allow_destructive)


def _reviewed(command: Command, file: str, prune: bool) -> Plan:
    if prune or command.tables:
        raise UsageError("--plan cannot be combined with --prune or --table", hint="omit them, or make a new plan")
    return plan_file.read(Path(file), api.declared_tables(command.config, command.database), command.database)


def reset(command: Command, consent: Consent, run: Run) -> int:
    """Delete and recreate the declared tables; ask for consent if they may have items."""
    clock = _Clock()
    plan = api.plan_reset(command.config, command.database, tables=command.tables)
    return _delete(command, plan, consent, run, clock)


def drop(command: Command, consent: Consent, run: Run) -> int:
    """Delete the tables named by `--table`, declared or not; require the same consent as a reset."""
    clock = _Clock()
    if not command.tables:
        raise UsageError("no table specified", hint="specify the tables to drop: --table NAME")
    config = command.config if command.settings.has_config() else None
    return _delete(command, api.plan_drop(command.database, command.tables, config=config), consent, run, clock)


def _delete(command: Command, plan: Plan, consent: Consent, run: Run, clock: _Clock) -> int:
    remind(command, plan, drops=True)
    check_name(command.target, consent.confirm)
    if command.dry:
        return _show(command, plan, has_consent=command.target.disposable)
    require_ownership(plan, command.target)
    if plan.operations:
        _consent_to_delete(command, plan, consent, clock)
    return _apply(command, plan, run, clock, allow_destructive=True)


class _Clock:
    """Measures the duration of a command without the time spent in prompts."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def elapsed(self) -> float:
        """Return seconds."""
        return time.monotonic() - self._start

    def exclude(self, ask: Callable[[], None]) -> None:
        """Call `ask` without counting its time."""
        asked = time.monotonic()
        ask()
        self._start += time.monotonic() - asked


def _consent_to_delete(command: Command, plan: Plan, consent: Consent, clock: _Clock) -> None:
    """Continue only with consent to delete the tables of a plan."""
    target, engine = command.target, command.database.engine
    live = [table.live for table in plan.tables if table.live and any(o.is_destructive for o in table.operations)]
    items = sum(table.items for table in live)
    action = f"delete {count(len(live), 'table')} ({item_count(items, engine.exact_item_count)})"
    is_harmless = not live or (not items and has_exact_counts(command.database))
    show = partial(_show_in_question, command, plan)
    clock.exclude(lambda: require_consent(command.out, target, consent, action, is_harmless=is_harmless, show=show))


def _confirm(command: Command, plan: Plan, consent: Consent, clock: _Clock) -> None:
    """Continue only with the name of the environment, given or typed."""
    if consent.confirm is None:
        _show_in_question(command, plan)
    clock.exclude(lambda: confirm_environment(command.out, command.target, consent.confirm))


def _show_in_question(command: Command, plan: Plan) -> None:
    """Show the plan on stderr: stdout is for the result, and may be JSON or a file."""
    with redirect_stdout(sys.stderr):
        PlanView(Output(), plan, command.database).show(has_consent=True)


def _apply(command: Command, plan: Plan, run: Run, clock: _Clock, *, allow_destructive: bool) -> int:
    PlanView(command.out, plan, command.database).show_notes()
    view = RunView(command.out, plan, command.database)
    with stoppable() as stop:
        events = api.apply(
            plan,
            command.database,
            allow_destructive=allow_destructive,
            wait=run.wait,
            timeout=run.timeout,
            stop=stop,
            root=command.project.root,
        )
        view.follow(events, clock.elapsed)
    if not allow_destructive and any(operation.is_destructive for operation in view.operations(Outcome.BLOCKED)):
        command.out.note(f"  destructive operations are blocked; permit them with {consent_flags(command.target)}")
    if view.operations(Outcome.PENDING):
        command.out.note("  run the same command again later for pending operations")
    elapsed = clock.elapsed()
    command.out.text(view.summary(elapsed))
    document = view.document(elapsed)
    if run.then and view.ok and not stop.is_set():
        document |= run.then()
    command.out.json(document)
    if stop.is_set():
        return stop.code
    return 0 if view.ok else 1
