"""The backup of an interrupted `db.replace`: when it is restored, reported and removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynamotasks import UsageError, connect, load, plan_replacement, plan_truncation, replace_table, truncate

from .places import Place
from .replaced_table import HASH, ITEMS, RANGE, Killer, ReplacedTable


@pytest.fixture
def interrupted(killable: ReplacedTable, killer: Killer) -> ReplacedTable:
    """Return a table of which the old one is dropped and the new one is still empty."""
    killable.replace_until_operation(killer, "BatchWriteItem")
    assert (killable.keys(), killable.items()) == (["pk", "sk"], {})
    return killable


def test_damaged_backup_is_not_restored(interrupted: ReplacedTable) -> None:
    (items,) = (path for path in interrupted.backup_files() if path.suffix == ".jsonl")
    lines = items.read_text().splitlines(keepends=True)
    items.write_text("".join(lines[:-1]))
    interrupted.replace().fails("is damaged", str(items))
    items.write_text("".join([*lines[:-1], "{}x\n"]))
    interrupted.replace().fails("cannot be read", str(items))
    items.write_text("".join(lines))
    interrupted.replace().ok()
    assert interrupted.is_complete()


def test_damaged_manifest_is_reported_with_its_path(interrupted: ReplacedTable) -> None:
    (manifest,) = (path for path in interrupted.backup_files() if path.suffix == ".json")
    valid = manifest.read_text()
    for damage in ("", "[]", "{}", '{"table": 1}', "null", '{"format": 99}'):
        merged = json.dumps({**json.loads(valid), **json.loads(damage)}) if damage.startswith('{"') else damage
        manifest.write_text(merged)
        interrupted.replace().fails(str(manifest))
    manifest.write_text(valid)
    interrupted.replace().ok()
    assert interrupted.is_complete()


def test_manifest_of_format_1_is_continued(interrupted: ReplacedTable) -> None:
    (manifest,) = (path for path in interrupted.backup_files() if path.suffix == ".json")
    now = json.loads(manifest.read_text())
    earlier = {name: now[name] for name in ("endpoint", "region", "table")} | now["items"]
    identity = "{id} {created}".format(**now["source"])
    manifest.write_text(
        json.dumps({**earlier, "original": identity, "expiry": "", "phase": "dumped", "made": "", "format": 1})
    )
    interrupted.replace().ok()
    assert interrupted.is_complete()


def test_items_written_to_the_new_table_are_not_overwritten(interrupted: ReplacedTable) -> None:
    other = {"pk": {"S": "p1"}, "sk": {"N": "1"}, "mine": {"S": "new"}}
    interrupted.client.put_item(TableName=interrupted.name, Item=other)
    interrupted.replace().fails("that the old table did not have", "remove")
    assert interrupted.items() == {"1": other}
    assert len(interrupted.backup_files()) == 2
    interrupted.client.delete_item(TableName=interrupted.name, Key={"pk": other["pk"], "sk": other["sk"]})
    interrupted.replace().ok()
    assert interrupted.is_complete()


def test_run_that_another_one_has_completed_meanwhile_is_refused(interrupted: ReplacedTable) -> None:
    folder = interrupted.project.root / ".dynamotasks"
    config = load(interrupted.project.root / "config/tables.json")
    with connect(config, "here") as database:
        planned = plan_replacement(config, database, interrupted.name, folder)
        interrupted.replace().ok()
        with pytest.raises(UsageError, match="has run meanwhile"):
            replace_table(planned, database)
    assert interrupted.is_complete()
    assert interrupted.backup_files() == []


def test_backup_of_a_run_that_began_meanwhile_is_not_removed(killable: ReplacedTable, killer: Killer) -> None:
    killable.declare(HASH)
    killable.project.call("migrate").ok()
    config = load(killable.project.root / "config/tables.json")
    with connect(config, "here") as database:
        planned = plan_replacement(config, database, killable.name, killable.project.root / ".dynamotasks")
    assert planned.is_needless
    killable.replace_until_operation(killer, "CreateTable")
    with connect(config, "here") as database, pytest.raises(UsageError, match="has run meanwhile"):
        replace_table(planned, database)
    killable.replace().ok()
    assert killable.is_complete()


def test_table_that_was_recreated_meanwhile_is_not_replaced(replaced: ReplacedTable) -> None:
    replaced.declare(HASH)
    replaced.project.call("migrate").ok()
    replaced.declare(HASH, RANGE)
    config = load(replaced.project.root / "config/tables.json")
    with connect(config, "here") as database:
        planned = plan_replacement(config, database, replaced.name, replaced.project.root / ".dynamotasks")
        replaced.declare(HASH)
        replaced.project.call("reset", "--yes").ok()
        replaced.fill()
        with pytest.raises(UsageError, match="was created or dropped meanwhile"):
            replace_table(planned, database)
    assert (replaced.is_complete(), replaced.keys()) == (True, ["pk"])


def test_truncate_refuses_a_table_whose_replacement_began_meanwhile(killable: ReplacedTable, killer: Killer) -> None:
    killable.declare(HASH)
    killable.project.call("migrate").ok()
    config = load(killable.project.root / "config/tables.json")
    with connect(config, "here") as database:
        planned = plan_truncation(config, database, folder=killable.project.root / ".dynamotasks")
    killable.replace_until_operation(killer, "DeleteTable")
    with connect(config, "here") as database, pytest.raises(UsageError, match="keeps 40 items"):
        truncate(planned, database)
    killable.replace().ok()
    assert killable.is_complete()


def test_symbolic_link_in_place_of_a_backup_is_not_followed(interrupted: ReplacedTable, tmp_path: Path) -> None:
    (items,) = (path for path in interrupted.backup_files() if path.suffix == ".jsonl")
    elsewhere = tmp_path / "elsewhere"
    items.rename(elsewhere)
    items.symlink_to(elsewhere)
    interrupted.replace().fails("cannot be read")
    assert elsewhere.exists()


def finish(table: ReplacedTable) -> str:
    items = table.backup_files()[1]
    run = f"run `dynamotasks replace --table {table.name}` to finish it"
    return f"{items} holds {len(ITEMS)} items from an interrupted `dynamotasks replace`; {run}"


def test_other_tasks_report_an_unfinished_run(interrupted: ReplacedTable) -> None:
    data = (("dump", "--out", "saved", "--force"), ("load", "saved", "--dry-run"))
    tasks = (("plan",), ("status",), ("migrate",), ("reset", "--dry-run"), *data)
    for task in tasks:
        result = interrupted.project.call(*task, "--json").ok()
        assert result.err.count(finish(interrupted)) == 1, task
    interrupted.replace().ok()
    for task in tasks:
        assert "interrupted" not in interrupted.project.call(*task).ok().err, task


def test_damaged_manifest_does_not_prevent_a_plan(interrupted: ReplacedTable) -> None:
    manifest = interrupted.backup_files()[0]
    manifest.write_text("{}")
    assert f"{manifest}: not a valid manifest" in interrupted.project.call("plan").ok().err


@pytest.mark.parametrize("how", ["reset", "drop", "from outside"])
def test_items_are_not_restored_into_a_later_table(interrupted: ReplacedTable, how: str) -> None:
    if how == "from outside":
        interrupted.drop()
    else:
        assert finish(interrupted) in interrupted.project.call(how, "--table", interrupted.name, "--yes").ok().err
    for _ in range(2):
        refused = interrupted.replace()
        refused.fails("was dropped after an interrupted", str(interrupted.backup_files()[1]), "only copy of 40 items")
        assert "has since been dropped" in interrupted.project.call("migrate").ok().err
    assert (interrupted.items(), len(interrupted.backup_files())) == ({}, 2)
    assert f"seed --file {interrupted.backup_files()[1]} --table {interrupted.name}`" in refused.err
    interrupted.project.call("seed", "--file", str(interrupted.backup_files()[1]), "--table", interrupted.name).ok()
    assert interrupted.is_complete()
    for file in interrupted.backup_files():
        file.unlink()
    interrupted.replace().ok()


@pytest.mark.parametrize("operation", ["DeleteTable", "CreateTable"])
def test_reset_invalidates_a_backup_made_before_the_new_table(
    killable: ReplacedTable, killer: Killer, operation: str
) -> None:
    killable.replace_until_operation(killer, operation)
    killable.project.call("reset", "--table", killable.name, "--yes").ok()
    killable.replace().fails("was dropped after an interrupted")
    assert killable.items() == {}


def test_config_changed_after_the_interruption_is_refused(interrupted: ReplacedTable) -> None:
    interrupted.declare(HASH)
    refused = interrupted.replace()
    refused.fails(
        "the config was changed", "restore the config", str(interrupted.backup_files()[1]), "only copy of 40 items"
    )
    assert "inv db.replace" not in refused.err
    interrupted.declare(HASH, RANGE)
    interrupted.replace().ok()
    assert interrupted.is_complete()


def test_backup_is_removed_with_the_data_of_its_engine(interrupted: ReplacedTable, place: Place) -> None:
    manifest, items = interrupted.backup_files()
    backend = place.name if place.name in ("docker", "moto") else "moto"  # any engine that the project starts
    endpoint = interrupted.project.call("up", "--backend", backend, "--port", "0", "--json").ok().json["endpoint"]
    own = manifest.with_name("replace-own-0.jsonl")
    own.write_bytes(items.read_bytes())
    own.with_suffix(".json").write_text(json.dumps({**json.loads(manifest.read_text()), "endpoint": endpoint}))
    interrupted.project.call("down").ok()
    assert len(interrupted.backup_files()) == 4
    assert (
        f"40 items of table {interrupted.name} in {own}"
        in interrupted.project.call("down", "--volumes", "--yes").ok().out
    )
    assert interrupted.backup_files() == [manifest, items]
