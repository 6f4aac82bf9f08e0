"""The `db` tasks that convert definitions: `db.import`, `db.export` and `db.pull`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .task_declaration import JSON, db_task

if TYPE_CHECKING:
    from .commands.command import Command


@db_task(
    as_="cloudformation, terraform, create-table or pynamodb",
    out="file to write, instead of stdout",
    force="replace an existing file",
    json=JSON,
)
def export(command: Command, as_: str | None = None, out: str | None = None, force: bool = False) -> None:
    """Write the declared tables in another format.

    Settings that the format cannot express are listed as notes.
    """
    from .commands import destination, export

    export.export(command, as_, destination.Destination(out, force))


@db_task(
    target=False,
    source="template, folder or other definitions to convert: SOURCE",
    out="config file to write, instead of stdout",
    force="replace an existing file",
    table="only this table (repeatable)",
    param="NAME=VALUE for a template (repeatable)",
    json=JSON,
)
def import_(
    command: Command,
    source: str,
    out: str | None = None,
    force: bool = False,
    table: Sequence[str] | None = None,
    param: Sequence[str] | None = None,
) -> int:
    """Write a config from definitions in another format.

    Notes and open questions become comments. From then on, dynamotasks
    manages the tables, not the tool that deployed them.
    """
    from ..config.settings import Flags
    from .commands import destination, import_

    flags = Flags(table=table or (), param=param or ())
    return import_.import_tables(command, source, destination.Destination(out, force), flags)


@db_task(all="also add tables that the config does not declare", dry_run="show the changes as a diff", json=JSON)
def pull(command: Command, all: bool = False) -> None:
    """Update the config files to match the live tables.

    Only differences are written; comments and formatting are kept. Add
    undeclared tables with --table NAME, or all of them with --all.
    """
    from .commands import pull

    pull.pull(command, all)
