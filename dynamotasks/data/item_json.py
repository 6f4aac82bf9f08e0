"""Items as lines of JSON in DynamoDB's typed form (`{"id": {"S": "1"}}`, binary as base64), and their checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ..aws.items import Item
from ..errors import TargetError

_SET = b'S":['  # as in {"SS":["a"]}


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

    def add(self, line: bytes) -> None:
        """Count an encoded item."""
        self.count += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest(), "big")) % 2**256

    @property
    def summary(self) -> ItemSummary:
        """The summary of the items so far."""
        return ItemSummary(self.count, f"{self._sum:064x}")


def summarize(lines: Iterable[bytes]) -> ItemSummary:
    """Return the summary of encoded items."""
    counter = ItemCounter()
    for line in lines:
        counter.add(line)
    return counter.summary


def encode(item: Item) -> bytes:
    """Return an item as one line of JSON; equal items give equal lines.

    Raises:
        TargetError: the endpoint returned an item that is not in DynamoDB's form.
    """
    import orjson

    try:
        line = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
        return orjson.dumps(_sorted_sets(item), option=orjson.OPT_SORT_KEYS) if _SET in line else line
    except (ValueError, TypeError, AttributeError) as error:
        raise TargetError(f"the endpoint returned an invalid item: {error}") from None


def encode_all(items: list[Item]) -> list[bytes]:
    """Return items as lines of JSON, and remove each from the list, so that a page is not in memory twice."""
    items.reverse()
    lines = []
    while items:
        lines.append(b"%b" % encode(items.pop()))  # a copy: what orjson returns takes 4 KB or more (measured)
    return lines


def decode(line: bytes) -> Item:
    """Return the item of a line.

    Raises:
        ValueError: the line is not an encoded item.
    """
    import orjson

    item = orjson.loads(line)
    if not isinstance(item, dict) or not all(isinstance(typed, dict) and len(typed) == 1 for typed in item.values()):
        raise ValueError("not an item")
    return cast("Item", item)


def _sorted_sets(attributes: Item) -> dict[str, Any]:
    return {name: _with_sorted_sets(typed) for name, typed in attributes.items()}


def _with_sorted_sets(typed: Mapping[str, Any]) -> Mapping[str, Any]:
    ((kind, value),) = typed.items()
    match kind:
        case "SS" | "NS" | "BS":
            value = sorted(value)
        case "L":
            value = [_with_sorted_sets(part) for part in value]
        case "M":
            value = _sorted_sets(value)
    return {kind: value}
