"""Tables with streams and Time to Live in the engine under test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3

from dynamotasks.testing.streams import StreamReader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass
class StreamedTable:
    """A table with the key `id`, and the reader of its stream."""

    name: str
    client: DynamoDBClient
    reader: StreamReader

    def put(self, id: str, **attributes: Any) -> None:
        self.client.put_item(TableName=self.name, Item={"id": {"S": id}, **attributes})

    def delete(self, id: str) -> None:
        self.client.delete_item(TableName=self.name, Key={"id": {"S": id}})

    def records(self, **options: Any) -> list[Any]:
        return [record for event in self.reader.events(self.name, **options) for record in event["Records"]]

    def changes(self) -> list[tuple[str, str]]:
        """Return the name and the key of each new record."""
        return [(record["eventName"], record["dynamodb"]["Keys"]["id"]["S"]) for record in self.records()]

    def ids(self) -> set[str]:
        pages = self.client.get_paginator("scan").paginate(TableName=self.name)
        return {item["id"]["S"] for page in pages for item in page["Items"]}


def client_of(endpoint: str) -> DynamoDBClient:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="streams",
        aws_secret_access_key="streams",
    )


def streamed_table(
    client: DynamoDBClient, view: str | None = "NEW_AND_OLD_IMAGES", name: str | None = None
) -> Iterator[StreamedTable]:
    """Yield a new table, with a stream unless its view is `None`, and delete it at the end."""
    name = name or f"t{uuid4().hex[:6]}"  # a short name: dynoxide's ids of shards contain it
    stream: dict[str, Any] = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **stream,
    )
    yield StreamedTable(name, client, StreamReader(client))
    client.delete_table(TableName=name)
