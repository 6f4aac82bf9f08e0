"""`db.replace`: a new table with the same items takes the place of the old one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .places import Place
from .replacing import BY_COLOUR, HASH, RANGE, TTL, Replaced, drop

INVERTED = {
    "index_name": "inverted",
    "key_schema": [{**RANGE, "key_type": "HASH"}, {**HASH, "key_type": "RANGE"}],
    "projection": {"projection_type": "ALL"},
}


@pytest.fixture
def replaced(place: Place, tmp_path: Path, prefix: str) -> Iterator[Replaced]:
    made = Replaced(place, tmp_path / "project", f"{prefix}t")
    yield made
    drop(made)


def test_replace_with_another_key_keeps_items(replaced: Replaced) -> None:
    replaced.declare(HASH, **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, **TTL)
    refused = replaced.project.call("migrate", "--allow-destructive").fails("impossible in place")
    assert "db.replace" in refused.err.replace("dynamotasks ", "db.")
    shown = replaced.project.call("replace", "--table", replaced.name, "--dry-run").ok()
    assert "write 40 items back" in shown.out
    replaced.project.call("replace", "--table", replaced.name).fails(
        "keeping its 40 items without confirmation", "--yes"
    )
    assert (replaced.keys(), replaced.left()) == (["pk"], [])
    done = replaced.project.call("replace", "--table", replaced.name, "--yes").ok()
    assert "write 40 items back" in done.out
    assert "replaced, with 40 items" in done.out
    assert replaced.keys() == ["pk", "sk"]
    assert replaced.is_complete()
    assert replaced.left() == []
    replaced.project.call("status", "--exit-code").ok()


def test_replace_removes_index_with_inverted_key(replaced: Replaced, place: Place) -> None:
    """DynamoDB Local would never finish deleting it, so the deletion is not attempted."""
    replaced.declare(HASH, RANGE, global_secondary_indexes=[INVERTED, BY_COLOUR])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOUR])
    kind = {step["kind"] for step in replaced.project.call("plan", "--prune", "--json").ok().json["tables"][0]["steps"]}
    if place.name in ("java", "docker"):
        assert kind == {"impossible"}
        replaced.project.call("migrate", "--prune", "--allow-destructive").fails("never finish deleting", "replace")
    else:
        assert kind == {"destructive"}
    done = replaced.project.call("replace", "--table", replaced.name, "--yes").ok()
    assert "global_secondary_indexes[inverted] is not declared: the new table is without it" in done.err
    assert replaced.is_complete()
    assert "nothing to do" in replaced.project.call("plan", "--prune", "--exit-code").ok().out


def test_index_with_duplicate_key_is_deleted_in_place_unless_that_never_finishes(
    replaced: Replaced, place: Place
) -> None:
    replaced.declare(HASH, global_secondary_indexes=[BY_COLOUR, {**BY_COLOUR, "index_name": "twin"}])
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, global_secondary_indexes=[BY_COLOUR])
    deleted = replaced.project.call("migrate", "--prune", "--allow-destructive")
    if place.name in ("java", "docker"):
        deleted.fails("never finish deleting")
    else:
        deleted.ok()


def test_replace_refuses_items_that_do_not_match_the_new_key(replaced: Replaced) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "no sk"}})
    replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "text"}, "sk": {"S": "7"}})
    replaced.declare(HASH, RANGE)
    refused = replaced.project.call("replace", "--table", replaced.name, "--yes")
    refused.fails("2 of 42 items", "key attribute sk is missing", "is of type S, declared N", "nothing is changed")
    assert (replaced.keys(), len(replaced.client.scan(TableName=replaced.name)["Items"])) == (["pk"], 42)
    assert replaced.left() == []


def test_replace_refuses_items_with_equal_new_keys(replaced: Replaced) -> None:
    replaced.declare(HASH, RANGE)
    replaced.project.call("migrate").ok()
    for n in ("1", "2"):
        replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "same"}, "sk": {"N": n}})
    replaced.declare(HASH)
    refused = replaced.project.call("replace", "--table", replaced.name, "--yes")
    refused.fails("1 of 2 items", "another item has the same declared key")
    assert replaced.keys() == ["pk", "sk"]


def test_replace_refuses_non_disposable_environments(replaced: Replaced) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, RANGE, disposable=False)
    refused = replaced.project.call("replace", "--table", replaced.name, "--yes")
    refused.fails("is not disposable", "would be lost", "another name")
    assert replaced.keys() == ["pk"]


def test_replace_requires_one_existing_table(replaced: Replaced) -> None:
    replaced.declare(HASH)
    replaced.project.call("replace", "--yes").fails("one table at a time")
    replaced.project.call("replace", "--table", replaced.name, "--yes").fails("no such table", "migrate creates it")


def test_replace_leaves_table_that_is_in_sync(replaced: Replaced) -> None:
    replaced.declare(HASH, **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    before = replaced.client.describe_table(TableName=replaced.name)["Table"]["CreationDateTime"]
    unchanged = replaced.project.call("replace", "--table", replaced.name).ok()
    assert f"nothing to replace: {replaced.name} is in sync" in unchanged.out
    assert replaced.project.call("replace", "--table", replaced.name, "--json").ok().json["items"] == 40
    assert replaced.project.call("replace", "--table", replaced.name, "--dry-run", "--json").ok().json["tables"]
    assert replaced.client.describe_table(TableName=replaced.name)["Table"]["CreationDateTime"] == before


def test_replace_removes_undeclared_local_index(replaced: Replaced) -> None:
    local = {**BY_COLOUR, "key_schema": [HASH, {"attribute_name": "colour", "key_type": "RANGE"}]}
    replaced.declare(HASH, RANGE, local_secondary_indexes=[local])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE)
    replaced.project.call("replace", "--table", replaced.name, "--yes").ok()
    assert not replaced.client.describe_table(TableName=replaced.name)["Table"].get("LocalSecondaryIndexes")
    assert replaced.is_complete()
