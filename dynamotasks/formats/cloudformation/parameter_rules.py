"""Check the value of a parameter against its declaration.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator

from ..value import Value


def broken_rule(declared: Value, text: str) -> str | None:
    """Return what the declaration requires if it does not allow a value."""
    broken = next((required for is_met, required in _rules(declared, text) if not is_met), None)
    description = declared.text_at("ConstraintDescription")
    return f"{broken} ({description})" if broken and description else broken


def allowed_values(declared: Value) -> str | None:
    """Return the list of allowed values; `None` if the template does not restrict them to some."""
    values = [value.text or "" for value in declared.items_at("AllowedValues")]
    return f"allowed: {', '.join(values)}" if values else None


def _rules(declared: Value, text: str) -> Iterator[tuple[bool, str]]:
    """Yield whether each rule is met, and what it requires."""
    if allowed := allowed_values(declared):
        yield text in [value.text for value in declared.items_at("AllowedValues")], allowed
    if pattern := declared.text_at("AllowedPattern"):
        yield _matches(pattern, text), f"it must match {pattern}"
    number = _number(text)
    if declared.text_at("Type") in ("Number", "List<Number>"):
        yield number is not None, "it must be a number"
    for key, measured, is_met, required in (
        ("MinLength", len(text), operator.ge, "its length must be at least"),
        ("MaxLength", len(text), operator.le, "its length must be at most"),
        ("MinValue", number, operator.ge, "it must be at least"),
        ("MaxValue", number, operator.le, "it must be at most"),
    ):
        limit = _number(declared.text_at(key))
        if limit is not None and measured is not None:
            yield is_met(measured, limit), f"{required} {limit:g}"


def _matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a whole value; also if the pattern is valid only in Java, which AWS uses."""
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, RecursionError, OverflowError):
        return True


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
