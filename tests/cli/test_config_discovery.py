"""Test the discovery of config files."""

from __future__ import annotations

import json
import os

import pytest
import yaml

from tests.support.config_mistakes import HEAD
from tests.support.running import Project

OTHER = HEAD.replace("users", "orders")


def test_json_schema_in_the_folder_is_ignored(project: Project) -> None:
    project.write("config/tables/users.yaml", HEAD)
    project.write("config/tables/x.json", project.call("schema").ok().out)
    assert project.call("validate", "--json").ok().json["tables"] == ["users"]
    assert project.call("validate", "--config", "config/tables", "--json").ok().json["tables"] == ["users"]
    project.write("config/tables/x.json", "")  # as it is while a shell's redirection is under way
    project.call("schema").ok()


def test_specified_json_schema_is_rejected(project: Project) -> None:
    project.write("x.json", project.call("schema").ok().out)
    project.call("validate", "--config", "x.json").fails("x.json:2:3: this is a JSON Schema, not a config")


def test_folder_with_only_json_schemas_does_not_conflict(project: Project) -> None:
    project.write("config/tables.yaml", HEAD)
    project.write("config/tables/x.json", project.call("schema").ok().out)
    assert project.call("validate", "--json").ok().json["tables"] == ["users"]


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("config/tables.yaml", "config/tables/orders.yaml", "config/tables.yaml and config/tables"),
        ("config/tables.yaml", "config/tables.json", "config/tables.yaml and config/tables.json"),
        ("config/tables.yml", "config/tables/orders.json", "config/tables.yml and config/tables"),
    ],
)
def test_conflicting_configs_are_rejected(one: str, other: str, named: str, project: Project) -> None:
    for name, text in ((one, HEAD), (other, OTHER)):
        project.write(name, json.dumps(yaml.safe_load(text)))
    for task in ("validate", "plan", "migrate", "status"):
        project.call(task).fails(f"more than one config: {named}", "--config")
    result = project.call("validate", "--config", one, "--config", other, "--json").ok().json
    assert result["tables"] == ["users", "orders"]


def test_other_configs_take_precedence_over_the_original_format(project: Project) -> None:
    project.write("tables_config.json", '{"tables": 5}')
    project.write("config/tables.yaml", HEAD)
    assert project.call("validate", "--json").ok().json["tables"] == ["users"]


def test_templates_are_offered_and_not_used(project: Project) -> None:
    project.write("template.yaml", "Resources: {Orders: {Type: AWS::DynamoDB::Table}}")
    project.write("serverless.yml", "service: functions without tables")
    project.write("main.tf", 'resource "aws_dynamodb_table" "orders" {}')
    hint = "use the tables of this project with --config template.yaml or --config .; or create config/tables.yaml"
    project.call("plan").fails("no config file found", hint)


def test_terraform_in_a_folder_is_offered(project: Project) -> None:
    project.write("infra/main.tf", 'resource "aws_dynamodb_table" "orders" {}')
    project.call("validate").fails("use the tables of this project with --config infra;")


def test_folder_of_the_cdk_is_read_as_its_templates_with_tables(project: Project) -> None:
    table = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}
    table["KeySchema"] = [{"AttributeName": "id", "KeyType": "HASH"}]
    tables = {"Resources": {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": table}}}
    project.write("cdk.out/Shop.template.json", json.dumps(tables))
    project.write("cdk.out/Pipeline.template.json", json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}))
    project.write("cdk.out/manifest.json", json.dumps({"version": "36.0.0", "artifacts": {}}))
    project.write("cdk.out/tree.json", json.dumps({"version": "tree-0.1", "tree": {}}))
    assert project.call("validate", "--config", "cdk.out", "--json").ok().json["tables"] == ["Orders"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_pipes_are_not_searched_for_tables(project: Project) -> None:
    os.mkfifo(project.root / "template.yaml")
    os.mkfifo(project.root / "main.tf")
    project.call("validate").fails("no config file found", "create config/tables.yaml, or specify a file")
