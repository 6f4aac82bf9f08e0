"""`dynamodb_isolation` and `--dynamodb-debug`, with writes that botocore's events do not show."""

from __future__ import annotations

from tests.testing.suite import Suite

UNSEEN_WRITE = """
import json, urllib.request

def test_writes(dynamodb_endpoint, dynamodb_tables):
    body = json.dumps({"TableName": "users", "Item": {"id": {"S": "ada"}}}).encode()
    scope = "pytest0/20260101/us-east-1/dynamodb/aws4_request"
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.PutItem",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    urllib.request.urlopen(urllib.request.Request(dynamodb_endpoint, body, headers)).read()

def test_reads(dynamodb_tables):
    assert dynamodb_tables["users"].scan()["Count"] == 0
"""


def test_debug_reports_the_test_with_an_unseen_write(suite: Suite) -> None:
    suite.write("test_app.py", UNSEEN_WRITE)
    out = suite.run("--dynamodb-debug").out
    assert "ERROR at teardown of test_writes" in out
    assert "table 'users' has items after the test" in out
    assert "set dynamodb_isolation = recreate" in out
    assert "dynamotasks/" not in out


def test_recreate_removes_unseen_writes(suite: Suite) -> None:
    suite.write("test_app.py", UNSEEN_WRITE)
    suite.ini("dynamodb_backend = moto", "dynamodb_isolation = recreate")
    suite.passes(2, "--dynamodb-debug")
