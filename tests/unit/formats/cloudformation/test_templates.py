"""Test the tables of CloudFormation and SAM templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: {Type: String}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "orders-${Stage}"
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      Tags: [{Key: owner, Value: !Ref Owner}]
"""


def template(folder: Path, text: str = TEMPLATE) -> Path:
    file = folder / "template.yaml"
    file.write_text(text)
    return file


def test_a_parameter_sets_the_name(tmp_path: Path) -> None:
    config = load(template(tmp_path), {}, {"Stage": "dev", "Owner": "me"})
    (table,) = config.tables
    assert (table.name, table.tags, config.notes) == ("orders-dev", {"owner": "me"}, ())


def test_an_open_parameter_of_a_name_is_a_question_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(template(tmp_path), {})
    (problem,) = error.value.problems
    assert (problem.line, problem.column, problem.hint) == (8, 7, "add --param Stage=VALUE")
    assert problem.message == "resource Orders: TableName: parameter Stage has no default"


def test_an_open_tag_is_left_unmanaged_with_a_note(tmp_path: Path) -> None:
    config = load(template(tmp_path), {}, {"Stage": "dev"})
    assert config.tables[0].tags is None
    assert "template.yaml:12:7: resource Orders: Tags is not managed" in config.notes[0]


def test_messages_use_the_names_of_the_template(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(template(tmp_path, TEMPLATE.replace("KeySchema:", "# ")), {}, {"Stage": "dev"})
    assert "missing required key 'KeySchema'" in str(error.value)


def test_a_template_without_tables_is_recognized(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this CloudFormation template declares no DynamoDB table"):
        load(template(tmp_path, TEMPLATE.replace("DynamoDB::Table", "S3::Bucket")), {})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("!Subs 'orders-${Stage}'", "TableName: unknown tag !Subs; did you mean !Sub?"),
        (
            "!Foo {a: b}",
            "TableName: unknown tag !Foo; only the short forms of CloudFormation's functions are supported",
        ),
    ],
)
def test_an_unknown_tag_is_a_problem(tmp_path: Path, value: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(template(tmp_path, TEMPLATE.replace('!Sub "orders-${Stage}"', value)), {}, {"Stage": "dev"})
    assert message in str(error.value)


@pytest.mark.parametrize("text", ["  Users: !Foo {Type: AWS::DynamoDB::Table}\n", "  Users: {Type: !Foo x}\n"])
def test_a_resource_with_an_unknown_tag_is_not_skipped(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="resource Users: unknown tag !Foo"):
        load(template(tmp_path, TEMPLATE + text), {}, {"Stage": "dev"})
