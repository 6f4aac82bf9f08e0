"""Test what expressions of Terraform configurations refer to, and their results."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load
from dynamotasks.formats.terraform import project

from .files import names, problem, read, table

SHOP = 'locals {\n  shop = { name = "shop", zones = ["a", "b"], none = null }\n}\n'


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ('"${local.shop.name}-orders"', "shop-orders"),
        ('"${local.shop["name"]}"', "shop"),
        ('local.shop.name == "shop" ? "yes" : "no-"', "yes"),
        ('!(1 + 2 * 3 > 6 && true) || false ? "yes" : "no-"', "no-"),
        ('format("%s-%03d", local.shop.name, 7)', "shop-007"),
        ('join("-", local.shop.zones, ["c"])', "a-b-c"),
        ('lower(replace("Shop_Orders", "_", "-"))', "shop-orders"),
        ('upper("abc")', "ABC"),
        ('merge(local.shop, { name = "mine" }).name', "mine"),
        ('join("", concat(["x"], local.shop.zones))', "xab"),
        ('lookup(local.shop, "absent", "default")', "default"),
        ('"n${length(local.shop.zones)}-${tostring(5)}"', "n2-5"),
        ('"zone${element(local.shop.zones, 3)}"', "zoneb"),
        ('coalesce(local.shop.none, "", "first")', "first"),
        ('try(local.shop.absent.name, "fallback")', "fallback"),
        ('join("-", [for zone in local.shop.zones : upper(zone) if zone != "b"], ["z1"])', "A-z1"),
        ('join("-", [for key, value in { x = "1", y = "2" } : "${key}${value}"])', "x1-y2"),
        ('{ for zone in local.shop.zones : zone => "zone-${zone}" }["b"]', "zone-b"),
        ('element([{ name = "abc" }, { name = "def" }][*].name, 1)', "def"),
        ('join("-", values({ b = "2", a = "1" }), keys({ k1 = 1 }))', "1-2-k1"),
        ('trimsuffix(substr("orders-table", 0, -1), "-table")', "orders"),
        ('"${terraform.workspace}-orders"', "default-orders"),
        ('jsondecode("{\\"name\\": \\"json\\"}").name', "json"),
        ('yamldecode("name: yaml").name', "yaml"),
        ('replace("a$${b}", "$${b}", "x")', "ax"),
        ('trimspace(<<-EOT\n    orders${"-"}here\n  EOT\n)', "orders-here"),
    ],
)
def test_expressions_are_evaluated(tmp_path: Path, expression: str, result: str) -> None:
    text = table('"orders"', 'tags = {\n "result" = ' + expression + "\n}")
    (found,) = read(tmp_path, SHOP + text).tables
    assert found.tags == {"result": result}


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("data.aws_caller_identity.me.account_id", "data.aws_caller_identity.me.account_id is known only to Terraform"),
        ("random_pet.name.id", "random_pet.name.id is known only to Terraform"),
        ("local.absent", "local.absent is not declared"),
        ("var.absent", "variable absent is not declared"),
        ("sha256(5)", "function sha256() is not supported"),
        ("local.shop.absent", "the value has no attribute 'absent'"),
        ("local.shop.zones[2]", "the list has no item 2"),
        ('"x-${local.shop.zones}"', "a template contains a value that is not text"),
        ('"${local.loop}"', "local.loop refers to itself"),
        ('file("../../../etc/passwd")', "file '../../../etc/passwd' is outside the project folder"),
        ('local.shop.name + "x"', "an operand is not a number"),
        ("1 / 0", "the result is not a number"),
        ('"%{ if true }x%{ endif }"', "directives in templates are not supported"),
    ],
)
def test_what_is_not_known_is_one_problem(tmp_path: Path, expression: str, reason: str) -> None:
    found = problem(tmp_path, SHOP + "locals {\n  loop = local.loop\n}\n" + table(expression))
    assert found.message == f"resource aws_dynamodb_table.t: name: {reason}"


def test_a_parameter_gives_the_value_of_a_data_source(tmp_path: Path) -> None:
    text = table('"orders-${data.aws_region.here.name}"')
    assert names(read(tmp_path, text, {"data.aws_region.here.name": "eu-west-1"})) == ["orders-eu-west-1"]


STAGE = 'variable "stage" {\n  type = string\n  default = "default"\n}\n'


@pytest.mark.parametrize(
    ("parameters", "variables", "files", "result"),
    [
        ({}, {}, {}, "default"),
        ({}, {"TF_VAR_stage": "variable"}, {}, "variable"),
        ({}, {"TF_VAR_stage": "variable"}, {"terraform__tfvars": 'stage = "file"\n'}, "file"),
        ({}, {}, {"terraform__tfvars": 'stage = "file"\n', "x__auto__tfvars": 'stage = "auto"\n'}, "auto"),
        ({"stage": "param"}, {}, {"terraform__tfvars": 'stage = "file"\n'}, "param"),
        ({}, {}, {"terraform__tfvars__json": '{"stage": "json"}'}, "json"),
    ],
)
def test_variables_follow_the_precedence_of_terraform(
    tmp_path: Path, parameters: dict[str, str], variables: dict[str, str], files: dict[str, str], result: str
) -> None:
    config = read(tmp_path, STAGE + table('"orders-${var.stage}"'), parameters, variables, **files)
    assert names(config) == [f"orders-{result}"]


def test_specified_files_take_precedence_over_those_that_are_loaded_automatically(tmp_path: Path) -> None:
    for name, value in {"main.tf": STAGE + table('"orders-${var.stage}"'), "x.auto.tfvars": 'stage = "auto"\n'}.items():
        (tmp_path / name).write_text(value)
    file = tmp_path / "env" / "prod.tfvars"
    file.parent.mkdir()
    file.write_text('stage = "prod"\n')
    assert names(load([file, tmp_path], {})) == ["orders-prod"]
    assert names(load([file, tmp_path], {}, {"stage": "param"})) == ["orders-param"]
    file.write_text("stage = [")
    with pytest.raises(ConfigError) as error:
        load([file, tmp_path], {})
    assert [Path(found.file).name for found in error.value.problems] == ["prod.tfvars"]
    file.unlink()
    with pytest.raises(ConfigError, match="no such Terraform file"):
        load([file, tmp_path], {})


def test_a_text_asks_for_all_its_variables_at_once(tmp_path: Path) -> None:
    text = 'variable "team" {}\nvariable "stage" {}\n' + table('"${var.team}-${var.stage}-orders"')
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert {found.hint for found in error.value.problems} == {"add --param team=VALUE", "add --param stage=VALUE"}


def test_a_validation_refuses_a_value(tmp_path: Path) -> None:
    rule = 'condition = contains(["dev", "prod"], var.stage)\n    error_message = "Use dev or prod."'
    text = f'variable "stage" {{\n  default = "dev"\n  validation {{\n    {rule}\n  }}\n}}\n' + table(
        '"orders-${var.stage}"'
    )
    assert names(read(tmp_path, text, {"stage": "prod"})) == ["orders-prod"]
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text, {"stage": "test"})
    (found,) = error.value.problems
    assert (found.line, found.message, found.hint) == (1, "invalid value of variable stage", "Use dev or prod.")


def test_a_parameter_of_a_list_is_an_expression(tmp_path: Path) -> None:
    text = 'variable "stages" {\n  type = list(string)\n}\n' + table(
        '"orders-${each.key}"', "for_each = toset(var.stages)"
    )
    assert names(read(tmp_path, text, {"stages": '["dev", "test"]'})) == ["orders-dev", "orders-test"]


def test_optional_attributes_have_their_defaults(tmp_path: Path) -> None:
    text = """
