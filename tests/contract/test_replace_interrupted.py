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
def test_a_kill_at_any_request_loses_nothing(place: Place, tmp_path: Path, prefix: str, forward_first: bool) -> None:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            for number in range(1, 100):
                if not kill_and_run_again(made, killer, number, forward_first):
                    break
            assert number >= 10
        finally:
            drop(made)


def kill_and_run_again(made: Replaced, killer: Killer, number: int, forward_first: bool) -> bool:
    """Whether there was such a request."""
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


def cut_off_at(made: Replaced, killer: Killer, operation: str) -> None:
    """Killed before a request."""
    made.declare(HASH)
    made.project.call("migrate").ok()
    made.fill()
    made.declare(HASH, RANGE)
    killer.arm(1, operation)
    with made.project.start("dynamotasks", "replace", "--table", made.name, "--yes") as victim:
        killer.watch(victim)
        victim.communicate()
    killer.arm(0)


def interrupted(made: Replaced, killer: Killer) -> None:
    """Killed at its first batch: the old table is gone, the new one is empty."""
    cut_off_at(made, killer, "BatchWriteItem")
    assert (made.keys(), made.items()) == (["pk", "sk"], {})


@pytest.fixture
def cut_off(place: Place, tmp_path: Path, prefix: str) -> Iterator[Replaced]:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        interrupted(made, killer)
        yield made
        drop(made)


def test_a_damaged_dump_is_not_restored(cut_off: Replaced) -> None:
    (dump,) = (path for path in cut_off.left() if path.suffix == ".jsonl")
    lines = dump.read_text().splitlines(keepends=True)
    dump.write_text("".join(lines[:-1]))
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("is damaged", str(dump))
    dump.write_text("".join([*lines[:-1], "{}x\n"]))
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("cannot be read", str(dump))
    dump.write_text("".join(lines))
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


@pytest.mark.parametrize(
    "damage", ["", "[]", "{}", '{"table": 1}', "null", '{"format": 99}'], ids=lambda text: text or "empty"
)
def test_a_damaged_manifest_is_named(cut_off: Replaced, damage: str) -> None:
    (manifest,) = (path for path in cut_off.left() if path.suffix == ".json")
    told = manifest.read_text()
    merged = json.dumps({**json.loads(told), **json.loads(damage)}) if damage.startswith('{"') else damage
    manifest.write_text(merged)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails(str(manifest))
    manifest.write_text(told)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


def test_items_written_to_the_new_table_meanwhile_are_not_overwritten(cut_off: Replaced) -> None:
    other = {"pk": {"S": "p1"}, "sk": {"N": "1"}, "mine": {"S": "new"}}
    cut_off.client.put_item(TableName=cut_off.name, Item=other)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("that the old one had not", "remove")
    assert cut_off.items() == {"1": other}
    assert len(cut_off.left()) == 2
    cut_off.client.delete_item(TableName=cut_off.name, Key={"pk": other["pk"], "sk": other["sk"]})
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


def test_a_dump_that_is_a_link_is_not_followed(cut_off: Replaced, tmp_path: Path) -> None:
    (dump,) = (path for path in cut_off.left() if path.suffix == ".jsonl")
    elsewhere = tmp_path / "elsewhere"
    dump.rename(elsewhere)
    dump.symlink_to(elsewhere)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").fails("cannot be read")
    assert elsewhere.exists()


def finish(made: Replaced) -> str:
    return f"keeps {len(ITEMS)} items in {made.left()[1]}; run `dynamotasks replace --table {made.name}` to finish"


@pytest.mark.parametrize("task", [["plan"], ["status"], ["migrate"], ["reset", "--dry-run"]], ids=lambda task: task[0])
def test_an_unfinished_run_is_told(cut_off: Replaced, task: list[str]) -> None:
    told = cut_off.project.call(*task, "--json").ok()
    assert told.err.count(finish(cut_off)) == 1
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert "interrupted" not in cut_off.project.call(*task).ok().err


def test_a_damaged_manifest_does_not_stop_a_plan(cut_off: Replaced) -> None:
    manifest = cut_off.left()[0]
    manifest.write_text("{}")
    assert f"{manifest}: not a valid manifest" in cut_off.project.call("plan").ok().err


@pytest.mark.parametrize("how", ["reset", "drop", "from outside"])
def test_a_copy_is_not_written_into_a_later_table(cut_off: Replaced, how: str) -> None:
    if how == "from outside":
        drop(cut_off)
    else:
        assert finish(cut_off) in cut_off.project.call(how, "--table", cut_off.name, "--yes").ok().err
    for _ in range(2):
        refused = cut_off.project.call("replace", "--table", cut_off.name, "--yes")
        refused.fails("was dropped after an interrupted", str(cut_off.left()[1]), "only copy of 40 items")
        assert "was dropped since" in cut_off.project.call("migrate").ok().err
    assert (cut_off.items(), len(cut_off.left())) == ({}, 2)
    for file in cut_off.left():
        file.unlink()
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()


@pytest.mark.parametrize("operation", ["DeleteTable", "CreateTable"])
def test_a_reset_ends_what_was_cut_off_before_the_new_table(
    place: Place, tmp_path: Path, prefix: str, operation: str
) -> None:
    with killing(str(place.target.endpoint)) as killer:
        made = Replaced(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
        try:
            cut_off_at(made, killer, operation)
            made.project.call("reset", "--table", made.name, "--yes").ok()
            made.project.call("replace", "--table", made.name, "--yes").fails("was dropped after an interrupted")
            assert made.items() == {}
        finally:
            drop(made)


def test_a_config_that_was_changed_since_is_told(cut_off: Replaced) -> None:
    cut_off.declare(HASH)
    refused = cut_off.project.call("replace", "--table", cut_off.name, "--yes")
    refused.fails("the config was changed", "restore the config", str(cut_off.left()[1]), "only copy of 40 items")
    assert "inv db.replace" not in refused.err
    cut_off.declare(HASH, RANGE)
    cut_off.project.call("replace", "--table", cut_off.name, "--yes").ok()
    assert cut_off.is_complete()


def test_the_copy_goes_with_the_data_of_its_engine(cut_off: Replaced, place: Place) -> None:
    manifest, dump = cut_off.left()
    backend = place.name if place.name in ("docker", "moto") else "moto"  # any engine of the project's own will do
    endpoint = cut_off.project.call("up", "--backend", backend, "--port", "0", "--json").ok().json["endpoint"]
    own = manifest.with_name("replace-own-0.jsonl")
    own.write_bytes(dump.read_bytes())
    own.with_suffix(".json").write_text(json.dumps({**json.loads(manifest.read_text()), "endpoint": endpoint}))
    cut_off.project.call("down").ok()
    assert len(cut_off.left()) == 4
    assert f"40 items of table {cut_off.name} in {own}" in cut_off.project.call("down", "--volumes", "--yes").ok().out
    assert cut_off.left() == [manifest, dump]
