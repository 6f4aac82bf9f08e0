"""Read and write items in DynamoDB's JSON (`{"id": {"S": "1"}}`, binary in base64), as the network carries them.

botocore's serializer and parser take most of the time of a bulk copy. They are bypassed for the items alone: requests,
signatures, retries and endpoints stay botocore's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ..schema.serialization import Call
from .error_translation import unrecognized_response

if TYPE_CHECKING:
    from .client import Database

Item: TypeAlias = Mapping[str, Mapping[str, Any]]
"""An item, or a key, in DynamoDB's JSON."""

# without a limit, dynoxide reads the whole table for each page: 7 s instead of 0.2 s for 1,000,000 items (measured)
PAGE_ITEMS = 10_000

_body: ContextVar[bytes | None] = ContextVar("body", default=None)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a table.

    Attributes:
        items: in DynamoDB's JSON.
        next: the key to continue from; `None` at the end.
        units: the read capacity units that were consumed; 0 if the server does not return them.
    """

    items: list[Item]
    next: Item | None
    units: float


@dataclass(frozen=True, slots=True)
class Written:
    """The response to a batch.

    Attributes:
        unprocessed: the write requests to send again.
        units: the write capacity units that were consumed; 0 if the server does not return them.
    """

    unprocessed: list[bytes]
    units: float


def scan_page(database: Database, table: str, start: Item | None, parameters: Mapping[str, Any]) -> Page:
    """Return a page of a consistent scan.

    Args:
        database: of the table.
        table: the physical name.
        start: `next` of the page before; `None` for the first page.
        parameters: others of Scan, such as `Segment`.

    Raises:
        TargetError: the response is not one of DynamoDB.
        CallError: the call failed.
    """
    request = {"TableName": table, "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    request |= {"Limit": PAGE_ITEMS, **parameters}
    if start is not None:
        request["ExclusiveStartKey"] = start
    response = _call(database, Call("Scan", {"TableName": table}), _encoded(request))
    items, next = response.get("Items"), response.get("LastEvaluatedKey")
    if not (isinstance(items, list) and all(map(_is_item, items))):
        raise unrecognized_response("Scan", "invalid items", database.target)
    if next is not None and (not _is_item(next) or next == start):
        raise unrecognized_response("Scan", "an invalid LastEvaluatedKey", database.target)
    return Page(items, next, _units([response.get("ConsumedCapacity")]))


def write_batch(database: Database, table: str, requests: Sequence[bytes]) -> Written:
    """Send a batch of write requests.

    Args:
        database: of the table.
        table: the physical name.
        requests: made by `put_request` and `delete_request`, with different keys.

    Raises:
        TargetError: the response is not one of DynamoDB.
        CallError: the call failed.
    """
    body = b'{"ReturnConsumedCapacity":"TOTAL","RequestItems":{%b:[%b]}}' % (_encoded(table), b",".join(requests))
    placeholder: dict[str, Any] = {
        "RequestItems": {table: [{"DeleteRequest": {"Key": {}}}]}
    }  # botocore resolves the endpoint from it
    response = _call(database, Call("BatchWriteItem", placeholder), body)
    unprocessed = response.get("UnprocessedItems") or {}
    if not isinstance(unprocessed, dict) or not unprocessed.keys() <= {table}:
        raise unrecognized_response("BatchWriteItem", "invalid UnprocessedItems", database.target)
    rest = unprocessed.get(table, [])
    if not isinstance(rest, list) or len(rest) > len(requests):
        raise unrecognized_response("BatchWriteItem", "invalid UnprocessedItems", database.target)
    capacity = response.get("ConsumedCapacity")
    return Written(list(map(_encoded, rest)), _units(capacity if isinstance(capacity, list) else []))


def put_request(item: bytes) -> bytes:
    """Return the request that writes an encoded item."""
    return b'{"PutRequest":{"Item":%b}}' % item


def delete_request(key: bytes) -> bytes:
    """Return the request that deletes the item with an encoded key."""
    return b'{"DeleteRequest":{"Key":%b}}' % key


def use_encoded_body(params: dict[str, Any], **_: Any) -> None:
    """Send the body that was encoded by this module; a handler of botocore's `before-call`."""
    if (body := _body.get()) is not None:
        params["body"] = body


def is_expected() -> bool:
    """Return whether the response to the current call is for this module."""
    return _body.get() is not None


def parse(body: bytes) -> dict[str, Any]:
    """Return a response with items.

    Raises:
        ValueError: it is not a JSON object.
    """
    import orjson

    document = orjson.loads(body)
    if not isinstance(document, dict):
        raise ValueError("a response that is not a JSON object")
    return document


def _encoded(value: Any) -> bytes:
    import orjson

    return orjson.dumps(value)


def _call(database: Database, call: Call, body: bytes) -> dict[str, Any]:
    token = _body.set(body)
    try:
        return database.call(call)
    finally:
        _body.reset(token)


def _is_item(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(typed, dict) and len(typed) == 1 for typed in value.values())


def _units(capacities: Sequence[Any]) -> float:
    units = (capacity.get("CapacityUnits") for capacity in capacities if isinstance(capacity, dict))
    return sum(value for value in units if isinstance(value, int | float))