variable "tables" {
  type = map(object({
    hash_key  = string
    range_key = optional(string)
    type      = optional(string, "N")
  }))
  default = { orders = { hash_key = "id" } }
}
resource "aws_dynamodb_table" "t" {
  for_each  = var.tables
  name      = each.key
  hash_key  = each.value.hash_key
  range_key = each.value.range_key
  attribute {
    name = each.value.hash_key
    type = each.value.type
  }
}
"""
    (found,) = read(tmp_path, text).tables
    assert (len(found.key_schema), found.attributes[0].type) == (1, "N")


def test_count_decides_whether_a_table_exists(tmp_path: Path) -> None:
    text = table('"first"', "count = 0") + table('"orders-${count.index}"', "count = 2", "two")
    assert names(read(tmp_path, text)) == ["orders-0", "orders-1"]


def test_an_unresolved_count_is_assumed_to_be_one(tmp_path: Path) -> None:
    config = read(tmp_path, table('"orders"', "count = data.x.y.n"))
    assert names(config) == ["orders"]
    assert "assuming count = 1" in config.notes[0]


def test_an_unknown_for_each_is_one_problem(tmp_path: Path) -> None:
    found = problem(tmp_path, 'variable "names" {}\n' + table("each.key", "for_each = var.names"))
    assert found.message == "resource aws_dynamodb_table.t: for_each: variable names has no default".removeprefix(
        "resource "
    )


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"  l{n} = [local.l{n + 1}, local.l{n + 1}]\n" for n in range(60)) + '  l60 = "x"\n',
        "".join(f'  l{n} = "${{local.l{n + 1}}}${{local.l{n + 1}}}"\n' for n in range(60)) + '  l60 = "xxxx"\n',
        "  l0 = [for a in range(9999) : [for b in range(9999) : a]]\n",
    ],
)
def test_a_bomb_is_one_problem(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "_MAX_STEPS", 20_000)
    found = problem(tmp_path, "locals {\n" + text + "}\n" + table("jsonencode(local.l0)"))
    assert "more than" in found.message


@pytest.mark.parametrize(
    "text",
    ["a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)), "a: &a [*a]"],
)
def test_a_bomb_in_a_decoded_file_is_one_problem(tmp_path: Path, text: str) -> None:
    (tmp_path / "bomb.yaml").write_text(text)
    found = problem(tmp_path, table('jsonencode(yamldecode(file("bomb.yaml")))'))
    assert re.search(r"name: yamldecode\(\): (more than [0-9,]+ values, with|a YAML alias contains)", found.message)


def test_a_number_that_is_too_large_is_a_problem(tmp_path: Path) -> None:
    assert "the number 1e999 is too large" in problem(tmp_path, table("1e999")).message


def test_an_expression_that_is_nested_too_deeply_is_at_its_line(tmp_path: Path) -> None:
    found = problem(tmp_path, table("[" * 3000 + "]" * 3000))
    assert (Path(found.file).name, found.line) == ("main.tf", 2)
    assert found.message == "resource aws_dynamodb_table.t: name: nested too deeply"
