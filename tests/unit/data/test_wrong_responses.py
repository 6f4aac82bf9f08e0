"""What an endpoint returns for items is checked: it cannot choose what is written or keep a task busy forever."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.items import Item, put_request
from dynamotasks.aws.target import Target
from dynamotasks.data.dumps.dumper import Dumper, DumpOptions
from dynamotasks.data.item_json import encode
from dynamotasks.data.pace import Pace
from dynamotasks.data.scanning import scan
from dynamotasks.data.writing import write
from dynamotasks.errors import TargetError
from tests.support.answering import server
from tests.support.specs import live, spec

ITEM: Item = {
    "id": {"S": "a"},
    "n": {"N": "1.5"},
    "set": {"NS": ["2", "1"]},
    "b": {"B": "AAE="},
    "m": {"M": {"N": {"S": ""}}},
}


@contextmanager
def database(respond: Callable[[dict[str, Any]], Any]) -> Iterator[Database]:
    """Connect to an endpoint that responds to each request."""

    def answer(_: str, sent: dict[str, Any]) -> tuple[int, bytes]:
        return 200, json.dumps(respond(sent)).encode()

    with server(answer) as endpoint:
        target = Target(env="here", endpoint=endpoint, region="us-east-1", credentials="dummy")
        with Database(target) as connected:
            yield connected


def unprocessed(*requests: Any) -> dict[str, Any]:
    return {"UnprocessedItems": {"users": list(requests)}}


def put(item: Any) -> dict[str, Any]:
    return {"PutRequest": {"Item": item}}


def test_unprocessed_items_are_sent_again_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "pause", lambda *_: None)
    sent: list[Any] = []

    def respond(request: dict[str, Any]) -> Any:
        sent.append(request["RequestItems"]["users"])
        changed = {**ITEM, "n": {"N": "1.50"}, "set": {"NS": ["1.0", "2"]}}
        return unprocessed(put(changed)) if len(sent) == 1 else {}

    with database(respond) as connected:
        assert write(connected, "users", [put_request(encode(ITEM))], lambda done: None) == 1
    assert sent[0] == sent[1] == [json.loads(put_request(encode(ITEM)))]


@pytest.mark.parametrize(
    "rest",
    [
        [{"DeleteRequest": {"Key": {"id": {"S": "victim"}}}}],
        [put({**ITEM, "n": {"N": "2"}})],
        [put({**ITEM, "n": {"N": "sNaN"}})],
        [put(ITEM), put(ITEM)],
        [None],
        None,
        {},
    ],
)
def test_unprocessed_items_that_were_not_sent_are_refused(rest: Any) -> None:
    with (
        database(lambda sent: {"UnprocessedItems": {"users": rest}}) as connected,
        pytest.raises(TargetError, match="invalid UnprocessedItems"),
    ):
        write(connected, "users", [put_request(encode(ITEM))], lambda done: None)


@pytest.mark.parametrize("period", [1, 2, 3, 5])
def test_pages_that_repeat_are_refused(period: int) -> None:
    numbers = itertools.count()

    def respond(sent: Any) -> Any:
        return {"Items": [], "LastEvaluatedKey": {"id": {"S": str(next(numbers) % period)}}}

    with database(respond) as connected, pytest.raises(TargetError, match="Scan returned"):
        list(scan(connected, "users"))
    assert next(numbers) <= 4 * period


@pytest.mark.parametrize("units", [1e300, 10**9, -1])
def test_impossible_consumption_is_refused(units: float) -> None:
    capacity = {"CapacityUnits": units}
    with (
        database(lambda sent: {"Items": [], "ConsumedCapacity": capacity}) as connected,
        pytest.raises(TargetError, match="invalid ConsumedCapacity"),
    ):
        list(scan(connected, "users"))
    with (
        database(lambda sent: {"ConsumedCapacity": [capacity]}) as connected,
        pytest.raises(TargetError, match="invalid ConsumedCapacity"),
    ):
        write(connected, "users", [put_request(encode(ITEM))], lambda done: None)


@pytest.mark.parametrize(
    "value", [{"N": 5}, {"M": 5}, {"L": [5]}, {"L": [{}]}, {"M": {"a": {"S": "", "N": ""}}}], ids=str
)
def test_invalid_item_is_not_written_as_plain_json(value: Any) -> None:
    lines: list[bytes] = []
    with (
        database(lambda sent: {"Items": [{"id": {"S": "a"}, "x": value}]}) as connected,
        pytest.raises(TargetError, match="the endpoint returned an invalid item"),
    ):
        Dumper(connected, DumpOptions(format="json"), lambda event: None).write_lines(live(spec()), lines.append)
    assert lines == []
