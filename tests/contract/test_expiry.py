"""Deletion of what Time to Live would have deleted."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dynamotasks.errors import UsageError
from dynamotasks.schema.table_spec import TimeToLive
from dynamotasks.testing.expiry import expire, expire_items, ttl_attribute
from tests.support.specs import spec

from .streamed_table import StreamedTable, streamed_table

NOW = 1_900_000_000
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def put(table: StreamedTable, id: str, expires: int | str) -> None:
    table.put(id, expires={"N": str(expires)})


@pytest.mark.parametrize("at", [NOW, float(NOW), datetime.fromtimestamp(NOW, timezone(timedelta(hours=2)))])
def test_items_that_expire_by_then_are_deleted(streamed: StreamedTable, at: Any) -> None:
    year = 365 * 24 * 3600
    put(streamed, "past", NOW - 1)
    put(streamed, "now", NOW)
    put(streamed, "fraction", f"{NOW}.5")
    put(streamed, "future", NOW + 1)
    put(streamed, "five years ago", NOW - 5 * year)
    put(streamed, "longer ago", NOW - 5 * year - 1)
    streamed.put("text", expires={"S": str(NOW)})
    streamed.put("none")
    assert expire(streamed.name, at=at, attribute="expires", client=streamed.client) == 3
    assert streamed.ids() == {"fraction", "future", "longer ago", "text", "none"}
    assert expire(streamed.name, at=at, attribute="expires", client=streamed.client) == 0


def test_default_time_is_now(streamed: StreamedTable) -> None:
    put(streamed, "past", int(time.time()) - 5)
    put(streamed, "future", int(time.time()) + 100)
    assert expire(streamed.name, attribute="expires", client=streamed.client) == 1
    assert streamed.ids() == {"future"}


def test_records_of_expired_items_have_the_identity_of_the_service(streamed: StreamedTable) -> None:
    put(streamed, "deleted by the test", NOW)
    put(streamed, "expired", NOW)
    streamed.delete("deleted by the test")
    streamed.delete("expired")
    put(streamed, "expired", NOW)
    assert expire_items(streamed.reader, streamed.name, "expires", NOW) == 1
    put(streamed, "expired", NOW)
    streamed.delete("expired")
    removed = [record for record in streamed.records() if record["eventName"] == "REMOVE"]
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in removed] == ["deleted by the test", *["expired"] * 3]
    assert [record.get("userIdentity") for record in removed] == [None, None, SERVICE, None]


def test_more_items_than_a_page_of_the_scan_are_deleted(streamed: StreamedTable) -> None:
    text = "x" * 100_000  # a page has at most 1 MB
    for number in range(30):
        streamed.put(f"{number}", expires={"N": str(NOW + number % 2)}, text={"S": text})
    assert expire(streamed.name, at=NOW, attribute="expires", client=streamed.client) == 15
    assert streamed.ids() == {f"{number}" for number in range(1, 30, 2)}


def test_item_that_changes_meanwhile_stays(streamed: StreamedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    put(streamed, "renewed", NOW)
    put(streamed, "expired", NOW)

    def renew(**_: Any) -> None:
        streamed.client.meta.events.unregister("before-call.dynamodb.DeleteItem", renew)
        put(streamed, "renewed", NOW + 1000)

    streamed.client.meta.events.register("before-call.dynamodb.DeleteItem", renew)
    assert expire_items(streamed.reader, streamed.name, "expires", NOW) == 1
    assert streamed.ids() == {"renewed"}
    removed = [record for record in streamed.records() if record["eventName"] == "REMOVE"]
    assert [(record["dynamodb"]["Keys"], record["userIdentity"]) for record in removed] == [
        ({"id": {"S": "expired"}}, SERVICE)
    ]


def test_table_without_a_stream_expires_too(client: Any) -> None:
    with contextmanager(streamed_table)(client, None) as table:
        put(table, "a", NOW)
        assert expire_items(table.reader, table.name, "expires", NOW) == 1
        assert table.ids() == set()


@pytest.mark.parametrize(
    ("at", "message"),
    [(datetime(2030, 1, 1), "no time zone"), (float("inf"), "at=inf: not a finite decimal number")],
)
def test_invalid_time_is_refused(streamed: StreamedTable, at: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        expire(streamed.name, at=at, attribute="expires", client=streamed.client)


def test_attribute_is_the_declared_one() -> None:
    tables = [spec(time_to_live_specification=TimeToLive(attribute_name="expires"))]
    assert ttl_attribute(tables, "orders") == "expires"


@pytest.mark.parametrize("ttl", [None, TimeToLive(enabled=False)])
def test_table_without_time_to_live_is_refused(ttl: TimeToLive | None) -> None:
    with pytest.raises(UsageError, match="table 'orders' has no Time to Live") as raised:
        ttl_attribute([spec(time_to_live_specification=ttl)], "orders")
    assert "time_to_live_specification: {attribute_name: expires_at}" in str(raised.value.hint)


def test_undeclared_table_is_refused() -> None:
    with pytest.raises(UsageError, match="table 'users' is not declared"):
        ttl_attribute([spec()], "users")
