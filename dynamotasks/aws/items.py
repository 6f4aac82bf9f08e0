"""Read and write items in DynamoDB's JSON (`{"id": {"S": "1"}}`, binary in base64), as the network carries them.

botocore's serializer and parser take most of the time of a bulk copy. They are bypassed for the items alone: requests,
signatures, retries and endpoints stay botocore's.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Hashable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from ..schema.serialization import Call
from .error_translation import unrecognized_response

if TYPE_CHECKING:
    from .client import Database

Item: TypeAlias = Mapping[str, Mapping[str, Any]]
"""An item, or a key, in DynamoDB's JSON."""

# without a limit, dynoxide reads the whole table for each page: 7 s instead of 0.2 s for 1,000,000 items (measured)
PAGE_ITEMS = 10_000

_MOST_UNITS = 1_000_000  # a batch of 25 items of 400 KB consumes 10,000, and as many in each of 20 indexes

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


def scan_page(
    database: Database, table: str, start: Item | None, parameters: Mapping[str, Any], *, with_units: bool = False
) -> Page:
    """Return a page of a consistent scan.

    Args:
        database: of the table.
        table: the physical name.
        start: `next` of the page before; `None` for the first page.
        parameters: others of Scan, such as `Segment`.
        with_units: ask for the consumed units, which takes DynamoDB Local time.

    Raises:
        TargetError: the response is not one of DynamoDB.
        CallError: the call failed.
    """
    request: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    if with_units:
        request["ReturnConsumedCapacity"] = "TOTAL"
    request |= {"Limit": PAGE_ITEMS, **parameters}
    if start is not None:
        request["ExclusiveStartKey"] = start
    response = _call(database, Call("Scan", {"TableName": table}), _encoded(request))
    items, next = response.get("Items"), response.get("LastEvaluatedKey")
    if not (isinstance(items, list) and all(map(_is_item, items))):
        raise unrecognized_response("Scan", "invalid items", database.target)
    if next is not None and (not _is_item(next) or next == start):
        raise unrecognized_response("Scan", "an invalid LastEvaluatedKey", database.target)
    return Page(items, next, _units("Scan", [response.get("ConsumedCapacity")], database))


def write_batch(database: Database, table: str, requests: Sequence[bytes], *, with_units: bool = False) -> Written:
    """Send a batch of write requests.

    Args:
        database: of the table.
        table: the physical name.
        requests: made by `put_request` and `delete_request`, with different keys.
        with_units: ask for the consumed units, which takes a fifth of the time of DynamoDB Local (measured).

    Raises:
        TargetError: the response is not one of DynamoDB.
        CallError: the call failed.
    """
    option = b'"ReturnConsumedCapacity":"TOTAL",' if with_units else b""
    body = b'{%b"RequestItems":{%b:[%b]}}' % (option, _encoded(table), b",".join(requests))
    placeholder: dict[str, Any] = {
        "RequestItems": {table: [{"DeleteRequest": {"Key": {}}}]}
    }  # botocore resolves the endpoint from it
    response = _call(database, Call("BatchWriteItem", placeholder), body)
    unprocessed = response.get("UnprocessedItems") or {}
    rest = None
    if isinstance(unprocessed, dict) and unprocessed.keys() <= {table}:
        rest = _find(unprocessed.get(table, []), requests)
    if rest is None:
        raise unrecognized_response("BatchWriteItem", "invalid UnprocessedItems", database.target)
    capacity = response.get("ConsumedCapacity")
    return Written(rest, _units("BatchWriteItem", capacity if isinstance(capacity, list) else [], database))


def _find(unprocessed: Any, requests: Sequence[bytes]) -> list[bytes] | None:
    """Return the requests that are unprocessed; `None` if one of them was not sent."""
    if not isinstance(unprocessed, list):
        return None
    sent = {_comparable(parse(request)): request for request in requests} if unprocessed else {}
    try:
        found = [sent.pop(_comparable(request), None) for request in unprocessed]
    except RecursionError:
        return None
    rest = [request for request in found if request is not None]
    return rest if len(rest) == len(found) else None


def _comparable(value: Any) -> Hashable:
    """Return a value that equals that of the same request, in whatever form DynamoDB returns numbers and sets."""
    match value:
        case {"N": str() as text} | {"B": str() as text} if len(value) == 1:
            return _decoded("N" in value, text)
        case {"SS": list() as parts} | {"NS": list() as parts} | {"BS": list() as parts} if len(value) == 1:
            kind = next(iter(value))
            return kind, frozenset(_comparable({kind[0]: part}) for part in parts)
        case dict():
            return frozenset((name, _comparable(part)) for name, part in value.items())
        case list():
            return tuple(map(_comparable, value))
    return type(value), value


def _decoded(is_number: bool, text: str) -> Hashable:
    try:
        number = Decimal(text) if is_number else None
        return b64decode(text) if number is None else (number if number.is_finite() else text)
    except (ArithmeticError, ValueError):
        return text


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


def _units(operation: str, capacities: Sequence[Any], database: Database) -> float:
    units = (capacity.get("CapacityUnits") for capacity in capacities if isinstance(capacity, dict))
    total = sum(value for value in units if isinstance(value, int | float))
    if not 0 <= total <= _MOST_UNITS:
        raise unrecognized_response(operation, "an invalid ConsumedCapacity", database.target)
    return total
