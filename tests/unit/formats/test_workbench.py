"""Test the tables and sample items of NoSQL Workbench models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.config import Config
from dynamotasks.data.seed_files import read_declared_seeds, read_seed
from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load
from dynamotasks.schema.table_spec import ProvisionedThroughput

KEYS = {
    "PartitionKey": {"AttributeName": "pk", "AttributeType": "S"},
    "SortKey": {"AttributeName": "at", "AttributeType": "N"},
}
INDEX = {
    "IndexName": "by_kind",
    "KeyAttributes": {"PartitionKey": {"AttributeName": "kind"}},
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
}
TABLE: dict[str, Any] = {
    "TableName": "library",
    "KeyAttributes": KEYS,
    "NonKeyAttributes": [
        {"AttributeName": "kind", "AttributeType": "S"},
        {"AttributeName": "tags", "AttributeType": "M"},
    ],
    "GlobalSecondaryIndexes": [INDEX],
    "TableData": [{"pk": {"S": "a"}, "at": {"N": "12345678901234567890.5"}, "kind": {"S": "book"}}],
    "DataAccess": {"MySql": {}},
}
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


def written(folder: Path, *tables: Any) -> Path:
    file = folder / "model.json"
    file.write_text(json.dumps({"ModelName": "Library", "DataModel": tables}))
    return file


def loaded(folder: Path, *tables: Any) -> Config:
    return load(written(folder, *tables), {})


def test_keys_indexes_and_attributes(tmp_path: Path) -> None:
    config = loaded(tmp_path, TABLE)
    (table,) = config.tables
    assert [(key.attribute_name, key.key_type) for key in table.key_schema] == [("pk", "HASH"), ("at", "RANGE")]
    assert {attribute.name: attribute.type for attribute in table.attributes} == {"pk": "S", "at": "N", "kind": "S"}
    (index,) = table.global_secondary_indexes or ()
    assert (index.index_name, index.projection.non_key_attributes) == ("by_kind", ("title",))
    assert (table.billing_mode, config.notes) == (None, ())


def test_sample_data_is_the_seed(tmp_path: Path) -> None:
    tables = loaded(tmp_path, TABLE, TABLE | {"TableName": "archive", "TableData": []}).tables
    (item,) = read_declared_seeds(tables)["library"]
    assert item == {"pk": {"S": "a"}, "at": {"N": "12345678901234567890.5"}, "kind": {"S": "book"}}
    assert [table.seed for table in tables] == [(str(tmp_path / "model.json"),), None]
    assert read_seed(tmp_path / "model.json", tables) == read_declared_seeds(tables)


def test_facets_of_one_item_are_merged(tmp_path: Path) -> None:
    key = {"pk": {"S": "a"}, "at": {"N": "1"}}
    facets = [{"TableData": [key | {"title": {"S": "x"}}]}, {"TableData": [key | {"kind": {"S": "book"}}]}]
    tables = loaded(tmp_path, TABLE | {"TableData": [], "TableFacets": facets}).tables
    assert read_declared_seeds(tables) == {"library": [key | {"title": {"S": "x"}, "kind": {"S": "book"}}]}


def test_plain_values_in_maps_are_typed(tmp_path: Path) -> None:
    written_map = {"M": {"on": True, "at": {"x": 1.50}, "none": None, "list": ["a", {"S": "b"}]}}
    typed_map = {
        "M": {
            "on": {"BOOL": True},
            "at": {"M": {"x": {"N": "1.5"}}},
            "none": {"NULL": True},
            "list": {"L": [{"S": "a"}, {"S": "b"}]},
        }
    }
    key = {"pk": {"S": "a"}, "at": {"N": "1"}}
    tables = loaded(tmp_path, TABLE | {"TableData": [key | {"map": written_map}]}).tables
    assert read_declared_seeds(tables) == {"library": [key | {"map": typed_map}]}


def test_an_invalid_sample_item_is_reported_at_its_line(tmp_path: Path) -> None:
    tables = loaded(tmp_path, TABLE | {"TableData": [{"pk": {"S": "a"}}]}).tables
    with pytest.raises(ConfigError, match=r"model.json:1:\d+: item 1 of 'library': key attribute at is missing"):
        read_declared_seeds(tables)


def test_provisioned_capacity_serves_the_indexes(tmp_path: Path) -> None:
    settings = {"ProvisionedThroughput": UNITS, "AutoScalingRead": {"ScalableTargetRequest": {}}}
    config = loaded(tmp_path, TABLE | {"BillingMode": "PROVISIONED", "ProvisionedCapacitySettings": settings})
    (table,) = config.tables
    expected = ProvisionedThroughput(read_capacity_units=5, write_capacity_units=5)
    assert table.provisioned_throughput == expected
    assert [index.provisioned_throughput for index in table.global_secondary_indexes or ()] == [expected]
    assert "auto scaling is not managed" in config.notes[0]


def test_an_attribute_of_two_types_is_a_problem(tmp_path: Path) -> None:
    keys = {"PartitionKey": {"AttributeName": "at", "AttributeType": "S"}}
    with pytest.raises(ConfigError, match="attribute 'at' is declared as N and as S; use one type for all keys"):
        loaded(tmp_path, TABLE | {"GlobalSecondaryIndexes": [INDEX | {"KeyAttributes": keys}]})
