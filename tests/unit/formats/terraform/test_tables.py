"""Test the tables of Terraform configurations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load

from .files import KEY, names, problem, read, table

ORDERS = """\
resource "aws_dynamodb_table" "orders" {
  name           = "orders"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = "4"
  hash_key       = "customer"
  range_key      = "placed"
  table_class    = "STANDARD_INFREQUENT_ACCESS"

  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "placed"
    type = "N"
  }
  attribute {
    name = "status"
    type = "S"
  }

  global_secondary_index {
    name               = "by_status"
    hash_key           = "status"
    range_key          = "placed"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total"]
    read_capacity      = 2
    write_capacity     = 1
  }
  local_secondary_index {
    name            = "by_state"
    range_key       = "status"
    projection_type = "KEYS_ONLY"
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled = true
  }
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  tags = {
    team    = "shop"
    billing = 42
  }
}
"""


def test_a_table_is_read_with_all_its_settings(tmp_path: Path) -> None:
    config = read(tmp_path, ORDERS)
    (table,) = config.tables
    assert [(key.attribute_name, key.key_type) for key in table.key_schema] == [
        ("customer", "HASH"),
        ("placed", "RANGE"),
    ]
    assert table.provisioned_throughput is not None
    assert table.provisioned_throughput.write_capacity_units == 4
    (index,) = table.global_secondary_indexes or ()
    assert (index.index_name, index.projection.non_key_attributes) == ("by_status", ("total",))
    (local,) = table.local_secondary_indexes or ()
    assert [key.attribute_name for key in local.key_schema] == ["customer", "status"]
    assert table.time_to_live_specification is not None
    assert table.time_to_live_specification.enabled
    assert table.stream_specification is not None
    assert table.stream_specification.stream_view_type == "NEW_AND_OLD_IMAGES"
    assert table.sse_specification is not None
    assert table.sse_specification.enabled
    assert table.tags == {"team": "shop", "billing": "42"}
    assert (table.table_class, table.managed_by, config.notes) == ("STANDARD_INFREQUENT_ACCESS", "terraform", ())


def test_a_ttl_is_disabled_unless_it_is_enabled(tmp_path: Path) -> None:
    (table_,) = read(tmp_path, table('"orders"', 'ttl {\n attribute_name = "expires"\n }')).tables
    assert table_.time_to_live_specification is not None
    assert not table_.time_to_live_specification.enabled


def test_capacity_of_an_on_demand_table_is_ignored(tmp_path: Path) -> None:
    index = (
        'global_secondary_index {\n name = "i1i"\n hash_key = "id"\n projection_type = "ALL"\n read_capacity = 1\n }'
    )
    text = table('"orders"', f'billing_mode = "PAY_PER_REQUEST"\n read_capacity = 3\n write_capacity = 3\n {index}')
    (found,) = read(tmp_path, text).tables
    (found_index,) = found.global_secondary_indexes or ()
    assert (found.provisioned_throughput, found_index.provisioned_throughput) == (None, None)


def test_capacity_without_a_billing_mode_is_provisioned(tmp_path: Path) -> None:
    assert (
        read(tmp_path, table('"orders"', "read_capacity = 3\n write_capacity = 3")).tables[0].billing_mode
        == "PROVISIONED"
    )


def test_problems_are_at_their_line_and_column(tmp_path: Path) -> None:
    found = problem(tmp_path, table("var.name") + 'variable "name" {}\n')
    assert (Path(found.file).name, found.line, found.column) == ("main.tf", 2, 3)
    assert found.message == "resource aws_dynamodb_table.t: name: variable name has no default"
    assert found.hint == "add --param name=VALUE"


def test_problems_have_the_names_of_terraform(tmp_path: Path) -> None:
    key = problem(tmp_path, table('"orders"').replace('hash_key = "id"', "hash_key = var.key"))
    assert key.message == "resource aws_dynamodb_table.t: hash_key or range_key: variable key is not declared"
    name = problem(tmp_path, table('"orders"').replace('    name = "id"', "    name = local.x"))
    assert name.message == "resource aws_dynamodb_table.t: attribute.name: local.x is not declared"
    missing = problem(tmp_path, table('"orders"').replace('hash_key = "id"', ""))
    assert missing.message == "missing required key 'hash_key'"
    stream = problem(tmp_path, table('"orders"', "stream_enabled = true"))
    assert stream.message == "table 'orders': missing stream_view_type"


def test_an_invalid_value_is_at_its_line(tmp_path: Path) -> None:
    found = problem(tmp_path, table('"orders"').replace('"S"', '"X"'))
    assert (found.line, found.column) == (6, 5)


def test_invalid_syntax_is_one_problem_at_its_place(tmp_path: Path) -> None:
    found = problem(tmp_path, 'resource "aws_dynamodb_table" "t" {\n  name = = "x"\n}\n')
    assert (found.line, found.column, found.message) == (2, 10, "invalid Terraform syntax at '='")


def test_a_block_without_its_end_is_one_problem(tmp_path: Path) -> None:
    assert "unexpected end" in problem(tmp_path, 'resource "aws_dynamodb_table" "t" {\n').message


def test_a_folder_without_tables_is_one_problem(tmp_path: Path) -> None:
    assert problem(tmp_path, "locals {}\n").message == "this Terraform configuration declares no DynamoDB table"


def test_missing_file_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"main\.tf:1:1: no such Terraform file"):
        load(tmp_path / "main.tf", {})


def test_what_is_not_managed_is_noted_once(tmp_path: Path) -> None:
    replica = 'replica {\n region_name = "eu-west-1"\n }\n'
    lifecycle = "lifecycle {\n prevent_destroy = true\n ignore_changes = [read_capacity]\n }\n"
    notes = read(tmp_path, table('"orders"', replica + replica + lifecycle)).notes
    assert sorted(note.rpartition(": ")[2] for note in notes) == [
        "lifecycle is not managed",
        "replica is not managed",
    ]


def test_a_key_of_another_resource_is_left_unmanaged(tmp_path: Path) -> None:
    sse = "server_side_encryption {\n enabled = true\n kms_key_arn = aws_kms_key.main.arn\n }"
    config = read(tmp_path, table('"orders"', sse))
    assert config.tables[0].sse_specification is None
    assert "server_side_encryption is not managed: aws_kms_key.main.arn is known only to Terraform" in config.notes[0]


def test_declared_warm_throughput_of_the_lowest_units_is_kept(tmp_path: Path) -> None:
    warm = "warm_throughput {\n read_units_per_second = 12000\n write_units_per_second = 4000\n }"
    (found,) = read(tmp_path, table('"orders"', warm)).tables
    assert found.warm_throughput is not None
    assert found.warm_throughput.read_units_per_second == 12000


def test_settings_of_other_resources_belong_to_their_table(tmp_path: Path) -> None:
    stream = """
