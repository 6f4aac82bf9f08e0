"""Read and write the items of a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ..aws.client import Database
from ..errors import StepError, TargetError
from ..schema.limits import ITEMS_PER_BATCH
from ..schema.serialization import Call
from .item_json import Item

_LONGEST_PAUSE = 5.0  # seconds between two tries
_TIMEOUT = 60.0  # seconds without an accepted item


def scan(database: Database, table: str) -> Iterator[Item]:
    """Yield all items of a table, with consistent reads.

    Args:
        database: of the table.
        table: the physical name.

    Raises:
        TargetError: the endpoint's response is not one of DynamoDB.
    """
    start: dict[str, Any] = {}
    while True:
        response = database.call(Call("Scan", {"TableName": table, "ConsistentRead": True, **start}))
        last = response.get("LastEvaluatedKey")
        if not isinstance(response.get("Items"), list) or (last and last == start.get("ExclusiveStartKey")):
            raise TargetError("the endpoint returned an invalid response to Scan", where=database.target.location)
        yield from response["Items"]
        if not last:
            return
        start = {"ExclusiveStartKey": last}


def put_all(database: Database, table: str, items: Iterable[Item], on_progress: Callable[[int], None]) -> None:
    """Write items in batches, and send unprocessed items again.

    Args:
        database: of the table.
        table: the physical name.
        items: in any order; they overwrite items with the same key.
        on_progress: called with the number of items written so far.

    Raises:
        StepError: DynamoDB accepted no item for a minute.
    """
    source, written = iter(items), 0
    while batch := list(islice(source, ITEMS_PER_BATCH)):
        _put(database, table, batch)
        written += len(batch)
        on_progress(written)


def _put(database: Database, table: str, items: list[Item]) -> None:
    unprocessed: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
    pause, deadline = 0.05, time.monotonic() + _TIMEOUT
    while True:
        response = database.call(Call("BatchWriteItem", {"RequestItems": {table: unprocessed}}))
        sent, unprocessed = unprocessed, response.get("UnprocessedItems", {}).get(table, [])
        if not unprocessed:
            return
        if len(unprocessed) < len(sent):
            deadline = time.monotonic() + _TIMEOUT
        elif time.monotonic() > deadline:
            raise StepError(f"no item was accepted for {_TIMEOUT:.0f} s", hint="run the same command again")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
