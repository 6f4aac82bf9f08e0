"""Thousands of tests in a row, each of which starts with empty tables and writes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from dynamotasks.testing.isolation import Isolation
from tests.support.soak import size

from .world import ACCESS_KEY, REGION, TABLES, World, user

ID = {"id": {"S": "a"}}


def put(client: Any, number: int) -> None:
    client.put_item(TableName="users", Item=user("a", n={"N": str(number)}))


def put_in_all(client: Any, number: int) -> None:
    put(client, number)
    client.put_item(TableName="readings", Item={"sensor": {"B": b"s"}, "at": {"N": str(number)}})
    client.put_item(TableName="orders", Item={**ID, "line": {"N": str(number)}, "date": {"S": "2026-01-01"}})


def write_batch(client: Any, number: int) -> None:
    requests = [{"PutRequest": {"Item": user(f"{number}-{each}")}} for each in range(8)]
    client.batch_write_item(RequestItems={"users": requests})


def transact(client: Any, number: int) -> None:
    puts = [{"Put": {"TableName": "users", "Item": user(f"{number}-{each}")}} for each in range(3)]
    client.transact_write_items(TransactItems=puts, ClientRequestToken="the same each time")


def write_to_stream(client: Any, number: int) -> None:
    client.put_item(TableName="audit", Item=ID)


def use_partiql(client: Any, number: int) -> None:
    client.execute_statement(Statement="INSERT INTO \"users\" VALUE {'id': 'a', 'group': 'staff'}")


def create_table(client: Any, number: int) -> None:
    client.create_table(
        TableName="extra",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


USUAL: tuple[Callable[[Any, int], None], ...] = (put, put_in_all, write_batch, transact)
RARE: tuple[Callable[[Any, int], None], ...] = (write_to_stream, use_partiql, create_table)


def test_no_test_sees_what_an_earlier_one_wrote(world: World) -> None:
    order = random.Random(10)
    names = [table.name for table in TABLES]
    client, isolation = world.observer, Isolation(world.endpoint, ACCESS_KEY, REGION, TABLES)
    for number in range(size(150, 10_000)):
        write = order.choice(RARE if number % 10 == 0 else USUAL)
        isolation.begin()
        assert {name: world.items(name) for name in names} == {name: [] for name in names}, number
        assert world.table_names() == sorted(names), number
        write(client, number)
        isolation.end()
    isolation.close()
