"""`db.truncate` deletes all items and nothing else."""

from __future__ import annotations

import pytest

from dynamotasks import StepError, Transferred, TruncateEvent, UsageError, plan_truncation
from dynamotasks import truncate as run
from dynamotasks.aws.items import put_request
from dynamotasks.data.item_json import encode
from dynamotasks.data.recreation import RECREATED_FROM
from dynamotasks.data.writing import write

from .places import Place
from .replaced_table import BY_COLOR, HASH, ITEMS, RANGE, TTL, ReplacedTable


def truncate(table: ReplacedTable, *flags: str) -> str:
    return table.project.call("truncate", "--yes", *flags).ok().out


def created(table: ReplacedTable) -> object:
    return table.client.describe_table(TableName=table.name)["Table"]["CreationDateTime"]


@pytest.fixture
def filled(replaced: ReplacedTable) -> ReplacedTable:
    """Return a declared table with 40 items, TTL and an index."""
    assert len(ITEMS) >= RECREATED_FROM
    replaced.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOR], **TTL)
    replaced.project.call("migrate").ok()
    replaced.fill()
    return replaced


def test_asks_before_deleting_items(filled: ReplacedTable) -> None:
    shown = filled.project.call("truncate", "--dry-run").ok()
    assert shown.out == f"- {filled.name}: delete 40 items\n"
    filled.project.call("truncate").fails(
        "refusing to delete all items of 1 table (40 items) without confirmation", "--yes"
    )
    assert filled.is_complete()


def test_deletes_all_items_and_keeps_the_settings(filled: ReplacedTable) -> None:
    assert f"- {filled.name}: 40 items deleted" in truncate(filled)
    assert filled.items() == {}
    filled.project.call("status", "--exit-code").ok()
    assert f"= {filled.name}: 0 items deleted" in filled.project.call("truncate").ok().out


def test_json_has_the_number_of_items(filled: ReplacedTable) -> None:
    document = filled.project.call("truncate", "--yes", "--json").ok().json
    assert document["tables"] == [{"name": filled.name, "items": 40}]


def test_table_that_differs_from_its_declaration_is_kept(filled: ReplacedTable) -> None:
    before = created(filled)
    filled.declare(HASH, RANGE, **TTL, global_secondary_indexes=[])
    assert "40 items deleted" in truncate(filled)
    assert (filled.items(), created(filled)) == ({}, before)
    assert filled.client.describe_table(TableName=filled.name)["Table"]["GlobalSecondaryIndexes"]


def test_undeclared_table_is_named_and_kept(filled: ReplacedTable) -> None:
    before, name = created(filled), filled.name
    filled.name = f"{name}-other"
    filled.declare(HASH)
    filled.name = name
    assert "40 items deleted" in truncate(filled, "--table", name)
    assert (filled.items(), created(filled)) == ({}, before)
    filled.project.call("truncate", "--table", f"{name}x", "--yes").fails("no such table", f"did you mean '{name}'")


def test_missing_declared_table_is_created(filled: ReplacedTable) -> None:
    filled.drop()
    assert "0 items deleted; created" in truncate(filled)
    filled.project.call("status", "--exit-code").ok()


def test_stream_of_a_table_is_kept(filled: ReplacedTable) -> None:
    filled.drop()
    filled.declare(HASH, RANGE, stream_specification={"stream_view_type": "NEW_IMAGE"})
    filled.project.call("migrate").ok()
    filled.fill()
    before = filled.client.describe_table(TableName=filled.name)["Table"]["LatestStreamArn"]
    truncate(filled)
    assert filled.items() == {}
    assert filled.client.describe_table(TableName=filled.name)["Table"]["LatestStreamArn"] == before


def test_requires_consent_outside_disposable_environments(filled: ReplacedTable) -> None:
    filled.declare(HASH, RANGE, global_secondary_indexes=[BY_COLOR], disposable=False, **TTL)
    filled.project.call("truncate", "--yes").fails("is not disposable", "--allow-destructive --confirm here")
    filled.project.call("truncate", "--yes", "--allow-destructive").fails("--confirm here")
    filled.project.call("truncate", "--confirm", "prod", "--allow-destructive").fails("'prod' is not the name")
    assert filled.is_complete()
    before = created(filled)
    result = filled.project.call("truncate", "--allow-destructive", "--confirm", "here").ok()
    assert "40 items deleted" in result.out
    assert (filled.items(), created(filled)) == ({}, before)


def test_deletes_more_items_than_a_page_has(filled: ReplacedTable, place: Place) -> None:
    filled.declare(HASH, RANGE, global_secondary_indexes=[], **TTL)
    big = ({"pk": {"S": f"big{n}"}, "sk": {"N": str(n)}, "old": {"S": "x" * 9000}} for n in range(300))
    write(place.database, filled.name, (put_request(encode(item)) for item in big), lambda done: None)
    assert "340 items deleted" in truncate(filled)
    assert filled.items() == {}


@pytest.mark.parametrize("flag", ["--concurrency", "--max-wcu", "--max-rcu"])
def test_limits_are_checked(filled: ReplacedTable, flag: str) -> None:
    filled.project.call("truncate", flag, "0").fails(f"invalid {flag} '0'")
    filled.project.call("truncate", flag, "x").fails(f"invalid {flag} 'x'")


def test_items_written_meanwhile_are_counted(filled: ReplacedTable, place: Place) -> None:
    filled.declare(HASH, RANGE, deletion_protection_enabled=True, **TTL)
    database, late = place.database, {"pk": {"S": "late"}, "sk": {"N": "1"}}
    planned = plan_truncation(None, database, [filled.name], folder=filled.project.root)

    def write_one(event: TruncateEvent) -> None:
        if isinstance(event, Transferred):
            filled.client.put_item(TableName=filled.name, Item=late)

    with pytest.raises(StepError, match="still has 1 item, written meanwhile"):
        run(planned, database, on_event=write_one)
    assert filled.items() == {"1": late}


def test_table_that_was_recreated_meanwhile_is_not_touched(filled: ReplacedTable, place: Place) -> None:
    database = place.database
    planned = plan_truncation(None, database, [filled.name], folder=filled.project.root)
    filled.project.call("reset", "--yes").ok()
    filled.fill()
    with pytest.raises(UsageError, match="created meanwhile"):
        run(planned, database)
    assert filled.is_complete()
