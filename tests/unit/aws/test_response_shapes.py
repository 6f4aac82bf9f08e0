"""Responses that differ from those of DynamoDB: each is described, none is parsed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from dynamotasks.aws.response_shapes import find_mismatch
from dynamotasks.aws.sdk_support import Unsupported, find_unsupported
from dynamotasks.schema.serialization import Call

MODEL = ServiceModel(Loader().load_service_model("dynamodb", "service-2"))
TABLE: dict[str, Any] = {
    "TableName": "users",
    "TableStatus": "ACTIVE",
    "TableArn": "arn",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    "CreationDateTime": 1.5e9,
    "ItemCount": 3,
}


def mismatch(operation: str, body: bytes, status: int = 200) -> str | None:
    return find_mismatch(status, body, MODEL.operation_model(operation).output_shape)


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        (b"<!doctype html>", 200, "HTTP 200 with '<!doctype html>', which is not JSON"),
        (b"<html>", 404, "HTTP 404 with '<html>', which is not JSON"),
        (b'{"TableNames": ["us', 200, "which is not JSON"),
        (b'{"TableNames": ["\xff\xfe"]}', 200, "which is not JSON"),
        (b'{"TableNames": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 200, "..."),
        (b"", 204, "HTTP 204 without a JSON object"),
        (b"null", 200, "HTTP 200 without a JSON object"),
        (b"[]", 200, "HTTP 200 with '[]', which is not a JSON object"),
        (b"{}", 200, "a response without TableNames"),
        (b'{"TableNames": "users"}', 200, """TableNames '"users"', which is not a valid list"""),
        (b'{"TableNames": [1]}', 200, "TableNames[0] '1', which is not a valid string"),
        (b'{"TableNames": ["\\ud800"]}', 200, "which is not a valid string"),
        (b"{}", 400, "HTTP 400 without an error code"),
        (b"[]", 400, "HTTP 400 without an error code"),
        (b'{"__type": 5}', 400, "HTTP 400 without an error code"),
        (b'{"__type": "ValidationException", "message": [1]}', 400, "HTTP 400 with a message that is not text"),
    ],
)
def test_mismatch_is_described(body: bytes, status: int, found: str) -> None:
    assert found in str(mismatch("ListTables", body, status))


@pytest.mark.parametrize(
    ("operation", "body", "status"),
    [
        ("ListTables", b'{"TableNames": [], "LastEvaluatedTableName": null}', 200),
        ("ListTables", b'{"__type": "ThrottlingException"}', 400),
        ("TagResource", b"", 200),
        ("DescribeTable", json.dumps({"Table": TABLE}).encode(), 200),
        ("DescribeTable", b'{"Table": {"TableName": "users", "TableStatus": "DELETING"}}', 200),
    ],
)
def test_response_of_dynamodb_has_no_mismatch(operation: str, body: bytes, status: int) -> None:
    assert mismatch(operation, body, status) is None


@pytest.mark.parametrize("member", ["TableName", "TableStatus", "TableArn", "KeySchema", "AttributeDefinitions"])
def test_missing_member_of_a_table_is_named(member: str) -> None:
    table = {name: value for name, value in TABLE.items() if name != member}
    assert mismatch("DescribeTable", json.dumps({"Table": table}).encode()) == f"Table without {member}"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"KeySchema": [{"AttributeName": "id"}]}, "Table.KeySchema[0] without KeyType"),
        ({"KeySchema": "id"}, "Table.KeySchema '\"id\"', which is not a valid list"),
        ({"AttributeDefinitions": [{"AttributeName": "id"}]}, "Table.AttributeDefinitions[0] without AttributeType"),
        ({"ProvisionedThroughput": {}}, "Table.ProvisionedThroughput without ReadCapacityUnits"),
        ({"ItemCount": "many"}, "Table.ItemCount '\"many\"', which is not a valid long"),
        ({"ItemCount": 1.5}, "Table.ItemCount '1.5', which is not a valid long"),
        ({"CreationDateTime": "today"}, "Table.CreationDateTime '\"today\"', which is not a valid timestamp"),
        ({"CreationDateTime": 1e300}, "Table.CreationDateTime '1e+300', which is not a valid timestamp"),
        ({"TableStatus": "\x1b[2J"}, "Table.TableStatus '\\x1b[2J', which is not a valid value"),
    ],
)
def test_invalid_member_of_a_table_is_named(changes: dict[str, Any], found: str) -> None:
    assert mismatch("DescribeTable", json.dumps({"Table": {**TABLE, **changes}}).encode()) == found


@pytest.mark.parametrize(
    ("operation", "document", "found"),
    [
        ("DescribeTimeToLive", {}, "a response without TimeToLiveDescription"),
        ("DescribeTimeToLive", {"TimeToLiveDescription": {}}, "TimeToLiveDescription without TimeToLiveStatus"),
        (
            "DescribeTimeToLive",
            {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED"}},
            "TimeToLiveDescription without AttributeName",
        ),
        ("ListTagsOfResource", {"Tags": [{"Key": "a"}]}, "Tags[0] without Value"),
    ],
)
def test_mismatch_of_a_setting_is_named(operation: str, document: dict[str, Any], found: str) -> None:
    assert mismatch(operation, json.dumps(document).encode()) == found


@pytest.mark.parametrize(
    ("call", "unsupported", "setting"),
    [
        (Call("NewOperation", {}), Unsupported("NewOperation"), "NewOperation"),
        (Call("UpdateTable", {"NewSetting": 1}), Unsupported("UpdateTable", ("NewSetting",)), "new_setting"),
        (
            Call("CreateTable", {"GlobalSecondaryIndexes": [{"IndexName": "x"}, {"NewSetting": {}}]}),
            Unsupported("CreateTable", ("GlobalSecondaryIndexes", "NewSetting")),
            "global_secondary_indexes.new_setting",
        ),
    ],
)
def test_call_that_botocore_does_not_support(call: Call, unsupported: Unsupported, setting: str) -> None:
    found = find_unsupported(MODEL, call)
    assert found == unsupported
    assert found.setting == setting


def test_call_that_botocore_supports() -> None:
    assert find_unsupported(MODEL, Call("UpdateTable", {"TableName": "users", "BillingMode": "new"})) is None
