from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dynamotasks.errors import EngineError, UsageError
from dynamotasks.testing.isolation import Isolation, Strategy

from .world import ACCESS_KEY, REGION, TABLES, World, user, write_unseen

STRINGS = [{"AttributeName": "id", "AttributeType": "S"}]
ID = [{"AttributeName": "id", "KeyType": "HASH"}]


def create(client: Any, name: str, **more: Any) -> None:
    client.create_table(
        TableName=name, AttributeDefinitions=STRINGS, KeySchema=ID, BillingMode="PAY_PER_REQUEST", **more
    )


def test_keeps_tables_with_few_items_and_recreates_those_with_many(world: World) -> None:
    def created() -> list[Any]:
        live = [world.observer.describe_table(TableName=name)["Table"] for name in ("users", "readings")]
        return [(table["CreationDateTime"], table.get("TableId")) for table in live]

    with world.test():
        pass
    before = created()
    with world.test() as client:
        client.put_item(TableName="readings", Item={"sensor": {"B": b"s"}, "at": {"N": "1"}})
        for number in range(20):
            client.put_item(TableName="users", Item=user(str(number)))
    after = created()
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_deletes_tables_that_a_test_created(world: World) -> None:
    with world.test() as client:
        for number in range(3):
            create(client, f"extra{number}")
            client.put_item(TableName=f"extra{number}", Item=user("a"))


def test_deletes_a_protected_table_that_a_test_created(world: World) -> None:
    with world.test() as client:
        create(client, "protected", DeletionProtectionEnabled=True)


def test_recreates_a_deleted_table(world: World) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("a"))
        client.delete_table(TableName="users")


def test_recreates_a_table_that_was_replaced_by_another_of_its_name(world: World) -> None:
    with world.test() as client:
        client.delete_table(TableName="orders")
        create(client, "orders")
        client.put_item(TableName="orders", Item=user("a"))


def test_undoes_an_enabled_ttl(world: World) -> None:
    with world.test() as client:
        client.update_time_to_live(
            TableName="users", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
        )


def test_undoes_a_new_index(world: World) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("a", city={"S": "Bonn"}))
        index = {
            "IndexName": "by_city",
            "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "group", "city")]
        client.update_table(
            TableName="users", AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=[{"Create": index}]
        )


def test_undoes_a_new_stream_and_a_billing_mode(world: World) -> None:
    with world.test() as client:
        stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        client.update_table(TableName="users", StreamSpecification=stream)
        units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        client.update_table(TableName="readings", BillingMode="PROVISIONED", ProvisionedThroughput=units)


def test_undoes_a_lifted_deletion_protection(world: World) -> None:
    with world.test() as client:
        client.update_table(TableName="vault", DeletionProtectionEnabled=False)
        client.delete_table(TableName="vault")


def test_stream_records_of_a_test_are_not_in_the_next_stream(world: World) -> None:
    arns = []
    for _ in range(2):
        with world.test() as client:
            client.put_item(TableName="audit", Item={"id": {"S": "a"}})
            arns.append(client.describe_table(TableName="audit")["Table"]["LatestStreamArn"])
    assert len(set(arns)) == 2


def test_failed_changes_of_tables_are_harmless(world: World) -> None:
    with world.test() as client:
        with pytest.raises(ClientError):
            client.delete_table(TableName="absent")
        for name in ("users", "x"):  # exists; too short
            with suppress(ClientError):  # moto accepts a short name
                create(client, name)
        with suppress(ClientError):
            client.update_table(TableName="users")


def test_unknown_operations_reset_everything(world: World) -> None:
    with world.test() as client:
        create(client, "copied")
        with pytest.raises(ClientError):
            client.restore_table_from_backup(
                TargetTableName="restored", BackupArn=f"arn:aws:dynamodb:{REGION}:000000000000:table/users/backup/1"
            )
        with pytest.raises(ClientError):
            client.update_global_table(GlobalTableName="users", ReplicaUpdates=[])


@pytest.mark.usefixtures("separate_keys")
def test_exactly_the_tables_that_a_test_asks_for_exist(engine_endpoint: str) -> None:
    fresh = Isolation(engine_endpoint, "worker0few", REGION, TABLES, debug=True)
    client = World(engine_endpoint, fresh).client(aws_access_key_id="worker0few")
    try:
        with pytest.raises(UsageError, match=r"table 'user' is not declared\n.*declared tables: users, readings"):
            fresh.begin(["user"])
        for names in (["users"], ["vault", "users"], None, [], ["orders"], ["users"]):
            fresh.begin(names, {"users": [user("seed")]})
            expected = sorted(table.name for table in TABLES) if names is None else sorted(names)
            assert sorted(client.list_tables()["TableNames"]) == expected
            fresh.end()
    finally:
        fresh.close()


@pytest.mark.usefixtures("separate_keys")
def test_declared_table_that_a_test_hides_can_be_created_by_it(engine_endpoint: str) -> None:
    fresh = Isolation(engine_endpoint, "worker0hides", REGION, TABLES, debug=True)
    client = World(engine_endpoint, fresh).client(aws_access_key_id="worker0hides")
    try:
        for names in (["users"], ["orders"], ["users"]):
            fresh.begin(names)
            if "orders" not in names:
                create(client, "orders")
                client.put_item(TableName="orders", Item=user("a"))
            fresh.end()
            assert client.list_tables()["TableNames"] == names
    finally:
        fresh.close()


def test_writes_of_a_test_that_did_not_begin_are_removed(world: World) -> None:
    with world.test():
        pass
    world.observer.put_item(TableName="users", Item=user("a"))
    assert world.isolation.remove_other_writes() == ["PutItem"]
    assert world.items("users") == []
    assert world.isolation.remove_other_writes() == []


def test_writes_of_a_process_that_a_test_without_begin_started_are_removed(world: World) -> None:
    with world.test():
        pass
    subprocess.run([sys.executable, "-c", ""], check=True)
    write_unseen(world.endpoint)
    assert world.isolation.remove_other_writes() == []
    with world.test():
        assert world.items("users") == []


def test_refuses_an_engine_that_already_has_items(engine_endpoint: str, world: World) -> None:
    with world.test() as client:
        client.put_item(TableName="users", Item=user("precious"))
        second = Isolation(engine_endpoint, ACCESS_KEY, REGION, TABLES)
        with pytest.raises(EngineError, match="table 'users' exists before the first test, and tests would delete it"):
            second.begin()
        second.close()
        assert len(world.items("users")) == 1


def test_refuses_aws() -> None:
    with pytest.raises(UsageError, match="is in AWS"):
        Isolation("https://dynamodb.eu-west-1.amazonaws.com", ACCESS_KEY, REGION, TABLES)


@pytest.mark.parametrize(("strategy", "left"), [("recreate", 0), ("none", 1)])
def test_strategies_treat_unseen_writes_differently(
    engine_endpoint: str, world: World, strategy: Strategy, left: int
) -> None:
    made = Isolation(engine_endpoint, ACCESS_KEY, REGION, TABLES, strategy=strategy)
    with world.test():
        made.begin()
        write_unseen(engine_endpoint)
        made.end()
        assert len(world.items("users")) == left
        world.observer.delete_item(TableName="users", Key={"id": {"S": "unseen"}})
    made.close()
