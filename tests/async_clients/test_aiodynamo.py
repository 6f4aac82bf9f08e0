"""Code with aiodynamo uses the engine if it is given its URL; it takes the keys from the environment."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiodynamo.client import Client, Table
from aiodynamo.credentials import Credentials
from aiodynamo.http.httpx import HTTPX
from aiodynamo.models import KeySchema, KeySpec, KeyType, PayPerRequest
from httpx import AsyncClient
from yarl import URL

pytestmark = pytest.mark.dynamodb


@pytest.fixture
async def client(dynamodb_endpoint: str) -> AsyncIterator[Client]:
    async with AsyncClient() as http:
        yield Client(HTTPX(http), Credentials.auto(), "us-east-1", URL(dynamodb_endpoint))


@pytest.fixture
def notes(client: Client) -> Table:
    return client.table("notes")


async def ids(table: Table) -> list[str]:
    return sorted([item["id"] async for item in table.scan()])


@pytest.mark.parametrize("round", [1, 2])
async def test_tables_are_empty_before_each_test(round: int, notes: Table) -> None:
    assert await ids(notes) == []
    await notes.put_item({"id": "first"})
    assert await ids(notes) == ["first"]


@pytest.mark.parametrize("round", [1, 2])
async def test_tables_that_a_test_creates_are_removed(round: int, client: Client) -> None:
    key = KeySchema(KeySpec("id", KeyType.string))
    await client.create_table("extra", PayPerRequest(), key, wait_for_active=True)
    assert await client.table_exists("extra")


async def test_boto3_sees_the_same_tables(notes: Table, dynamodb: object) -> None:
    import boto3

    await notes.put_item({"id": "shared"})
    assert boto3.client("dynamodb").scan(TableName="notes")["Items"] == [{"id": {"S": "shared"}}]
