"""Changes of existing tables, on every engine; `places` lists the deviations of each."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dynamotasks.aws.capabilities import omit_unsupported, omit_unsupported_changes
from dynamotasks.migrate.executor import apply
from dynamotasks.migrate.operations.base import Sign
from dynamotasks.migrate.plan import TargetTable
from dynamotasks.migrate.planner import plan, plan_reset
from dynamotasks.migrate.table_reader import read_table
from dynamotasks.schema.table_spec import TableSpec
from tests.support.events import incomplete
from tests.support.running import Project
from tests.support.strategies import evolutions

from .changes import BINARY, BY_A, BY_B, CHANGES, FIVE, ON_DEMAND, PROVISIONED, indexes
from .places import Configure, Place
from .properties import ALL, HASH, RANGE, table


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_planned_and_applied_and_then_in_sync(
    name: str, there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    property_, before, after = CHANGES[name]
    configure(table(f"{prefix}t", **before))
    there.call("migrate").ok()
    configure(table(f"{prefix}t", **after))
    status = there.call("status", "--exit-code", "--json")
    if property_ in place.deviations or (name in place.change_deviations and status.code == 0):
        assert status.ok().json["in_sync"] is True
        return
    if not name.startswith("remove an index"):  # undeclared entries of a list are not drift
        assert (status.code, status.json["tables"][0]["state"]) == (2, "differs")
    consent = ("--prune", "--allow-destructive", "--confirm", place.target.env)
    if name in place.change_deviations:
        there.call("migrate", *consent, "--timeout", "4").fails()
        return
    there.call("migrate", *consent).ok()
    assert "nothing to do" in there.call("plan", "--prune", "--exit-code").ok().out
    assert there.call("status", "--exit-code", "--json").ok().json["in_sync"] is True


def test_items_survive_changes_in_place(there: Project, configure: Configure, place: Place, prefix: str) -> None:
    configure(table(f"{prefix}t", **ON_DEMAND))
    there.call("migrate").ok()
    place.database.client.put_item(TableName=f"{prefix}t", Item={"a": {"S": "kept"}, "b": {"N": "1"}})
    configure(table(f"{prefix}t", **PROVISIONED, **indexes({**BY_B, "provisioned_throughput": FIVE})))
    there.call("migrate").ok()
    found = place.database.client.query(
        TableName=f"{prefix}t",
        IndexName="by_b",
        KeyConditionExpression="b = :b",
        ExpressionAttributeValues={":b": {"N": "1"}},
    )
    assert [item["a"] for item in found["Items"]] == [{"S": "kept"}]


def test_impossible_change_does_not_block_other_changes(
    there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    local = {"index_name": "by_d", "key_schema": [HASH, RANGE], "projection": ALL}
    configure(table(f"{prefix}t", key_schema=[HASH, RANGE]), table(f"{prefix}other"))
    there.call("migrate").ok()
    configure(
        table(
            f"{prefix}t",
            attributes=[{"name": "a", "type": "N"}, {"name": "b", "type": "N"}],
            key_schema=[HASH, RANGE],
            local_secondary_indexes=[local],
            deletion_protection_enabled=True,
        ),
        table(f"{prefix}other", key_schema=[HASH, RANGE]),
        table(f"{prefix}new"),
    )
    shown = there.call("plan").ok().out
    for path in ("attributes[a]", "local_secondary_indexes[by_d]"):
        assert f"! {prefix}t: change {path}  [impossible in place DD20" in shown
    assert f"! {prefix}other: change key_schema  [impossible in place DD20" in shown
    run = there.call("migrate").fails(
        "impossible in place: the key of a table cannot be changed after the table is created"
    )
    assert f"+ {prefix}t: enabled deletion protection" in run.out
    assert f"+ {prefix}new: created table" in run.out


def test_only_destructive_steps_require_consent(
    there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    configure(table(f"{prefix}t", **indexes(BY_B), stream_specification={"stream_view_type": "KEYS_ONLY"}))
    there.call("migrate").ok()
    rebuilt = {**BY_B, "projection": {"projection_type": "KEYS_ONLY"}}
    configure(table(f"{prefix}t", **indexes(rebuilt, BY_A), stream_specification={"stream_view_type": "NEW_IMAGE"}))
    run = there.call("migrate").fails("destructive operations are blocked")
    if "change the view type of a stream" not in place.change_deviations:
        assert f"! {prefix}t: disable stream: blocked" in run.out
        assert f"! {prefix}t: enable stream: blocked (requires an operation that was not completed)" in run.out
    assert f"! {prefix}t: delete index by_b: blocked" in run.out
    assert f"! {prefix}t: create index by_b: blocked (requires an operation that was not completed)" in run.out
    assert f"+ {prefix}t: created index by_a" in run.out


def test_blocked_key_type_change_is_not_sent_with_another_index(
    there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    """An UpdateTable that creates an index contains the types of all keys, and moto adopts them."""
    configure(table(f"{prefix}t", **indexes(BY_B)))
    there.call("migrate").ok()
    configure(table(f"{prefix}t", attributes=BINARY, **indexes(BY_B, BY_A)))
    run = there.call("migrate").fails("destructive operations are blocked")
    assert f"+ {prefix}t: created index by_a" in run.out
    assert f"! {prefix}t: create index by_b: blocked" in run.out
    paths = [each["path"] for each in there.call("status", "--json").json["tables"][0]["differences"]]
    assert paths == ["attributes[b]"]


def test_undeclared_index_is_reported_and_removed_only_with_prune(
    there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    configure(table(f"{prefix}t", **indexes(BY_A, BY_B)))
    there.call("migrate").ok()
    configure(table(f"{prefix}t", **indexes(BY_A)))
    left = there.call("plan", "--exit-code").ok()
    assert "global_secondary_indexes[by_b] is not declared and is kept (--prune removes it)" in left.err
    assert f"- {prefix}t: delete index by_b" in there.call("plan", "--prune").ok().out
    there.call("migrate", "--prune").fails("destructive operations are blocked")


def test_plan_file_is_applied_exactly_or_not_at_all(
    there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    configure(table(f"{prefix}t"), table(f"{prefix}new"))
    there.call("migrate", "--table", f"{prefix}t").ok()
    configure(table(f"{prefix}t", **indexes(BY_B)), table(f"{prefix}new"))
    planned = there.call("plan", "--out", "plan.json", "--json").ok().json
    run = there.call("migrate", "--plan", "plan.json", "--json").ok().json
    assert [step["call"] for t in run["tables"] for step in t["operations"]] == [
        step["call"] for t in planned["tables"] for step in t["operations"]
    ]
    again = there.call("migrate", "--plan", "plan.json")
    again.fails(f"table {prefix}t has changed since the plan was made: ", "global_secondary_indexes", "plan --out")


@settings(
    max_examples=25,
    # no shrinking: it is slow on an engine, and the same law on the simulator shrinks
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_law_any_table_becomes_any_other_in_one_plan(data: st.DataObject, place: Place, prefix: str) -> None:
    """Applying one plan leaves no difference between any two tables with the same key."""
    one, other = data.draw(evolutions(distinct_keys=True))
    database = place.database
    trimmed = [omit_unsupported(replace(spec, name=prefix + spec.name), database.engine)[0] for spec in (one, other)]
    try:
        for spec in trimmed:
            live = read_table(database, spec.name, spec)
            spec, _ = omit_unsupported(spec, database.engine, exists=live is not None)
            spec, _ = omit_unsupported_changes(spec, database.engine, live)
            first = plan([TargetTable(spec)], {spec.name: live}, prune=True)
            assert not incomplete(apply(first, database, allow_destructive=True))
            spec, _ = omit_unsupported(spec, database.engine, exists=True)
            again = plan([TargetTable(spec)], {spec.name: read_table(database, spec.name, spec)}, prune=True)
            assert again.in_sync, json.dumps([change.path for change in again.tables[0].changes])
    finally:
        _drop(database, trimmed[0])


def _drop(database: Any, spec: TableSpec) -> None:
    live = read_table(database, spec.name, spec)
    whole = plan_reset([TargetTable(spec)], {spec.name: live})
    steps = tuple(step for step in whole.tables[0].operations if step.sign is Sign.REMOVE)
    list(apply(replace(whole, tables=(replace(whole.tables[0], operations=steps),)), database, allow_destructive=True))
