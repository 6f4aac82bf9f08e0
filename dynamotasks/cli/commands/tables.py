"""Tasks that read live tables: `db.list`, `db.describe`, `db.status`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ... import api
from ...aws.sessions import SIMULTANEOUS_CALLS
from ...config.node_values import escape_variables
from ...config.yaml12 import dump
from ...errors import CallError
from ...formats.config_table import table_to_config
from ...migrate.comparison import live_table_names
from ...migrate.table_reader import read_description, read_table
from ...schema.live_table import LiveTable
from .. import list_view
from ..exit_codes import plan_exit_code
from .command import Command


def list_tables(command: Command) -> None:
    """List existing tables; only their names if describing is not allowed."""
    names = live_table_names(command.database)
    if wanted := command.selected({command.declared_name(name) for name in names}):
        names = [name for name in names if command.declared_name(name) in wanted]
    denied: list[str] = []

    def look_at(name: str) -> LiveTable | None:
        try:
            return read_description(command.database, name)
        except CallError as error:
            denied.append(error.what)
            return None

    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        tables = list(zip(map(command.declared_name, names), pool.map(look_at, names), strict=True))
    if tables:
        command.out.table(list_view.COLUMNS, [list_view.table_row(*table) for table in tables])
    else:
        command.out.text("no tables")
    if denied:
        command.out.note(f"  only names are shown: {denied[0]}")
    command.out.json({"tables": [list_view.table_json(*table) for table in tables]})


def describe_tables(command: Command) -> None:
    """Print live tables as a config file."""
    names = live_table_names(command.database)
    wanted = command.selected({command.declared_name(name) for name in names})
    tables, replicas = [], {}
    for name in names:
        shown = command.declared_name(name)
        if (not wanted or shown in wanted) and (table := read_table(command.database, name)):
            tables.append({**table_to_config(table.spec), "name": shown})
            if table.replicas:
                replicas[shown] = dict(table.replicas)
                regions = ", ".join(f"{region} ({status})" for region, status in table.replicas.items())
                command.out.note(f"  {shown}: replicas are not part of the config: {regions}")
            for what, why in table.denied.items():
                command.out.note(f"  {shown}: {what} could not be read: {why}")
    command.out.document(dump({"tables": escape_variables(tables)}, command.out.encoding).rstrip())
    command.out.json({"tables": tables, "replicas": replicas})


def status(command: Command, exit_code: bool) -> int:
    """Print the state of each declared table."""
    from ..plan_view import PlanView, status_row
    from .backup_reminder import remind

    now = api.status(command.config, command.database, tables=command.tables)
    command.out.note(f"engine: {now.engine}")
    command.out.table(["TABLE", "STATE", "NOTE"], map(status_row, now.tables))
    view = PlanView(command.out, now.plan, command.database)
    view.show_unmanaged_hint()
    remind(command, now.plan)
    document = view.document()
    for entry, table in zip(document["tables"], now.tables, strict=False):  # unmanaged tables come last
        entry["notes"] = list(table.notes)
    command.out.json({"engine": now.engine, **document})
    return plan_exit_code(now.plan, exit_code)
