"""Show the progress of a bulk operation: a bar for the current table on a terminal, then one line per table."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..data.transfer import Transferred
from .formatting import count
from .output import Output

_BAR = 24  # characters
_PAUSE = 0.1  # seconds between two updates


class TransferView:
    """The tables of one operation, one after another.

    Args:
        out: of the task.
        verb: what happens to the items, such as `seeded`.
        prefix: of the tables' names, not shown.
        now: returns monotonic time in seconds.
    """

    def __init__(self, out: Output, verb: str, prefix: str = "", now: Callable[[], float] = time.monotonic) -> None:
        self._out, self._verb, self._prefix, self._now = out, verb, prefix, now
        self._table: str | None = None
        self._began = self._shown = 0.0

    def show(self, progress: Transferred) -> None:
        """Show how many items are done."""
        now = self._now()
        if progress.table != self._table:
            self._table, self._began, self._shown = progress.table, now, 0.0
        if now - self._shown >= _PAUSE:
            self._shown = now
            self._out.progress([_line(progress, progress.table.removeprefix(self._prefix), now - self._began)])

    def finish(self, mark: str, table: str, items: int, detail: str = "") -> None:
        """Print the result of a table."""
        seconds = self._now() - self._began if table == self._table else 0.0
        self._table = None
        took = f" in {seconds:.1f} s, {items / seconds:,.0f} a second" if items and seconds >= _PAUSE else ""
        self._out.line(mark, f"{table.removeprefix(self._prefix)}: {count(items, 'item')} {self._verb}{took}{detail}")


def _line(progress: Transferred, name: str, seconds: float) -> str:
    """Return a line such as `users ━━━━━━━━────── 12,000 of 20,000 items, 9,800 a second, 1 s left`."""
    rate = progress.done / seconds if seconds > 0 else 0.0
    speed = f", {rate:,.0f} a second" if rate else ""
    if not progress.total or progress.done > progress.total:  # the number of all items may be six hours old
        return f"{name}: {progress.done:,} items{speed}"
    filled = _BAR * progress.done // progress.total
    left = f", {(progress.total - progress.done) / rate:,.0f} s left" if rate else ""
    return f"{name} {'━' * filled}{'─' * (_BAR - filled)} {progress.done:,} of {progress.total:,} items{speed}{left}"
