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
