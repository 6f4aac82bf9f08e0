"""Errors of what fixtures return: one message below the line of the test, without lines of the package."""

from __future__ import annotations

import re

from tests.testing.suite import CONFIG as TABLES
from tests.testing.suite import Suite

CONFIG = f"""{TABLES}\
    stream_specification: {{stream_view_type: NEW_AND_OLD_IMAGES}}
    time_to_live_specification: {{attribute_name: expires_at}}
"""
TESTS = """
import pytest

def test_unknown_stream(dynamodb_tables, dynamodb_stream_events):
    dynamodb_stream_events("order")

def test_no_stream(dynamodb_tables, dynamodb_stream_events):
    dynamodb_stream_events("users")

def test_missing_records(dynamodb_stream_events):
    dynamodb_stream_events("orders", at_least=2, timeout=0)

def test_unknown_expiry(dynamodb_tables, dynamodb_expire):
    dynamodb_expire("user")

def test_no_expiry(dynamodb_tables, dynamodb_expire):
    dynamodb_expire("users")

def test_wrong_time(dynamodb_expire):
    dynamodb_expire("orders", at=float("nan"))

def test_unknown_table(dynamodb_tables):
    dynamodb_tables["order"]

def test_table_that_the_test_created(dynamodb, dynamodb_stream_events):
    dynamodb.create_table(TableName="extra", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                          BillingMode="PAY_PER_REQUEST",
                          StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    assert dynamodb_stream_events("extra") == []
"""
EXPECTED = {
    "unknown_stream": "the test has no table 'order'; did you mean 'orders'? (it has: users, orders)",
    "no_stream": "table 'users' has no stream",
    "missing_records": "TimeoutError: 0 stream records of table 'orders' in 0 s: expected 2",
    "unknown_expiry": "the test has no table 'user'; did you mean 'users'? (it has: users, orders)",
    "no_expiry": "table 'users' has no Time to Live",
    "wrong_time": "UsageError: invalid at=nan: ",
    "unknown_table": "the test has no table 'order'; did you mean 'orders'? (it has: users, orders)",
}


def test_errors_are_one_message_below_the_line_of_the_test(suite: Suite) -> None:
    suite.write("config/tables.yaml", CONFIG)
    suite.write("test_app.py", TESTS)
    out = suite.run("-p", "no:xdist").out
    sections = dict(re.findall(r"^_+ test_(\w+) _+\n(.*?)(?=^[_=]{3,})", out, re.S | re.M))
    assert {name: EXPECTED[name] in text for name, text in sections.items()} == dict.fromkeys(EXPECTED, True), out
    for text in sections.values():
        assert "dynamotasks/" not in text
        assert len(text.splitlines()) <= 16
    assert "<dynamodb_tables: users, orders>" in out
    assert "object at 0x" not in out
    assert "1 passed" in out
