"""Laws of exporting every valid table: the other tool accepts it, and reading it back results in the same table."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from dynamotasks.formats.reading import load
from dynamotasks.formats.writing.export_formats import EXPORT_FORMATS
from dynamotasks.formats.writing.pynamodb import is_queryable
from dynamotasks.schema.table_spec import TableSpec, WarmThroughput
from tests.support.specs import spec
from tests.support.strategies import tables

SERVICE = Session().get_service_model("dynamodb")

pytestmark = pytest.mark.newest_boto3

specs = st.lists(tables(), min_size=1, max_size=3, unique_by=lambda spec: spec.name)
# text that has a meaning in one of the languages
hostile = st.lists(
    st.sampled_from(
        ["${x}", "$${", "%{if}", "%%{", '"', "'", "\\", "\n", "\r", "\t", "#{", "{{", "!Ref", "no", "- ", ":"]
    )
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
).map("".join)


def written(name: str, found: list[TableSpec]) -> str:
    return EXPORT_FORMATS[name].write(found)


def read_back(folder: Path, file: str, text: str) -> list[TableSpec]:
    (folder / file).write_text(text, encoding="utf-8", newline="")
    return [replace(table, description=None, seed=None) for table in load(folder / file, {}).tables]


def expressible(table: TableSpec, name: str) -> TableSpec:
    """Return the table without what a format cannot express, and with its implicit billing mode."""
    omitted = EXPORT_FORMATS[name].omitted
    stream = table.stream_specification
    changes: dict[str, Any] = {key: None for key in omitted if "." not in key}
    changes |= {
        "description": None,
        "billing_mode": table.effective_billing_mode(),
        "attributes": table.defined_attributes(),
        "stream_specification": stream if stream and stream.stream_enabled else None,
    }
    inner: dict[str, Any] = {key.partition(".")[2]: None for key in omitted if "." in key}
    if table.global_secondary_indexes:
        indexes = (replace(index, **inner) for index in table.global_secondary_indexes)
        changes["global_secondary_indexes"] = tuple(indexes)
    return replace(table, **changes)


@given(specs)
def test_cloudformation_round_trip(tmp_path_factory, found: list[TableSpec]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("template")
    read = read_back(folder, "template.yaml", written("cloudformation", found))
    assert read == [expressible(table, "cloudformation") for table in found]


@given(specs)
def test_create_table_round_trip(tmp_path_factory, found: list[TableSpec]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("requests")
    read = read_back(folder, "tables.json", written("create-table", found))
    assert read == [expressible(table, "create-table") for table in found]


def as_terraform(table: TableSpec) -> TableSpec:
    """Return the table as it is read: the ARN of a key alias is open, and the least warm throughput is the default."""
    encryption, indexes = table.sse_specification, table.global_secondary_indexes
    is_alias = encryption is not None and encryption.kms_master_key_id is not None
    return replace(
        expressible(table, "terraform"),
        stream_specification=table.stream_specification,
        sse_specification=None if is_alias or not encryption else replace(encryption, sse_type=None),
        warm_throughput=above_default(table.warm_throughput),
        global_secondary_indexes=indexes
        and tuple(replace(index, warm_throughput=above_default(index.warm_throughput)) for index in indexes),
    )


def above_default(warm: WarmThroughput | None) -> WarmThroughput | None:
    return None if warm == WarmThroughput(read_units_per_second=12000, write_units_per_second=4000) else warm


@settings(max_examples=30)
@given(specs)
def test_terraform_round_trip(tmp_path_factory, found: list[TableSpec]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("terraform")
    read = read_back(folder, "tables.tf", written("terraform", found))
    assert read == list(map(as_terraform, found))


def as_model(table: TableSpec) -> TableSpec:
    """Return the table as it is read: PynamoDB has one HASH and one RANGE key for an index, and no TTL that is off."""
    expected = expressible(table, "pynamodb")
    indexes = tuple(filter(is_queryable, expected.global_secondary_indexes or ()))
    expiry = expected.time_to_live_specification
    found = replace(
        expected,
        global_secondary_indexes=indexes or None,
        time_to_live_specification=expiry if expiry and expiry.enabled else None,
    )
    return replace(found, attributes=found.defined_attributes())


@settings(max_examples=5)  # each imports the models in a new process
@given(st.lists(tables(), min_size=3, max_size=6, unique_by=lambda spec: spec.name))
def test_model_round_trip(tmp_path_factory, found: list[TableSpec]) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("models")
    read = {table.name: in_order(table) for table in read_back(folder, "models.py", written("pynamodb", found))}
    assert read == {table.name: in_order(as_model(table)) for table in found}


def in_order(table: TableSpec) -> TableSpec:
    """Return the table with its attributes and global indexes by name, as PynamoDB lists them."""
    indexes = sorted(table.global_secondary_indexes or (), key=lambda index: index.index_name)
    attributes = sorted(table.attributes, key=lambda attribute: attribute.name)
    return replace(table, attributes=tuple(attributes), global_secondary_indexes=tuple(indexes) or None)


@given(specs)
def test_botocore_accepts_exported_requests(found: list[TableSpec]) -> None:
    shape = SERVICE.operation_model("CreateTable").input_shape
    assert shape
    for request in json.loads(written("create-table", found)):
        report = ParamValidator().validate(request, shape)
        assert not report.has_errors(), report.generate_report()


def without_search_schema(table: TableSpec) -> TableSpec:
    indexes = (replace(index, search_schema=None) for index in table.vector_indexes or ())
    return replace(table, vector_indexes=tuple(indexes) or None)


@settings(max_examples=10)
@given(specs)
def test_linter_accepts_exported_template(found: list[TableSpec]) -> None:
    linter = import_module("cfnlint.api")
    config = import_module("cfnlint.config").ManualArgs(regions=["us-east-1"])
    # cfn-lint does not count the attributes of a search schema as used (E3039)
    matches = linter.lint(written("cloudformation", list(map(without_search_schema, found))), config=config)
    assert [str(match) for match in matches if not match.rule.id.startswith("I")] == []


@settings(max_examples=20)
@given(specs, hostile)
def test_terraform_file_is_valid(found: list[TableSpec], text: str) -> None:
    hcl2 = import_module("hcl2")
    found = [replace(table, description=text, tags={"a": text}) for table in found]
    blocks = hcl2.loads(written("terraform", found))["resource"]
    names = [body["name"] for block in blocks for body in block.get('"aws_dynamodb_table"', {}).values()]
    assert names == [f'"{table.name}"' for table in found]


@settings(max_examples=20)
@given(specs, hostile)
def test_models_can_be_imported(found: list[TableSpec], text: str) -> None:
    models = import_module("pynamodb.models")
    found = [replace(table, description=text, tags={text: text}) for table in found]
    module = imported(written("pynamodb", found))
    made = {item.Meta.table_name: item for item in vars(module).values() if is_model(item, models.Model)}
    assert list(made) == [table.name for table in found]
    for table in found:
        schema = made[table.name]._get_schema()
        keys = [(key["AttributeName"], key["KeyType"]) for key in schema["key_schema"]]
        assert sorted(keys) == sorted((key.attribute_name, key.key_type) for key in table.key_schema)
        assert made[table.name].Meta.tags == {text: text}


def imported(text: str) -> ModuleType:
    module = ModuleType("exported_models")
    sys.modules[module.__name__] = module
    exec(compile(text, "exported_models.py", "exec"), vars(module))
    return module


def is_model(item: Any, base: type) -> bool:
    return isinstance(item, type) and issubclass(item, base) and item is not base


@given(hostile)
def test_text_is_quoted(tmp_path_factory, text: str) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("hostile")
    statement = {"Sid": text, "Effect": "Deny", "Principal": "*", "Action": text, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    found = [spec(resource_policy=policy, description=text)]
    files = {"cloudformation": "template.yaml", "create-table": "tables.json", "terraform": "tables.tf"}
    for name, file in files.items():
        (read,) = read_back(folder, file, written(name, found))
        assert read.resource_policy == policy
