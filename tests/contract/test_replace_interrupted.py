"""`db.replace`, interrupted: no item is lost, and a later run finishes or names the only copy."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from .places import Place
from .replacing import BY_COLOUR, HASH, ITEMS, RANGE, TTL, Killer, Replaced, drop, killing

DECISIVE = ("Scan", "DeleteTable", "CreateTable", "BatchWriteItem", "UpdateTimeToLive")


@pytest.mark.parametrize("forward_first", [False, True], ids=["before the request", "after the request"])
def test_kill_at_any_request_loses_no_item(place: Place, tmp_path: Path, prefix: str, forward_first: bool) -> None:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            for number in range(1, 100):
                if not kill_and_rerun(made, killer, number, forward_first):
                    break
            assert number >= 10
        finally:
            drop(made)


def kill_and_rerun(made: Replaced, killer: Killer, number: int, forward_first: bool) -> bool:
    """Return whether that request was made."""
    drop(made)
    killer.arm(0)
    made.declare(HASH, **TTL)
    made.project.call("migrate").ok()
    made.fill()
    made.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOUR], **TTL)
    replace = ("dynamotasks", "replace", "--table", made.name, "--yes")
    killer.arm(number, *DECISIVE, forward_first=forward_first)
    with made.project.start(*replace) as victim:
        killer.watch(victim)
        victim.communicate()
    was_killed = victim.returncode < 0
    killer.arm(0)
    if was_killed:
        kept = [path for path in made.left() if path.suffix in (".json", ".jsonl")]
        assert len(kept) == 2 or made.is_complete(), f"request {number}: {made.left()}"
        assert {stat.S_IMODE(path.stat().st_mode) for path in kept} <= {0o600}
        made.project.call(*replace[1:]).ok()
    assert made.is_complete(), f"request {number}"
    assert made.keys() == ["pk", "sk"]
    assert made.left() == []
    made.project.call("status", "--exit-code").ok()
    return was_killed


def kill_before(made: Replaced, killer: Killer, operation: str) -> None:
    """Kill a replace before its first request of this operation."""
    made.declare(HASH)
    made.project.call("migrate").ok()
    made.fill()
    made.declare(HASH, RANGE)
    killer.arm(1, operation)
    with made.project.start("dynamotasks", "replace", "--table", made.name, "--yes") as victim:
        killer.watch(victim)
        victim.communicate()
    killer.arm(0)


def kill_before_first_batch(made: Replaced, killer: Killer) -> None:
    """Kill a replace after the old table was deleted, while the new one is still empty."""
    kill_before(made, killer, "BatchWriteItem")
    assert (made.keys(), made.items()) == (["pk", "sk"], {})


@pytest.fixture
def interrupted(place: Place, tmp_path: Path, prefix: str) -> Iterator[Replaced]:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        kill_before_first_batch(made, killer)
        yield made
        drop(made)


def test_damaged_dump_is_not_restored(interrupted: Replaced) -> None:
    (dump,) = (path for path in interrupted.left() if path.suffix == ".jsonl")
    lines = dump.read_text().splitlines(keepends=True)
    dump.write_text("".join(lines[:-1]))
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").fails("is damaged", str(dump))
    dump.write_text("".join([*lines[:-1], "{}x\n"]))
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").fails("cannot be read", str(dump))
    dump.write_text("".join(lines))
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").ok()
    assert interrupted.is_complete()


@pytest.mark.parametrize(
    "damage", ["", "[]", "{}", '{"table": 1}', "null", '{"format": 99}'], ids=lambda text: text or "empty"
)
def test_damaged_manifest_is_named(interrupted: Replaced, damage: str) -> None:
    (manifest,) = (path for path in interrupted.left() if path.suffix == ".json")
    original = manifest.read_text()
    merged = json.dumps({**json.loads(original), **json.loads(damage)}) if damage.startswith('{"') else damage
    manifest.write_text(merged)
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").fails(str(manifest))
    manifest.write_text(original)
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").ok()
    assert interrupted.is_complete()


def test_items_written_to_the_new_table_are_not_overwritten(interrupted: Replaced) -> None:
    other = {"pk": {"S": "p1"}, "sk": {"N": "1"}, "mine": {"S": "new"}}
    interrupted.client.put_item(TableName=interrupted.name, Item=other)
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").fails(
        "that the old one had not", "remove"
    )
    assert interrupted.items() == {"1": other}
    assert len(interrupted.left()) == 2
    interrupted.client.delete_item(TableName=interrupted.name, Key={"pk": other["pk"], "sk": other["sk"]})
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").ok()
    assert interrupted.is_complete()


def test_dump_that_is_a_symlink_is_not_followed(interrupted: Replaced, tmp_path: Path) -> None:
    (dump,) = (path for path in interrupted.left() if path.suffix == ".jsonl")
    elsewhere = tmp_path / "elsewhere"
    dump.rename(elsewhere)
    dump.symlink_to(elsewhere)
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").fails("cannot be read")
    assert elsewhere.exists()


def finish(made: Replaced) -> str:
    return f"keeps {len(ITEMS)} items in {made.left()[1]}; run `dynamotasks replace --table {made.name}` to finish"


@pytest.mark.parametrize("task", [["plan"], ["status"], ["migrate"], ["reset", "--dry-run"]], ids=lambda task: task[0])
def test_unfinished_replace_is_reported_with_the_command_that_finishes_it(
    interrupted: Replaced, task: list[str]
) -> None:
    shown = interrupted.project.call(*task, "--json").ok()
    assert shown.err.count(finish(interrupted)) == 1
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").ok()
    assert "interrupted" not in interrupted.project.call(*task).ok().err


def test_damaged_manifest_does_not_block_plan(interrupted: Replaced) -> None:
    manifest = interrupted.left()[0]
    manifest.write_text("{}")
    assert f"{manifest}: not a valid manifest" in interrupted.project.call("plan").ok().err


@pytest.mark.parametrize("how", ["reset", "drop", "another tool"])
def test_dump_is_not_restored_into_a_later_table(interrupted: Replaced, how: str) -> None:
    if how == "another tool":
        drop(interrupted)
    else:
        assert finish(interrupted) in interrupted.project.call(how, "--table", interrupted.name, "--yes").ok().err
    for _ in range(2):
        refused = interrupted.project.call("replace", "--table", interrupted.name, "--yes")
        refused.fails("was dropped after an interrupted", str(interrupted.left()[1]), "only copy of 40 items")
        assert "was dropped since" in interrupted.project.call("migrate").ok().err
    assert (interrupted.items(), len(interrupted.left())) == ({}, 2)
    for file in interrupted.left():
        file.unlink()
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").ok()


@pytest.mark.parametrize("operation", ["DeleteTable", "CreateTable"])
def test_reset_abandons_replace_interrupted_before_the_new_table(
    place: Place, tmp_path: Path, prefix: str, operation: str
) -> None:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            kill_before(made, killer, operation)
            made.project.call("reset", "--table", made.name, "--yes").ok()
            made.project.call("replace", "--table", made.name, "--yes").fails("was dropped after an interrupted")
            assert made.items() == {}
        finally:
            drop(made)


def test_config_change_after_interruption_is_refused(interrupted: Replaced) -> None:
    interrupted.declare(HASH)
    refused = interrupted.project.call("replace", "--table", interrupted.name, "--yes")
    refused.fails("the config was changed", "restore the config", str(interrupted.left()[1]), "only copy of 40 items")
    assert "inv db.replace" not in refused.err
    interrupted.declare(HASH, RANGE)
    interrupted.project.call("replace", "--table", interrupted.name, "--yes").ok()
    assert interrupted.is_complete()


def test_down_volumes_removes_dumps_of_that_engine(interrupted: Replaced, place: Place) -> None:
    manifest, dump = interrupted.left()
    backend = place.name if place.name in ("docker", "moto") else "moto"  # any engine that the project starts
    endpoint = interrupted.project.call("up", "--backend", backend, "--port", "0", "--json").ok().json["endpoint"]
    own = manifest.with_name("replace-own-0.jsonl")
    own.write_bytes(dump.read_bytes())
    own.with_suffix(".json").write_text(json.dumps({**json.loads(manifest.read_text()), "endpoint": endpoint}))
    interrupted.project.call("down").ok()
    assert len(interrupted.left()) == 4
    assert (
        f"40 items of table {interrupted.name} in {own}"
        in interrupted.project.call("down", "--volumes", "--yes").ok().out
    )
    assert interrupted.left() == [manifest, dump]
