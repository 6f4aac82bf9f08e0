"""Read the tables and items that a JavaScript module exports."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...config.positions import Place
from ...config.source import FileKind, Source, display_name, problems_of, read_text
from ..context import Context
from ..foreign_table import Definitions
from ..value import Value
from .node import exports_of

SUFFIXES = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")
_FILE = FileKind("JavaScript file", "export the tables")


def is_module(path: Path) -> bool:
    """Return whether a path is a JavaScript or TypeScript module."""
    return path.suffix in SUFFIXES


def read_module(context: Context) -> Definitions:
    """Return the tables that a module exports, in any form that JSON could have.

    Raises:
        UnreadableError: the module cannot be loaded, or it exports no data.
    """
    from ..recognition import recognize  # formats of JSON, which import nothing of this package

    path = context.path
    text = read_text(path, _FILE)
    exported = exports_of(path, text, {**context.variables, **context.parameters.all()})
    root = _Located(display_name(path), text).value(json.loads(exported), Place(display_name(path)))
    found = recognize(root)
    return Definitions() if found is None else found.read(root, context)


def read_exports(path: Path) -> Source:
    """Return what a module exports as the content of a file; numbers keep every digit."""
    source = Source(display_name(path), path.parent)
    with problems_of(source):
        exported = exports_of(path, read_text(path, _FILE), os.environ)
        source.value = json.loads(exported, parse_int=Decimal, parse_float=Decimal)
    return source


class _Located:
    """Turns exported data into values: those of a table are at the line that has its name in quotes."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text

    def value(self, data: Any, place: Place) -> Value:
        """Return data as values; `place` is that of the map around it."""
        match data:
            case dict():
                inner = self._place(data.get("TableName")) or place
                return Value({key: self.value(part, inner) for key, part in data.items()}, inner)
            case list():
                return Value([self.value(part, place) for part in data], place)
            case _:
                return Value(data, place)

    def _place(self, name: Any) -> Place | None:
        found = re.search(rf"[\"'`]{re.escape(name)}[\"'`]", self._text) if isinstance(name, str) else None
        if found is None:
            return None
        begin = self._text.rfind("\n", 0, found.start())
        return Place(self._file, self._text.count("\n", 0, found.start()) + 1, found.start() - begin)
