"""`db.replace` recreates a table with the same items."""

from __future__ import annotations

import pytest

from dynamotasks.data.replacement.project_backups import exclusive

from .places import Place
from .replaced_table import BY_COLOR, HASH, INVERTED, RANGE, TTL, TYPES, ReplacedTable


def test_changes_the_key_and_keeps_the_items(replaced: ReplacedTable) -> None:
    replaced.declare(HASH, **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, **TTL)
    refused = replaced.project.call("migrate", "--allow-destructive").fails("impossible in place")
    assert "db.replace" in refused.err.replace("dynamotasks ", "db.")
    shown = replaced.replace("--dry-run").ok()
    assert "restore 40 items" in shown.out
    replaced.replace(confirm=False).fails("(40 items kept) without confirmation", "--yes")
    assert (replaced.keys(), replaced.backup_files()) == (["pk"], [])
    done = replaced.replace().ok()
    assert "restore 40 items" in done.out
    assert "replaced with 40 items" in done.out
    assert replaced.keys() == ["pk", "sk"]
    assert replaced.is_complete()
    assert replaced.backup_files() == []
    replaced.project.call("status", "--exit-code").ok()


def test_removes_an_index_that_dynamodb_local_cannot_delete(replaced: ReplacedTable, place: Place) -> None:
    """DynamoDB Local would never finish deleting it, so no deletion is sent."""
    replaced.declare(HASH, RANGE, global_secondary_indexes=[INVERTED, BY_COLOR])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOR])
    (table,) = replaced.project.call("plan", "--prune", "--json").ok().json["tables"]
    kind = {operation["risk"]["severity"] for operation in table["operations"]}
    if place.name in ("java", "docker"):
        assert kind == {"impossible"}
        replaced.project.call("migrate", "--prune", "--allow-destructive").fails("never finish deleting", "replace")
    else:
        assert kind == {"destructive"}
    done = replaced.replace().ok()
    assert "global_secondary_indexes[inverted] is not declared: the new table will not have it" in done.err
    assert replaced.is_complete()
    assert "nothing to do" in replaced.project.call("plan", "--prune", "--exit-code").ok().out


def test_index_with_the_keys_of_another_is_deleted_in_place_if_the_engine_can(
    replaced: ReplacedTable, place: Place
) -> None:
    replaced.declare(HASH, global_secondary_indexes=[BY_COLOR, {**BY_COLOR, "index_name": "twin"}])
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, global_secondary_indexes=[BY_COLOR])
    deleted = replaced.project.call("migrate", "--prune", "--allow-destructive")
    if place.name in ("java", "docker"):
        deleted.fails("never finish deleting")
    else:
        deleted.ok()


def test_items_without_the_declared_key_prevent_any_change(replaced: ReplacedTable) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "no sk"}})
    replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "text"}, "sk": {"S": "7"}})
    replaced.declare(HASH, RANGE)
    replaced.replace("--dry-run").fails("2 of 42 items do not fit")
    refused = replaced.replace()
    refused.fails("2 of 42 items", "key attribute sk is missing", "has type S: expected N", "nothing was changed")
    assert (replaced.keys(), len(replaced.client.scan(TableName=replaced.name)["Items"])) == (["pk"], 42)
    assert replaced.backup_files() == []


def test_items_with_equal_declared_keys_prevent_any_change(replaced: ReplacedTable) -> None:
    replaced.declare(HASH, RANGE)
    replaced.project.call("migrate").ok()
    for n in ("1", "2"):
        replaced.client.put_item(TableName=replaced.name, Item={"pk": {"S": "same"}, "sk": {"N": n}})
    replaced.declare(HASH)
    refused = replaced.replace()
    refused.fails("1 of 2 items", "another item has the same declared key")
    assert replaced.keys() == ["pk", "sk"]


def test_refuses_an_environment_that_is_not_disposable(replaced: ReplacedTable) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, RANGE, disposable=False)
    refused = replaced.replace()
    refused.fails("is not disposable", "would be lost", "another name")
    assert replaced.keys() == ["pk"]


