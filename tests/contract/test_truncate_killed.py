"""`db.truncate` can be killed at any request: running it again completes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .places import Place
from .replaced_table import BY_COLOR, HASH, KILL_EVERY, RANGE, TTL, Killer, ReplacedTable


@pytest.mark.parametrize("forward_first", [False, True], ids=["before the request", "after the request"])
@pytest.mark.parametrize("recreated", [False, True], ids=["deletes the items", "recreates the table"])
def test_a_kill_at_any_request_is_completed(
    place: Place, killer: Killer, tmp_path: Path, prefix: str, recreated: bool, forward_first: bool
) -> None:
    """All variants together have more than 50 kills."""
    table = ReplacedTable(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
    table.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOR], deletion_protection_enabled=not recreated, **TTL)
    table.project.call("migrate").ok()
    settings = table.settings()
    try:
        for number in range(1, 100, KILL_EVERY.get(place.name, 4)):
            table.fill()
            killer.arm(number, forward_first=forward_first)
            was_killed = killer.run(table.project, "truncate", "--yes") < 0
            if was_killed:
                table.project.call("truncate", "--yes").ok()
            assert (table.items(), table.settings()) == ({}, settings)
            if not was_killed:
                break
        assert number >= 8
    finally:
        table.client.update_table(TableName=table.name, DeletionProtectionEnabled=False)
        table.drop()
