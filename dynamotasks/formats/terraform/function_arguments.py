"""Convert the arguments of functions; an argument of another type is an error."""

from __future__ import annotations

from collections.abc import Iterable

from ..value import Value
from .results import number_of


class FunctionError(Exception):
    """A function cannot be evaluated."""


def text(value: Value) -> str:
    """Return the text of an argument."""
    if (found := value.text) is None:
        raise FunctionError("an argument is not text")
    return found


def texts(values: Iterable[Value]) -> list[str]:
    """Return the texts of arguments."""
    return [text(value) for value in values]


def number(value: Value) -> int | float:
    """Return the number of an argument."""
    if (found := number_of(value)) is None:
        raise FunctionError("an argument is not a number")
    return found


def integer(value: Value) -> int:
    """Return the whole number of an argument."""
    found = number(value)
    if found != int(found):
        raise FunctionError("an argument is not a whole number")
    return int(found)


def items(value: Value) -> list[Value]:
    """Return the items of a list."""
    if not isinstance(value.data, list):
        raise FunctionError("an argument is not a list")
    return value.data


def entries(value: Value) -> dict[str, Value]:
    """Return the entries of a map."""
    if not isinstance(value.data, dict):
        raise FunctionError("an argument is not a map")
    return value.data
