"""What there is: `db.list`, `db.describe`, `db.status`; what is declared: `db.validate`, `db.schema`."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from ... import api
from ...aws.sessions import SIMULTANEOUS_CALLS
from ...config.target import environment_of
from ...config.yaml12 import dump
from ...errors import CallError, ConfigError, UsageError
from ...formats.config_table import table_to_config
from ...migrate.comparison import live_table_names
from ...migrate.table_reader import read_description, read_table
from ...schema.live_table import LiveTable
from .. import output, plan_view
from .command import Command, exit_code_of
from .replace import remind


def list_tables(command: Command) -> None:
    """What exists there; names alone where describing is not allowed."""
    names = live_table_names(command.database)
    if wanted := command.chosen({command.shown(name) for name in names}):
        names = [name for name in names if command.shown(name) in wanted]
    denied: list[str] = []

    def look_at(name: str) -> LiveTable | None:
        try:
            return read_description(command.database, name)
        except CallError as error:
            denied.append(error.what)
            return None

    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        tables = list(zip(map(command.shown, names), pool.map(look_at, names), strict=True))
    if tables:
        rows = [output.list_row(name, table) for name, table in tables]
        command.out.table(["TABLE", "STATUS", "KEYS", "INDEXES", "ITEMS", "SIZE"], rows)
    else:
        command.out.text("no tables")
    if denied:
        command.out.note(f"  names alone: {denied[0]}")
    command.out.json([output.list_json(name, table) for name, table in tables])


def describe_tables(command: Command) -> None:
    """Live tables as a config file."""
    names = live_table_names(command.database)
    wanted = command.chosen({command.shown(name) for name in names})
    tables, replicas = [], {}
    for name in names:
        shown = command.shown(name)
        if (not wanted or shown in wanted) and (table := read_table(command.database, name)):
            tables.append({**table_to_config(table.spec), "name": shown})
            if table.replicas:
                replicas[shown] = dict(table.replicas)
                told = ", ".join(f"{region} ({status})" for region, status in table.replicas.items())
                command.out.note(f"  {shown}: replicas in {told} are not part of the config")
            for what, why in table.denied.items():
                command.out.note(f"  {shown}: {what} could not be read: {why}")
    command.out.document(dump({"tables": tables}, command.out.encoding).rstrip())
    command.out.json({"tables": tables, "replicas": replicas})


def schema(command: Command) -> None:
    """The JSON Schema of a config file."""
    from ...config.json_schema import json_schema

    command.out.document(json.dumps(json_schema(), indent=2))


def validate(command: Command, format: str) -> None:
    """Checks the config files; sends nothing."""
    if format not in ("text", "github"):
        raise UsageError(f"there is no format {format!r}", hint="known: text, github")
    if format == "github" and command.out.as_json:
        raise UsageError("--json and --format github are two forms of one result", hint="choose one")
    command.out.verbose = True
    try:
        config = command.config
    except ConfigError as error:
        if format == "github":
            for problem in error.shown:
                command.out.annotation(problem)
        raise
    environment_of(command.settings, config.environments)
    command.chosen({table.name for table in config.tables})
    tables = output.count(len(config.tables), "table")
    command.out.line("=", f"{tables} in {', '.join(config.files)}: no problems")
    command.out.json({"ok": True, "problems": [], "tables": [table.name for table in config.tables]})


def status(command: Command, exit_code: bool) -> int:
    """Show the state of each declared table."""
    now = api.status(command.config, command.database, tables=command.tables)
    command.out.note(f"engine: {now.engine}")
    command.out.table(["TABLE", "STATE", "NOTE"], map(plan_view.status_row, now.tables))
    plan_view.show_unmanaged_hint(command.out, now.plan)
    remind(command, now.plan)
    document = plan_view.status_json(now, command.shown)
    command.out.json({"engine": now.engine, "endpoint": now.endpoint, **document})
    return exit_code_of(now.plan, exit_code)
