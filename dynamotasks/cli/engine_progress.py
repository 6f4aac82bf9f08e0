"""The progress of starting and stopping an engine, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ..engines.observer import Observer
from . import streams
from .output import Output


class EngineProgress(Observer):
    """Shows notes as lines; on a terminal also the current activity and the progress of downloads."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._began = time.monotonic()
        self.terminal: TextIO | None = sys.stderr if streams.is_terminal(sys.stderr) else None

    def note(self, text: str) -> None:
        """Print a line."""
        self._out.note(text)

    def progress(self, text: str) -> None:
        """Show the current activity with the time since the start."""
        self._out.progress([f"{text} ({time.monotonic() - self._began:.0f} s)"])

    @contextmanager
    def download(self, title: str, size: int) -> Iterator[Callable[[int], object]]:
        """Draw a progress bar; without a terminal, print a line."""
        if self.terminal is None:
            self.note(f"downloading {title} ({size / 1e6:.0f} MB)")
            yield lambda count: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(f"downloading {title}", total=size or None)
            yield lambda count: bar.advance(task, count)
