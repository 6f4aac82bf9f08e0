"""The size of an item by DynamoDB's rules.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..aws.items import Item
from .numbers import significant_digits

_CONTAINER, _ELEMENT = 3, 1  # bytes of a list or map, and of each of its elements


def item_size(item: Item) -> int:
    """Return the size of an item in bytes: the names and values of its attributes."""
    return sum(len(name.encode()) + _value_size(typed) for name, typed in item.items())


def binary_size(base64: str) -> int:
    """Return the number of bytes of a binary value."""
    return len(base64) * 3 // 4 - base64.count("=", -2)


def _value_size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return (len(significant_digits(Decimal(value))) + 1) // 2 + 1
        case "B":
            return binary_size(value)
        case "L":
            return _CONTAINER + sum(_ELEMENT + _value_size(part) for part in value)
        case "M":
            return _CONTAINER + len(value) * _ELEMENT + item_size(value)
        case "SS" | "NS" | "BS":
            return sum(_value_size({kind[0]: part}) for part in value)
        case _:  # BOOL, NULL
            return 1
