"""The fixtures of streams and Time to Live, and seeds with binary keys, in a project's tests."""

from __future__ import annotations

import re

from tests.support.running import REPOSITORY
from tests.testing.suite import Suite

CONFIG = """
tables:
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    stream_specification: {stream_view_type: NEW_AND_OLD_IMAGES}
    time_to_live_specification: {attribute_name: expires}
    seed: [users.yaml]
  - name: plain
    attributes: [{name: id, type: B}]
    key_schema: [{attribute_name: id, key_type: HASH}]
environments:
  local: {table_prefix: dev-}
"""
TESTS = """
import pytest
from dynamotasks import UsageError
from dynamotasks.testing import expire, stream_events

SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}

@pytest.fixture
def bob(dynamodb_tables):
    dynamodb_tables["users"].put_item(Item={"id": "bob", "expires": 2_000_000_000})

def changes(events):
    return [(r["eventName"], r["dynamodb"]["Keys"]["id"]["S"]) for event in events for r in event["Records"]]

@pytest.mark.parametrize("number", range(3))
@pytest.mark.dynamodb(seed=True)
def test_events_since_the_start(bob, dynamodb_tables, dynamodb_stream_events, number):
    dynamodb_tables["users"].delete_item(Key={"id": "seeded"})
    assert changes(dynamodb_stream_events("users")) == [("INSERT", "bob"), ("REMOVE", "seeded")]
    dynamodb_tables["users"].put_item(Item={"id": f"ann{number}"})
    events = dynamodb_stream_events("users", batch_size=1, at_least=1)
    assert changes(events) == [("INSERT", f"ann{number}")]

def test_expiry(bob, dynamodb_tables, dynamodb_expire, dynamodb_stream_events):
    assert dynamodb_expire("users") == 0
    assert dynamodb_expire("users", at=2_000_000_000) == 1
    assert dynamodb_tables["users"].scan()["Count"] == 0
    records = [record for event in dynamodb_stream_events("users") for record in event["Records"]]
    assert [record.get("userIdentity") for record in records] == [None, SERVICE]

def test_functions_with_the_names_in_the_database(bob):
    assert expire("dev-users", at=2_000_000_000) == 1
    assert [len(event["Records"]) for event in stream_events("dev-users")] == [2]

def test_undeclared_settings(dynamodb_stream_events, dynamodb_expire):
    with pytest.raises(UsageError, match="table 'dev-plain' has no stream"):
        dynamodb_stream_events("plain")
    with pytest.raises(UsageError, match="table 'dev-plain' has no Time to Live"):
        dynamodb_expire("plain")

@pytest.mark.dynamodb(seed="plain.json")
@pytest.mark.parametrize("number", range(2))
def test_binary_keys_of_seeds(dynamodb_tables, number):
    assert [bytes(item["id"].value) for item in dynamodb_tables["plain"].scan()["Items"]] == [b"\\x00\\xff"]
"""


def test_streams_and_expiry_in_a_project(suite: Suite) -> None:
    suite.write("config/tables.yaml", CONFIG)
    suite.write("config/users.yaml", "- {id: seeded, n: 1}")
    suite.write("plain.json", '[{"id": {"B": "AP8="}}]')
    suite.write("test_app.py", TESTS)
    suite.passes(8)
    assert suite.leftovers() == []


def test_example_of_the_documentation(suite: Suite) -> None:
    page = (REPOSITORY / "docs/testing.md").read_text(encoding="utf-8").partition("## Streams and Lambda functions")[2]
    config, test = (re.search(rf"^```{language}\n(.*?)^```$", page, re.S | re.M) for language in ("yaml", "python"))
    assert config
    assert test
    suite.write("config/tables.yaml", config[1])
    suite.write("test_sessions.py", test[1])
    suite.passes(1)
