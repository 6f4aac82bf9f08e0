"""Convert the arguments of functions; an argument of another type is an error."""

from __future__ import annotations

from ...config.yaml12 import parse_float, parse_integer
from ..value import Value
from .results import text_of


class FunctionError(Exception):
    """A function cannot be evaluated."""


def text(value: Value) -> str:
    """Return the text of an argument."""
    found = text_of(value)
    if found is None:
        raise FunctionError("an argument is not text")
    return found


def texts(values: list[Value]) -> list[str]:
    """Return the texts of arguments."""
    return [text(value) for value in values]


def integer(value: Value) -> int:
    """Return the whole number of an argument."""
    if isinstance(value.data, int):
        return value.data
    found = parse_integer(text(value))
    if isinstance(found, str):
        raise FunctionError("a number is too large")
    return found


def number(value: Value) -> float:
    """Return the number of an argument."""
    if isinstance(value.data, int | float):
        return value.data
    written = text(value)
    return parse_float(written) if "." in written else integer(value)


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
