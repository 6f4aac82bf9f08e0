from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from dynamotasks.engines.ports import free_port
from dynamotasks.errors import CallError, EngineError
from dynamotasks.testing.engine_tables import EngineTables
from dynamotasks.testing.isolation import Isolation
from dynamotasks.testing.wire import Wire
from tests.support.answering import Answer, server

from .world import ACCESS_KEY, REGION, USERS, user


@contextmanager
def tables(answer: Answer, *, closes: bool = False, timeout: float = 10.0) -> Iterator[EngineTables]:
    with (
        server(answer, closes=closes) as endpoint,
        closing(Wire(endpoint, ACCESS_KEY, REGION, timeout=timeout)) as wire,
    ):
        yield EngineTables(wire)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>no engine</html>"),
        (200, b""),
        (200, b"\xff\xfe"),
        (200, b"[1]"),
        (200, b"null"),
        (200, b"[" * 100_000),
        (200, b"{}"),
        (200, b'{"TableNames": "users"}'),
        (200, b'{"TableNames": [1]}'),
        (200, b'{"TableNames": [], "LastEvaluatedTableName": 1}'),
        (200, b'{"TableNames": [], "LastEvaluatedTableName": "users"}'),  # the same page again and again
        (404, b"not found"),
        (500, b"{}"),
        (400, b'{"__type": 1}'),
        (204, b""),
    ],
)
def test_invalid_responses_are_one_error(status: int, body: bytes) -> None:
    with tables(lambda *_: (status, body)) as found, pytest.raises(EngineError, match="not a response of DynamoDB to"):
        found.names()


def test_errors_of_the_engine_keep_their_code_and_message() -> None:
    body = b'{"__type": "com.amazonaws.dynamodb.v20120810#LimitExceededException", "message": "slow down"}'
    with tables(lambda *_: (400, body)) as found, pytest.raises(CallError, match="ListTables: slow down") as raised:
        found.names()
    assert raised.value.code == "LimitExceededException"


def test_an_engine_that_ended_is_one_message() -> None:
    made = Isolation(f"http://127.0.0.1:{free_port()}", ACCESS_KEY, REGION, [USERS])
    expected = r"the engine does not respond to ListTables: .*refused\n.*check that it is running"
    with pytest.raises(EngineError, match=expected):
        made.begin()
    made.close()


def test_an_engine_that_hangs_is_one_message() -> None:
    released = threading.Event()

    def hang(*_: Any) -> tuple[int, bytes]:
        released.wait(10)
        return 200, b"{}"

    with tables(hang, timeout=0.05) as found:
        with pytest.raises(EngineError, match="the engine does not respond to ListTables: timed out"):
            found.names()
        released.set()


def test_connections_that_the_engine_closed_are_opened_again() -> None:
    with tables(lambda *_: (200, b'{"TableNames": ["users"]}'), closes=True) as found:
        assert found.names() == found.names() == found.names() == ["users"]


def test_reads_all_pages_of_tables() -> None:
    pages = {None: ("a", "b"), "b": ("c", "d"), "d": ("e",)}

    def answer(_: str, sent: dict[str, Any]) -> tuple[int, bytes]:
        page = pages[sent.get("ExclusiveStartTableName")]
        more = {"LastEvaluatedTableName": page[-1]} if len(page) > 1 else {}
        return 200, json.dumps({"TableNames": page, **more}).encode()

    with tables(answer) as found:
        assert found.names() == ["a", "b", "c", "d", "e"]


def test_unprocessed_items_are_sent_again() -> None:
    deleted: list[str] = []

    def answer(_: str, sent: dict[str, Any]) -> tuple[int, bytes]:
        requests = sent["RequestItems"]["users"]
        assert len(requests) <= 25
        done, rest = requests[:7], requests[7:]
        deleted.extend(request["DeleteRequest"]["Key"]["id"]["S"] for request in done)
        return 200, json.dumps({"UnprocessedItems": {"users": rest} if rest else {}}).encode()

    with tables(answer) as found:
        found.delete_items({"users": [{"id": {"S": str(number)}} for number in range(60)]})
    assert sorted(deleted) == sorted(map(str, range(60)))


@pytest.mark.parametrize("rest", ["x", ["users"], {"users": "x"}, {"orders": []}])
def test_invalid_unprocessed_items_are_an_error(rest: Any) -> None:
    def answer(*_: Any) -> tuple[int, bytes]:
        return 200, json.dumps({"UnprocessedItems": rest}).encode()

    with tables(answer) as found, pytest.raises(EngineError, match="BatchWriteItem: UnprocessedItems is"):
        found.put_items({"users": [user("a")]})


def test_waits_until_a_table_is_active_and_for_one_that_is_being_deleted() -> None:
    states = iter(["CREATING", "CREATING", "ACTIVE"])
    busy = iter([True, True, False])

    def answer(operation: str, _: dict[str, Any]) -> tuple[int, bytes]:
        if operation == "ListTables":
            return 200, b'{"TableNames": []}'
        if operation == "CreateTable" and next(busy):
            return 400, b'{"__type": "x#ResourceInUseException", "message": "being deleted"}'
        member = "TableDescription" if operation == "CreateTable" else "Table"
        return 200, json.dumps({member: {"TableStatus": next(states)}}).encode()

    with tables(answer) as found:
        found.create(USERS)
    assert list(states) == []
