"""Test the physical names of declared tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dynamotasks.aws.target import Target
from dynamotasks.config import Config
from dynamotasks.config.selection import declared
from dynamotasks.errors import UsageError
from dynamotasks.formats.reading import load
from tests.support.tables import table

TEMPLATE = {
    "Resources": {
        "Orders": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        }
    }
}
TARGET = Target(env="aws", region="eu-west-1", credentials="chain", stack="shop")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Return a template with a table without a name, and a config with another table."""
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
    (tmp_path / "tables.json").write_text(json.dumps({"tables": [table("shop-orders")]}))
    return load([tmp_path / "template.json", tmp_path / "tables.json"], {})


def test_the_stack_has_the_name(config: Config) -> None:
    found = declared(config, TARGET, (), lambda: {"Orders": "shop-orders-1"})
    assert [spec.name for spec in found] == ["shop-orders-1", "shop-orders"]


def test_a_table_is_not_declared_under_two_names(config: Config) -> None:
    with pytest.raises(UsageError, match="tables 'Orders' and 'shop-orders' are both the table 'shop-orders'"):
        declared(config, TARGET, (), lambda: {"Orders": "shop-orders"})
