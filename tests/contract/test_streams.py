"""Events of streams, as Lambda passes them to a function."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest

from dynamotasks.errors import UsageError
from dynamotasks.testing.streams import stream_events

from .streamed_table import StreamedTable, streamed_table

with_stream = contextmanager(streamed_table)


def test_event_is_the_json_that_lambda_passes(streamed: StreamedTable) -> None:
    before = int(time.time()) - 60  # DynamoDB Local rounds down to a minute
    streamed.put("101", Message={"S": "New item!"}, blob={"B": b"\x00\xff"}, set={"BS": [b"a"]}, n={"N": "1.5"})
    (event,) = streamed.reader.events(streamed.name)
    assert json.loads(json.dumps(event)) == event
    (record,) = event["Records"]
    change = record["dynamodb"]
    assert before <= change.pop("ApproximateCreationDateTime") <= time.time()
    assert change.pop("SequenceNumber").isdigit()
    assert len(record.pop("eventID")) == 32
    arn = record.pop("eventSourceARN")
    assert arn.split(":")[:3] == ["arn", "aws", "dynamodb"]
    assert arn.split("/")[1:3] == [streamed.name, "stream"]
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "Keys": {"id": {"S": "101"}},
            "NewImage": {
                "id": {"S": "101"},
                "Message": {"S": "New item!"},
                "blob": {"B": "AP8="},
                "set": {"BS": ["YQ=="]},
                "n": {"N": "1.5"},
            },
            "SizeBytes": 39,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def test_handler_of_a_function_can_be_called_with_the_events(streamed: StreamedTable) -> None:
    totals: dict[str, int] = {}

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        """Count the orders of each customer; report the records that fail, as Lambda expects it."""
        failed = []
        for record in event["Records"]:
            image = record["dynamodb"].get("NewImage") or record["dynamodb"]["OldImage"]
            if "customer" not in image:
                failed.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
                continue
            step = {"INSERT": 1, "MODIFY": 0, "REMOVE": -1}[record["eventName"]]
            totals[image["customer"]["S"]] = totals.get(image["customer"]["S"], 0) + step
        return {"batchItemFailures": failed}

    for id, customer in (("1", "ann"), ("2", "ann"), ("3", "bob")):
        streamed.put(id, customer={"S": customer})
    streamed.delete("3")
    streamed.put("4")
    results = [handler(event, None) for event in streamed.reader.events(streamed.name, batch_size=2)]
    assert totals == {"ann": 2, "bob": 0}
    assert [len(result["batchItemFailures"]) for result in results] == [0, 0, 1]


def test_records_of_a_key_are_in_order_and_returned_once(streamed: StreamedTable) -> None:
    for value in range(5):
        streamed.put("a", n={"N": str(value)})
        streamed.put("b", n={"N": str(value)})
    streamed.delete("a")
    records = streamed.records()
    for key, names in {"a": ["INSERT", *["MODIFY"] * 4, "REMOVE"], "b": ["INSERT", *["MODIFY"] * 4]}.items():
        own = [record for record in records if record["dynamodb"]["Keys"]["id"]["S"] == key]
        assert [record["eventName"] for record in own] == names
        images = [record["dynamodb"]["NewImage"]["n"]["N"] for record in own if "NewImage" in record["dynamodb"]]
        assert images == ["0", "1", "2", "3", "4"]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in own]
        assert numbers == sorted(numbers)
    assert streamed.records() == []
    streamed.delete("b")
    assert streamed.changes() == [("REMOVE", "b")]


@pytest.mark.parametrize(("size", "batches"), [(100, [100, 100, 30]), (1000, [230]), (1, [1] * 230)])
def test_events_have_at_most_the_batch_size(streamed: StreamedTable, size: int, batches: list[int]) -> None:
    for start in range(0, 230, 23):
        streamed.client.batch_write_item(
            RequestItems={
                streamed.name: [{"PutRequest": {"Item": {"id": {"S": f"{start + number}"}}}} for number in range(23)]
            }
        )
    assert [len(event["Records"]) for event in streamed.reader.events(streamed.name, batch_size=size)] == batches


def test_transactions_batches_and_partiql_are_in_the_stream(streamed: StreamedTable) -> None:
    streamed.client.transact_write_items(
        TransactItems=[{"Put": {"TableName": streamed.name, "Item": {"id": {"S": "a"}}}}]
    )
    streamed.client.batch_write_item(RequestItems={streamed.name: [{"PutRequest": {"Item": {"id": {"S": "b"}}}}]})
    streamed.client.execute_statement(Statement=f"INSERT INTO \"{streamed.name}\" VALUE {{'id': 'c'}}")
    value = {":n": {"N": "1"}}
    streamed.client.update_item(
        TableName=streamed.name, Key={"id": {"S": "d"}}, UpdateExpression="SET n = :n", ExpressionAttributeValues=value
    )
    assert streamed.changes() == [("INSERT", key) for key in "abcd"]


def test_write_that_changes_nothing_has_no_record(streamed: StreamedTable) -> None:
    streamed.put("a", n={"N": "1"})
    streamed.put("a", n={"N": "1"})
    streamed.delete("none")
    assert streamed.changes() == [("INSERT", "a")]


@pytest.mark.parametrize(
    ("view", "images"),
    [("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}), ("OLD_IMAGE", {"OldImage"})],
)
def test_records_have_the_images_of_the_view_type(client: Any, view: str, images: set[str]) -> None:
    with with_stream(client, view) as table:
        table.put("a", n={"N": "1"})
        table.put("a", n={"N": "2"})
        records = table.records()
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
    assert {name for name in records[1]["dynamodb"] if name.endswith("Image")} == images
    assert records[1]["dynamodb"]["StreamViewType"] == view


def test_start_skips_what_was_written_before(streamed: StreamedTable) -> None:
    streamed.put("before")
    streamed.reader.start([streamed.name])
    streamed.put("after")
    assert streamed.changes() == [("INSERT", "after")]


def test_stream_of_a_recreated_table_is_read_from_its_beginning(client: Any) -> None:
    with with_stream(client) as table:
        table.put("old")
        table.reader.start([table.name])
        table.client.delete_table(TableName=table.name)
        table.client.get_waiter("table_not_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1})
        again = streamed_table(client, name=table.name)
        next(again)
        table.put("new")
        assert table.changes() == [("INSERT", "new")]


def test_records_of_another_thread_are_waited_for(streamed: StreamedTable) -> None:
    writer = threading.Timer(0.3, streamed.put, ["late"])
    writer.start()
    assert len(streamed.records(at_least=1)) == 1
    writer.join()


def test_missing_records_are_an_error_with_their_number(streamed: StreamedTable) -> None:
    streamed.put("a")
    with pytest.raises(TimeoutError, match=rf"1 stream records of table '{streamed.name}' in 0.1 s: expected 2"):
        streamed.records(at_least=2, timeout=0.1)
    assert streamed.changes() == [("INSERT", "a")]


def test_function_reads_with_the_given_client(streamed: StreamedTable) -> None:
    streamed.put("a")
    (event,) = stream_events(streamed.name, client=streamed.client)
    assert len(event["Records"]) == 1
    assert stream_events(streamed.name, client=streamed.client) == []


def test_function_reads_with_the_client_of_the_environment(
    streamed: StreamedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = streamed.client.meta.endpoint_url
    variables = {"ENDPOINT_URL_DYNAMODB": endpoint, "DEFAULT_REGION": "eu-west-1", "ACCESS_KEY_ID": "streams"}
    for name, value in {**variables, "SECRET_ACCESS_KEY": "streams"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    streamed.put("a")
    assert len(stream_events(streamed.name)) == 1


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        (lambda table: table.reader.events("nope"), "table 'nope' does not exist", ""),
        (lambda table: table.records(batch_size=0), "batch_size is 0: it must be at least 1", ""),
        (
            lambda table: table.records(),
            "has no stream",
            "stream_specification: {stream_view_type: NEW_AND_OLD_IMAGES}",
        ),
    ],
)
def test_usage_error(client: Any, call: Callable[[StreamedTable], Any], message: str, hint: str) -> None:
    with with_stream(client, None) as table, pytest.raises(UsageError, match=message) as raised:
        call(table)
    assert hint in str(raised.value.hint)


def test_applying_all_events_in_order_gives_the_items_of_the_table(streamed: StreamedTable) -> None:
    rng, replica = random.Random(7), dict[str, Any]()
    for _ in range(10):
        for _ in range(20):
            write_randomly(streamed, rng)
        for event in streamed.reader.events(streamed.name, batch_size=rng.choice((1, 7, 100))):
            for record in event["Records"]:
                apply(record, replica)
    pages = streamed.client.get_paginator("scan").paginate(TableName=streamed.name)
    assert replica == {item["id"]["S"]: item for page in pages for item in page["Items"]}


def write_randomly(table: StreamedTable, rng: random.Random) -> None:
    keys = [str(number) for number in rng.sample(range(6), 3)]
    item = {"id": {"S": keys[0]}, "n": {"N": str(rng.randrange(3))}}
    match rng.choice(("put", "update", "delete", "batch", "transaction")):
        case "put":
            table.client.put_item(TableName=table.name, Item=item)
        case "update":
            table.client.update_item(
                TableName=table.name,
                Key={"id": {"S": keys[0]}},
                UpdateExpression="SET n = :n",
                ExpressionAttributeValues={":n": {"N": str(rng.randrange(3))}},
            )
        case "delete":
            table.delete(keys[0])
        case "batch":
            deletion: Any = {"DeleteRequest": {"Key": {"id": {"S": keys[1]}}}}
            table.client.batch_write_item(RequestItems={table.name: [{"PutRequest": {"Item": item}}, deletion]})
        case _:
            table.client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": table.name, "Item": item}},
                    {"Delete": {"TableName": table.name, "Key": {"id": {"S": keys[1]}}}},
                ]
            )


def apply(record: Any, replica: dict[str, Any]) -> None:
    """Apply a record to a copy of the table, and check that it fits the copy."""
    change = record["dynamodb"]
    key = change["Keys"]["id"]["S"]
    assert change.get("OldImage") == replica.pop(key, None)
    expected = {"INSERT": {"NewImage"}, "MODIFY": {"OldImage", "NewImage"}, "REMOVE": {"OldImage"}}
    assert {name for name in change if name.endswith("Image")} == expected[record["eventName"]]
    if "NewImage" in change:
        replica[key] = change["NewImage"]
