"""`aws dynamodb import-table` takes the items of a dump."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from tests.support.dumps import write_dump
from tests.support.running import until
from tests.support.specs import spec


def test_import_from_s3_reads_the_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    write_dump(tmp_path / "dump", spec(), [b'{"id":{"S":"%d"},"n":{"NS":["1","2"]}}' % number for number in range(50)])
    with mock_aws():
        s3, dynamodb = boto3.client("s3", "us-east-1"), boto3.client("dynamodb", "us-east-1")
        s3.create_bucket(Bucket="dumps")
        s3.put_object(Bucket="dumps", Key="orders", Body=(tmp_path / "dump" / "orders.jsonl.gz").read_bytes())
        started = dynamodb.import_table(
            S3BucketSource={"S3Bucket": "dumps", "S3KeyPrefix": "orders"},
            InputFormat="DYNAMODB_JSON",
            InputCompressionType="GZIP",
            TableCreationParameters={
                "TableName": "orders",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        )
        arn = started["ImportTableDescription"]["ImportArn"]

        def status() -> str:
            return dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]["ImportStatus"]

        until(lambda: status() != "IN_PROGRESS")
        assert status() == "COMPLETED"
        items = dynamodb.scan(TableName="orders")["Items"]
    assert {item["id"]["S"] for item in items} == {str(number) for number in range(50)}
    assert all(sorted(item["n"]["NS"]) == ["1", "2"] for item in items)
