"""`db.replace` loses no item, whenever its process is killed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from .places import Place
from .replaced_table import BY_COLOR, HASH, RANGE, TTL, WATCHED, Killer, ReplacedTable, killing


@pytest.mark.parametrize("forward_first", [False, True], ids=["before the request", "after the request"])
def test_a_kill_at_any_request_loses_nothing(place: Place, tmp_path: Path, prefix: str, forward_first: bool) -> None:
    with killing(str(place.target.endpoint)) as killer:
        table = ReplacedTable(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            for number in range(1, 100):
                if not kill_and_run_again(table, killer, number, forward_first):
                    break
            assert number >= 10
        finally:
            table.drop()


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
