"""The tables: `db.list`, `db.describe`, `db.status`, `db.validate`, `db.plan`, `db.migrate`, `db.reset`."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from .. import report
from ..client import SIMULTANEOUS_CALLS
from ..config.yaml12 import dump
from ..engines import trim
from ..errors import CallError, ConfigError, UsageError
from ..live import as_config, describe, from_description, read_table
from ..outcome import Outcome
from ..plan import Plan, Wanted, plan, reset
from ..spec import LiveTable
from .base import Command, seconds

DIFFERENCES, INTERRUPTED = 2, 130  # exit codes
_TIMEOUT = 900.0


def list_tables(command: Command) -> None:
    """What exists there, by name; names alone where describing is not allowed."""
    names = sorted(_names(command))
    if wanted := command.chosen({command.shown(name) for name in names}):
        names = [name for name in names if command.shown(name) in wanted]
    denied: list[str] = []

    def look(name: str) -> LiveTable | None:
        try:
            description = describe(command.database, name)
        except CallError as error:
            denied.append(error.what)
            return None
        return from_description(description) if description else None

    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        tables = list(zip(map(command.shown, names), pool.map(look, names), strict=True))
    if tables:
        rows = [report.list_row(name, table) for name, table in tables]
        command.out.table(["TABLE", "STATUS", "KEYS", "INDEXES", "ITEMS", "SIZE"], rows)
    else:
        command.out.text("no tables")
    if denied:
        command.out.remark(f"  names alone: {denied[0]}")
    command.out.json([report.list_json(name, table) for name, table in tables])


def describe_tables(command: Command) -> None:
    """Live tables as a config file."""
    names = _names(command)
    wanted = command.chosen({command.shown(name) for name in names})
    tables = []
    for name in names:
        shown = command.shown(name)
        if (not wanted or shown in wanted) and (table := read_table(command.database, name)):
            tables.append({**as_config(table.spec), "name": shown})
            for what, why in table.denied.items():
                command.out.remark(f"  {shown}: {what} could not be read: {why}")
    command.out.text(dump({"tables": tables}).rstrip())
    command.out.json({"tables": tables})


def schema(command: Command) -> None:
    """The JSON Schema of a config file."""
    from ..config.schema import json_schema

    command.out.text(json.dumps(json_schema(), indent=2))


def validate(command: Command, format: str) -> None:
    """Checks the config files; sends nothing."""
    if format not in ("text", "github"):
        raise UsageError(f"there is no format {format!r}", cure="known: text, github")
    if format == "github" and command.out.as_json:
        raise UsageError("--json and --format github are two forms of one result", cure="choose one")
    try:
        config = command.config
    except ConfigError as error:
        if format == "github":
            for problem in error.problems:
                command.out.text(report.annotation(problem))
        raise
    command.settings.environment(config.environments)
    command.chosen({table.name for table in config.tables})
    tables = report.count(len(config.tables), "table")
    command.out.line("=", f"{tables} in {', '.join(config.files)}: no problems")
    command.out.json({"ok": True, "problems": [], "tables": [table.name for table in config.tables]})


def status(command: Command, exit_code: bool) -> int:
    """How each declared table stands."""
    now = plan(*_survey(command))
    engine = command.database.engine.name
    command.out.remark(f"engine: {engine}")
    rows = [report.status_row(table, command.shown(table.table)) for table in now.tables]
    rows += [[command.shown(name), "unmanaged", "not in the config"] for name in now.unmanaged]
    command.out.table(["TABLE", "STATE", "NOTE"], rows)
    endpoint = command.database.endpoint
    command.out.json({"engine": engine, "endpoint": endpoint, **report.plan_json(now, command.shown)})
    return DIFFERENCES if exit_code and not now.in_sync else 0


def show_plan(command: Command, exit_code: bool) -> int:
    """What `migrate` would do."""
    now = plan(*_survey(command))
    report.show_plan(command.out, now, command.shown, command.database.engine.name)
    command.out.json(report.plan_json(now, command.shown))
    return DIFFERENCES if exit_code and not now.in_sync else 0


def migrate(command: Command, allow_destructive: bool, confirm: str | None, wait: bool, timeout: str | None) -> int:
    """Carries the plan out."""
    if command.dry:
        return show_plan(command, exit_code=False)
    began = time.monotonic()
    wanted, live, names = _survey(command)
    now = plan(wanted, live, names)
    if allow_destructive and any(step.destructive for step in now.steps):
        command.confirm(confirm)
    return _carry_out(command, now, live, began, allow_destructive, wait, timeout)


def drop_and_create(
    command: Command, yes: bool, allow_destructive: bool, confirm: str | None, timeout: str | None
) -> int:
    """Drops the declared tables and creates them again, after a yes where there is something to lose."""
    began = time.monotonic()
    wanted, live, _ = _survey(command)
    now = reset(wanted, live)
    if command.dry:
        report.show_plan(command.out, now, command.shown, command.database.engine.name)
        command.out.json(report.plan_json(now, command.shown))
        return 0
    target = command.target
    if not target.disposable and not allow_destructive:
        raise UsageError(
            f"environment {target.env} is not disposable",
            cure=f"if you mean it: --allow-destructive --confirm {target.env}",
        )
    command.confirm(confirm)
    items = sum(table.items for table in live.values() if table)
    # what this project did not start may be someone else's
    if target.disposable and not yes and (items or (target.assumed and any(live.values()))):
        command.ask(f"drop {report.count(len(wanted), 'table')} with {report.count(items, 'item')}?")
    return _carry_out(command, now, live, began, True, True, timeout)


def _names(command: Command) -> list[str]:
    """The tables there that carry the environment's prefix."""
    return [name for name in command.database.table_names() if name.startswith(command.target.table_prefix)]


