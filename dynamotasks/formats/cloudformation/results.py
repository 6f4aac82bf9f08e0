"""The results of functions, and how they are combined."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from ..value import Data, Unresolved, Value, together


class NoValue:
    """`AWS::NoValue`: the key or item does not exist."""


NO_VALUE: Final = NoValue()
Found: TypeAlias = "Value | Data | NoValue"


def unresolved_of(values: Iterable[Value]) -> Unresolved | None:
    """Return what the file does not determine of several values."""
    return together(value.data for value in values if isinstance(value.data, Unresolved))


def arguments(value: Value, count: int) -> list[Value]:
    """Return this many items of a list; null in place of those that are missing."""
    items = list(value.items())[:count]
    return items + [value.with_data(None)] * (count - len(items))
