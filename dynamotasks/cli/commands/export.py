"""`db.export`: write the declared tables in another format."""

from __future__ import annotations

from dataclasses import replace

from ...config.selection import chosen
from ...config.target import environment_of
from ...errors import UsageError
from ...schema.table_spec import TableSpec
from ...suggestions import close_to
from ..formatting import count
from .command import Command
from .destination import Destination


def export(command: Command, name: str | None, destination: Destination) -> None:
    """Write the tables of the environment; read only the config."""
    from ...formats.writing.export_formats import EXPORT_FORMATS

    if name is None or name not in EXPORT_FORMATS:
        known = f"expected one of: {', '.join(EXPORT_FORMATS)}"
        close = close_to(name, EXPORT_FORMATS) if name else None
        hint = f"did you mean {close!r}? {known}" if close else known
        raise UsageError("--as is required" if name is None else f"invalid --as {name!r}", hint=hint)
    destination.check()
    format = EXPORT_FORMATS[name]
    tables = _tables(command)
    text, notes = format.write(tables), format.notes(tables)
    for note in notes:
        command.out.note(f"  {note}")
    destination.write(command, text, count(len(tables), "table"))
    command.out.json({"as": name, "out": destination.out, "text": text, "notes": notes})


def _tables(command: Command) -> list[TableSpec]:
    """Return the selected tables with their names in the environment."""
    environment = environment_of(command.settings, command.config.environments)
    tables = command.config.tables_of(command.settings.env)
    names = chosen(command.tables, {table.name for table in tables})
    prefix = environment.table_prefix or ""
    return [replace(table, name=prefix + table.name) for table in tables if not names or table.name in names]
