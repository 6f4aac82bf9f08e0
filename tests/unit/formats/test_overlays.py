"""Test configs that add to the tables of a file in another format."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "orders-${Stage}"
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""


def files(folder: Path, overlay: str) -> list[Path]:
    template, config = folder / "template.yaml", folder / "tables.yaml"
    template.write_text(TEMPLATE)
    config.write_text(overlay)
    return [config, template]


def test_a_config_adds_keys_seeds_and_environments(tmp_path: Path) -> None:
    (tmp_path / "users.yaml").write_text("- {id: a}")
    overlay = """\
tables: [{name: Users, seed: [users.yaml], description: Who buys., managed_by: dynamotasks}]
environments: {prod: {region: eu-west-1, tables: {Users: {deletion_protection_enabled: true}}}}
"""
    config = load(files(tmp_path, overlay), {})
    orders, users = config.tables
    assert (users.seed, users.description) == ((str(tmp_path / "users.yaml"),), "Who buys.")
    assert (orders.owner, users.owner) == ("cloudformation", None)
    (_, changed) = config.tables_of("prod")
    assert changed.deletion_protection_enabled
    assert changed.seed == users.seed


def test_a_config_does_not_replace_a_key(tmp_path: Path) -> None:
    overlay = "tables:\n- {name: orders-dev, billing_mode: PROVISIONED}\n"
    with pytest.raises(ConfigError) as error:
        load(files(tmp_path, overlay), {})
    (problem,) = error.value.problems
    assert (Path(problem.file).name, problem.line) == ("tables.yaml", 2)
    assert problem.message == "table 'orders-dev': duplicate key 'billing_mode'"
    assert "template.yaml:10: change it there" in problem.hint


def test_a_config_refers_to_tables_by_their_logical_ids(tmp_path: Path) -> None:
    overlay = """\
tables: [{name: Orders, description: What was bought.}]
environments:
  local: {tables: {Orders: {deletion_protection_enabled: false}}}
  prod: {region: eu-west-1, params: {Stage: prod}, tables: {Orders: {deletion_protection_enabled: true}}}
"""
    for environment, name, is_protected in (("local", "orders-dev", False), ("prod", "orders-prod", True)):
        config = load(files(tmp_path, overlay), {}, None, environment)
        orders, _ = config.tables_of(environment)
        assert (orders.name, orders.description) == (name, "What was bought.")
        assert orders.deletion_protection_enabled is is_protected


@pytest.mark.parametrize(
    ("overlay", "message", "hint"),
    [
        (
            "tables: [{name: orders-prod, description: x}]",
            "unknown table 'orders-prod'",
            "did you mean 'orders-dev'? Orders is its name in every environment",
        ),
        (
            "environments: {prod: {tables: {orders-prod: {tags: {a: b}}}}}",
            "environment 'prod' overrides the unknown table 'orders-prod'",
            "did you mean 'orders-dev'? Orders is its name in every environment",
        ),
        ("tables: [{name: invoices, seed: []}]", "unknown table 'invoices'", "known: Orders (orders-dev), Users"),
    ],
)
def test_an_unknown_table_is_one_problem(tmp_path: Path, overlay: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(files(tmp_path, overlay), {})
    (problem,) = error.value.problems
    assert (problem.message, problem.hint) == (message, hint)


def test_an_addition_to_a_table_with_an_open_name_is_not_a_problem_as_well(tmp_path: Path) -> None:
    paths = files(
        tmp_path, "tables: [{name: Orders, description: x}]\nenvironments: {prod: {tables: {Orders: {tags: {a: b}}}}}"
    )
    (tmp_path / "template.yaml").write_text(TEMPLATE.replace(", Default: dev", ""))
    with pytest.raises(ConfigError) as error:
        load(paths, {})
    (problem,) = error.value.problems
    assert problem.message == "resource Orders: TableName: parameter Stage has no default"


@pytest.mark.parametrize(
    "text",
    [
        '[{"ParameterKey": "Stage", "ParameterValue": "file"}, {"ParameterKey": "Other", "UsePreviousValue": true}]',
        '{"Parameters": {"Stage": "file", "Other": "x"}, "Tags": {"team": "shop"}}',
    ],
)
def test_a_file_with_parameters_beside_the_template(tmp_path: Path, text: str) -> None:
    config, template = files(tmp_path, "environments: {prod: {region: eu-west-1, params: {Stage: prod}}}")
    parameters = tmp_path / "parameters.json"
    parameters.write_text(text)
    paths = [parameters, template, config]
    names = [
        load(paths, {}, given, environment).tables[0].name
        for environment, given in (("local", {}), ("prod", {}), ("local", {"Stage": "blue"}))
    ]
    assert names == ["orders-file", "orders-prod", "orders-blue"]
    with pytest.raises(ConfigError, match="specify the template as well: --config TEMPLATE --config FILE"):
        load([parameters, config], {})


def test_parameter_of_an_environment_can_be_a_list(tmp_path: Path) -> None:
    overlay = "environments: {local: {params: {Names: [aaa, bbb]}}}"
    template, config = tmp_path / "t.yaml", tmp_path / "c.yaml"
    name = "TableName: !Select [1, !Ref Names]"
    parameters = "Parameters: {Names: {Type: CommaDelimitedList}}\n"
    template.write_text(
        parameters + TEMPLATE[TEMPLATE.index("Resources") :].replace('TableName: !Sub "orders-${Stage}"', name)
    )
    config.write_text(overlay)
    tables = load([template, config], {}).tables
    assert {table.name for table in tables} == {"bbb", "Users"}


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("7", "environment 'prod': 'Stage' must be a string, list or map, not 7", 'quote it: "7"'),
        ("true", "environment 'prod': 'Stage' must be a string, list or map, not true", 'quote it: "true"'),
        ("null", "environment 'prod': 'Stage' must be a string, list or map, not null", "remove it"),
        ("'${'", "invalid variable ${", "write ${NAME}, with letters, digits and '_'"),
    ],
)
def test_other_parameters_of_an_environment_must_be_quoted(tmp_path: Path, value: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(files(tmp_path, f"environments: {{prod: {{region: eu-west-1, params: {{Stage: {value}}}}}}}"), {})
    (problem,) = error.value.problems
    assert (problem.message, problem.hint) == (message, hint)


def test_parameters_of_the_environment_apply_unless_the_command_sets_them(tmp_path: Path) -> None:
    overlay = "environments: {prod: {region: eu-west-1, params: {Stage: prod}}}"
    paths = files(tmp_path, overlay)
    names = [
        load(paths, {}, parameters, environment).tables[0].name
        for environment, parameters in (("local", {}), ("prod", {}), ("prod", {"Stage": "blue"}))
    ]
    assert names == ["orders-dev", "orders-prod", "orders-blue"]
