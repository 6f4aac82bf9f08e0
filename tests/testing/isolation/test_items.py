from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError

from dynamotasks.testing.changes import Item
from dynamotasks.testing.isolation import Isolation

from .world import REGION, USERS, World, user

SECOND_KEY = "worker0second"


def reading(sensor: bytes, at: str) -> Item:
    return {"sensor": {"B": sensor}, "at": {"N": at}}


def line(id: str, number: int, **more: Any) -> dict[str, Any]:
    return {"id": {"S": id}, "line": {"N": str(number)}, **more}


def test_removes_put_updated_and_deleted_items(world: World) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("a"))
        client.update_item(
            TableName="users",
            Key={"id": {"S": "b"}},
            UpdateExpression="SET #g = :g",
            ExpressionAttributeNames={"#g": "group"},
            ExpressionAttributeValues={":g": {"S": "staff"}},
        )
        client.put_item(TableName="users", Item=user("c"))
        client.delete_item(TableName="users", Key={"id": {"S": "c"}})
        client.put_item(TableName="orders", Item=line("o", 1, date={"S": "2026-01-01"}))
        assert len(world.items("users")) == 2


def test_removes_binary_and_number_keys_and_equal_numbers_once(world: World) -> None:
    with world.test() as client:
        for at in ("1", "1.0", "1E0", "-5", "0.1", "12345678901234567890123456789012345678"):
            client.put_item(TableName="readings", Item=reading(b"\x00\xff", at))
        client.put_item(TableName="readings", Item=reading(b"a" * 2000, "0"))


def test_removes_text_keys_of_all_alphabets(world: World) -> None:
    with world.test() as client:
        for id in ("ü☂𝄞", '"quoted"', "back\\slash", "\n\t", "\u2028", "k" * 2048):
            client.put_item(TableName="users", Item=user(id))


def test_removes_batches_across_tables(world: World) -> None:
    with world.test() as client:
        puts = [{"PutRequest": {"Item": user(str(number))}} for number in range(12)]
        lines = [{"PutRequest": {"Item": line("o", number)}} for number in range(12)]
        delete = {"DeleteRequest": {"Key": {"id": {"S": "absent"}}}}
        client.batch_write_item(RequestItems={"users": [*puts, delete], "orders": lines})


def test_equal_keys_of_two_tables_are_deleted_without_recreating_them(world: World) -> None:
    def created() -> list[Any]:
        return [
            world.observer.describe_table(TableName=name)["Table"]["CreationDateTime"] for name in ("users", "vault")
        ]

    seed: dict[str, list[Item]] = {name: [user("seed")] for name in ("users", "vault")}
    with world.test(seed=seed) as client:
        before = created()
        for name in ("users", "vault"):
            client.put_item(TableName=name, Item=user("a"))
            assert len(world.items(name)) == 2
    assert created() == before


def test_removes_a_thousand_items(world: World) -> None:
    with world.test():
        table = boto3.resource("dynamodb", **world.options()).Table("users")
        with table.batch_writer() as batch:
            for number in range(1000):
                batch.put_item({"id": f"user{number}", "group": "staff"})


def test_removes_transactions(world: World) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("checked"))
        check = {"TableName": "users", "Key": {"id": {"S": "checked"}}, "ConditionExpression": "attribute_exists(id)"}
        update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
        client.transact_write_items(
            TransactItems=[
                {"ConditionCheck": check},
                {"Put": {"TableName": "users", "Item": user("a")}},
                {"Update": {"TableName": "orders", "Key": line("o", 1), **update}},
                {"Delete": {"TableName": "users", "Key": {"id": {"S": "absent"}}}},
            ]
        )


def test_transactions_with_the_token_of_an_earlier_test_are_executed(world: World) -> None:
    for _ in range(2):
        with world.test() as client:
            put = {"Put": {"TableName": "users", "Item": user("a", ClientRequestToken={"S": "kept"})}}
            for _ in range(2):  # the second one repeats the first
                client.transact_write_items(TransactItems=[put], ClientRequestToken="payment-1")
            (found,) = world.items("users")
            assert found["ClientRequestToken"] == {"S": "kept"}


def test_removes_partiql_writes(world: World) -> None:
    with world.test() as client:
        client.execute_statement(Statement="INSERT INTO \"users\" VALUE {'id': 'a', 'group': 'staff'}")
        client.execute_statement(Statement="SELECT * FROM \"users\" WHERE id = 'a'")
    with world.test() as client:
        statement = "INSERT INTO \"users\" VALUE {'id': 'b', 'group': 'staff'}"
        client.batch_execute_statement(Statements=[{"Statement": statement}])


