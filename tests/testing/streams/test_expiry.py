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

from .streamed_tables import StreamedTable, streamed_table

NOW = 1_900_000_000
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def put(table: StreamedTable, id: str, expires: int | str) -> None:
    table.put(id, expires={"N": str(expires)})


@pytest.mark.parametrize("at", [NOW, float(NOW), datetime.fromtimestamp(NOW, timezone(timedelta(hours=2)))])
def test_items_that_expire_by_then_are_deleted(table: StreamedTable, at: Any) -> None:
    year = 365 * 24 * 3600
    put(table, "past", NOW - 1)
    put(table, "now", NOW)
    put(table, "fraction", f"{NOW}.5")
    put(table, "future", NOW + 1)
    put(table, "five years ago", NOW - 5 * year)
    put(table, "longer ago", NOW - 5 * year - 1)
    table.put("text", expires={"S": str(NOW)})
    table.put("none")
    assert expire(table.name, at=at, attribute="expires", client=table.client) == 3
    assert table.ids() == {"fraction", "future", "longer ago", "text", "none"}
    assert expire(table.name, at=at, attribute="expires", client=table.client) == 0


def test_default_time_is_now(table: StreamedTable) -> None:
    put(table, "past", int(time.time()) - 5)
    put(table, "future", int(time.time()) + 100)
    assert expire(table.name, attribute="expires", client=table.client) == 1
    assert table.ids() == {"future"}


def test_records_of_expired_items_have_the_identity_of_the_service(table: StreamedTable) -> None:
    put(table, "deleted by the test", NOW)
    put(table, "expired", NOW)
    table.delete("deleted by the test")
    table.delete("expired")
    put(table, "expired", NOW)
    assert expire_items(table.reader, table.name, "expires", NOW) == 1
    put(table, "expired", NOW)
    table.delete("expired")
    removed = [record for record in table.records() if record["eventName"] == "REMOVE"]
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in removed] == ["deleted by the test", *["expired"] * 3]
    assert [record.get("userIdentity") for record in removed] == [None, None, SERVICE, None]


def test_more_items_than_a_page_of_the_scan_are_deleted(table: StreamedTable) -> None:
    text = "x" * 100_000  # a page has at most 1 MB
    for number in range(30):
        table.put(f"{number}", expires={"N": str(NOW + number % 2)}, text={"S": text})
    assert expire(table.name, at=NOW, attribute="expires", client=table.client) == 15
    assert table.ids() == {f"{number}" for number in range(1, 30, 2)}


def test_item_that_changes_meanwhile_stays(table: StreamedTable, monkeypatch: pytest.MonkeyPatch) -> None:
    put(table, "renewed", NOW)
    put(table, "expired", NOW)

    def renew(**_: Any) -> None:
        table.client.meta.events.unregister("before-call.dynamodb.DeleteItem", renew)
        put(table, "renewed", NOW + 1000)

    table.client.meta.events.register("before-call.dynamodb.DeleteItem", renew)
    assert expire_items(table.reader, table.name, "expires", NOW) == 1
    assert table.ids() == {"renewed"}
    removed = [record for record in table.records() if record["eventName"] == "REMOVE"]
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
def test_invalid_time_is_refused(table: StreamedTable, at: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        expire(table.name, at=at, attribute="expires", client=table.client)


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
