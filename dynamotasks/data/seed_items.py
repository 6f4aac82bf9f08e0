"""Read items from plain data, and check that a table can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..aws.items import Item
from ..config.finding import Finding
from ..schema.limits import ITEM_BYTES
from ..schema.table_spec import TableSpec
from .item_size import item_size
from .key_check import KeyCheck
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
        self._hash_key = table.key_schema[0].attribute_name
        self._keys = KeyCheck(table)

    def read(self, raw: Any) -> tuple[Item, list[Finding]]:
        """Return an item in typed form, and its problems.

        Args:
            raw: a map of plain values, with numbers as `Decimal`, or of DynamoDB's typed values.
        """
        if not isinstance(raw, dict):
            return {}, [Finding((), "must be a map of attributes")]
        converter = ItemConverter(typed=is_typed(raw, self._hash_key))
        item = converter.attributes(raw, ())
        if len(item) < len(raw) or converter.findings:  # other problems may be consequences
            return item, converter.findings
        return item, list(self._rules(item))

    def _rules(self, item: Item) -> Iterator[Finding]:
        if problem := self._keys.problem(item):
            hint = _TYPE_HINTS.get(problem.expected or "")
            yield Finding((problem.attribute,) if problem.attribute else (), str(problem), hint)
        if (size := item_size(item)) > ITEM_BYTES:
            yield Finding((), f"{size} bytes: the maximum is {ITEM_BYTES}")
