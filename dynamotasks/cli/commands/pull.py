"""`db.pull`: write live tables into the config files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from ... import api
from ...config.source import display_name
from ...errors import Hint, Task, UsageError
from ...formats.pulling import Pull, PulledFile, UnwrittenKeys
from ...formats.reading import read_sources
from ...migrate.comparison import live_table_names
from ...migrate.table_reader import read_table
from ...replaced_files import replace_file
from ..formatting import count
from .command import Command


def pull(command: Command, add_all: bool) -> None:
    """Update the config files to match the live tables."""
    pull = _pulled(command, add_all)
    files = pull.files(command.settings.variables)
    _note_unwritten(command, pull.unwritten)
    if pull.unwritten and not files:
        hint = Hint("edit these files yourself, or convert them to a config with ", Task("import"))
        raise UsageError("db.pull does not change files in another format", hint=hint)
    for file in files:
        _write(command, file)
    state = "would be written" if command.dry else "written"
    command.out.text(f"{count(len(files), 'file')} {state}" if files else "nothing to change")
    unwritten = [asdict(keys) for keys in pull.unwritten]
    command.out.json({"dry_run": command.dry, "files": [_document(file) for file in files], "unwritten": unwritten})


def _note_unwritten(command: Command, unwritten: Iterable[UnwrittenKeys]) -> None:
    for table in unwritten:
        what = "differs; change it" if len(table.keys) == 1 else "differ; change them"
        command.out.note(f"  {table.table}: {', '.join(table.keys)} {what} in {table.file}")


def _write(command: Command, file: PulledFile) -> None:
    if command.dry:
        command.out.document(file.diff.rstrip("\n"))
    else:
        replace_file(file.path, file.text)
    for table in file.tables:
        sign, what = ("~", ", ".join(table.keys)) if table.keys else ("+", "added")
        command.out.line(sign, f"{file.name}:{table.line}: {table.table}: {what}")


def _document(file: PulledFile) -> dict[str, object]:
    return {"file": file.name, "diff": file.diff, "tables": [asdict(table) for table in file.tables]}


def _pulled(command: Command, add_all: bool) -> Pull:
    settings, config = command.settings, command.config
    paths = settings.config_files()
    sources = read_sources(paths, settings.variables, settings.parameters, settings.env, settings.pseudo_parameters)
    pull = Pull(sources, {display_name(path): path for path in paths}, settings.env)
    declared = {table.name for table in config.tables}
    undeclared = _undeclared(command, declared, add_all)
    if names := [name for name in command.tables if name in declared] if command.tables else list(declared):
        _change(command, pull, names)
    for name in undeclared:
        if live := read_table(command.database, command.target.table_prefix + name):
            command.database.check_table_accounts([live.arn])
            pull.add(name, live.spec)
    return pull


def _change(command: Command, pull: Pull, names: list[str]) -> None:
    by_id = {table.logical_id: table.name for table in command.config.tables}
    for table in api.plan(command.config, command.database, tables=names).tables:
        logical_id = table.wanted.logical_id
        name = by_id[logical_id] if logical_id else command.declared_name(table.table)
        live = table.live and read_table(command.database, table.table)
        if not table.live or not live:
            command.out.note(f"  {name}: {table.read_error or 'does not exist'}; unchanged")
            continue
        for what, why in table.live.denied.items():
            command.out.note(f"  {name}: {what} could not be read: {why}")
        pull.change(name, table.wanted, live.spec, (*table.changes, *table.undeclared))


def _undeclared(command: Command, declared: set[str], add_all: bool) -> list[str]:
    """Return the live tables to add: those that `--table` names, or all."""
    if not add_all and set(command.tables) <= declared:
        return []
    existing = {command.declared_name(name) for name in live_table_names(command.database)}
    chosen = command.selected(existing | declared)
    return sorted(name for name in existing - declared if (name in chosen if chosen else add_all))
