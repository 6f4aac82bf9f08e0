"""Test templates with random changes and expressions: each is read, or has problems with positions; none is slow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks.config import Config
from dynamotasks.errors import ConfigError, Problem
from dynamotasks.formats.reading import load
from tests.support.soak import size

EXAMPLES = size(200, soak=10_000)
NAMES = ["Orders", "Items", "Stage", "IsProd", "AWS::Region", "AWS::NoValue", "AWS::StackName", "Nope", "Maps", ""]
# values that a template may have where others are expected
ODD: list[Any] = [None, True, 0, -1, 2.5, "", "x", "${Orders}", "${!x}", "{{resolve:ssm:/x}}", [], [[]], {}, {"": {}}]
FUNCTIONS = ["Join", "Select", "Split", "FindInMap", "Equals", "And", "Or", "Not", "If", "ImportValue", "Length"]
FUNCTIONS += ["ToJsonString", "Base64", "Sub", "GetAtt", "Transform"]
TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Transform": ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
    "Globals": {"SimpleTable": {"SSESpecification": {"SSEEnabled": True}}},
    "Parameters": {"Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]}},
    "Mappings": {"Maps": {"dev": {"Units": 1}, "prod": {"Units": 2}}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    "Resources": {
        "Orders": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "Condition": "IsProd",
            "Properties": {
                "TableName": {"Fn::Sub": "${AWS::StackName}-orders"},
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": {"Fn::If": ["IsProd", "PROVISIONED", "PAY_PER_REQUEST"]},
                "ProvisionedThroughput": {
                    "ReadCapacityUnits": {"Fn::FindInMap": ["Maps", {"Ref": "Stage"}, "Units"]},
                    "WriteCapacityUnits": 1,
                },
                "Tags": [{"Key": "arn", "Value": {"Fn::GetAtt": ["Items", "Arn"]}}],
            },
        },
        "Items": {"Type": "AWS::Serverless::SimpleTable", "Properties": {"PrimaryKey": {"Name": "id"}}},
        "World": {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "WriteProvisionedThroughputSettings": {"WriteCapacityAutoScalingSettings": {"MinCapacity": 1}},
                "Replicas": [{"Region": "us-east-1", "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 1}}],
            },
        },
        "Fn::ForEach::Tables": ["Name", ["A", "B"], {"${Name}Table": {"Type": "AWS::Serverless::SimpleTable"}}],
    },
}
names = st.sampled_from(NAMES)


def functions(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy of functions of values, and of maps and lists."""
    several = st.lists(values, max_size=4)
    return st.one_of(
        st.builds(lambda name: {"Ref": name}, names),
        st.builds(lambda name: {"Condition": name}, names),
        st.builds(lambda name, key: {"Fn::GetAtt": [name, key]}, names, st.sampled_from(["Arn", "Other"])),
        st.builds(lambda name, one: {"Fn::Sub": [f"a-${{{name}}}-${{b}}", {"b": one}]}, names, values),
        st.builds(lambda name, one, two: {"Fn::If": [name, one, two]}, names, values, values),
        st.builds(lambda parts: {"Fn::Join": ["-", parts]}, several),
        st.builds(
            lambda function, parts: {f"Fn::{function}": parts},
            st.sampled_from(FUNCTIONS),
            st.one_of(several, values),
        ),
        st.dictionaries(names, values, max_size=3),
        several,
    )


expressions = st.recursive(st.one_of(st.sampled_from(ODD), names), functions, max_leaves=12)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all parts of a document."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(part, (*path, key))


PLACES = list(places(TEMPLATE))


