"""Laws for tables in the JSON of DynamoDB's API, of NoSQL Workbench and of broken files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dynamotasks.config import Config
from dynamotasks.errors import ConfigError, Problem
from dynamotasks.formats.reading import load
from dynamotasks.schema.diff import diff
from dynamotasks.schema.serialization import create_table_call
from dynamotasks.schema.table_description import from_description
from dynamotasks.schema.table_spec import TableSpec
from tests.properties.test_broken_configs import mutate
from tests.simulator import ControlPlane
from tests.support.soak import size
from tests.support.strategies import tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json")


def loaded(folder: Path, content: Any) -> Config:
    file = folder / "tables.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return load(file, {})


@given(specs=st.lists(tables(), min_size=1, max_size=3, unique_by=lambda spec: spec.name))
def test_requests_declare_the_tables_that_they_create(folder: Path, specs: list[TableSpec]) -> None:
    requests = [create_table_call(spec).parameters for spec in specs]
    for content in (requests, {"Tables": requests}, "\n".join(json.dumps(request, indent=2) for request in requests)):
        assert [create_table_call(table).parameters for table in loaded(folder, content).tables] == requests


@given(spec=tables())
def test_a_response_declares_the_live_table(folder: Path, spec: TableSpec) -> None:
    plane = ControlPlane()
    status, _ = plane.answer("CreateTable", json.loads(json.dumps(create_table_call(spec).parameters)))
    assume(status == 200)
    _, document = plane.answer("DescribeTable", {"TableName": spec.name})
    response = json.loads(re.sub(r":key/[^\"]+", f":key/{UUID(int=1)}", json.dumps(document)))  # as AWS returns keys
    (table,) = loaded(folder, response).tables
    live = from_description({key: part for key, part in response["Table"].items() if key != "CreationDateTime"})
    assert diff(table, live.spec) == ()
    assert (table.billing_mode, table.table_class or "STANDARD") == (live.spec.billing_mode, live.spec.table_class)
    assert bool(table.global_secondary_indexes) == bool(live.spec.global_secondary_indexes)


def workbench(spec: TableSpec) -> dict[str, Any]:
    """Return a table of a data model with the keys and global indexes of a spec."""
    types = {attribute.name: attribute.type for attribute in spec.attributes}

    def key_attributes(keyed: Any) -> dict[str, Any]:
        names = {"HASH": "PartitionKey", "RANGE": "SortKey"}
        return {
            names[key.key_type]: {"AttributeName": key.attribute_name, "AttributeType": types[key.attribute_name]}
            for key in keyed.key_schema
        }

    indexes = create_table_call(spec).parameters.get("GlobalSecondaryIndexes", [])
    return {
        "TableName": spec.name,
        "KeyAttributes": key_attributes(spec),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index["IndexName"],
                "KeyAttributes": key_attributes(keyed),
                "Projection": index["Projection"],
            }
            for index, keyed in zip(indexes, spec.global_secondary_indexes or (), strict=True)
        ],
    }


@given(spec=tables(most_keys=1))
def test_a_workbench_model_declares_keys_and_indexes(folder: Path, spec: TableSpec) -> None:
    (table,) = loaded(folder, {"ModelName": "a", "DataModel": [workbench(spec)]}).tables
    indexes = [
        replace(
            index,
            provisioned_throughput=None,
            on_demand_throughput=None,
            warm_throughput=None,
            contributor_insights_specification=None,
        )
        for index in spec.global_secondary_indexes or ()
    ]
    assert (table.name, table.key_schema) == (spec.name, spec.key_schema)
    assert table.global_secondary_indexes == (tuple(indexes) or None)
    assert {*table.attributes} == {
        *replace(spec, local_secondary_indexes=None, vector_indexes=None).defined_attributes()
    }


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """Generate a document of one of the formats with random changes."""
    spec = draw(tables(most_keys=1))
    request = create_table_call(spec).parameters
    documents: list[Any] = [
        {"Table": {**request, "TableStatus": "ACTIVE"}, "Tags": [{"Key": "a", "Value": "b"}]},
        {"ModelName": "a", "DataModel": [workbench(spec)]},
        {"tables": [{**request, "data": [{"a": 1}]}]},
    ]
    document = json.loads(json.dumps(draw(st.sampled_from(documents))))
    for _ in range(draw(st.integers(1, 3))):
        document = mutate(draw, document)
    return document


@settings(max_examples=size(150, soak=5_000), deadline=None)
@given(document=broken())
def test_a_broken_document_has_problems_with_positions(folder: Path, document: Any) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        loaded(folder, document)
    except ConfigError as error:
        problems = error.problems
    assert all(problem.line >= 1 and problem.file.endswith("tables.json") for problem in problems)
