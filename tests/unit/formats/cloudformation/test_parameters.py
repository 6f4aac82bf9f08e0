"""Test the parameters and pseudo parameters of templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dynamotasks.config.settings import Flags, Settings
from dynamotasks.errors import ConfigError, UsageError
from dynamotasks.formats.context import Context
from dynamotasks.formats.pseudo_parameters import defaults, stack_name
from dynamotasks.formats.reading import load

from .templates import load_template, name_in, named, problem_of

STAGE = {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod", 7]}


def staged(kind: dict[str, Any]) -> dict[str, Any]:
    return named({"Fn::Sub": "orders-${Stage}"}, Parameters={"Stage": kind})


@pytest.mark.parametrize("given", ["prod", "7", "dev"])
def test_an_allowed_value_is_used(tmp_path: Path, given: str) -> None:
    assert name_in(tmp_path, staged(STAGE), {"Stage": given}) == f"orders-{given}"


def test_a_value_that_is_not_allowed_is_a_problem(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, staged(STAGE), {"Stage": "test"})
    assert problem.message == "invalid value 'test' of parameter Stage"
    assert problem.hint == "allowed: dev, prod, 7"
    assert (problem.line, problem.column) == (16, 3)


def test_each_item_of_a_list_must_be_allowed(tmp_path: Path) -> None:
    kind = {"Type": "List<String>", "AllowedValues": ["a", "b"]}
    document = named({"Fn::Join": ["-", {"Ref": "Stage"}]}, Parameters={"Stage": kind})
    assert name_in(tmp_path, document, {"Stage": "a, b"}) == "a-b"
    assert "'c'" in problem_of(tmp_path, document, {"Stage": "a,c"}).message


@pytest.mark.parametrize(
    ("rules", "value", "hint"),
    [
        ({"AllowedPattern": "^[a-z]+$"}, "Dev", "it must match ^[a-z]+$"),
        ({"AllowedPattern": "[a-z]*"}, "dev1", "it must match [a-z]*"),
        ({"AllowedPattern": "[a-z]+", "ConstraintDescription": "letters"}, "1", "it must match [a-z]+ (letters)"),
        ({"MinLength": 2}, "d", "its length must be at least 2"),
        ({"MaxLength": "3"}, "test", "its length must be at most 3"),
        ({"Type": "Number", "MinValue": 1}, "0", "it must be at least 1"),
        ({"Type": "Number", "MaxValue": 2.5}, "3", "it must be at most 2.5"),
        ({"Type": "Number"}, "many", "it must be a number"),
    ],
)
def test_a_value_must_comply_with_the_rules_of_its_parameter(
    tmp_path: Path, rules: dict[str, Any], value: str, hint: str
) -> None:
    problem = problem_of(tmp_path, staged({"Type": "String", **rules}), {"Stage": value})
    assert problem.message == f"invalid value {value!r} of parameter Stage"
    assert problem.hint == hint


@pytest.mark.parametrize("pattern", ["[a-z]+", "(?<stage>dev|prod)", "\\p{Lower}+"])
def test_a_value_that_matches_a_pattern_or_one_of_java_is_used(tmp_path: Path, pattern: str) -> None:
    kind = {"Type": "String", "AllowedPattern": pattern, "MinLength": 3, "MaxLength": 3}
    assert name_in(tmp_path, staged(kind), {"Stage": "dev"}) == "orders-dev"


@pytest.mark.parametrize(("default", "text"), [(True, "true"), (7, "7"), ("x", "x")])
def test_a_default_is_text(tmp_path: Path, default: Any, text: str) -> None:
    assert name_in(tmp_path, staged({"Type": "String", "Default": default})) == f"orders-{text}"


def test_a_parameter_of_systems_manager_is_a_question(tmp_path: Path) -> None:
    kind = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/orders/stage"}
    problem = problem_of(tmp_path, staged(kind))
    assert "the value of parameter Stage is in Systems Manager" in problem.message
    assert name_in(tmp_path, staged(kind), {"Stage": "dev"}) == "orders-dev"


@pytest.mark.parametrize(
    "name", [{"Fn::Sub": "${Team}-${Stage}"}, {"Fn::Join": ["-", [{"Ref": "Team"}, {"Ref": "Stage"}, "x"]]}]
)
def test_a_text_asks_for_all_its_parameters_at_once(tmp_path: Path, name: Any) -> None:
    parameters = {"Team": {"Type": "String"}, "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]}}
    with pytest.raises(ConfigError) as error:
        load_template(tmp_path, named(name, Parameters=parameters))
    assert {found.hint for found in error.value.problems} == {
        "add --param Team=VALUE",
        "add --param Stage=VALUE; allowed: dev, prod",
    }


def test_one_question_stands_for_all_values_that_need_the_parameter(tmp_path: Path) -> None:
    document = staged({"Type": "String"})
    document["Resources"]["Items"] = document["Resources"]["Orders"]
    problem = problem_of(tmp_path, document)
    assert problem.message == "resource Orders: TableName: parameter Stage has no default (and in 1 more place)"
    assert problem.hint == "add --param Stage=VALUE"


@pytest.mark.parametrize(
    ("name", "hint"), [("Stag", "did you mean 'Stage'?"), ("Unrelated", "known: AWS::StackName, Stage")]
)
def test_a_parameter_that_no_file_has_is_a_problem(tmp_path: Path, name: str, hint: str) -> None:
    document = named({"Fn::Sub": "${AWS::StackName}-${Stage}"}, Parameters={"Stage": STAGE})
    problem = problem_of(tmp_path, document, {name: "dev"})
    assert problem.message == f"--param {name}: no file uses this parameter"
    assert problem.hint == hint


def test_a_parameter_that_only_other_resources_use_is_accepted(tmp_path: Path) -> None:
    document = named("orders", Parameters={"Stage": STAGE})
    assert name_in(tmp_path, document, {"Stage": "prod"}) == "orders"


def test_the_stack_has_the_name_of_the_folder_with_a_note(tmp_path: Path) -> None:
    folder = tmp_path / "my shop"
    folder.mkdir()
    config = load_template(folder, named({"Fn::Sub": "${AWS::StackName}-orders"}))
    assert config.tables[0].name == "my-shop-orders"
    assert "assuming AWS::StackName=my-shop; add --param AWS::StackName=VALUE to set it" in config.notes[0]


def test_a_param_sets_the_stack(tmp_path: Path) -> None:
    config = load_template(tmp_path, named({"Ref": "AWS::StackName"}), {"AWS::StackName": "shop"})
    assert (config.tables[0].name, config.notes) == ("shop", ())


def test_the_region_is_that_of_the_environment(tmp_path: Path) -> None:
    config = load_template(tmp_path, named({"Ref": "AWS::Region"}), variables={"AWS_REGION": "eu-west-1"})
    assert config.tables[0].name == "eu-west-1"


def test_an_invalid_region_of_the_environment_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="AWS_REGION: invalid AWS Region"):
        load_template(tmp_path, named({"Ref": "AWS::Region"}), variables={"AWS_REGION": "a b"})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/projects/shop/template.yaml", "shop"),
        ("/projects/shop/infra/template.yml", "shop"),
        ("/projects/shop/cdk.out/ShopStack.template.json", "ShopStack"),
        ("/projects/my_shop/serverless.yml", "my-shop"),
        ("/projects/2025 shop/template.yaml", "stack-2025-shop"),
        ("/template.yaml", "template"),
        ("/_/__.yaml", "stack"),
        (f"/{'a' * 200}/template.yaml", "a" * 128),
    ],
)
def test_the_name_of_a_stack_is_that_of_the_file_or_folder(path: str, name: str) -> None:
    assert stack_name(Path(path)) == name


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [("cn-north-1", "aws-cn", "amazonaws.com.cn"), ("us-gov-west-1", "aws-us-gov", "amazonaws.com")],
)
def test_the_partition_follows_the_region(region: str, partition: str, suffix: str) -> None:
    values = defaults(Context(Path("shop.yaml"), pseudo_parameters={"AWS::Region": region}))
    assert (values["AWS::Partition"], values["AWS::URLSuffix"]) == (partition, suffix)
    assert values["AWS::StackId"].startswith(f"arn:{partition}:cloudformation:{region}:000000000000:stack/shop/")


@pytest.mark.parametrize("name", ["AWS::StackName", "AWS::AccountId", "AWS::Region"])
def test_other_environments_have_no_assumed_stack_account_or_region(tmp_path: Path, name: str) -> None:
    load_template(tmp_path, named({"Ref": name}))
    file = tmp_path / "template.yaml"
    with pytest.raises(ConfigError, match=f"TableName: {name} has no value; add --param {name}=VALUE"):
        load(file, {}, environment="prod")
    given = load(file, {}, environment="prod", pseudo_parameters={name: "eu-west-1"})
    assert given.tables[0].name == "eu-west-1"


def test_flags_set_pseudo_parameters() -> None:
    settings = Settings(Path(), Flags(stack="shop", region="eu-west-1"), variables={})
    assert settings.pseudo_parameters == {"AWS::StackName": "shop", "AWS::Region": "eu-west-1"}
