"""`db.replace` loses no item, whenever its process is killed."""

from __future__ import annotations

import stat

import pytest

from .replaced_table import BY_COLOR, HASH, RANGE, TTL, WATCHED, Killer, ReplacedTable


@pytest.mark.parametrize("forward_first", [False, True], ids=["before the request", "after the request"])
def test_a_kill_at_any_request_loses_nothing(killable: ReplacedTable, killer: Killer, forward_first: bool) -> None:
    number = 1
    while kill_and_run_again(killable, killer, number, forward_first):
        number += 1
    assert number >= 10


def kill_and_run_again(table: ReplacedTable, killer: Killer, number: int, forward_first: bool) -> bool:
    """Kill `db.replace` at its Nth request, run it again, and return whether there was such a request."""
    table.drop()
    table.declare(HASH, **TTL)
    table.project.call("migrate").ok()
    table.fill()
    table.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOR], **TTL)
    was_killed = table.replace_until(killer, number, *WATCHED, forward_first=forward_first)
    if was_killed:
        kept = [path for path in table.backup_files() if path.suffix in (".json", ".jsonl")]
        assert len(kept) == 2 or table.is_complete(), f"request {number}: {table.backup_files()}"
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} <= {0o600}
        table.replace().ok()
    assert table.is_complete(), f"request {number}"
    assert table.keys() == ["pk", "sk"]
    assert table.backup_files() == []
    table.project.call("status", "--exit-code").ok()
    return was_killed
