"""Evaluate the operators of HCL."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from ..value import Data, Unresolved, Value
from .results import Invalid, number_of, truth


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
    first, second = number_of(left), number_of(right)
    if first is None or second is None:
        return Invalid("an operand is not a number")
    try:
        result: float | bool = _OPERATORS[kind](first, second)
    except (ArithmeticError, KeyError):
        return Invalid("the result is not a number")
    whole = isinstance(result, float) and result.is_integer()
    return int(result) if whole else result


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
