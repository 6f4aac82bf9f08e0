"""Test CloudFormation's functions in the name of a table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.errors import ConfigError

from .templates import KEY, load_template, name_in, named, problem_of, table, template

PARAMETERS = {
    "Stage": {"Type": "String", "Default": "dev"},
    "Names": {"Type": "CommaDelimitedList", "Default": "orders, items"},
    "Number": {"Type": "Number", "Default": 7},
}
MAPPINGS = {"Names": {"dev": {"Orders": "dev-orders"}, "us-east-1": {"Orders": "regional-orders"}}}
CONDITIONS = {
    "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
    "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
    "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
    "Either": {"Fn::Or": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
}
NO_VALUE = {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Fn::Sub": "orders-${Stage}"}, "orders-dev"),
        ({"Fn::Sub": "orders-${ Stage }"}, "orders-dev"),
        ({"Fn::Sub": ["${A}-${Stage}", {"A": {"Ref": "Number"}}]}, "7-dev"),
        ({"Fn::Sub": "${AWS::Region}.${AWS::AccountId}"}, "us-east-1.000000000000"),
        ({"Fn::Sub": "${AWS::Partition}-${AWS::URLSuffix}"}, "aws-amazonaws.com"),
        ({"Fn::Join": ["-", ["orders", {"Ref": "Stage"}, NO_VALUE, 7]]}, "orders-dev-7"),
        ({"Fn::Join": [".", {"Ref": "Names"}]}, "orders.items"),
        ({"Fn::Select": [1, {"Ref": "Names"}]}, "items"),
        ({"Fn::Select": ["0", {"Fn::Split": ["-", "orders-dev"]}]}, "orders"),
        ({"Fn::FindInMap": ["Names", {"Ref": "Stage"}, "Orders"]}, "dev-orders"),
        ({"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "Orders"]}, "regional-orders"),
        ({"Fn::FindInMap": ["Names", "prod", "Orders", {"DefaultValue": "other"}]}, "other"),
        ({"Fn::If": ["IsDev", "one-dev", "one-prod"]}, "one-dev"),
        ({"Fn::If": ["IsProd", "one-prod", {"Fn::Sub": "two-${Stage}"}]}, "two-dev"),
        ({"Fn::If": ["Both", "both", "one"]}, "one"),
        ({"Fn::If": ["Either", "either", "none"]}, "either"),
        ({"Fn::If": ["IsProd", "one-prod", NO_VALUE]}, "Orders"),
        ({"Fn::Join": ["-", ["name", {"Fn::Length": {"Ref": "Names"}}]]}, "name-2"),
        ({"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": ["Other", "Arn"]}]}]}, "table/Other"),
        ({"Ref": "Other"}, "Other"),
    ],
)  # fmt: skip
def test_a_function_is_evaluated(tmp_path: Path, written: Any, name: str) -> None:
    resources = {"Orders": table(TableName=written), "Other": table()}
    sections = {"Parameters": PARAMETERS, "Mappings": MAPPINGS, "Conditions": CONDITIONS, "Resources": resources}
    if name.startswith("table/"):
        assert f"'{name}'" in problem_of(tmp_path, template(**sections)).message
        return
    if name == "Other":
        resources["Other"] = {"Type": "AWS::DynamoDB::Table", "Condition": "IsProd", "Properties": KEY}
    assert load_template(tmp_path, template(**sections)).tables[0].name == name


def test_short_tags_are_functions(tmp_path: Path) -> None:
    text = """\
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsDev: !Equals [!Ref Stage, dev], Not: !Not [!Condition IsDev], Or: !Or [!Condition IsDev, !Condition Not]}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !If [Or, !Join ["-", [!Select [0, !Split [",", "orders,x"]], !Sub "${Stage}${!x}"]], x]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      Tags: [{Key: arn, Value: !GetAtt Orders.Arn}]
"""
    with pytest.raises(ConfigError, match=re.escape("table 'orders-dev${x}': invalid table name")):
        load_template(tmp_path, text)
    config = load_template(tmp_path, text.replace("${!x}", ""))
    assert config.tables[0].tags == {"arn": "arn:aws:dynamodb:us-east-1:000000000000:table/orders-dev"}


@pytest.mark.parametrize(
    ("written", "reason", "hint"),
    [
        ({"Ref": "Bucket"}, "the name of resource Bucket is known only in AWS", "--param Bucket=VALUE"),
        ({"Ref": "Nope"}, "the template has no parameter or resource 'Nope'", "--param Nope=VALUE"),
        ({"Ref": "Order"}, "the template has no parameter or resource 'Order'", "did you mean 'Orders'?"),
        ({"Fn::GetAtt": "Bucket.Name"}, "Bucket.Name is known only in AWS", "--param Bucket.Name=VALUE"),
        ({"Fn::ImportValue": "shop-name"}, "shop-name is exported by another stack", "--param shop-name=VALUE"),
        ("{{resolve:ssm:/name}}", "resolve:ssm:/name is known only in AWS", "--param resolve:ssm:/name=VALUE"),
        ({"Fn::Transform": {"Name": "AWS::Include"}}, "Fn::Transform runs only in AWS", ""),
        ({"Fn::If": ["Nope", "a", "b"]}, "the template has no condition 'Nope'", ""),
        ({"Fn::FindInMap": ["A", "b", "c"]}, "Fn::FindInMap: the mappings have no A.b.c", ""),
        ({"Fn::Select": [3, ["a"]]}, "Fn::Select: the list has no item 3", ""),
        ({"Fn::Base64": "a"}, "Fn::Base64 is not supported", ""),
        ({"Fn::GetAZs": ""}, "Fn::GetAZs depends on the account", ""),
        ({"Fn::Sub": {}}, "Fn::Sub requires a string", ""),
    ],
)
def test_what_the_template_does_not_determine_is_a_question(
    tmp_path: Path, written: Any, reason: str, hint: str
) -> None:
    resources = {"Orders": table(TableName=written), "Bucket": {"Type": "AWS::S3::Bucket"}}
    problem = problem_of(tmp_path, template(Resources=resources))
    assert problem.message == f"resource Orders: TableName: {reason}"
    assert hint in problem.hint


@pytest.mark.parametrize("name", ["Bucket", "Nope", "Bucket.Name", "shop-name", "resolve:ssm:/name"])
def test_a_param_answers_the_question(tmp_path: Path, name: str) -> None:
    written: Any = {"Ref": name}
    if name == "Bucket.Name":
        written = {"Fn::GetAtt": name}
    elif name == "shop-name":
        written = {"Fn::ImportValue": name}
    elif name.startswith("resolve"):
        written = f"{{{{{name}}}}}"
    assert name_in(tmp_path, named(written), {name: "orders"}) == "orders"


def test_a_circular_reference_is_one_problem(tmp_path: Path) -> None:
    resources = {
        name: table(TableName={"Ref": other}) for name, other in (("Aaa", "Bbb"), ("Bbb", "Ccc"), ("Ccc", "Aaa"))
    }
    problem = problem_of(tmp_path, template(Resources=resources))
    cycle = "resource Aaa refers to resource Bbb, which refers to resource Ccc, which refers to resource Aaa"
    assert problem.message == f"resource Aaa: TableName: {cycle} (and in 2 more places)"
    assert problem.hint == "remove the circular reference"


def test_a_condition_that_refers_to_itself_is_a_problem(tmp_path: Path) -> None:
    conditions = {"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}}
    problem = problem_of(tmp_path, named({"Fn::If": ["A", "x", "y"]}, Conditions=conditions))
    assert "condition A refers to condition B, which refers to condition A" in problem.message


def test_loops_declare_tables(tmp_path: Path) -> None:
    loop = ["Name", {"Ref": "Names"}, {"${Name}Table": table(TableName={"Fn::Sub": "shop-${Name}"})}]
    resources = {"Fn::ForEach::Tables": loop}
    document = template(Transform="AWS::LanguageExtensions", Parameters=PARAMETERS, Resources=resources)
    config = load_template(tmp_path, document)
    assert [found.name for found in config.tables] == ["shop-orders", "shop-items"]


def test_a_loop_over_an_open_list_is_a_question(tmp_path: Path) -> None:
    loop = ["Name", {"Ref": "Names"}, {"${Name}Table": table()}]
    parameters = {"Names": {"Type": "CommaDelimitedList"}}
    problem = problem_of(tmp_path, template(Parameters=parameters, Resources={"Fn::ForEach::Tables": loop}))
    assert (problem.message, problem.hint) == ("parameter Names has no default", "add --param Names=VALUE")


@pytest.mark.parametrize("loop", [[], "x", ["Name", "a", {}], [None, ["a"], {}], ["Name", ["a"], "b"]])
def test_an_invalid_loop_is_a_problem(tmp_path: Path, loop: Any) -> None:
    resources = {"Orders": table(), "Fn::ForEach::Tables": loop}
    message = problem_of(tmp_path, template(Resources=resources)).message
    assert message == "Fn::ForEach::Tables requires an identifier, a list and a map"
