"""Tables to dump and load in the contract suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.support.items import plain_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HASH = {"attribute_name": "pk", "key_type": "HASH"}
RANGE = {"attribute_name": "sk", "key_type": "RANGE"}
TYPES = [{"name": "pk", "type": "S"}, {"name": "sk", "type": "N"}]
ITEM: dict[str, Any] = {
    "bytes": {"B": b"\x00\xff"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"N": "1.5"}]}, "☂": {"S": 'line\n" 2'}}},
    "sets": {"SS": ["b", "a"]},
    "numbers": {"NS": ["10", "9"]},
    "blobs": {"BS": [b"b", b"a"]},
    "empty": {"S": ""},
    "digits": {"N": "1." + "23456789" * 4 + "12345"},
}


def declared(name: str, **properties: Any) -> dict[str, Any]:
    """Return the declaration of a table."""
    return {"name": name, "attributes": TYPES, "key_schema": [HASH, RANGE], **properties}


def create(client: DynamoDBClient, name: str) -> None:
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def drop(client: DynamoDBClient, name: str) -> None:
    """Delete a table if it exists."""
    if name in client.list_tables(Limit=100)["TableNames"]:
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def fill(client: DynamoDBClient, name: str, count: int, attributes: dict[str, Any] | None = None) -> None:
    """Write items with different keys."""
    items = [{"pk": {"S": f"p{n % 7}"}, "sk": {"N": str(n)}, **(attributes or ITEM)} for n in range(count)]
    for first in range(0, count, 25):
        puts: list[Any] = [{"PutRequest": {"Item": item}} for item in items[first : first + 25]]
        client.batch_write_item(RequestItems={name: puts})


def content(client: DynamoDBClient, name: str) -> dict[tuple[str, str], Any]:
    """Return the items of a table by their keys."""
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    items = (item for page in pages for item in page["Items"])
    return {(item["pk"]["S"], item["sk"]["N"]): plain_item(item) for item in items}


@contextmanager
def dumped_table(client: DynamoDBClient, name: str, count: int = 0) -> Iterator[None]:
    """Create a table with items, and delete it at the end."""
    create(client, name)
    try:
        fill(client, name, count)
        yield
    finally:
        drop(client, name)
