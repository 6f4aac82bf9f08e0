"""A dump that is loaded again is the same data."""

from __future__ import annotations

import json
from typing import Any

from tests.support.running import Project

from .places import Configure, Place

HASH = {"attribute_name": "pk", "key_type": "HASH"}
RANGE = {"attribute_name": "sk", "key_type": "RANGE"}
ITEM: dict[str, Any] = {
    "bytes": {"B": b"\x00\xff"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"N": "1.5"}]}, "☂": {"S": 'line\n" 2'}}},
    "sets": {"SS": ["b", "a"]},
    "numbers": {"NS": ["10", "9"]},
    "blobs": {"BS": [b"b", b"a"]},
    "empty": {"S": ""},
    "digits": {"N": "1." + "23456789" * 4 + "12345"},
}


def table(name: str, **properties: Any) -> dict[str, Any]:
    types = [{"name": "pk", "type": "S"}, {"name": "sk", "type": "N"}]
    return {"name": name, "attributes": types, "key_schema": [HASH, RANGE], **properties}


def fill(place: Place, name: str, count: int = 30) -> None:
    client = place.database.client
    for n in range(count):
        client.put_item(TableName=name, Item={"pk": {"S": f"p{n % 7}"}, "sk": {"N": str(n)}, **ITEM})


def content(place: Place, name: str) -> list[str]:
    pages = place.database.client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    items = [in_order(item) for page in pages for item in page["Items"]]
    return sorted(json.dumps(item, sort_keys=True, default=repr) for item in items)


def in_order(item: Any) -> Any:
    return {
        key: {kind: sorted(value) if kind in ("SS", "NS", "BS") else value for kind, value in typed.items()}
        for key, typed in item.items()
    }


def test_loads_what_it_dumped(there: Project, place: Place, configure: Configure, prefix: str) -> None:
    users, orders = f"{prefix}users", f"{prefix}orders"
    configure(table(users), table(orders))
    there.call("migrate").ok()
    fill(place, users)
    before = content(place, users)
    dumped = there.call("dump", "--out", "saved").ok()
    assert "2 tables written to saved" in dumped.out
    assert "30 items dumped" in dumped.out
    place.database.client.delete_table(TableName=users)
    place.database.client.delete_table(TableName=orders)
    loaded = there.call("load", "saved").ok()
    assert f"{users}: created" in loaded.out
    assert content(place, users) == before
    assert there.call("load", "saved").ok().out.count("the table was not empty") == 1
    assert content(place, users) == before
