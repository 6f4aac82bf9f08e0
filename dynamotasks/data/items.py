"""Items of a table: read, written, and checked against the keys of a spec."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ..aws.client import Database
from ..errors import StepError, TargetError
from ..schema.limits import ITEMS_PER_BATCH, KEY_VALUE_BYTES
from ..schema.serialization import Call
from ..schema.table_spec import GlobalSecondaryIndex, LocalSecondaryIndex, TableSpec
from .item_file import encode

Item = Mapping[str, Mapping[str, Any]]

_PATIENCE = 60.0  # seconds without a single item taken


def scan(database: Database, table: str) -> Iterator[Item]:
    """Yield all items of a table, read consistently."""
    start: dict[str, Any] = {}
    while True:
        answer = database.call(Call("Scan", {"TableName": table, "ConsistentRead": True, **start}))
        last = answer.get("LastEvaluatedKey")
        if not isinstance(answer.get("Items"), list) or (last and last == start.get("ExclusiveStartKey")):
            raise TargetError("the endpoint does not answer Scan as DynamoDB does", where=database.target.location)
        yield from answer["Items"]
        if not last:
            return
        start = {"ExclusiveStartKey": last}


def put_all(database: Database, table: str, items: Iterable[Item], tell: Callable[[int], None]) -> None:
    """Write items in batches, again and again those that the service did not take.

    Args:
        database: where.
        table: the physical name.
        items: in any order; an item that is there already is overwritten.
        tell: hears how many are written.

    Raises:
        StepError: nothing more is taken.
    """
    source, written = iter(items), 0
    while batch := [{"PutRequest": {"Item": item}} for item in islice(source, ITEMS_PER_BATCH)]:
        delay, deadline = 0.05, time.monotonic() + _PATIENCE
        while batch:
            answer = database.call(Call("BatchWriteItem", {"RequestItems": {table: batch}}))
            left = answer.get("UnprocessedItems", {}).get(table, [])
            if len(left) < len(batch):
                deadline = time.monotonic() + _PATIENCE
            elif time.monotonic() > deadline:
                raise StepError(f"no item was accepted for {_PATIENCE:.0f} s", hint="run the same command again")
            if left:
                time.sleep(delay)
                delay = min(delay * 2, 5.0)
            written += len(batch) - len(left)
            batch = left
        tell(written)


def misfit(item: Item, spec: TableSpec) -> str:
    """Return why a table of that spec would refuse the item, or an empty string."""
    types = {attribute.name: attribute.type for attribute in spec.attributes}
    parts: tuple[TableSpec | GlobalSecondaryIndex | LocalSecondaryIndex, ...]
    parts = (spec, *(spec.global_secondary_indexes or ()), *(spec.local_secondary_indexes or ()))
    for part in parts:
        for key in part.key_schema:
            name, kind = key.attribute_name, types[key.attribute_name]
            value = item.get(name)
            if value is None:
                if part is spec:
                    return f"key attribute {name} is missing"
                continue
            if kind not in value:
                return f"key attribute {name} is of type {next(iter(value))}, declared {kind}"
            size = len(value[kind].encode() if isinstance(value[kind], str) else value[kind])
            if not 0 < size <= KEY_VALUE_BYTES[key.key_type]:
                return f"key attribute {name} has {size} bytes, allowed are 1 to {KEY_VALUE_BYTES[key.key_type]}"
    return ""


def key_of(item: Item, spec: TableSpec) -> str:
    """Return the item's primary key under that spec, encoded."""
    keys = (key.attribute_name for key in spec.key_schema)
    return encode({name: item[name] for name in keys if name in item})
