"""A file of a known format, before its values are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..config.source import Source, problems_of
from .context import Context


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file.

    Attributes:
        source: without its value.
        is_config: it has the form of a config, or none that is known.
        fill: sets the value, problems and notes of the source.
        parameters: for the other files, if this file has nothing else.
    """

    source: Source
    is_config: bool
    fill: Callable[[Context], None]
    parameters: Mapping[str, str] | None = None

    def read(self, context: Context) -> None:
        """Set the value, problems and notes of the source."""
        with problems_of(self.source):
            self.fill(context)
