"""Read JSON within strings into values."""

from __future__ import annotations

import json
from typing import Any

from ...config.positions import Place
from ..value import Value


def parsed(value: Value) -> Value:
    """Return the content of a string of JSON, such as a policy, at its place; return other values unchanged."""
    if not isinstance(value.data, str) or not value.data.lstrip().startswith("{"):
        return value
    try:
        return located(json.loads(value.data), value.place)
    except (ValueError, RecursionError):
        return value


def located(data: Any, place: Place) -> Value:
    """Return plain data as values at one place."""
    match data:
        case dict():
            return Value({str(key): located(part, place) for key, part in data.items()}, place)
        case list():
            return Value([located(part, place) for part in data], place)
        case _:
            return Value(data, place)
