"""Read JSON within strings into values."""

from __future__ import annotations

import json

from ..value import Value, located


def parsed(value: Value) -> Value:
    """Return the content of a string of JSON, such as a policy, at its place; return other values unchanged."""
    if not isinstance(value.data, str) or not value.data.lstrip().startswith("{"):
        return value
    try:
        return located(json.loads(value.data), value.place)
    except (ValueError, RecursionError):
        return value
