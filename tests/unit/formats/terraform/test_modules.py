"""Test the modules of Terraform configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load
from dynamotasks.schema.table_spec import ProvisionedThroughput

from .files import names, problem, read, table

REGISTRY = """
module "orders" {
  source   = "terraform-aws-modules/dynamodb-table/aws"
  version  = "~> 4.0"
  name     = "orders"
  hash_key = "id"
  attributes = [
    { name = "id", type = "N" },
    { name = "title", type = "S" },
  ]
  global_secondary_indexes = [
    { name = "by_title", hash_key = "title", projection_type = "ALL" },
  ]
  ttl_enabled        = true
  ttl_attribute_name = "expires"
  stream_enabled     = true
  stream_view_type   = "KEYS_ONLY"
  tags               = { team = "shop" }
}
"""


def child(folder: Path, text: str, name: str = "modules/table") -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "main.tf").write_text(text)


def test_the_table_module_of_the_registry_is_read(tmp_path: Path) -> None:
    (found,) = read(tmp_path, REGISTRY).tables
    assert (found.name, found.billing_mode) == ("orders", "PAY_PER_REQUEST")
    assert found.time_to_live_specification is not None
    assert found.time_to_live_specification.attribute_name == "expires"
    assert found.stream_specification is not None
    assert found.stream_specification.stream_view_type == "KEYS_ONLY"
    assert found.tags == {"team": "shop", "Name": "orders"}
    assert [index.index_name for index in found.global_secondary_indexes or ()] == ["by_title"]


def test_outputs_of_the_table_module_name_its_table(tmp_path: Path) -> None:
    insights = 'resource "aws_dynamodb_contributor_insights" "i" {\n table_name = module.orders.dynamodb_table_id\n}\n'
    assert read(tmp_path, REGISTRY + insights).tables[0].contributor_insights_specification is not None


def test_other_inputs_of_the_table_module_are_noted(tmp_path: Path) -> None:
    others = (
        'resource_policy = "{}"\n autoscaling_enabled = true\n autoscaling_read = { max_capacity = 9 }\n timeouts = {}'
    )
    notes = read(tmp_path, REGISTRY.replace("version  =", f"{others}\n version  =")).notes
    assert [note.rpartition(": ")[2] for note in notes] == [
        "resource_policy is not managed",
        "autoscaling_enabled is not managed",
    ]


def test_an_index_that_is_not_resolved_is_a_problem(tmp_path: Path) -> None:
    text = REGISTRY.replace('{ name = "by_title"', 'var.index, { name = "by_title"')
    assert "variable index is not declared" in problem(tmp_path, text).message


def test_the_table_module_can_create_nothing(tmp_path: Path) -> None:
    text = REGISTRY.replace("version  =", "create_table = false\n  version  =")
    assert names(read(tmp_path, text + table('"others"'))) == ["others"]


def test_local_modules_are_read_with_their_inputs(tmp_path: Path) -> None:
    child(tmp_path, 'variable "name" {}\noutput "n" {\n value = "${var.name}-out"\n}\n' + table('"${var.name}-orders"'))
    call = 'module "a" {\n source = "./modules/table"\n for_each = toset(["dev", "test"])\n name = each.key\n}\n'
    config = read(tmp_path, call + table('module.a["dev"].n'))
    assert names(config) == ["dev-out", "dev-orders", "test-orders"]


def test_a_missing_input_is_a_problem_that_names_the_module(tmp_path: Path) -> None:
    child(tmp_path, 'variable "name" {}\n' + table("var.name"))
    found = problem(tmp_path, 'module "a" {\n source = "./modules/table"\n}\n')
    assert (found.hint, Path(found.file).parts[-2:]) == ("set name in the block of module.a", ("table", "main.tf"))


def test_a_module_that_calls_itself_is_one_problem(tmp_path: Path) -> None:
    assert "the module calls itself" in problem(tmp_path, 'module "a" {\n source = "./."\n}\n').message


def test_a_module_outside_the_project_is_one_problem(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    child(tmp_path, table('"orders"'))
    found = problem(project, 'module "a" {\n source = "../modules/table"\n}\n')
    assert found.message == "module.a: '../modules/table' is outside the project folder"


def test_a_module_of_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "dev").mkdir()
    child(tmp_path, table('"orders"'))
    assert names(read(tmp_path / "dev", 'module "a" {\n source = "../modules/table"\n}\n')) == ["orders"]


def test_downloaded_modules_are_noted(tmp_path: Path) -> None:
    config = read(tmp_path, 'module "a" {\n source = "terraform-aws-modules/vpc/aws"\n}\n' + table('"orders"'))
    assert "module.a: downloaded modules are not read" in config.notes[0]


def test_downloaded_modules_are_noted_once_each(tmp_path: Path) -> None:
    network = 'module "network" {\n source = "terraform-aws-modules/vpc/aws"\n}\n'
    child(tmp_path, 'variable "name" {}\n' + network + table("var.name"))
    call = 'module "a" {\n source = "./modules/table"\n for_each = toset(["dev", "test"])\n name = each.key\n}\n'
    notes = read(tmp_path, call + network + network.replace("network", "zone")).notes
    assert sorted(note.partition(": ")[2] for note in notes) == [
        "module.network: downloaded modules are not read: 'terraform-aws-modules/vpc/aws'",
        "module.network: downloaded modules are not read: 'terraform-aws-modules/vpc/aws'",
        "module.zone: downloaded modules are not read: 'terraform-aws-modules/vpc/aws'",
    ]


def test_downloaded_modules_for_tables_are_a_problem(tmp_path: Path) -> None:
    found = problem(tmp_path, 'module "a" {\n source = "cloudposse/dynamodb/aws"\n}\n' + table('"orders"'))
    assert "terraform show -json" in str(found.hint)


@pytest.mark.parametrize("source", ["./absent", "./" + "x" * 300, "./a\\u0000b"])
def test_a_missing_module_is_one_problem(tmp_path: Path, source: str) -> None:
    assert "no such folder: './" in problem(tmp_path, f'module "a" {{\n source = "{source}"\n}}\n').message


def test_without_python_hcl2_the_message_has_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hcl2", None)
    (tmp_path / "a.tf").write_text(table('"orders"'))
    (tmp_path / "b.tf").write_text(table('"others"'))
    with pytest.raises(ConfigError) as error:
        load(tmp_path, {})
    (found,) = error.value.problems
    assert found.message == "reading Terraform files requires the package python-hcl2"
    assert found.hint == "install it with: pip install 'dynamotasks[terraform]'"


def test_outputs_of_downloaded_modules_are_open(tmp_path: Path) -> None:
    text = 'module "label" {\n source = "cloudposse/label/null"\n}\n' + table("module.label.id")
    assert problem(tmp_path, text).hint == "add --param module.label.id=VALUE"
    assert names(read(tmp_path, text, {"module.label.id": "orders"})) == ["orders"]


def test_parameter_of_an_environment_can_be_a_map(tmp_path: Path) -> None:
    config, terraform = tmp_path / "tables.yaml", tmp_path / "main.tf"
    config.write_text("environments: {local: {params: {capacity: {read: 2}}}}")
    terraform.write_text("""
variable "capacity" { type = object({ read = number, write = optional(number, 3) }) }
resource "aws_dynamodb_table" "t" {
  name           = "ttt"
  hash_key       = "id"
  read_capacity  = var.capacity.read
  write_capacity = var.capacity.write
  attribute {
    name = "id"
    type = "S"
  }
}
""")
    (table,) = load([terraform, config], {}).tables
    assert table.provisioned_throughput == ProvisionedThroughput(read_capacity_units=2, write_capacity_units=3)
