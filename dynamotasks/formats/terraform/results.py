"""Results of expressions: numbers, truth, and what is invalid."""

from __future__ import annotations

from typing import TypeVar

from ...config.positions import Place
from ...config.yaml12 import parse_float, parse_integer
from ..value import Unresolved, Value, together

_T = TypeVar("_T")


class Invalid(Unresolved):
    """An expression without a value: Terraform reports an error, and `try` takes its next argument."""

    __slots__ = ()


class UnresolvedError(Exception):
    """The value of an expression is unresolved."""

    def __init__(self, reason: Unresolved) -> None:
        super().__init__(reason.reason)
        self.reason = reason


def resolved(data: _T | Unresolved) -> _T:
    """Return data; raise `UnresolvedError` if it is unresolved."""
    if isinstance(data, Unresolved):
        raise UnresolvedError(data)
    return data


def resolved_all(values: list[Value]) -> list[Value]:
    """Return values; raise `UnresolvedError` for those that are unresolved."""
    if (found := together(value.data for value in values if isinstance(value.data, Unresolved))) is not None:
        raise UnresolvedError(found)
    return values


def invalid(place: Place, reason: str) -> Value:
    """Return a value that takes the place of an invalid one."""
    return Value(Invalid(reason), place)


def number_of(value: Value) -> int | float | None:
    """Return a number, also from its text; `None` if it is not one."""
    data = value.data
    if isinstance(data, str):
        try:
            data = parse_float(data) if "." in data else parse_integer(data)
        except ValueError:
            return None
    return data if isinstance(data, int | float) and not isinstance(data, bool) else None


def key_text(value: Value) -> str | Unresolved:
    """Return the text of a key of a map."""
    if isinstance(value.data, Unresolved):
        return value.data
    return Invalid("a key of a map is not text") if value.text is None else value.text


def truth(value: Value) -> bool | Unresolved:
    """Return a boolean, also from its text."""
    match value.data:
        case bool() as which:
            return which
        case Unresolved() as reason:
            return reason
        case "true" | "false":
            return value.data == "true"
    return Invalid("a condition is neither true nor false")


def pairs_of(value: Value) -> list[tuple[Value, Value]] | Unresolved:
    """Return the keys and values of a map, or the positions and items of a list."""
    match value.data:
        case dict() as entries:
            return [(Value(key, part.place), part) for key, part in entries.items()]
        case list() as items:
            return [(Value(number, part.place), part) for number, part in enumerate(items)]
        case Unresolved() as reason:
            return reason
    return Invalid("expected a list or a map")
