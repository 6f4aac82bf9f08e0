"""Convert the items of boto3's client to DynamoDB's JSON."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any


def to_json(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return an item of boto3, which has binary values as bytes, in DynamoDB's JSON with sorted sets."""
    return {name: _value_to_json(value) for name, value in attributes.items()}


def _value_to_json(typed: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, value),) = typed.items()
    match kind:
        case "B":
            value = b64encode(value).decode()
        case "BS":
            value = sorted(b64encode(part).decode() for part in value)
        case "SS" | "NS":
            value = sorted(value)
        case "L":
            value = [_value_to_json(part) for part in value]
        case "M":
            value = to_json(value)
    return {kind: value}
