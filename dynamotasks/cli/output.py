"""Plans, events and tables -> text, tables, progress and JSON: the only room that prints.

Results go to stdout, notes and progress to stderr. Colour, boxes and moving lines appear only where a person looks:
on a terminal, and colour not with NO_COLOR (https://no-color.org). Text may hold data: it passes through `escape`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, TextIO

from ..aws.target import Target
from ..errors import ConfigError, DynamotasksError, Problem
from ..escaping import escape
from ..schema.live_table import LiveTable
from ..schema.table_spec import TableSpec
from . import streams
from .task_names import called, command_of

if TYPE_CHECKING:
    from .terminal import Moving

_COLOURS = {"+": "32", "~": "33", "-": "31", "!": "35", "=": "2", "error": "31;1", "bold": "1"}
_COLOURS |= {"ok": "32", "note": "33", "bad": "31"}
_VERDICTS = {"ok": ("✓", "="), "note": ("!", "~"), "bad": ("✗", "!")}  # on a terminal, elsewhere

_MANY = 5  # notes of one kind

_told: set[str] = set()


def begin() -> None:
    """Forget what this process has printed: a command line begins."""
    _told.clear()


class Output:
    """Prints for one task.

    Args:
        as_json: the result is one JSON document on stdout, and nothing else is.

    Attributes:
        verbose: all notes of a kind are printed, however many.
        lost: why the result could not be written; `None` where it was, or where nobody reads it.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self.verbose = False
        self.lost: OSError | None = None
        self._moving: Moving | None = None
        self._documented = False

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads the result."""
        return streams.is_terminal(sys.stdout)

    @property
    def encoding(self) -> str:
        """The encoding of the result."""
        return sys.stdout.encoding or "utf-8"

    def note(self, text: str, *, once: bool = False) -> None:
        """Something worth knowing that is not the result.

        Args:
            text: one line.
            once: not again in this process: the tasks of one command line may all have the same to note.
        """
        if once and text in _told:
            return
        _told.add(text)
        self._print([called(text)], sys.stderr)

    def notes(self, texts: Sequence[str]) -> None:
        """Remarks of one kind, each once in this process; where they are many, the first ones and their number."""
        shown = texts if self.verbose or len(texts) <= _MANY else texts[:_MANY]
        for text in shown:
            self.note(f"  {text}", once=True)
        if left := len(texts) - len(shown):
            self.note(f"  and {left} more: `inv db.validate` shows all", once=True)

    def failure(self, text: str, error: DynamotasksError) -> None:
        """What went wrong while other work goes on."""
        first, *others = error.render(command_of).split("\n")
        self._print(map(called, [f"{text}: {first}", *others]), sys.stderr)

    def target(self, target: Target, region: str, endpoint: str) -> None:
        """Where everything that follows happens."""
        own = target.endpoint is not None or "amazonaws.com" not in endpoint
        place = [f"environment {target.env}", endpoint if own else f"AWS {region}"]
        if own:
            place.append(f"Region {region}")
        if target.endpoint_assumed:
            place.append("not started by this project")
        if target.profile:
            place.append(f"profile {target.profile}")
        if target.account_id and target.credentials == "chain":
            place.append(f"account {target.account_id}")
        if target.credentials == "dummy" and target.env != "local":
            place.append("dummy credentials")
        self._print(["target: " + ", ".join(place)], sys.stderr, "bold", "target: ")

    def line(self, mark: str, text: str, indent: str = "") -> None:
        """One line of the result, unless the result is JSON."""
        if not self.as_json:
            self._print([f"{indent}{mark} {called(text)}"], sys.stdout, mark)

    def verdict(self, state: Literal["ok", "note", "bad"], text: str) -> None:
        """One line of the result that starts with how good it is."""
        if not self.as_json:
            seen, piped = _VERDICTS[state]
            mark = seen if self.on_terminal and self.encoding.lower().startswith("utf") else piped
            self._print([f"{mark} {called(text)}"], sys.stdout, state, mark)

    def heading(self, text: str) -> None:
        """A line of the result above those that belong to it."""
        if not self.as_json:
            self._print([text], sys.stdout, "bold")

    def text(self, text: str) -> None:
        """One line of the result without a mark."""
        if not self.as_json:
            self._print([called(text)], sys.stdout)

    def document(self, text: str) -> None:
        """A result that a program reads, in a form that escapes what a terminal or a log would obey."""
        if not self.as_json:
            self._write(text + "\n", sys.stdout)

    def json(self, document: Any) -> None:
        """The result as JSON, where JSON is asked for."""
        if self.as_json:
            self._documented = True
            self._write(json.dumps(document, indent=2, default=str) + "\n", sys.stdout)

    def error(self, error: DynamotasksError) -> None:
        """What went wrong and how to mend it; a line that starts with its place can be clicked."""
        text = error.render(command_of)
        if isinstance(error, ConfigError):
            self._print((called(str(problem)) for problem in error.shown), sys.stderr)
            text = error.what
        self._print(f"error: {called(text)}".split("\n"), sys.stderr, "error", "error: ")
        if not self._documented:
            told = {"message": error.what, "where": error.where, "hint": called(error.hint.render(command_of))}
            problems = [asdict(problem) for problem in getattr(error, "shown", ())]
            self.json({"ok": False, "error": told, "problems": problems})

    def interrupted(self, text: str) -> None:
        """The end by Ctrl-C, where no result was printed yet."""
        self.note(text)
        if not self._documented:
            self.json({"ok": False, "error": {"message": text, "where": "", "hint": ""}, "problems": []})

    def event(self, text: str) -> None:
        """What a terminal shows as progress; a log keeps it as a line."""
        if not streams.is_terminal(sys.stderr):
            self._print([text], sys.stderr)

    def progress(self, lines: Sequence[str]) -> None:
        """Lines that the next ones replace; nothing where nobody looks."""
        if not streams.is_terminal(sys.stderr):
            return
        from .terminal import Moving

        self._moving = self._moving or Moving(sys.stderr)
        self._moving.show([streams.fit(escape(line), sys.stderr) for line in lines])

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows under headings: a drawn table on a terminal, plain columns otherwise."""
        if self.as_json:
            return
        cells = [[escape(cell) for cell in row] for row in rows]
        if self.on_terminal:
            from . import terminal

            shown = [[streams.fit(cell, sys.stdout) for cell in row] for row in cells]
            self._write(terminal.table(sys.stdout, columns, shown), sys.stdout)
            return
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for row in (columns, *cells):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print([line.rstrip()], sys.stdout)

    def annotation(self, problem: Problem) -> None:
        """A mistake as GitHub shows it beside the line.

        https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
        """
        message = _data(f"{problem.message}; {problem.hint}" if problem.hint else problem.message)
        file = _data(problem.file).replace(":", "%3A").replace(",", "%2C")
        self._write(f"::error file={file},line={problem.line},col={problem.column}::{message}\n", sys.stdout)

    def close(self) -> None:
        """Leave the screen as it was found."""
        if self._moving is not None:
            self._moving.stop()
            self._moving = None

    def _print(self, lines: Iterable[str], stream: TextIO | None, mark: str = "", painted: str = "") -> None:
        """Print lines; the first begins with what is painted, or is painted as a whole."""
        shown = [escape(line) for line in lines]
        if mark and shown and _is_painted(mark, stream):
            head = painted or shown[0]
            shown[0] = f"\x1b[{_COLOURS[mark]}m{head}\x1b[0m{shown[0].removeprefix(head)}"
        self._write("".join(f"{line}\n" for line in shown), stream)

    def _write(self, text: str, stream: TextIO | None) -> None:
        self.close()
        failed = streams.write(stream, text)
        if stream is sys.stdout:
            self.lost = self.lost or failed


def _is_painted(mark: str, stream: TextIO | None) -> bool:
    return mark in _COLOURS and streams.is_terminal(stream) and not os.environ.get("NO_COLOR")


def _data(text: str) -> str:
    """Text in a workflow command: its line breaks stay, other control characters are shown."""
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, escaped)
    return escape(text)


def count(number: int, word: str) -> str:
    """`1 table`, `2 tables`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def few(names: Sequence[str], word: str) -> str:
    """Names where they are few, else their number."""
    return ", ".join(names) if len(names) <= 3 else count(len(names), word)


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
