"""The reminder of the items that an interrupted `db.replace` has not restored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...errors import UsageError
from ...migrate.plan import Plan
from ..formatting import count
from ..task_names import command_line, text_of
from .command import Command

if TYPE_CHECKING:
    from ...data.replacement.project_backups import UnfinishedBackup
    from ...schema.live_table import LiveTable


def remind(command: Command, plan: Plan, *, drops: bool = False) -> None:
    """Print which tables of a plan lack their items since an interrupted `db.replace`.

    Args:
        command: the task.
        plan: the tables.
        drops: whether the plan drops them.
    """
    for table in plan.tables:
        _remind(command, table.table, table.live, is_read=table.read_error is None, drops=drops)


def remind_of(command: Command, tables: Iterable[LiveTable]) -> None:
    """Print which of these tables lack their items since an interrupted `db.replace`."""
    for live in tables:
        _remind(command, live.spec.name, live)


def _remind(command: Command, table: str, live: LiveTable | None, *, is_read: bool = True, drops: bool = False) -> None:
    if not any(command.project.folder.glob("replace-*.json")):
        return
    from ...data.replacement.project_backups import find_unfinished

    name = command.declared_name(table)
    try:
        unfinished = find_unfinished(command.project.folder, command.database, table, live, is_read=is_read)
    except UsageError as error:
        command.out.note(f"  {name}: {error.where}: {error.what}; {text_of(error.hint)}")
    else:
        if unfinished:
            command.out.note(f"  {name}: {_describe(unfinished, name, drops)}")


def _describe(unfinished: UnfinishedBackup, name: str, drops: bool) -> str:
    task = f"an interrupted {command_line('replace')}"
    items = f"{unfinished.path} holds {count(unfinished.count, 'item')}"
    if unfinished.is_obsolete:
        return f"{items} from {task} of a table that has since been dropped; remove the file if they are not required"
    first = " first: the items are not restored after a drop" if drops else ""
    return f"{items} from {task}; run {command_line('replace', f'--table {name}')} to finish it{first}"
