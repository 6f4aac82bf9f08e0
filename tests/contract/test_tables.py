"""Creating tables with each property, on every engine; `places` lists the deviations of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks.aws.capabilities import UNKNOWN, omit_unsupported
from dynamotasks.config.yaml12 import dump
from dynamotasks.errors import CallError, TargetError
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.formats.reading import load
from dynamotasks.migrate.executor import apply
from dynamotasks.migrate.operations.base import Sign
from dynamotasks.migrate.plan import TargetTable
from dynamotasks.migrate.planner import plan, plan_reset
from dynamotasks.migrate.table_reader import read_table
from dynamotasks.schema.diff import diff
from dynamotasks.schema.table_spec import TableSpec
from tests.support.events import incomplete
from tests.support.running import Project
from tests.support.strategies import tables

from .places import Configure, Place
from .properties import INDEX_FIELDS, PROPERTIES, S, T, table

EXAMPLES = {**PROPERTIES, **INDEX_FIELDS}


@pytest.mark.parametrize("name", EXAMPLES)
def test_property_is_created_and_then_in_sync(
    name: str, there: Project, configure: Configure, place: Place, prefix: str
) -> None:
    configure(table(f"{prefix}t", **EXAMPLES[name]))
    migrated = there.call("migrate").ok()
    supported = name not in place.deviations
    assert ("  not supported by" in migrated.err) == (not supported)
    # in sync either way: an unsupported property is not drift
    assert there.call("status", "--exit-code", "--json").ok().json["in_sync"] is True
    assert there.call("plan", "--exit-code").ok().out == "= 1 unchanged\nnothing to do\n"
    shown = there.call("describe", "--table", f"{prefix}t", "--json").ok().json["tables"][0]
    declared = {key: value for key, value in EXAMPLES[name].items() if key != "attributes"}
    assert not supported or _covers(declared, shown), (declared, shown)


@pytest.mark.parametrize("name", EXAMPLES)
def test_engine_deviates_exactly_in_the_listed_properties(
    name: str, place: Place, there: Project, configure: Configure, prefix: str
) -> None:
    """Without the list of deviations, exactly the listed properties are refused or ignored."""
    configure(table(f"{prefix}t", **EXAMPLES[name]))
    wanted = _specs(there, place)[0]
    database = place.database
    try:
        for step in plan([TargetTable(wanted)], {}).operations:
            assert step.call
            database.call(step.call)
        database.engine = UNKNOWN
        live = read_table(database, wanted.name, wanted)
        works = live is not None and not diff(wanted, live.spec)
    except (CallError, TargetError):
        works = False
    assert works == (name not in place.deviations)


def test_existing_tables_are_counted_as_unchanged(there: Project, configure: Configure, prefix: str) -> None:
    configure(table(f"{prefix}old"))
    there.call("migrate").ok()
    configure(table(f"{prefix}old"), table(f"{prefix}new"))
    again = there.call("migrate").ok()
    assert f"{prefix}old" not in again.out
    assert f"+ {prefix}new: created table" in again.out
    assert "1 table created, 1 unchanged" in again.out


def test_failed_table_does_not_stop_other_tables(there: Project, configure: Configure, prefix: str) -> None:
    bad, good = table(f"{prefix}bad"), table(f"{prefix}good")
    configure(bad)
    there.call("migrate", "--table", f"{prefix}bad").ok()
    configure({**bad, "attributes": [{**S, "type": "N"}, T]}, good)
    run = there.call("migrate").fails("impossible in place: the type of a key attribute")
    assert f"+ {prefix}good: created table" in run.out
    assert "1 failed" in run.out


def test_table_flag_selects_tables(there: Project, configure: Configure, prefix: str) -> None:
    configure(table(f"{prefix}one"), table(f"{prefix}two"))
    there.call("migrate", "--table", f"{prefix}two").ok()
    listed = [t["name"] for t in there.call("list", "--json").ok().json["tables"] if t["name"].startswith(prefix)]
    assert listed == [f"{prefix}two"]
    there.call("migrate", "--table", "three").fails("no such table: three", f"{prefix}one")


def test_dry_runs_change_nothing(there: Project, configure: Configure, prefix: str) -> None:
    configure(table(f"{prefix}t"))
    assert f"+ {prefix}t: create table" in there.call("migrate", "--dry-run").ok().out
    assert f"+ {prefix}t: create table" in there.call("--dry", "migrate").ok().out
    assert f"+ {prefix}t: create table" in there.call("reset", "--dry-run").ok().out
    assert there.call("plan", "--exit-code").code == 2
    assert not [t for t in there.call("list", "--json").json["tables"] if t["name"].startswith(prefix)]


def test_more_tables_than_one_page_of_list_tables(there: Project, configure: Configure, prefix: str) -> None:
    """ListTables returns 100 names in a page."""
    configure(*(table(f"{prefix}{number:03}") for number in range(130)))
    assert "130 tables created" in there.call("migrate").ok().out
    assert len([t for t in there.call("list", "--json").json["tables"] if t["name"].startswith(prefix)]) == 130
    assert "130 unchanged" in there.call("migrate").ok().out


def test_reset_drops_protected_tables(there: Project, configure: Configure, place: Place, prefix: str) -> None:
    configure(table(f"{prefix}t", deletion_protection_enabled=True))
    there.call("migrate").ok()
    place.database.client.put_item(TableName=f"{prefix}t", Item={"a": {"S": "kept?"}})
    if place.target.disposable:
        there.call("reset").fails("(1 item)", "confirm with --yes")
    again = there.call("reset", "--yes", "--allow-destructive", "--confirm", place.target.env).ok()
    assert f"- {prefix}t: disabled deletion protection" in again.out
    assert place.database.client.scan(TableName=f"{prefix}t")["Count"] == 0


def test_describe_prints_a_config_that_is_in_sync(there: Project, configure: Configure, prefix: str) -> None:
    every = {key: value for properties in PROPERTIES.values() for key, value in properties.items()}
    every.pop("on_demand_throughput")
    every.pop("provisioned_throughput")
    configure(table(f"{prefix}t", **{**every, "billing_mode": "PAY_PER_REQUEST"}))
    there.call("migrate").ok()
    shown = there.call("describe", "--table", f"{prefix}t", "--json").ok().json["tables"]
    configure(*shown)
    assert there.call("plan", "--exit-code").ok().out.endswith("nothing to do\n")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_law_plan_is_empty_after_migrate(data: st.DataObject, place: Place, there: Project, prefix: str) -> None:
    """A migrate from a generated config leaves an empty plan."""
    drawn = data.draw(tables())
    file = there.write("drawn.yaml", dump({"tables": [table_to_config(replace(drawn, name=prefix + drawn.name))]}))
    database = place.database
    spec, skipped = omit_unsupported(load(file, {}).tables[0], database.engine)
    first = plan([TargetTable(spec, skipped)], {})
    events = list(apply(first, database))
    assert not incomplete(events)
    live = read_table(database, spec.name, spec)
    assert plan([TargetTable(spec)], {spec.name: live}).in_sync
    # make room for the next example
    list(apply(_drop_only(spec, live), database, allow_destructive=True))


def _drop_only(spec: TableSpec, live: Any) -> Any:
    whole = plan_reset([TargetTable(spec)], {spec.name: live})
    steps = tuple(step for step in whole.tables[0].operations if step.sign is Sign.REMOVE)
    return replace(whole, tables=(replace(whole.tables[0], operations=steps),))


def _specs(there: Project, place: Place) -> tuple[TableSpec, ...]:
    return load([there.root / "config/tables.yaml"], place.variables).tables


def _covers(declared: Any, shown: Any) -> bool:
    if isinstance(declared, dict):
        # warm throughput rises on its own, so it is not shown
        return all(_covers(value, shown[key]) for key, value in declared.items() if key != "warm_throughput")
    if isinstance(declared, list) and declared and isinstance(declared[0], dict) and "index_name" in declared[0]:
        by_name = {index["index_name"]: index for index in shown}
        return all(_covers(index, by_name[index["index_name"]]) for index in declared)
    if isinstance(declared, list):
        return len(declared) == len(shown) and all(map(_covers, declared, shown))
    return bool(declared == shown)
