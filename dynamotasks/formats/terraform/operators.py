"""Evaluate the operators of HCL."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from ...config.yaml12 import parse_float, parse_integer
from ..value import Data, Unresolved, Value
from .results import Invalid, truth


def logical(is_or: bool, left: Value, right: Value) -> Data:
    """Return the result of `||` or `&&`; one side can decide it alone."""
    truths = truth(left), truth(right)
    if is_or in truths:
        return is_or
    return next((which for which in truths if isinstance(which, Unresolved)), not is_or)


def equal(left: Value, right: Value) -> bool:
    """Return whether values are equal; a boolean never equals a number."""
    if isinstance(left.data, bool) != isinstance(right.data, bool):
        return False
    return bool(left.plain() == right.plain())


def arithmetic(kind: str, left: Value, right: Value) -> Data:
    """Return the result of an operator of numbers.

    Args:
        kind: the name of the operator's token, such as `PLUS`.
        left: the first operand.
        right: the second one.
    """
    numbers = [_number(part) for part in (left, right)]
    first, second = numbers
    if first is None or second is None:
        return Invalid("an operand is not a number")
    try:
        result: float | bool = _OPERATORS[kind](first, second)
    except (ArithmeticError, KeyError):
        return Invalid("the result is not a number")
    whole = isinstance(result, float) and result.is_integer()
    return int(result) if whole else result


def _number(value: Value) -> int | float | None:
    data = value.data
    if isinstance(data, str):
        try:
            data = parse_float(data) if "." in data else parse_integer(data)
        except ValueError:
            return None
    return data if isinstance(data, int | float) and not isinstance(data, bool) else None


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "PLUS": operator.add,
    "MINUS": operator.sub,
    "ASTERISK": operator.mul,
    "SLASH": operator.truediv,
    "PERCENT": operator.mod,
    "LT": operator.lt,
    "GT": operator.gt,
    "LEQ": operator.le,
    "GEQ": operator.ge,
}
