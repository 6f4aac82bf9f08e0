"""`db.import`: write a config from definitions in another format."""

from __future__ import annotations

from dataclasses import replace

from ...config.settings import Flags
from ...folders import current_folder, expanded
from ..formatting import count
from .command import Command
from .destination import Destination


def import_tables(command: Command, source: str, destination: Destination, flags: Flags) -> int:
    """Write the tables of a file as a config; return 1 if it is incomplete, else 0."""
    from ...formats.importing import import_file

    destination.check()
    settings = replace(command.settings, flags=flags)
    folder = destination.path.parent if destination.path else current_folder() / "config"
    imported = import_file(current_folder() / expanded(source), folder, settings.parameters, flags.table)
    command.out.verbose = True
    command.out.notes([*imported.notes, *imported.questions])
    destination.write(command, imported.text, count(imported.tables, "table"))
    if imported.questions:
        command.out.note(f"{count(len(imported.questions), 'open question')}: the config is incomplete")
    command.out.json(
        {
            "ok": not imported.questions,
            "out": destination.out,
            "text": imported.text,
            "questions": imported.questions,
            "notes": imported.notes,
        }
    )
    return 1 if imported.questions else 0
