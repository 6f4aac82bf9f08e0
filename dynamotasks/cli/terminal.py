"""Tables with borders and progress lines, for terminals only.

Cells and lines are data: they are passed to Rich as `Text`, which it does not parse as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

_NUMBERS = ("ITEMS", "SIZE")
_STATES = ("STATE", "STATUS")
_STYLES = {
    **dict.fromkeys(("in sync", "ACTIVE"), "green"),
    **dict.fromkeys(("missing", "differs"), "yellow"),
    **dict.fromkeys(("busy", "CREATING", "UPDATING", "DELETING"), "cyan"),
    "unmanaged": "dim",
}


def render_table(stream: TextIO, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with borders: words are never split, so names stay whole; numbers are right-aligned."""
    console = Console(file=stream)
    longest = [max(map(_longest_word, cells)) for cells in zip(columns, *rows, strict=True)]
    table = Table(header_style="" if console.no_color else "bold")
    for column, width in zip(columns, longest, strict=True):
        table.add_column(column, justify="right" if column in _NUMBERS else "left", min_width=width)
    styles = {} if console.no_color else _STYLES
    for row in rows:
        cells = zip(columns, row, strict=True)
        table.add_row(*(Text(cell, styles.get(cell, "") if column in _STATES else "") for column, cell in cells))
    # a terminal narrower than the names wraps the lines
    console.width = max(console.width, sum(longest) + 3 * len(columns) + 1)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def _longest_word(cell: str) -> int:
    return max(map(cell_len, cell.split(" ")))


class ProgressLines:
    """Lines on a terminal, replaced by the next ones."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream, highlight=False)
        self._live = Live(
            console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        with suppress(OSError):  # the terminal is gone
            self._live.start()

    def show(self, lines: Sequence[str]) -> None:
        """Replace the lines; show the number of those that do not fit on the screen."""
        room = max(self._live.console.height - 2, 1)
        *first, last = lines
        if len(lines) > room:
            first = [*first[: room - 1], f"and {len(first) - room + 1} more"]
        shown = Text("\n".join([*first, last]), no_wrap=True, overflow="ellipsis")
        with suppress(OSError):
            self._live.update(shown, refresh=True)

    def stop(self) -> None:
        """Remove the lines."""
        with suppress(OSError):
            self._live.stop()