def test_requires_one_existing_table(replaced: ReplacedTable) -> None:
    replaced.declare(HASH)
    replaced.project.call("replace", "--yes").fails("one table can be replaced at a time")
    replaced.replace().fails("no such table", "migrate` creates it")


def test_leaves_a_table_as_declared_unchanged(replaced: ReplacedTable) -> None:
    replaced.declare(HASH, **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    before = replaced.client.describe_table(TableName=replaced.name)["Table"]["CreationDateTime"]
    result = replaced.replace(confirm=False).ok()
    assert f"nothing to replace: {replaced.name} is in sync" in result.out
    assert replaced.replace("--json").ok().json["items"] == 40
    assert replaced.replace("--dry-run", "--json").ok().json["tables"]
    assert replaced.client.describe_table(TableName=replaced.name)["Table"]["CreationDateTime"] == before


def test_removes_an_undeclared_local_secondary_index(replaced: ReplacedTable) -> None:
    local = {**BY_COLOR, "key_schema": [HASH, {"attribute_name": "color", "key_type": "RANGE"}]}
    replaced.declare(HASH, RANGE, local_secondary_indexes=[local])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE)
    replaced.replace().ok()
    assert not replaced.client.describe_table(TableName=replaced.name)["Table"].get("LocalSecondaryIndexes")
    assert replaced.is_complete()


def test_changes_a_local_secondary_index(replaced: ReplacedTable) -> None:
    by_old = {**BY_COLOR, "index_name": "by_old", "key_schema": [HASH, {"attribute_name": "old", "key_type": "RANGE"}]}
    by_color = {**BY_COLOR, "key_schema": [HASH, {"attribute_name": "color", "key_type": "RANGE"}]}
    keys_only = {**by_color, "projection": {"projection_type": "KEYS_ONLY"}}
    types = [*TYPES, {"name": "old", "type": "S"}]
    replaced.declare(HASH, RANGE, local_secondary_indexes=[by_color])
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, local_secondary_indexes=[keys_only, by_old], attributes=types)
    assert f"replace --table {replaced.name}` recreates" in replaced.project.call("plan").ok().out
    replaced.client.delete_item(TableName=replaced.name, Key={"pk": {"S": "p0"}, "sk": {"N": "0"}})
    replaced.replace().ok()
    indexes = replaced.client.describe_table(TableName=replaced.name)["Table"]["LocalSecondaryIndexes"]
    assert {index["IndexName"]: index["Projection"]["ProjectionType"] for index in indexes} == {
        "by_color": "KEYS_ONLY",
        "by_old": "ALL",
    }
    assert len(replaced.items()) == 39


def test_time_to_live_that_the_old_table_did_not_have_requires_consent(replaced: ReplacedTable) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE, **TTL)
    assert "enable TTL on expires_at  [destructive DD107" in replaced.replace("--dry-run").ok().out
    replaced.replace().fails("enable TTL on expires_at: blocked", "migrate --allow-destructive")
    assert replaced.is_complete()
    replaced.project.call("migrate", "--allow-destructive").ok()
    replaced.project.call("status", "--exit-code").ok()


@pytest.mark.parametrize("task", ["replace", "truncate"])
def test_two_at_once_are_refused(replaced: ReplacedTable, task: str) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE)
    folder = replaced.project.root / ".dynamotasks"
    folder.mkdir(exist_ok=True)
    with exclusive(folder):
        refused = replaced.project.call(task, "--table", replaced.name, "--yes")
        refused.fails("another db.replace or db.truncate of this project is running")
    assert replaced.is_complete()


@pytest.mark.posix
def test_full_disk_loses_nothing(replaced: ReplacedTable) -> None:
    import resource

    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.fill()
    replaced.declare(HASH, RANGE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, before[1]))  # bytes of a file; it fails like a full disk
    try:
        refused = replaced.replace()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    refused.fails("cannot write the backup: File too large", "no items are lost; run the same command again")
    assert (replaced.keys(), replaced.is_complete(), replaced.backup_files()) == (["pk"], True, [])
    replaced.replace().ok()
    assert replaced.is_complete()
