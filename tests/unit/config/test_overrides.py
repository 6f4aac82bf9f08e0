"""Test the overrides of environments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from dynamotasks import load
from dynamotasks.errors import ConfigError
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.schema.table_spec import TableSpec
from tests.support.config_mistakes import GSI, HEAD
from tests.support.running import Project
from tests.support.strategies import tables

BASE = f"""\
{HEAD}    billing_mode: PROVISIONED
    provisioned_throughput: {{read_capacity_units: 5, write_capacity_units: 5}}
    tags: {{team: shop, stage: dev}}
    stream_specification: {{stream_view_type: NEW_IMAGE}}
    global_secondary_indexes:
      - index_name: by_n
        key_schema: [{{attribute_name: n, key_type: HASH}}]
        projection: {{projection_type: ALL}}
        provisioned_throughput: {{read_capacity_units: "${{READ:-3}}", write_capacity_units: 3}}
      - index_name: by_id
        key_schema: [{{attribute_name: id, key_type: HASH}}]
        projection: {{projection_type: KEYS_ONLY}}
        provisioned_throughput: {{read_capacity_units: 2, write_capacity_units: 2}}
"""


def in_dev(folder: Path, override: str, base: str = BASE) -> TableSpec:
    (folder / "t.yaml").write_text(f"{base}environments:\n  dev:\n    tables:\n      users: {override}\n")
    config = load(folder / "t.yaml", {})
    (table,) = config.tables_of("dev")
    assert config.tables_of("local") == config.tables
    return table


def indexes(table: TableSpec) -> dict[str, Any]:
    return {index.index_name: index for index in table.global_secondary_indexes or ()}


def test_override_switches_table_to_on_demand(tmp_path: Path) -> None:
    table = in_dev(
        tmp_path,
        "{billing_mode: PAY_PER_REQUEST, provisioned_throughput: null, global_secondary_indexes: ["
        "{index_name: by_id, provisioned_throughput: null}, {index_name: by_n, provisioned_throughput: null}]}",
    )
    assert (table.billing_mode, table.provisioned_throughput) == ("PAY_PER_REQUEST", None)
    assert list(indexes(table)) == ["by_n", "by_id"]
    assert [index.provisioned_throughput for index in indexes(table).values()] == [None, None]
    assert indexes(table)["by_id"].projection.projection_type == "KEYS_ONLY"


def test_override_merges_indexes_by_name(tmp_path: Path) -> None:
    changed = "{index_name: by_id, provisioned_throughput: {read_capacity_units: 9}}"
    added = GSI.replace("by_n", "by_m").replace(
        "index_name", "provisioned_throughput: {read_capacity_units: 1, write_capacity_units: 1}, index_name"
    )
    table = in_dev(tmp_path, f"{{global_secondary_indexes: [{changed}, {added}]}}")
    assert list(indexes(table)) == ["by_n", "by_id", "by_m"]
    assert indexes(table)["by_id"].provisioned_throughput.read_capacity_units == 9
    assert indexes(table)["by_id"].provisioned_throughput.write_capacity_units == 2
    assert indexes(table)["by_n"].provisioned_throughput.read_capacity_units == 3


def test_null_removes_inherited_keys(tmp_path: Path) -> None:
    table = in_dev(tmp_path, "{stream_specification: null, tags: {stage: null, tier: a}, table_class: null}")
    assert table.stream_specification is None
    assert table.tags == {"team": "shop", "tier": "a"}
    assert table.table_class is None


def test_empty_override_empties_lists_and_maps(tmp_path: Path) -> None:
    table = in_dev(tmp_path, "{global_secondary_indexes: [], tags: {}}")
    assert table.global_secondary_indexes == ()
    assert table.tags == {}


def test_override_replaces_other_lists(tmp_path: Path) -> None:
    table = in_dev(tmp_path, "{attributes: [{name: id, type: B}, {name: n, type: N}]}")
    assert [attribute.type for attribute in table.attributes] == ["B", "N"]


def test_duplicate_index_in_override_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="duplicate index name 'by_n'"):
        in_dev(tmp_path, f"{{global_secondary_indexes: [{GSI}, {GSI}]}}", HEAD)


def test_top_level_x_keys_are_ignored(tmp_path: Path) -> None:
    text = (
        "x-capacity: &capacity {read_capacity_units: 5, write_capacity_units: 6}\n"
        "x-unused: [!!python/object:os.system {}, '${NOPE}', {a: 1, a: 2}]\n"
        "x-dev: &dev {billing_mode: PAY_PER_REQUEST, provisioned_throughput: null}\n"
        f"{HEAD}    provisioned_throughput: *capacity\n"
        "    tags: {x-tag: kept}\n"
        "environments: {dev: {tables: {users: *dev}}}\n"
    )
    (tmp_path / "t.yaml").write_text(text)
    config = load(tmp_path / "t.yaml", {})
    assert config.tables[0].effective_billing_mode() == "PROVISIONED"
    assert config.tables[0].tags == {"x-tag": "kept"}
    assert config.tables_of("dev")[0].effective_billing_mode() == "PAY_PER_REQUEST"
    (tmp_path / "t.json").write_text('{"x-note": {"a": 1e400}, "tables": 5}')
    with pytest.raises(ConfigError, match="'tables' must be a list"):
        load(tmp_path / "t.json", {})


@given(spec=tables())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_identical_override_changes_nothing_and_null_removes_all(spec: TableSpec, tmp_path: Path) -> None:
    table = table_to_config(spec)
    own = {key: value for key, value in table.items() if key != "name"}
    nulls = {key: None for key in own if key not in ("attributes", "key_schema")}
    environments = {
        "same": {"tables": {spec.name: own}},
        "bare": {"tables": {spec.name: {**nulls, "table_class": None}}},
    }
    (tmp_path / "t.json").write_text(json.dumps({"tables": [table], "environments": environments}))
    config = load(tmp_path / "t.json", {})
    assert config.tables_of("same") == config.tables
    (bare,) = config.tables_of("bare")
    assert bare == TableSpec(name=spec.name, key_schema=spec.key_schema, attributes=spec.attributes)


def test_table_with_overridden_billing_mode_is_created(project: Project) -> None:
    override = (
        "{billing_mode: PAY_PER_REQUEST, provisioned_throughput: null, tags: {stage: null}, global_secondary_indexes: ["
        "{index_name: by_id, provisioned_throughput: null}, {index_name: by_n, provisioned_throughput: null}]}"
    )
    project.write("config/tables.yaml", f"{BASE}environments:\n  local:\n    tables:\n      users: {override}\n")
    project.call("up", "--backend", "moto", "--port", "0").ok()
    project.call("migrate").ok()
    (table,) = project.call("describe", "--json").ok().json["tables"]
    assert table["billing_mode"] == "PAY_PER_REQUEST"
    assert table["tags"] == {"team": "shop"}
    assert "differs" not in project.call("status", "--exit-code").ok().out
