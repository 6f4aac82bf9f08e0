"""Tests that leave more than items."""

import subprocess
import sys
import threading

import pytest
from shop import users

WRITER = "import boto3; boto3.resource('dynamodb').Table('users').put_item(Item={'user_id': 'child'})"


@pytest.fixture(autouse=True)
def untouched(dynamodb_tables, dynamodb):
    assert sorted(dynamodb.list_tables()["TableNames"]) == ["orders", "stock", "users"]
    assert users.count() == 0
    assert dynamodb.describe_table(TableName="users")["Table"]["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("name", ["extra", "another"])
def test_created_table_is_deleted(dynamodb, name):
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=name, Item={"pk": {"S": "a"}})


@pytest.mark.parametrize("table", ["users", "orders", "stock"])
def test_deleted_table_is_created_again(dynamodb, table):
    dynamodb.delete_table(TableName=table)


def test_changed_table_is_restored(dynamodb):
    dynamodb.update_table(
        TableName="users",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        GlobalSecondaryIndexUpdates=[
            {
                "Update": {
                    "IndexName": "by_email",
                    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
                }
            }
        ],
    )


@pytest.mark.parametrize("threads", [1, 8])
def test_items_of_threads_are_removed(threads):
    def write(number):
        users.register(f"user{number}", "same@example.com")

    running = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert users.count() == threads


@pytest.mark.parametrize("number", range(2))
def test_items_of_a_child_process_are_removed(number):
    subprocess.run([sys.executable, "-c", WRITER], check=True)
    assert users.count() == 1


def test_items_of_partiql_are_removed(dynamodb):
    dynamodb.execute_statement(Statement="INSERT INTO users VALUE {'user_id': 'partiql'}")
    assert users.count() == 1