resource "aws_dynamodb_kinesis_streaming_destination" "s" {
  stream_arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/s"
  table_name = aws_dynamodb_table.t.name
}
resource "aws_dynamodb_resource_policy" "p" {
  resource_arn = aws_dynamodb_table.t.arn
  policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "dynamodb:*" }] })
}
resource "aws_dynamodb_contributor_insights" "i" {
  table_name = aws_dynamodb_table.t.id
}
resource "aws_dynamodb_global_secondary_index" "g" {
  table_name = aws_dynamodb_table.t.name
  index_name = "by_place"
  key_schema {
    attribute_name = "place"
    attribute_type = "S"
    key_type       = "HASH"
  }
  projection {
    projection_type = "ALL"
  }
}
"""
    (found,) = read(tmp_path, table('"orders"', 'billing_mode = "PAY_PER_REQUEST"') + stream).tables
    assert found.kinesis_stream_specification is not None
    assert found.contributor_insights_specification is not None
    assert (found.resource_policy or {})["Statement"][0]["Effect"] == "Deny"
    assert [index.index_name for index in found.global_secondary_indexes or ()] == ["by_place"]


def test_a_table_of_another_provider_is_noted(tmp_path: Path) -> None:
    config = read(tmp_path, table('"orders"') + table('"orders"', "provider = aws.west", "west"))
    assert names(config) == ["orders"]
    assert "for another provider" in config.notes[0]


def test_default_tags_of_the_provider_are_tags_of_the_table(tmp_path: Path) -> None:
    provider = 'provider "aws" {\n default_tags {\n tags = { team = "shop", stage = "dev" }\n }\n}\n'
    assert read(tmp_path, provider + table('"orders"', 'tags = { stage = "prod" }')).tables[0].tags == {
        "team": "shop",
        "stage": "prod",
    }


def test_json_syntax_is_read(tmp_path: Path) -> None:
    attribute = [{"name": "id", "type": "S"}]
    table_ = {"name": "${var.stage}-orders", "hash_key": "id", "attribute": attribute}
    document = {
        "variable": {"stage": {"type": "string", "default": "dev"}},
        "resource": {"aws_dynamodb_table": {"t": table_}},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(document))
    assert names(load(tmp_path / "main.tf.json", {})) == ["dev-orders"]


def test_one_file_uses_the_variables_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "orders.tf").write_text(table('"${var.stage}-orders"'))
    (tmp_path / "others.tf").write_text(table('"others"'))
    (tmp_path / "broken.tf").write_text("x = {")
    (tmp_path / "variables.tf").write_text('variable "stage" {\n default = "dev"\n}\n')
    assert names(load(tmp_path / "orders.tf", {})) == ["dev-orders"]


def test_dynamic_blocks_over_literals_are_expanded(tmp_path: Path) -> None:
    text = f"""
resource "aws_dynamodb_table" "t" {{
  name = "orders"
  {KEY}
  dynamic "attribute" {{
    for_each = toset(["a", "b"])
    iterator = it
    content {{
      name = it.value
      type = "S"
    }}
  }}
}}
"""
    assert [attribute.name for attribute in read(tmp_path, text).tables[0].attributes] == ["id", "a", "b"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dev.tfvars", "this is a Terraform variables file, not a configuration"),
        ("terragrunt.hcl", "this is an HCL file of Terragrunt or another tool, which is not supported"),
        ("out.tfplan", "this is a binary Terraform plan, which is not supported"),
    ],
)
def test_other_files_of_terraform_are_one_problem(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04\xff")
    with pytest.raises(ConfigError) as error:
        load(tmp_path / name, {})
    (found,) = error.value.problems
    assert (found.message, bool(found.hint)) == (message, True)


def test_tags_of_old_versions_are_a_block(tmp_path: Path) -> None:
    assert read(tmp_path, table('"orders"', 'tags {\n team = "shop"\n }')).tables[0].tags == {"team": "shop"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = " + "[" * 20_000 + "]" * 20_000 + "\n", "nested too deeply"),
        ("a {\n" * 5_000 + "}\n" * 5_000, "nested too deeply"),
        ("# " + "x" * 1_000_000 + "\n", "the file is too large"),
    ],
)
def test_extreme_files_are_one_problem(tmp_path: Path, text: str, message: str) -> None:
    name = "local.x" if text.startswith("x") else '"orders"'
    text = f"locals {{\n{text}}}\n" if text.startswith("x") else text
    assert message in problem(tmp_path, text + table(name)).message
