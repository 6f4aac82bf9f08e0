"""Code with aioboto3 uses the engine of the pytest plugin: new sessions follow the environment."""

from __future__ import annotations

import asyncio
from typing import Any

import aioboto3
import pytest

pytestmark = pytest.mark.dynamodb


async def add(note: str) -> None:
    """Write an item, like the code under test."""
    async with aioboto3.Session().resource("dynamodb") as resource:
        table = await resource.Table("notes")
        await table.put_item(Item={"id": note})


async def notes() -> list[str]:
    async with aioboto3.Session().client("dynamodb") as client:
        found: dict[str, Any] = await client.scan(TableName="notes", ConsistentRead=True)
    return sorted(item["id"]["S"] for item in found["Items"])


@pytest.mark.parametrize("round", [1, 2])
async def test_tables_are_empty_before_each_test(round: int) -> None:
    assert await notes() == []
    await add("first")
    assert await notes() == ["first"]


@pytest.mark.parametrize("round", [1, 2])
async def test_simultaneous_writes_are_removed(round: int) -> None:
    assert await notes() == []
    await asyncio.gather(*(add(f"note{number}") for number in range(5)))
    assert len(await notes()) == 5


@pytest.mark.parametrize("round", [1, 2])
async def test_batches_and_transactions_are_removed(round: int) -> None:
    async with aioboto3.Session().client("dynamodb") as client:
        request = {"PutRequest": {"Item": {"id": {"S": "batch"}}}}
        await client.batch_write_item(RequestItems={"notes": [request]})
        put = {"Put": {"TableName": "notes", "Item": {"id": {"S": "transaction"}}}}
        await client.transact_write_items(TransactItems=[put])
    assert await notes() == ["batch", "transaction"]


@pytest.mark.parametrize("round", [1, 2])
async def test_tables_that_a_test_creates_are_removed(round: int) -> None:
    async with aioboto3.Session().client("dynamodb") as client:
        key = [{"AttributeName": "id", "AttributeType": "S"}]
        schema = [{"AttributeName": "id", "KeyType": "HASH"}]
        await client.create_table(
            TableName="extra", AttributeDefinitions=key, KeySchema=schema, BillingMode="PAY_PER_REQUEST"
        )
        assert sorted((await client.list_tables())["TableNames"]) == ["extra", "notes"]


async def test_client_that_lives_longer_than_a_test_is_observed(dynamodb: Any) -> None:
    """The client of boto3 and those of aioboto3 see the same tables."""
    await add("shared")
    assert dynamodb.get_item(TableName="notes", Key={"id": {"S": "shared"}})["Item"] == {"id": {"S": "shared"}}
