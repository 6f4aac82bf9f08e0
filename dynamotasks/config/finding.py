"""A problem at a path within a value, before its file, line and column are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

Step: TypeAlias = str | int
ValuePath: TypeAlias = tuple[Step, ...]


class Finding(NamedTuple):
    """A problem of a value.

    Attributes:
        path: the keys and list positions that lead to it.
        message: what is wrong, with the value.
        hint: what to do; a function if computing it takes time.
    """

    path: ValuePath
    message: str
    hint: str | Callable[[], str] | None = None
