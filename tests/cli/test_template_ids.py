"""Tasks refer to the tables of a template by their logical IDs."""

from __future__ import annotations

import pytest

from tests.support.running import Project

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "orders-${Stage}"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "users-${Stage}"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
CONFIG = ("--config", "template.yaml")


@pytest.fixture
def shop(aws_project: Project) -> Project:
    aws_project.write("template.yaml", TEMPLATE)
    return aws_project


def test_table_is_selected_by_its_logical_id(shop: Project) -> None:
    shop.call("migrate", *CONFIG, "--table", "Orders").ok()
    for task in ("list", "describe", "status"):
        result = shop.call(task, *CONFIG, "--table", "Orders").ok()
        assert "orders-dev" in result.out
        assert "users-dev" not in result.out
    assert "- orders-dev: deleted table" in shop.call("drop", *CONFIG, "--table", "Orders", "--yes").ok().out
    shop.call("plan", *CONFIG, "--table", "Order").fails("no such table: Order")


def test_seed_file_is_named_after_a_logical_id(shop: Project) -> None:
    shop.write("config/seeds/Orders.yaml", "- {id: a}")
    shop.write("more.yaml", "Users: [{id: a}, {id: b}]")
    shop.call("migrate", *CONFIG).ok()
    assert "orders-dev: would seed 1 item" in shop.call("seed", *CONFIG, "--dry-run").ok().out
    assert "users-dev: would seed 2 items" in shop.call("seed", *CONFIG, "--file", "more.yaml", "--dry-run").ok().out
