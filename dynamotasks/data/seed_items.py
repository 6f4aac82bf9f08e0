"""Read items from plain data, and check that a table can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ..aws.items import Item
from ..config.finding import Finding
from ..errors import TargetError
from ..schema.limits import ITEM_BYTES
from ..schema.table_spec import TableSpec
from .item_json import encode
from .item_size import item_size
from .key_check import KeyCheck
from .quick_values import quick_item
from .seed_placeholders import Placeholders
from .seed_values import ItemConverter, is_typed

_TYPE_HINTS = {
    "S": "quote the value",
    "N": "write the number without quotes",
    "B": 'write the item in typed form, with binary values in base64: {"id": {"B": "AAE="}}',
}


class ItemReader:
    """Reads the items of a table, whatever the format of the file that they come from.

    Args:
        table: which has to hold all of the items.
    """

    def __init__(self, table: TableSpec) -> None:
        self._key = [key.attribute_name for key in table.key_schema]
        self._check = KeyCheck(table)

    def read(self, raw: Any, placeholders: Placeholders | None = None) -> tuple[bytes, list[Finding]]:
        """Return an item, encoded, and its problems; it is empty if it has any.

        Args:
            raw: a map of plain values, with numbers as `Decimal`, or of DynamoDB's typed values.
            placeholders: replaces those in the values; by default, they are text.
        """
        if not isinstance(raw, dict):
            return b"", [Finding((), "must be a map of attributes")]
        typed = is_typed(raw, self._key[0])
        if item := quick_item(raw, typed=typed):
            with suppress(TargetError):  # half of a surrogate pair
                return self._checked(item, encode(item))
        converter = ItemConverter(typed=typed, placeholders=placeholders, keys=self._key)
        item = converter.attributes(raw, ())
        if len(item) < len(raw) or converter.findings:  # other problems may be consequences
            return b"", converter.findings
        return self._checked(item, encode(item))

    def _checked(self, item: Item, line: bytes) -> tuple[bytes, list[Finding]]:
        findings = list(self._findings(item, line))
        return b"" if findings else line, findings

    def _findings(self, item: Item, line: bytes) -> Iterator[Finding]:
        if problem := self._check.problem(item):
            hint = _TYPE_HINTS.get(problem.expected or "")
            yield Finding((problem.attribute,) if problem.attribute else (), str(problem), hint)
        # JSON is longer than what DynamoDB counts
        if len(line) > ITEM_BYTES and (size := item_size(item)) > ITEM_BYTES:
            yield Finding((), f"{size} bytes: the maximum is {ITEM_BYTES}")


def attribute_of(finding: Finding) -> str:
    """Return `, attribute NAME` for a finding whose message does not contain the name; else an empty string."""
    name = str(finding.path[0]) if finding.path else ""
    return "" if name in finding.message else f", attribute {name}"
