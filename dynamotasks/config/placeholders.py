"""Values for required keys that are missing or invalid."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..schema.type_hints import Boolean, Choice, Integer, ListOf, MapOf, Record, Shape, fields_of


@cache
def placeholders(kind: type) -> Mapping[str, Any]:
    """Return values for required keys that are missing or invalid, so that the rules can check the others."""
    return {field.name: _placeholder(field.shape) for field in fields_of(kind) if field.required}


def _placeholder(shape: Shape) -> Any:
    match shape:
        case Record(kind):
            return kind(**placeholders(kind))
        case ListOf():
            return ()
        case MapOf():
            return {}
        case Choice(words):
            return words[0]
        case Integer(range):
            return range.minimum
        case Boolean():
            return False
        case _:
            return ""
