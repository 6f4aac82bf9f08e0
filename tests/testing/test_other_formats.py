"""Tests with tables that files in other formats declare."""

from __future__ import annotations

from tests.testing.suite import Suite

TEMPLATE = """
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
MODELS = """
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

class User(Model):
    class Meta:
        table_name = "Users"
    id = UnicodeAttribute(hash_key=True)
"""
TEST = """
def test_users(dynamodb_tables):
    assert list(dynamodb_tables) == ["Users"]
    dynamodb_tables["Users"].put_item(Item={"id": "ada"})
"""


def test_table_without_a_name_in_a_template_has_its_logical_id(suite: Suite) -> None:
    suite.write("template.yaml", TEMPLATE)
    suite.write("test_app.py", TEST)
    suite.ini("dynamodb_backend = moto", "dynamodb_config = template.yaml")
    suite.passes(1)


def test_tables_have_their_logical_ids_in_tests_and_seed_files(suite: Suite) -> None:
    suite.write("template.yaml", TEMPLATE.replace("    Properties:\n", "    Properties:\n      TableName: users-dev\n"))
    suite.write("tables.yaml", "tables: [{name: Users, seed: [items.yaml]}]")
    suite.write("items.yaml", "Users: [{id: ada}]")
    suite.write(
        "test_app.py",
        """
import pytest

@pytest.mark.dynamodb(seed=True, tables=["Users"])
def test_declared_seed(dynamodb_tables):
    assert dynamodb_tables["Users"].name == "users-dev"
    assert dynamodb_tables["Users"].scan()["Count"] == 1

@pytest.mark.dynamodb(seed="items.yaml")
def test_seed_of_the_marker(dynamodb_tables):
    assert dynamodb_tables["users-dev"].scan()["Count"] == 1
""",
    )
    suite.ini("dynamodb_backend = moto", "dynamodb_config =", "    template.yaml", "    tables.yaml")
    suite.passes(2)


def test_config_is_a_module_with_models(suite: Suite) -> None:
    suite.write("shop/__init__.py", "")
    suite.write("shop/models.py", MODELS)
    suite.write("test_app.py", TEST)
    suite.ini("dynamodb_backend = moto", "dynamodb_config = shop.models:User")
    suite.passes(1)


def test_config_that_is_neither_a_file_nor_a_module(suite: Suite) -> None:
    suite.write("test_app.py", TEST)
    suite.ini("dynamodb_backend = moto", "dynamodb_config = shop.nope")
    assert "no such config file: shop.nope" in suite.run().out