def changed(changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    """Return the template with other values at those paths that still exist."""
    document = json.loads(json.dumps(TEMPLATE))
    for path, value in changes:
        parent = document
        with suppress(KeyError, IndexError, TypeError):  # an earlier change removed the path
            for step in path[:-1]:
                parent = parent[step]
            parent[path[-1]] = value
    return document


def outcome(file: Path) -> Config | tuple[Problem, ...]:
    """Return the config of a template, or its problems, each of which has a position in the file."""
    try:
        return load(file, {})
    except ConfigError as error:
        problems = error.problems
    assert problems
    assert all(problem.file == str(file) and problem.line >= 1 for problem in problems)
    return problems


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PLACES), expressions), min_size=1, max_size=4))
def test_a_changed_template_is_read_or_has_problems_and_twice_the_same(
    tmp_path: Path, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(changed(changes)))
    assert outcome(file) == outcome(file)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["Orders", "Items", "World"]), expressions), expressions)
def test_references_between_tables_end(tmp_path: Path, written: dict[str, Any], condition: Any) -> None:
    changes: list[tuple[tuple[Any, ...], Any]] = [
        (("Resources", name, "Properties", "TableName"), value) for name, value in written.items()
    ]
    file = tmp_path / "template.json"
    file.write_text(json.dumps(changed([*changes, (("Conditions", "IsProd"), condition)])))
    assert outcome(file) == outcome(file)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_template_with_changed_text_is_read_or_has_problems(tmp_path: Path, data: st.DataObject) -> None:
    text = yaml.safe_dump(TEMPLATE, sort_keys=False)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    parts = ["", "!Ref Orders", "!Sub ", "&a ", "*a", "<<: *a", "{", "- ", ": ", "\t", "\x00", "!!binary x", "---\n"]
    file = tmp_path / "template.yaml"
    file.write_text(text[:start] + data.draw(st.sampled_from(parts)) + text[end:], encoding="utf-8")
    outcome(file)


def _aliases(levels: int) -> str:
    lines = ["A0: &a0 [x, x]"] + [f"A{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def _doubled(levels: int) -> dict[str, Any]:
    """Return tables, each of which has the name of the one before twice."""
    resources = {}
    for number in range(levels):
        name = {"Fn::Sub": f"${{T{number - 1}}}${{T{number - 1}}}"} if number else "ab"
        properties = {**TEMPLATE["Resources"]["World"]["Properties"], "TableName": name}
        resources[f"T{number}"] = {"Type": "AWS::DynamoDB::Table", "Properties": properties}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def _nested(depth: int) -> str:
    return (
        '{"Resources": {"A": {"Type": "AWS::DynamoDB::Table", "Properties": {"Tags": '
        + "[" * depth
        + "]" * depth
        + "}}}}"
    )


HEAD = "Resources:\n  A:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"
LOOPS: dict[str, Any] = {"T${A}${B}${C}${D}${E}${F}${G}": {"Type": "AWS::Serverless::SimpleTable"}}
for letter in "ABCDEFG":
    LOOPS = {f"Fn::ForEach::{letter}": [letter, [str(number) for number in range(10)], LOOPS]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{_aliases(20)}\n{HEAD}      Tags: *a19", "more than 1,000,000 values, with YAML aliases expanded"),
        (f"{HEAD}      Tags: &a [*a]", "a YAML alias contains itself"),
        (f"{HEAD}      <<: &a {{<<: *a}}", "a YAML alias contains itself"),
        (json.dumps(_doubled(60)), "references expand to more than 10,000,000 characters"),
        (
            json.dumps({"Transform": "AWS::LanguageExtensions", "Resources": LOOPS}),
            "references and aliases expand to more than 1,000,000 values",
        ),
        (_nested(100_000), "nested too deeply"),
        (_nested(2_000), "nested too deeply"),
        (f"{HEAD}      TableName: {'x' * 10_000_000}", "the file is too large"),
    ],
    ids=["aliases", "alias cycle", "merge cycle", "doubled names", "loops", "depth", "small depth", "size"],
)
def test_a_template_that_expands_without_end_has_one_problem(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / ("template.json" if text.startswith("{") else "template.yaml")
    file.write_text(text)
    found = outcome(file)
    assert isinstance(found, tuple)
    (problem,) = found
    assert message in problem.message
