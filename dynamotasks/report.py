"""Plans, events and tables -> text, tables, progress and JSON: the only room that prints.

Results go to stdout, remarks and progress to stderr. Colour, boxes and moving lines appear only where a person looks:
on a terminal, and colour not with NO_COLOR (https://no-color.org).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from .errors import ConfigError, DynamotasksError, Problem
from .settings import Target
from .spec import LiveTable, TableSpec

if TYPE_CHECKING:
    from rich.live import Live

_COLOURS = {"+": "32", "~": "33", "-": "31", "!": "35", "=": "2", "error": "31;1", "bold": "1"}

CALLED_AS = "inv db."
"""How a task is called; the console command says it otherwise."""


class Report:
    """Prints for one task.

    Args:
        as_json: the result is one JSON document on stdout, and nothing else is.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self._live: Live | None = None
        self._documented = False

    def remark(self, text: str) -> None:
        """Something worth knowing that is not the result."""
        self._print(text, sys.stderr)

    def target(self, target: Target, region: str, endpoint: str) -> None:
        """Where everything that follows happens."""
        own = target.endpoint is not None or "amazonaws.com" not in endpoint
        place = [f"environment {target.env}", endpoint if own else f"AWS {region}"]
        if own:
            place.append(f"Region {region}")
        if target.assumed:
            place.append("not started by this project")
        if target.profile:
            place.append(f"profile {target.profile}")
        if target.account_id and target.credentials == "chain":
            place.append(f"account {target.account_id}")
        if target.credentials == "dummy" and target.env != "local":
            place.append("dummy credentials")
        self.remark(self._paint("bold", "target: ") + ", ".join(place))

    def line(self, mark: str, text: str) -> None:
        """One line of the result, unless the result is JSON."""
        if not self.as_json:
            self._print(self._paint(mark, f"{mark} {text}", sys.stdout), sys.stdout)

    def text(self, text: str) -> None:
        """A result that is text."""
        if not self.as_json:
            self._print(text, sys.stdout)

    def json(self, document: Any) -> None:
        """The result as JSON, where JSON is asked for."""
        if self.as_json:
            self._documented = True
            self._print(json.dumps(document, indent=2, default=str), sys.stdout)

    def error(self, error: DynamotasksError) -> None:
        """What went wrong and how to mend it; a line that starts with its place can be clicked."""
        text = str(error)
        if isinstance(error, ConfigError):
            self._print("\n".join(map(str, error.shown)), sys.stderr)
            text = error.what
        self._print(self._paint("error", "error: ") + _called(text), sys.stderr)
        if not self._documented:
            told = {"message": error.what, "where": error.where, "cure": _called(error.cure)}
            problems = [asdict(problem) for problem in getattr(error, "shown", ())]
            self.json({"ok": False, "error": told, "problems": problems})

    def event(self, text: str) -> None:
        """What a terminal shows as progress; a log keeps it as a line."""
        if not sys.stderr.isatty():
            self._print(text, sys.stderr)

    def progress(self, lines: Sequence[str]) -> None:
        """Lines that the next ones replace; nothing where nobody looks."""
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        if self._live is None:
            console = Console(stderr=True, highlight=False)
            self._live = Live(console=console, transient=True, auto_refresh=False)
            self._live.start()
        room = max(self._live.console.height - 2, 1)
        left = [f"and {len(lines) - room} more"] if len(lines) > room else []
        shown = Text("\n".join([*lines[:room], *left]), no_wrap=True, overflow="ellipsis")
        self._live.update(shown, refresh=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under headings: a drawn table on a terminal, plain columns otherwise."""
        if self.as_json:
            return
        if sys.stdout.isatty():
            from rich.console import Console
            from rich.table import Table

            drawn = Table(*columns, header_style="" if os.environ.get("NO_COLOR") else "bold")
            for row in rows:
                drawn.add_row(*row)
            self._still()
            Console().print(drawn)
            return
        widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
        for row in (columns, *rows):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print(line.rstrip(), sys.stdout)

    def _print(self, text: str, stream: TextIO) -> None:
        self._still()
        print(text, file=stream, flush=True)

    def _still(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _paint(self, mark: str, text: str, stream: TextIO | None = None) -> str:
        if not (stream or sys.stderr).isatty() or os.environ.get("NO_COLOR") or mark not in _COLOURS:
            return text
        return f"\x1b[{_COLOURS[mark]}m{text}\x1b[0m"


def _called(text: str) -> str:
    """A cure with the words of the command that was called."""
    return text.replace("inv db.", CALLED_AS)


def count(number: int, word: str) -> str:
    """`1 table`, `2 tables`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def size(bytes_: int) -> str:
    """Bytes for people."""
    value = float(bytes_)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def keys(spec: TableSpec) -> str:
    """The primary key in a word: `user_id S, session_id S`."""
    types = {attribute.name: attribute.type for attribute in spec.attributes}
    return ", ".join(f"{key.attribute_name} {types.get(key.attribute_name, '?')}" for key in spec.key_schema)


def list_row(name: str, table: LiveTable | None) -> list[str]:
    """A live table as a row of `db.list`; names alone where describing is not allowed."""
    if table is None:
        return [name, "?", "?", "?", "?", "?"]
    indexes = [
        index.index_name
        for kind in ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")
        for index in getattr(table.spec, kind) or ()
    ]
    status = ", ".join((table.status, *(f"replica {region} {state}" for region, state in table.replicas.items())))
    return [name, status, keys(table.spec), ", ".join(indexes) or "-", str(table.items), size(table.size)]


def list_json(name: str, table: LiveTable | None) -> dict[str, Any]:
    """A live table as JSON."""
    if table is None:
        return {"name": name}
    spec = table.spec
    return {
        "name": name,
        "status": table.status,
        "key_schema": [{"attribute_name": k.attribute_name, "key_type": k.key_type} for k in spec.key_schema],
        "billing_mode": spec.billing_mode,
        "global_secondary_indexes": [index.index_name for index in spec.global_secondary_indexes or ()],
        "local_secondary_indexes": [index.index_name for index in spec.local_secondary_indexes or ()],
        "vector_indexes": [index.index_name for index in spec.vector_indexes or ()],
        "items": table.items,
        "size_bytes": table.size,
        "arn": table.arn,
        "replicas": dict(table.replicas),
        "global_table_version": table.global_table_version,
    }


def annotation(problem: Problem) -> str:
    """A mistake as GitHub shows it beside the line.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, escaped)
    return f"::error file={problem.file},line={problem.line},col={problem.column}::{text}"