def test_removes_writes_of_threads(world: World) -> None:
    def write(number: int) -> None:
        world.client().put_item(TableName="users", Item=user(f"thread{number}"))

    with world.test(), ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))


def test_next_test_does_not_see_the_write_of_a_thread_that_outlives_a_test(world: World) -> None:
    ended = threading.Event()

    def write() -> None:
        ended.wait(10)
        world.client().put_item(TableName="users", Item=user("late"))

    thread = threading.Thread(target=write)
    with world.test():
        thread.start()
    ended.set()
    thread.join()
    assert len(world.items("users")) == 1
    with world.test():
        assert world.items("users") == []


def test_removes_writes_of_resources_and_existing_clients(world: World) -> None:
    with world.test():
        table = boto3.session.Session().resource("dynamodb", **world.options()).Table("readings")
        table.put_item(Item={"sensor": b"s", "at": Decimal("1.5")})
        table.update_item(Key={"sensor": b"s", "at": 2}, AttributeUpdates={"v": {"Value": 1, "Action": "PUT"}})


def test_removes_writes_of_a_session_without_builtin_handlers(world: World) -> None:
    session = botocore.session.Session(include_builtin_handlers=False)
    with world.test():
        client: Any = session.create_client("dynamodb", **world.options())
        client.put_item(TableName="users", Item=user("a"))


def test_removes_what_is_written_by_table_arn(world: World, request: pytest.FixtureRequest) -> None:
    with world.test() as client:
        arn = client.describe_table(TableName="users")["Table"]["TableArn"]
        try:
            client.put_item(TableName=arn, Item=user("a"))
        except ClientError:
            assert request.config.getoption("--place") in ("moto", "dynoxide")  # they refuse ARNs


def test_failed_conditions_and_invalid_writes_are_harmless(world: World) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("a"))
        invalid: tuple[dict[str, Any], ...] = (
            {"Item": user("a"), "ConditionExpression": "attribute_not_exists(id)"},
            {"Item": {"id": {"S": ""}}},
            {"Item": {"id": {"N": "1"}}},
            {"Item": {"group": {"S": "no id"}}},
            {"Item": user("k" * 2049)},
            {"TableName": "absent", "Item": user("a")},
        )
        for call in invalid:
            with pytest.raises(ClientError):
                client.put_item(**{"TableName": "users", **call})


def test_removes_what_was_written_before_an_exception(world: World) -> None:
    def test() -> None:
        with world.test() as client:
            client.put_item(TableName="users", Item=user("a"))
            raise RuntimeError("the test fails")

    with pytest.raises(RuntimeError, match="the test fails"):
        test()
    with world.test():
        assert world.items("users") == []


def test_paginators_and_reads_record_nothing(world: World) -> None:
    with world.test() as client:
        list(client.get_paginator("scan").paginate(TableName="users"))
        client.get_item(TableName="users", Key={"id": {"S": "a"}})
        assert not world.isolation._log.take()


def test_seed_exists_at_the_start_of_each_test_alone(world: World) -> None:
    readings: list[Item] = [{"sensor": {"B": "AAE="}, "at": {"N": "1"}}]
    seed: dict[str, list[Item]] = {"users": [user(str(number)) for number in range(30)], "readings": readings}
    for _ in range(2):
        with world.test(seed=seed) as client:
            assert len(world.items("users")) == 30
            assert world.items("readings") == [reading(b"\x00\x01", "1")]
            client.delete_item(TableName="users", Key={"id": {"S": "3"}})


@pytest.mark.parametrize("options", [{"aws_access_key_id": SECOND_KEY}, {"region_name": "eu-west-1"}], ids=str)
def test_removes_tables_of_other_keys_and_regions(world: World, options: dict[str, str]) -> None:
    for _ in range(2):
        with world.test():
            other = world.client(**options)
            other.create_table(
                TableName="elsewhere",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
            other.put_item(TableName="elsewhere", Item=user("a"))


def test_removes_writes_through_another_name_of_this_machine(world: World) -> None:
    with world.test():
        named = world.client(endpoint_url=world.endpoint.replace("127.0.0.1", "localhost"))
        named.put_item(TableName="users", Item=user("a"))


@pytest.mark.usefixtures("separate_keys")
def test_workers_with_other_keys_have_other_tables(world: World, engine_endpoint: str) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("first"))
        second = Isolation(engine_endpoint, SECOND_KEY, REGION, [USERS])
        second.begin()
        assert world.client(aws_access_key_id=SECOND_KEY).scan(TableName="users")["Items"] == []
        second.end()
        second.close()
        assert len(world.items("users")) == 1
