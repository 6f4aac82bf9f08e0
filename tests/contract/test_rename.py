"""`db.replace` renames a table: its items move to the new table, then the old one is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import until

from .places import Place
from .replaced_table import BY_COLOR, HASH, KILL_EVERY, RANGE, TTL, WATCHED, Killer, ReplacedTable

NEW_KEYS: dict[str, Any] = {"global_secondary_indexes": [BY_COLOR], **TTL}


class RenamedTable(ReplacedTable):
    """A table that is to get another name, and another key."""

    def __init__(self, place: Place, root: Path, name: str, endpoint: str | None = None) -> None:
        super().__init__(place, root, name, endpoint)
        self.old = f"{name}-old"

    def prepare(self) -> None:
        """Create the old table with its items, and declare the new one."""
        self.drop()
        name, self.name = self.name, self.old
        self.drop()
        self.client.create_table(
            TableName=self.old,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        until(lambda: self.client.describe_table(TableName=self.old)["Table"]["TableStatus"] == "ACTIVE")
        ttl: Any = {"AttributeName": "expires_at", "Enabled": True}
        self.client.update_time_to_live(TableName=self.old, TimeToLiveSpecification=ttl)
        self.fill()
        self.name = name
        self.declare(HASH, RANGE, renamed_from=self.old, **NEW_KEYS)

    def exists(self, name: str) -> bool:
        return name in self.client.list_tables()["TableNames"]

    def is_renamed(self) -> bool:
        return self.is_complete() and self.keys() == ["pk", "sk"] and not self.exists(self.old)


@pytest.fixture
def renamed(place: Place, tmp_path: Path, prefix: str) -> Iterator[RenamedTable]:
    table = RenamedTable(place, tmp_path / "project", f"{prefix}t")
    table.prepare()
    yield table
    table.drop()
    table.name = table.old
    table.drop()


def test_plan_names_the_command_and_creates_nothing(renamed: RenamedTable) -> None:
    shown = renamed.project.call("plan").ok().out
    assert f"! {renamed.name}: rename table {renamed.old}" in shown
    assert f"`dynamotasks replace --table {renamed.name}` moves its items" in shown
    assert "(unmanaged)" not in shown
    assert f"the rename from {renamed.old} is pending" in renamed.project.call("status").ok().out
    assert renamed.project.call("status", "--exit-code").code == 2
    renamed.project.call("migrate").fails("impossible in place", f"replace --table {renamed.name}")
    assert not renamed.exists(renamed.name)


def test_moves_the_items_and_drops_the_old_table(renamed: RenamedTable) -> None:
    shown = renamed.replace("--dry-run").ok().out
    assert "copy 40 items" in shown
    assert "delete table" in shown
    assert "destructive" not in shown
    renamed.replace(confirm=False).fails(f"rename table {renamed.old} to {renamed.name} (40 items kept)")
    done = renamed.replace("--json").ok().json
    assert (done["renamed_from"], done["items"]) == (renamed.old, 40)
    assert renamed.is_renamed()
    assert renamed.backup_files() == []
    renamed.project.call("status", "--exit-code").ok()
    assert "rename" not in renamed.project.call("plan", "--exit-code").ok().out
    assert "nothing to replace" in renamed.replace().ok().out


def test_protected_table_is_renamed(renamed: RenamedTable) -> None:
    renamed.client.update_table(TableName=renamed.old, DeletionProtectionEnabled=True)
    renamed.replace().ok()
    assert renamed.is_renamed()


def test_two_tables_with_items_are_refused(renamed: RenamedTable) -> None:
    renamed.declare(HASH, RANGE, **NEW_KEYS)
    renamed.project.call("migrate").ok()
    other = {"pk": {"S": "p1"}, "sk": {"N": "1"}, "mine": {"S": "new"}}
    renamed.client.put_item(TableName=renamed.name, Item=other)
    renamed.declare(HASH, RANGE, renamed_from=renamed.old, **NEW_KEYS)
    assert renamed.project.call("plan", "--exit-code").code == 2
    renamed.replace().fails(f"both exist, and {renamed.name} has items", "remove `renamed_from`")
    assert renamed.items() == {"1": other}
    renamed.client.delete_item(TableName=renamed.name, Key={"pk": other["pk"], "sk": other["sk"]})
    renamed.replace().ok()
    assert renamed.is_renamed()


def test_items_that_do_not_fit_are_listed_before_anything_is_changed(renamed: RenamedTable) -> None:
    for n in range(12):
        renamed.client.put_item(TableName=renamed.old, Item={"pk": {"S": f"without {n}"}})
    refused = renamed.replace()
    refused.fails("12 of 52 items do not fit", "key attribute sk is missing", "and 2 more", "nothing was changed")
    assert refused.err.count('"without ') == 10
    assert not renamed.exists(renamed.name)
    assert renamed.backup_files() == []


def test_refuses_an_environment_that_is_not_disposable(renamed: RenamedTable) -> None:
    renamed.declare(HASH, RANGE, renamed_from=renamed.old, disposable=False, **NEW_KEYS)
    renamed.replace().fails("is not disposable", "would be lost")
    assert renamed.exists(renamed.old)


def test_prefix_applies_to_both_names(renamed: RenamedTable) -> None:
    """The prefix of the suite is that of the environment here."""
    prefix = renamed.name[:-1]
    config = renamed.project.root / "config/tables.json"
    text = config.read_text().replace(prefix, "").replace('"disposable"', f'"table_prefix": "{prefix}", "disposable"')
    config.write_text(text.replace('"t"', '"tab"'))
    assert "`dynamotasks replace --table tab`" in renamed.project.call("plan").ok().out
    renamed.project.call("replace", "--table", "tab", "--yes").ok()
    renamed.name = f"{prefix}tab"
    assert renamed.is_renamed()


def test_reset_and_truncate_do_not_touch_the_old_table(renamed: RenamedTable) -> None:
    renamed.project.call("truncate", "--yes").ok()
    assert not renamed.exists(renamed.name)
    renamed.project.call("reset", "--yes").ok()
    assert renamed.exists(renamed.old)
    renamed.replace().ok()
    assert renamed.is_renamed()


def test_dump_is_not_loaded_into_a_table_that_is_to_be_renamed(renamed: RenamedTable) -> None:
    renamed.replace().ok()
    renamed.project.call("dump", "--out", "saved").ok()
    renamed.prepare()
    refused = renamed.project.call("load", "saved")
    refused.fails(f"table {renamed.name} is to be renamed from {renamed.old}", f"replace --table {renamed.name}`")
    assert not renamed.exists(renamed.name)


@pytest.mark.parametrize(
    ("watched", "forward_first"), [((), False), (WATCHED, True)], ids=["before any request", "after a request"]
)
def test_a_kill_at_any_request_loses_nothing(
    place: Place, killer: Killer, tmp_path: Path, prefix: str, watched: tuple[str, ...], forward_first: bool
) -> None:
    table = RenamedTable(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
    try:
        for number in range(1, 100, KILL_EVERY.get(place.name, 4)):
            table.prepare()
            was_killed = table.replace_until(killer, number, *watched, forward_first=forward_first)
            if was_killed:
                table.replace().ok()
            assert table.is_renamed(), f"request {number}"
            assert table.backup_files() == []
            assert table.settings()[-1] == "expires_at"
            if not was_killed:
                break
    finally:
        table.drop()
    assert number >= (10 if watched else 25)
