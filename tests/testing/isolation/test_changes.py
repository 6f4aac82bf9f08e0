from __future__ import annotations

import json
from typing import Any

import pytest

from dynamotasks.testing.changes import ChangeReader, Changes
from dynamotasks.testing.recorder import SentCall

from .world import ACCESS_KEY, READINGS, REGION, TABLES, USERS, user

ARN = f"arn:aws:dynamodb:{REGION}:000000000000:table/users"


def read(operation: str, parameters: Any) -> Changes:
    body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
    return ChangeReader(TABLES, ACCESS_KEY, REGION).read([SentCall(operation, body, ACCESS_KEY, REGION)])


@pytest.mark.parametrize("name", ["users", ARN])
def test_keys_of_items(name: str) -> None:
    changes = read("PutItem", {"TableName": name, "Item": user("a", n={"N": "1"})})
    assert list(changes.keys["users"].values()) == [{"id": {"S": "a"}}]
    assert (changes.tables, changes.everything) == (set(), None)


def test_equal_keys_are_read_once() -> None:
    puts = [{"Put": {"TableName": "readings", "Item": {"sensor": {"B": "AA=="}, "at": {"N": n}}}} for n in ("1", "1.0")]
    assert len(read("TransactWriteItems", {"TransactItems": puts}).keys["readings"]) == 1


def test_numbers_of_38_digits_differ_in_the_last() -> None:
    numbers = ("12345678901234567890123456789012345678", "12345678901234567890123456789012345679")
    puts = [{"Put": {"TableName": "readings", "Item": {"sensor": {"B": "AA=="}, "at": {"N": n}}}} for n in numbers]
    assert len(read("TransactWriteItems", {"TransactItems": puts}).keys["readings"]) == 2


@pytest.mark.parametrize(
    ("table", "item"),
    [
        (USERS, {}),
        (USERS, {"id": {"S": ""}}),
        (USERS, {"id": {"N": "1"}}),
        (USERS, {"id": {"S": 1}}),
        (USERS, {"id": {"S": "a", "N": "1"}}),
        (USERS, {"id": "a"}),
        (USERS, user("ü" * 1025)),
        (READINGS, {"sensor": {"B": "no base64"}, "at": {"N": "1"}}),
        (READINGS, {"sensor": {"B": "AA=="}, "at": {"N": "one"}}),
        (READINGS, {"sensor": {"B": "AA=="}, "at": {"N": "NaN"}}),
        (READINGS, {"sensor": {"B": "AA=="}, "at": {"N": "1e400"}}),
        (READINGS, {"sensor": {"B": "AA=="}, "at": {"N": "1e-140"}}),
        (READINGS, {"sensor": {"B": "AA=="}, "at": {"N": "1" * 39}}),
    ],
)
def test_invalid_keys_recreate_their_table(table: Any, item: Any) -> None:
    changes = read("PutItem", {"TableName": table.name, "Item": item})
    assert (changes.keys, changes.tables, changes.everything) == ({}, {table.name}, None)


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [
        ("CreateTable", {"TableName": "users"}),
        ("UpdateTable", {"TableName": ARN}),
        ("UpdateTimeToLive", {"TableName": "users"}),
        ("TagResource", {"ResourceArn": ARN}),
        ("PutResourcePolicy", {"ResourceArn": f"{ARN}/stream/2026-01-01T00:00:00.000"}),
        ("RestoreTableFromBackup", {"TargetTableName": "users", "BackupArn": f"{ARN}/backup/1"}),
    ],
)
def test_changed_tables(operation: str, parameter: dict[str, str]) -> None:
    changes = read(operation, parameter)
    assert (changes.tables, changes.everything) == ({"users"}, None)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("ExecuteStatement", {"Statement": " delete from users where id = 'a'"}),
        ("BatchExecuteStatement", {"Statements": [{"Statement": "SELECT 1"}, {"Statement": "INSERT INTO users"}]}),
        ("ExecuteTransaction", {"TransactStatements": [{"Statement": "UPDATE users SET a = 1"}]}),
        ("CreateBackup", {"TableName": "users", "BackupName": "b"}),
        ("OperationOfTheFuture", {}),
        ("PutItem", b""),
        ("PutItem", b"[]"),
        ("PutItem", {"TableName": 1, "Item": {}}),
        ("PutItem", {"TableName": "arn:", "Item": {}}),
        ("BatchWriteItem", {"RequestItems": []}),
        ("TransactWriteItems", {"TransactItems": [{"Merge": {}}]}),
    ],
)
def test_calls_that_may_change_anything(operation: str, parameters: Any) -> None:
    assert read(operation, parameters).everything is not None


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("ExecuteStatement", {"Statement": "\n select * from users"}),
        ("TransactWriteItems", {"TransactItems": [{"ConditionCheck": {"TableName": "users", "Key": {}}}]}),
    ],
)
def test_calls_that_change_nothing(operation: str, parameters: Any) -> None:
    assert read(operation, parameters) == Changes()
