"""`db.import` writes a config from a file in another format."""

from __future__ import annotations

import json

from tests.support.running import Project

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: {Type: String}
Resources:
  # What customers bought.
  # Kept for ten years.
  Orders:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub "orders-${Stage}"
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      DeletionProtectionEnabled: false
      Tags: [{Key: owner, Value: !Ref Owner}]
  Users:
    Type: AWS::Serverless::SimpleTable
"""

ORDERS = """\
  - name: orders-dev
    key_schema:
      - {attribute_name: id, key_type: HASH}
    attributes:
      - {name: id, type: S}
    billing_mode: PAY_PER_REQUEST
    deletion_protection_enabled: false
"""


def test_comments_and_notes_are_kept_above_their_table(project: Project) -> None:
    project.write("template.yaml", TEMPLATE)
    result = project.call("import", "template.yaml", "--param", "Stage=dev", "--table", "orders-dev").ok()
    lines = result.out.split("\n")
    assert lines[0] == "# Imported from template.yaml. Omitted settings are unmanaged."
    start = lines.index("tables:") + 1
    assert lines[start : start + 2] == ["  # What customers bought.", "  # Kept for ten years."]
    assert lines[start + 2].startswith("  # template.yaml:16:7: resource Orders: Tags is not managed")
    assert result.out.endswith(ORDERS)
    assert "Tags is not managed" in result.err


def test_comments_above_a_block_of_terraform_are_kept(project: Project) -> None:
    key = 'hash_key = "id"\n  attribute {\n    name = "id"\n    type = "S"\n  }'
    blocks = [
        f'# The {name}.\n// Kept.\nresource "aws_dynamodb_table" "{name}" {{\n  name = "{name}"\n  {key}\n}}\n'
        for name in ("orders", "users")
    ]
    project.write("infra/main.tf", "".join(blocks))
    lines = project.call("import", "infra").ok().out.split("\n")
    for name in ("orders", "users"):
        start = lines.index(f"  - name: {name}")
        assert lines[start - 2 : start] == [f"  # The {name}.", "  # Kept."]


def test_comments_of_an_included_file_are_kept(project: Project) -> None:
    project.write("serverless.yml", "service: shop\nresources:\n  - ${file(db/orders.yml)}\n")
    project.write("db/orders.yml", TEMPLATE[TEMPLATE.index("Resources:") :].replace('!Sub "orders-${Stage}"', "orders"))
    lines = project.call("import", "serverless.yml").ok().out.split("\n")
    assert "  # What customers bought." in lines


def test_imported_config_is_managed_here(project: Project) -> None:
    project.write("template.yaml", TEMPLATE)
    argv = ("import", "template.yaml", "--param", "Stage=dev", "--out", "config/tables.yaml")
    assert project.call(*argv).ok().out == "+ config/tables.yaml: 2 tables written\n"
    described = project.call("validate", "--json").ok().json
    assert described["tables"] == ["orders-dev", "Users"]
    assert "managed_by" not in (project.root / "config" / "tables.yaml").read_text()
    project.call(*argv).fails("config/tables.yaml: file already exists")
    project.call(*argv, "--force").ok()


def test_text_that_looks_like_a_variable_stays_text(project: Project) -> None:
    template = TEMPLATE.replace("[{AttributeName: id, ", "[{AttributeName: '${ID}', ")
    project.write("template.yaml", template)
    project.call("import", "template.yaml", "--param", "Stage=dev", "--out", "config/tables.yaml").ok()
    (request, _) = json.loads(project.call("export", "--as", "create-table").ok().out)
    assert request["KeySchema"] == [{"AttributeName": "${ID}", "KeyType": "HASH"}]


def test_open_question_is_a_comment(project: Project) -> None:
    project.write("template.yaml", TEMPLATE)
    result = project.call("import", "template.yaml", "--json")
    assert (result.code, result.json["ok"]) == (1, False)
    (question,) = result.json["questions"]
    assert question.startswith("template.yaml:11:7: resource Orders: TableName: parameter Stage has no default")
    assert f"  # {question}\n" in result.json["text"]
    assert "1 open question: the config is incomplete" in result.err


def test_seed_files_are_relative_to_the_config(project: Project) -> None:
    project.write(
        "serverless.yml",
        "service: shop\nprovider: {name: aws}\n"
        "custom: {dynamodb: {seed: {all: {sources: [{table: orders, sources: [seeds/orders.json]}]}}}}\n"
        "resources: {Resources: {Orders: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: orders,"
        " BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: id, AttributeType: S}],"
        " KeySchema: [{AttributeName: id, KeyType: HASH}]}}}}\n",
    )
    project.write("seeds/orders.json", "[]")
    project.call("import", "serverless.yml", "--out", "config/tables.yaml").ok()
    assert "seed: [../seeds/orders.json]" in (project.root / "config" / "tables.yaml").read_text()
    project.call("validate").ok()


def test_what_cannot_be_imported_is_one_message(project: Project) -> None:
    config = project.write("tables_config.json", json.dumps({"tables": [{"name": "orders"}]}))
    assert project.call("import", config.name).fails().err
    project.write("config.yaml", "environments: {prod: {region: eu-west-1}}\n")
    project.call("import", "config.yaml").fails("config.yaml: this file is already a config")
    project.write("config.yaml", "tables: 5\nenvironments: {prod: {params: {a: '${'}}}\n")
    project.call("import", "config.yaml").fails("config.yaml:2:35: invalid variable ${")
    project.call("import", "nowhere.yaml").fails("nowhere.yaml:1:1: no such config file")
    project.write("template.yaml", TEMPLATE.replace("KeySchema", "# "))
    project.call("import", "template.yaml", "--param", "Stage=dev").fails("missing required key 'KeySchema'")
    project.call("import", "template.yaml", "--table", "nope").fails("template.yaml")
