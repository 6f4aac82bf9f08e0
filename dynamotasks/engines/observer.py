"""Receive the progress of starting and stopping an engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO


class Observer:
    """Receives progress; this base class ignores it.

    Attributes:
        terminal: where external programs may draw their own progress; `None` for nowhere.
    """

    terminal: TextIO | None = None

    def note(self, text: str) -> None:
        """Receive a line that is worth keeping."""

    def progress(self, text: str) -> None:
        """Receive the current activity, which replaces the previous one."""

    def download(self, title: str, size: int) -> AbstractContextManager[Callable[[int], object]]:
        """Return a context for a download, which yields a function that receives the number of bytes of each part.

        Args:
            title: what is downloaded.
            size: its length in bytes; 0 if unknown.
        """
        return nullcontext(lambda count: None)
