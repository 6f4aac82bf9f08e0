"""Test the tables of `terraform show -json` and of state files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynamotasks import Config
from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load

# as a state contains a table: with what is computed, and with empty values for what is not declared
ORDERS: dict[str, Any] = {
    "arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    "attribute": [{"name": "id", "type": "S"}, {"name": "customer", "type": "S"}, {"name": "placed", "type": "N"}],
    "billing_mode": "PAY_PER_REQUEST",
    "deletion_protection_enabled": True,
    "global_secondary_index": [
        {
            "hash_key": "customer",
            "name": "by_customer",
            "non_key_attributes": ["total"],
            "on_demand_throughput": [],
            "projection_type": "INCLUDE",
            "range_key": "placed",
            "read_capacity": 0,
            "warm_throughput": [{"read_units_per_second": 12000, "write_units_per_second": 4000}],
            "write_capacity": 0,
        }
    ],
    "hash_key": "id",
    "id": "orders",
    "import_table": [],
    "local_secondary_index": [],
    "name": "orders",
    "on_demand_throughput": [],
    "point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 35}],
    "range_key": None,
    "read_capacity": 0,
    "region": "eu-west-1",
    "replica": [],
    "server_side_encryption": [],
    "stream_arn": "",
    "stream_enabled": True,
    "stream_label": "",
    "stream_view_type": "NEW_IMAGE",
    "table_class": "STANDARD",
    "tags": None,
    "tags_all": {"team": "shop"},
    "timeouts": None,
    "ttl": [{"attribute_name": "expires", "enabled": True}],
    "warm_throughput": [{"read_units_per_second": 12000, "write_units_per_second": 4000}],
    "write_capacity": 0,
}


def resource(values: dict[str, Any], address: str = "aws_dynamodb_table.orders") -> dict[str, Any]:
    *_, kind, name = address.split(".")
    return {"address": address, "mode": "managed", "type": kind, "name": name, "values": values}


def read(folder: Path, document: dict[str, Any]) -> Config:
    file = folder / "show.json"
    file.write_text(json.dumps(document))
    return load(file, {})


def plan(*resources: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "planned_values": {"root_module": {"resources": [*resources]}}, **others}


def test_a_table_of_a_state_has_only_what_is_declared(tmp_path: Path) -> None:
    config = read(tmp_path, {"format_version": "1.0", "values": {"root_module": {"resources": [resource(ORDERS)]}}})
    (table,) = config.tables
    assert table.name == "orders"
    assert table.billing_mode == "PAY_PER_REQUEST"
    assert [key.attribute_name for key in table.key_schema] == ["id"]
    assert table.tags == {"team": "shop"}
    assert (table.provisioned_throughput, table.warm_throughput, table.local_secondary_indexes) == (None, None, None)
    (index,) = table.global_secondary_indexes or ()
    assert [key.key_type for key in index.key_schema] == ["HASH", "RANGE"]
    assert (index.projection.non_key_attributes, index.warm_throughput) == (("total",), None)
    assert table.time_to_live_specification is not None
    assert table.time_to_live_specification.attribute_name == "expires"
    assert config.notes == ()


def test_tables_of_child_modules_are_read(tmp_path: Path) -> None:
    child = {"address": "module.a", "resources": [resource(ORDERS, "module.a.aws_dynamodb_table.orders")]}
    document = plan()
    document["planned_values"]["root_module"]["child_modules"] = [{"address": "module.b", "child_modules": [child]}]
    assert [table.name for table in read(tmp_path, document).tables] == ["orders"]


def test_a_name_that_a_plan_does_not_know_is_a_problem(tmp_path: Path) -> None:
    values = {key: value for key, value in ORDERS.items() if key != "name"}
    change = {"address": "aws_dynamodb_table.orders", "change": {"after_unknown": {"name": True, "arn": True}}}
    with pytest.raises(ConfigError) as error:
        read(tmp_path, plan(resource(values), resource_changes=[change]))
    (problem,) = error.value.problems
    assert "resource aws_dynamodb_table.orders: name: its value is known only after" in problem.message


def test_a_key_that_a_plan_does_not_know_is_left_unmanaged(tmp_path: Path) -> None:
    values = {**ORDERS, "server_side_encryption": [{"enabled": True}]}
    unknown = {"server_side_encryption": [{"kms_key_arn": True}], "point_in_time_recovery": True}
    change = {"address": "aws_dynamodb_table.orders", "change": {"after_unknown": unknown}}
    config = read(tmp_path, plan(resource(values), resource_changes=[change]))
    assert config.tables[0].sse_specification is None
    (note,) = config.notes
    assert "server_side_encryption is not managed" in note


def test_replicas_and_imports_are_noted(tmp_path: Path) -> None:
    values = {**ORDERS, "replica": [{"region_name": "us-east-1"}], "import_table": [{"input_format": "CSV"}]}
    notes = read(tmp_path, plan(resource(values))).notes
    assert sorted(note.rpartition(": ")[2] for note in notes) == [
        "import_table is not managed",
        "replica is not managed",
    ]


def test_provisioned_capacity_is_read(tmp_path: Path) -> None:
    index = {**ORDERS["global_secondary_index"][0], "read_capacity": 2, "write_capacity": 1}
    values = {
        **ORDERS,
        "billing_mode": "PROVISIONED",
        "read_capacity": 5,
        "write_capacity": 4,
        "global_secondary_index": [index],
    }
    (table,) = read(tmp_path, plan(resource(values))).tables
    assert table.provisioned_throughput is not None
    assert table.provisioned_throughput.read_capacity_units == 5
    (read_index,) = table.global_secondary_indexes or ()
    assert read_index.provisioned_throughput is not None
    assert read_index.provisioned_throughput.write_capacity_units == 1


def test_resources_that_add_settings_belong_to_the_table_of_their_name(tmp_path: Path) -> None:
    index = {
        "table_name": "orders",
        "index_name": "by_place",
        "key_schema": [{"attribute_name": "place", "attribute_type": "S", "key_type": "HASH"}],
        "projection": [{"projection_type": "ALL", "non_key_attributes": []}],
        "provisioned_throughput": [],
    }
    stream = {"table_name": "orders", "stream_arn": "arn:aws:kinesis:eu-west-1:123456789012:stream/s"}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*"}]}
    policy = {"resource_arn": ORDERS["arn"], "policy": json.dumps(document)}
    insights = {"table_name": "orders", "index_name": "by_place", "mode": ""}
    (table,) = read(
        tmp_path,
        plan(
            resource(ORDERS),
            resource(index, "aws_dynamodb_global_secondary_index.by_place"),
            resource(stream, "aws_dynamodb_kinesis_streaming_destination.s"),
            resource(policy, "aws_dynamodb_resource_policy.p"),
            resource(insights, "aws_dynamodb_contributor_insights.i"),
        ),
    ).tables
    indexes = {index.index_name: index for index in table.global_secondary_indexes or ()}
    assert indexes["by_place"].contributor_insights_specification is not None
    assert "place" in {attribute.name for attribute in table.attributes}
    assert table.kinesis_stream_specification is not None
    assert table.resource_policy == document


def test_resources_that_are_not_read_are_noted(tmp_path: Path) -> None:
    scaling = {"service_namespace": "dynamodb", "max_capacity": 10}
    config = read(
        tmp_path,
        plan(
            resource(ORDERS),
            resource(scaling, "aws_appautoscaling_target.t"),
            resource({}, "aws_dynamodb_table_item.i"),
            resource({"table_name": "others"}, "aws_dynamodb_contributor_insights.i"),
            resource({}, "aws_s3_bucket.b"),
        ),
    )
    assert len(config.notes) == 3
    assert "table 'others' is not declared in these files" in config.notes[2]


def test_a_state_file_is_read(tmp_path: Path) -> None:
    instances = [{"index_key": key, "attributes": {**ORDERS, "name": key}} for key in ("first", "second")]
    state = {
        "version": 4,
        "terraform_version": "1.9.0",
        "lineage": "3f1e",
        "resources": [{"mode": "managed", "type": "aws_dynamodb_table", "name": "t", "instances": instances}],
    }
    assert [table.name for table in read(tmp_path, state).tables] == ["first", "second"]


def test_an_old_state_file_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the version of this Terraform state is not supported"):
        read(tmp_path, {"version": 3, "terraform_version": "0.11.0", "lineage": "3f1e", "modules": []})


def test_a_plan_without_tables_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this Terraform plan or state declares no DynamoDB table"):
        read(tmp_path, plan())