def _survey(command: Command) -> tuple[list[Wanted], dict[str, LiveTable | None], list[str]]:
    """The declared tables as this engine can have them, the live ones, and all names that exist there."""
    specs, database = command.specs(), command.database
    try:
        names = _names(command)
    except CallError as error:  # listing may be forbidden where describing is not
        command.out.remark(f"  {error.what}: each table is asked for by itself")
        names = [spec.name for spec in specs]
    standing = set(names)
    wanted = [Wanted(*trim(spec, database.engine)) for spec in specs]
    present = [table.spec for table in wanted if table.spec.name in standing]
    live: dict[str, LiveTable | None] = {table.spec.name: None for table in wanted}
    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        found = pool.map(lambda spec: read_table(database, spec.name, spec), present)
        live.update(zip((spec.name for spec in present), found, strict=True))
    return wanted, live, names if not command.settings.flags.table else []


def _carry_out(
    command: Command,
    now: Plan,
    live: Mapping[str, LiveTable | None],
    began: float,
    allowed: bool,
    wait: bool,
    timeout: str | None,
) -> int:
    from ..apply import apply

    if now.steps:
        command.database.check_account(table.arn for table in live.values() if table)
    for table in now.tables:
        if not table.steps:
            report.show_idle(command.out, table, command.shown(table.table))
        report.show_notes(command.out, table, command.shown(table.table), command.database.engine.name)
    outcome = Outcome(now, command.shown)
    limit = seconds(timeout, _TIMEOUT)
    with _interruptible() as stop:
        events = apply(now, command.database, allow_destructive=allowed, wait=wait, timeout=limit, stop=stop)
        outcome.follow(command.out, events, lambda: time.monotonic() - began)
    if any(step.destructive for step in outcome.withheld):
        command.out.remark("  destructive steps are withheld: permit them with --allow-destructive")
    took = time.monotonic() - began
    command.out.text(outcome.summary(took))
    command.out.json(outcome.json(took))
    return INTERRUPTED if stop.is_set() else 0 if outcome.ok else 1


@contextmanager
def _interruptible() -> Iterator[Event]:
    """The first Ctrl-C asks to stop, so that the end can still be told; the second one ends the process."""
    stop = Event()

    def ask(signum: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
