"""Check fast that items are in DynamoDB's typed form.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..aws.items import Item
from ..schema.limits import ITEM_BYTES, NESTING_LEVELS
from .item_size import item_size
from .numbers import number_text

_SHORT_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,8})?")  # others are checked in full


def item_problem(item: Item, line: bytes) -> str | None:
    """Return why DynamoDB would reject an item with these values; `None` if it would not.

    Args:
        item: in the typed form, of which only the outermost level is certain.
        line: the encoded item.
    """
    for name, typed in item.items():
        if not name or not _is_valid(typed, 1):
            return f"invalid value of attribute {name!r}"
    # a value takes more bytes in JSON than DynamoDB counts
    if len(line) > ITEM_BYTES and (size := item_size(item)) > ITEM_BYTES:
        return f"{size} bytes: the maximum is {ITEM_BYTES}"
    return None


def _is_valid(typed: Any, level: int) -> bool:
    if not isinstance(typed, dict) or len(typed) != 1 or level > NESTING_LEVELS:
        return False
    ((kind, value),) = typed.items()
    match kind, value:
        case ("S", str()) | ("BOOL", bool()) | ("NULL", True):
            return True
        case (("N" | "B"), str()):
            return _is_encoded(kind, value)
        case "L", list():
            return all(_is_valid(part, level + 1) for part in value)
        case "M", dict():
            return _is_map(value, level + 1)
        case (("SS" | "NS" | "BS"), list()):
            return _is_set(kind[0], value)
    return False


def _is_map(parts: Mapping[str, Any], level: int) -> bool:
    return "" not in parts and all(_is_valid(part, level) for part in parts.values())


def _is_set(kind: str, values: list[Any]) -> bool:
    if not values or not all(_is_valid({kind: value}, 1) for value in values):
        return False
    return len({Decimal(value) if kind == "N" else value for value in values}) == len(values)


def _is_encoded(kind: str, text: str) -> bool:
    if kind == "N" and _SHORT_NUMBER.fullmatch(text):
        return True
    try:
        if kind == "N":
            number_text(text)
        else:
            b64decode(text, validate=True)
    except ValueError:
        return False
    return True
