"""What one task prints: results to stdout, notes and progress to stderr.

Color, boxes and progress lines appear only on a terminal; NO_COLOR (https://no-color.org) turns color off. Text may
contain data, so it passes through `escape`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, TextIO

from ..aws.target import Target
from ..errors import ConfigError, DynamotasksError, Hint, Problem
from ..escaping import escape
from . import streams
from .github_annotations import annotation
from .task_names import command_line, error_text, text_of

if TYPE_CHECKING:
    from .terminal import ProgressLines

VERSION = 1
"""The version of JSON documents except plans; added keys do not change it."""

_COLORS = {"+": "32", "~": "33", "-": "31", "!": "35", "=": "2", "error": "31;1", "bold": "1"}
_COLORS |= {"ok": "32", "note": "33", "bad": "31"}
_VERDICTS = {"ok": ("✓", "="), "note": ("!", "~"), "bad": ("✗", "!")}  # on a terminal, elsewhere

_MAX_NOTES = 5  # of one kind

_printed_notes: set[str] = set()


def begin() -> None:
    """Forget the notes that this process has printed: a command line begins."""
    _printed_notes.clear()


class Output:
    """Prints for one task.

    Args:
        as_json: the result is one JSON document on stdout, and nothing else is.

    Attributes:
        verbose: print all notes of a kind, however many.
        lost: why the result could not be written; `None` if it was written, or if its reader has left.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self.verbose = False
        self.lost: OSError | None = None
        self._progress: ProgressLines | None = None
        self._has_document = False

    @property
    def on_terminal(self) -> bool:
        """Whether the result goes to a terminal."""
        return streams.is_terminal(sys.stdout)

    @property
    def encoding(self) -> str:
        """The encoding of the result."""
        return sys.stdout.encoding or "utf-8"

    # results

    def json(self, document: Mapping[str, Any]) -> None:
        """Print the result as JSON, with the version of its form, if JSON is requested."""
        if self.as_json:
            self._has_document = True
            text = json.dumps({"version": VERSION, **document}, indent=2, default=str)
            self._write(f"{text}\n", sys.stdout)

    def document(self, text: str) -> None:
        """Print a result for programs, in a format that escapes control characters."""
        if not self.as_json:
            self._write(f"{text}\n", sys.stdout)

    def text(self, text: str | Hint) -> None:
        """Print a line of the result without a mark."""
        if not self.as_json:
            self._print([text_of(text)], sys.stdout)

    def line(self, mark: str, text: str, indent: str = "") -> None:
        """Print a line of the result after its mark."""
        if not self.as_json:
            self._print([f"{indent}{mark} {text}"], sys.stdout, mark)

    def heading(self, text: str) -> None:
        """Print a line of the result above those that belong to it."""
        if not self.as_json:
            self._print([text], sys.stdout, "bold")

    def verdict(self, state: Literal["ok", "note", "bad"], text: str) -> None:
        """Print a line of the result after the symbol of its state."""
        if not self.as_json:
            symbol, plain = _VERDICTS[state]
            mark = symbol if self.on_terminal and self.encoding.lower().startswith("utf") else plain
            self._print([f"{mark} {text}"], sys.stdout, state, mark)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under headings: with borders on a terminal, as plain columns otherwise."""
        if self.as_json:
            return
        cells = [[escape(cell) for cell in row] for row in rows]
        if self.on_terminal:
            from . import terminal

            encodable = [[streams.fit(cell, sys.stdout) for cell in row] for row in cells]
            self._write(terminal.render_table(sys.stdout, columns, encodable), sys.stdout)
            return
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for row in (columns, *cells):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print([line.rstrip()], sys.stdout)

    def annotation(self, problem: Problem) -> None:
        """Print a problem for GitHub, which shows it beside its line."""
        self._write(f"{annotation(problem)}\n", sys.stdout)

    # notes and progress

    def target(self, target: Target, region: str, endpoint: str) -> None:
        """Print which database the task works on."""
        own = target.endpoint is not None or "amazonaws.com" not in endpoint
        parts = [f"environment {target.env}", endpoint if own else f"AWS {region}"]
        if own:
            parts.append(f"Region {region}")
        if target.endpoint_assumed:
            parts.append("not started by this project")
        if target.profile:
            parts.append(f"profile {target.profile}")
        if target.account_id and target.credentials == "chain":
            parts.append(f"account {target.account_id}")
        if target.credentials == "dummy" and target.env != "local":
            parts.append("dummy credentials")
        self._print(["target: " + ", ".join(parts)], sys.stderr, "bold", "target: ")

    def note(self, text: str | Hint, *, once: bool = False) -> None:
        """Print a line that is not part of the result.

        Args:
            text: the line.
            once: omit it if this process has printed it: the tasks of one command line share their notes.
        """
        shown = text_of(text)
        if once and shown in _printed_notes:
            return
        _printed_notes.add(shown)
        self._print([shown], sys.stderr)

    def notes(self, texts: Sequence[str | Hint]) -> None:
        """Print notes of one kind, each once per process; of many, print the first ones and the number of the rest."""
        shown = texts if self.verbose else texts[:_MAX_NOTES]
        for text in shown:
            self.note(f"  {text_of(text)}", once=True)
        if left := len(texts) - len(shown):
            self.note(f"  and {left} more: {command_line('validate')} shows all", once=True)

    def event(self, text: str) -> None:
        """Print a line that a terminal shows as progress instead."""
        if not streams.is_terminal(sys.stderr):
            self._print([text], sys.stderr)

    def progress(self, lines: Sequence[str]) -> None:
        """Show lines on a terminal that the next ones replace."""
        if not streams.is_terminal(sys.stderr):
            return
        from .terminal import ProgressLines

        self._progress = self._progress or ProgressLines(sys.stderr)
        self._progress.show([streams.fit(escape(line), sys.stderr) for line in lines])

    def close(self) -> None:
        """Remove the progress lines."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    # failures

    def failure(self, text: str, error: DynamotasksError) -> None:
        """Print an error of one step, while other work continues."""
        self._print(f"{text}: {error_text(error)}".split("\n"), sys.stderr)

    def error(self, error: DynamotasksError) -> None:
        """Print the error that ends the task; a terminal can open a line that starts with file and line."""
        text = error_text(error)
        if isinstance(error, ConfigError):
            self._print(map(str, error.shown), sys.stderr)
            text = error.what
        self._print(f"error: {text}".split("\n"), sys.stderr, "error", "error: ")
        self._json_error(error.what, error.where, text_of(error.hint), getattr(error, "shown", ()))

    def interrupted(self, text: str) -> None:
        """Print that Ctrl-C ended the task."""
        self.note(text)
        self._json_error(text)

    def _json_error(self, message: str, where: str = "", hint: str = "", problems: Iterable[Problem] = ()) -> None:
        if not self._has_document:
            error = {"message": message, "where": where, "hint": hint}
            self.json({"ok": False, "error": error, "problems": [asdict(problem) for problem in problems]})

    def _print(self, lines: Iterable[str], stream: TextIO | None, mark: str = "", colored: str | None = None) -> None:
        """Print lines; the first has a part at its beginning in the color of the mark, by default all of it."""
        shown = [escape(line) for line in lines]
        if shown and mark in _COLORS and streams.is_terminal(stream) and not os.environ.get("NO_COLOR"):
            head = colored or shown[0]
            shown[0] = f"\x1b[{_COLORS[mark]}m{head}\x1b[0m{shown[0].removeprefix(head)}"
        self._write("".join(f"{line}\n" for line in shown), stream)

    def _write(self, text: str, stream: TextIO | None) -> None:
        self.close()
        failed = streams.write(stream, text)
        if stream is sys.stdout:
            self.lost = self.lost or failed
