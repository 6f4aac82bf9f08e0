"""Write items as plain JSON, which has no type for binary values and sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...aws.items import Item
from ...errors import TargetError
from ..numbers import number_text

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NAMES = {"B": "a binary value", "BS": "a set of binary values", "NS": "a set of numbers", "SS": "a set of strings"}


class InexpressibleError(Exception):
    """Plain JSON cannot express a value; the message is the reason."""


def to_plain_json(item: Item) -> bytes:
    """Return an item as a line of plain JSON with every digit of its numbers.

    Raises:
        InexpressibleError: plain JSON cannot express a value.
        TargetError: the item is not in DynamoDB's form.
    """
    import orjson

    try:
        return orjson.dumps(_attributes(item))
    except (ValueError, TypeError, AttributeError) as error:
        raise TargetError(f"the endpoint returned an invalid item: {error}") from None


def _attributes(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: _plain(name, typed) for name, typed in attributes.items()}


def _plain(name: str, typed: Mapping[str, Any]) -> Any:
    import orjson

    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return orjson.Fragment(value if _NUMBER.fullmatch(value) else number_text(value))
        case "L":
            return [_plain(name, part) for part in value]
        case "M":
            return {key: _plain(f"{name}.{key}", part) for key, part in value.items()}
        case "NULL":
            return None
        case "S" | "BOOL":
            return value
    raise InexpressibleError(f"attribute {name} is {_NAMES.get(kind, f'of type {kind}')}")
