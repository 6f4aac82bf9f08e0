"""What only a terminal gets: drawn tables, and lines that are replaced while work goes on.

Cells and lines are data: Rich gets them as `Text` and never parses them.
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


def table(stream: TextIO, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a terminal: words, and so names, are never cut; numbers are aligned to the right."""
    console = Console(file=stream)
    longest = [max(map(_longest_word, cells)) for cells in zip(columns, *rows, strict=True)]
    drawn = Table(header_style="" if console.no_color else "bold")
    for column, width in zip(columns, longest, strict=True):
        drawn.add_column(column, justify="right" if column in _NUMBERS else "left", min_width=width)
    styles = {} if console.no_color else _STYLES
    for row in rows:
        cells = zip(columns, row, strict=True)
        drawn.add_row(*(Text(cell, styles.get(cell, "") if column in _STATES else "") for column, cell in cells))
    # where the terminal is narrower than the names, it breaks the lines, and shows all of them
    console.width = max(console.width, sum(longest) + 3 * len(columns) + 1)
    with console.capture() as captured:
        console.print(drawn)
    return captured.get()


def _longest_word(cell: str) -> int:
    return max(map(cell_len, cell.split(" ")))


class Moving:
    """Lines on a terminal that the next ones replace."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream, highlight=False)
        self._live = Live(
            console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        with suppress(OSError):  # the terminal is gone
            self._live.start()

    def show(self, lines: Sequence[str]) -> None:
        """Replace the lines; those that the screen has no room for are counted."""
        room = max(self._live.console.height - 2, 1)
        *others, last = lines
        if len(lines) > room:
            others = [*others[: room - 1], f"and {len(others) - room + 1} more"]
        shown = Text("\n".join([*others, last]), no_wrap=True, overflow="ellipsis")
        with suppress(OSError):
            self._live.update(shown, refresh=True)

    def stop(self) -> None:
        """Remove the lines."""
        with suppress(OSError):
            self._live.stop()
