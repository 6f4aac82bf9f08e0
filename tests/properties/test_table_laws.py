"""Laws for every valid table: config, calls and comparison."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.aws.capabilities import DYNAMODB_LOCAL, DYNOXIDE, MOTO, omit_unsupported
from dynamotasks.config.yaml12 import dump
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.formats.reading import load
from dynamotasks.migrate.plan import TargetTable
from dynamotasks.migrate.planner import plan
from dynamotasks.migrate.table_settings import TABLE_SETTINGS
from dynamotasks.schema.diff import diff
from dynamotasks.schema.serialization import Call
from dynamotasks.schema.table_spec import TableSpec
from tests.support.strategies import tables

pytestmark = pytest.mark.newest_boto3

SERVICE = Session().get_service_model("dynamodb")
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/t"


def accepted(call: Call) -> None:
    shape = SERVICE.operation_model(call.operation).input_shape
    assert shape
    report = ParamValidator().validate(call.parameters, shape)
    assert not report.has_errors(), report.generate_report()


@given(tables())
def test_botocore_accepts_all_calls_for_a_table(spec: TableSpec) -> None:
    for row in TABLE_SETTINGS:
        accepted(row.read(spec.name, ARN))
    for step in plan([TargetTable(spec)], {}).operations:
        assert step.call
        accepted(step.call)


@given(tables())
def test_table_does_not_differ_from_itself(spec: TableSpec) -> None:
    assert diff(spec, spec) == ()


@given(tables(), tables())
def test_diff_contains_exactly_the_differences(one: TableSpec, other: TableSpec) -> None:
    changed = [name for name in ("table_class", "deletion_protection_enabled") if getattr(one, name) is not None]
    found = {str(change.path) for change in diff(one, other)}
    for name in changed:
        assert (name in found) == (getattr(one, name) != getattr(other, name))


@given(st.lists(tables(), min_size=1, max_size=4, unique_by=lambda spec: spec.name))
def test_config_round_trip(tmp_path_factory, specs) -> None:  # type: ignore[no-untyped-def]
    """The output of `db.describe`, as YAML and as JSON, declares the same tables."""
    folder: Path = tmp_path_factory.mktemp("config")
    document = {"tables": [table_to_config(spec) for spec in specs]}
    (folder / "t.yaml").write_text(dump(document), encoding="utf-8")
    (folder / "t.json").write_text(json.dumps(document, indent="\t"), encoding="utf-8")
    from_yaml, from_json = load([folder / "t.yaml"], {}), load([folder / "t.json"], {})
    assert from_yaml.tables == from_json.tables
    assert [table_to_config(table) for table in from_yaml.tables] == document["tables"]


@given(tables(), st.sampled_from([DYNAMODB_LOCAL, MOTO, DYNOXIDE]))
def test_exactly_unsupported_properties_are_omitted(spec: TableSpec, engine) -> None:  # type: ignore[no-untyped-def]
    trimmed, skipped = omit_unsupported(spec, engine)
    assert omit_unsupported(trimmed, engine) == (trimmed, ())
    assert {replace(path, key=None) for path in skipped if not path.key or path.inner} <= engine.unsupported
    assert bool(skipped) == (trimmed != spec)


@given(st.lists(tables(), max_size=5, unique_by=lambda spec: spec.name))
def test_plan_for_an_empty_database_creates_each_table_first(specs: list[TableSpec]) -> None:
    made = plan([TargetTable(spec) for spec in specs], {}, names=["other"])
    assert [table.table for table in made.tables] == [spec.name for spec in specs]
    for table in made.tables:
        first = table.operations[0].call
        assert first
        assert first.operation == "CreateTable"
        assert not any(operation.is_destructive for operation in table.operations)
    assert made.unmanaged == tuple({"other"} - {spec.name for spec in specs})
