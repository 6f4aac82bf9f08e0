"""Items as lines of JSON in DynamoDB's typed form (`{"id": {"S": "1"}}`, binary as base64), and their checksums."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..errors import TargetError

Item: TypeAlias = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """The number of items and a checksum over them, which does not depend on their order."""

    count: int
    checksum: str


@dataclass(slots=True)
class ItemCounter:
    """Counts encoded items and adds up their digests, so that two equal items do not cancel each other out."""

    count: int = 0
    _sum: int = field(default=0, init=False)

    def add(self, line: str) -> bytes:
        """Count an encoded item and return its digest."""
        digest = digest_of(line)
        self.count += 1
        self._sum = (self._sum + int.from_bytes(digest, "big")) % 2**256
        return digest

    @property
    def summary(self) -> ItemSummary:
        """The summary of the items so far."""
        return ItemSummary(self.count, f"{self._sum:064x}")


def summarize(items: Iterable[Item]) -> ItemSummary:
    """Return the summary of items."""
    counter = ItemCounter()
    for item in items:
        counter.add(encode(item))
    return counter.summary


def digest_of(line: str) -> bytes:
    """Return the SHA-256 digest of an encoded item."""
    return hashlib.sha256(line.encode()).digest()


def encode(item: Item) -> str:
    """Return an item as one line of JSON; equal items give equal lines.

    Raises:
        TargetError: the endpoint returned an item that is not in DynamoDB's form.
    """
    try:
        return json.dumps(to_json(item), sort_keys=True, separators=(",", ":"))
    except (ValueError, TypeError, AttributeError) as error:
        raise TargetError(f"the endpoint returned an invalid item: {error}") from None


def decode(line: str) -> Item:
    """Return the item of a line.

    Raises:
        ValueError: the line is not an encoded item.
    """
    item = json.loads(line)
    if not isinstance(item, dict):
        raise ValueError("not an item")
    return {name: _from_json(value) for name, value in item.items()}


def to_json(attributes: Item) -> dict[str, Any]:
    """Return an item as plain data for JSON: binary in base64, sets sorted."""
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


def _from_json(typed: object) -> dict[str, Any]:
    if not isinstance(typed, dict) or len(typed) != 1:
        raise ValueError("not a typed value")
    ((kind, value),) = typed.items()
    match kind:
        case "B":
            value = b64decode(value, validate=True)
        case "BS":
            value = [b64decode(part, validate=True) for part in value]
        case "L":
            value = [_from_json(part) for part in value]
        case "M":
            value = {name: _from_json(part) for name, part in value.items()}
    return {kind: value}
