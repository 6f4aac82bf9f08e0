"""Test the tables of PynamoDB models."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dynamotasks import Config
from dynamotasks.errors import ConfigError, Problem
from dynamotasks.formats.pynamodb import models
from dynamotasks.formats.reading import load

ORDERS = """\
import os
import sys

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection, LocalSecondaryIndex
from pynamodb.models import Model

print("a module may print")


class ByStatus(GlobalSecondaryIndex):
    class Meta:
        index_name = "by_status"
        projection = IncludeProjection(["total"])
        read_capacity_units = 2
        write_capacity_units = 1

    status = UnicodeAttribute(hash_key=True)
    at = NumberAttribute(range_key=True, attr_name="placed_at")


class ByTotal(LocalSecondaryIndex):
    class Meta:
        projection = AllProjection()

    customer = UnicodeAttribute(hash_key=True)
    total = NumberAttribute(range_key=True)


class Base(Model):
    class Meta:
        region = "eu-west-1"


class Order(Base):
    class Meta(Base.Meta):
        table_name = f"{os.environ.get('STAGE', 'dev')}-orders"
        read_capacity_units = 5
        write_capacity_units = 4
        stream_view_type = "NEW_IMAGE"
        tags = {"team": "shop"}

    customer = UnicodeAttribute(hash_key=True)
    placed = NumberAttribute(range_key=True, attr_name="placed_at")
    status = UnicodeAttribute()
    total = NumberAttribute()
    expires = TTLAttribute(null=True)
    by_status = ByStatus()
    by_total = ByTotal()


class User(Model):
    class Meta:
        table_name = "users"
        billing_mode = "PAY_PER_REQUEST"

    id = UnicodeAttribute(hash_key=True)
"""


def read(path: Path, parameters: Mapping[str, str] | None = None) -> Config:
    return load(path, dict(os.environ), parameters)


def problem(path: Path) -> Problem:
    with pytest.raises(ConfigError) as error:
        read(path)
    (found,) = error.value.problems
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a package of models."""
    (tmp_path / "tasks.py").touch()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "models.py").write_text(ORDERS)
    return tmp_path


@pytest.mark.parametrize("name", ["shop.models", "shop/models.py"])
def test_models_of_a_module_are_read(shop: Path, name: str) -> None:
    config = read(shop / name)
    order, user = config.tables
    assert (order.name, user.name, user.billing_mode) == ("dev-orders", "users", "PAY_PER_REQUEST")
    assert [key.attribute_name for key in order.key_schema] == ["customer", "placed_at"]
    (index,) = order.global_secondary_indexes or ()
    assert [key.attribute_name for key in index.key_schema] == ["status", "placed_at"]
    assert index.projection.non_key_attributes == ("total",)
    assert index.provisioned_throughput is not None
    assert index.provisioned_throughput.read_capacity_units == 2
    (local,) = order.local_secondary_indexes or ()
    assert local.index_name == "by_total"
    assert order.provisioned_throughput is not None
    assert order.provisioned_throughput.write_capacity_units == 4
    assert order.time_to_live_specification is not None
    assert order.time_to_live_specification.attribute_name == "expires"
    assert order.stream_specification is not None
    assert (order.tags, order.managed_by, config.notes) == ({"team": "shop"}, None, ())


def test_one_model_is_read(shop: Path) -> None:
    assert [table.name for table in read(shop / "shop.models:User").tables] == ["users"]


def test_a_parameter_is_an_environment_variable_of_the_module(shop: Path) -> None:
    assert read(shop / "shop.models:Order", {"STAGE": "test"}).tables[0].name == "test-orders"


def test_a_package_includes_the_models_that_it_imports(shop: Path) -> None:
    (shop / "shop" / "__init__.py").write_text("from .models import Order, User\n")
    assert len(read(shop / "shop.models").tables) == 2


def test_models_with_a_discriminator_share_a_table(tmp_path: Path) -> None:
    file = tmp_path / "animals.py"
    file.write_text("""\
from pynamodb.attributes import DiscriminatorAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model


class ByName(GlobalSecondaryIndex):
    class Meta:
        projection = KeysOnlyProjection()

    name = UnicodeAttribute(hash_key=True)


class Animal(Model):
    class Meta:
        table_name = "animals"
        billing_mode = "PAY_PER_REQUEST"

    id = UnicodeAttribute(hash_key=True)
    kind = DiscriminatorAttribute()


class Dog(Animal, discriminator="dog"):
    name = UnicodeAttribute()
    by_name = ByName()
""")
    for path in (file, tmp_path / "animals:Animal"):
        (table,) = read(path).tables
        assert [index.index_name for index in table.global_secondary_indexes or ()] == ["by_name"]


def test_problems_are_at_the_class(shop: Path) -> None:
    text = ORDERS.replace('table_name = "users"', 'table_name = "u?"')
    (shop / "shop" / "models.py").write_text(text)
    found = problem(shop / "shop.models")
    assert (Path(found.file).name, found.line) == ("models.py", text[: text.index("class User")].count("\n") + 1)


def test_problems_have_the_names_of_meta(shop: Path) -> None:
    text = ORDERS.replace('table_name = "users"', 'table_name = "users"\n        stream_view_type = "X"')
    (shop / "shop" / "models.py").write_text(text)
    assert problem(shop / "shop.models").message.startswith("invalid stream_view_type 'X'")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import boto3\nboto3.client('dynamodb').create_table()\n", "code that calls an AWS SDK"),
        ("from aws_cdk import aws_dynamodb\n", "AWS CDK code"),
        ("import pulumi_aws as aws\n", "Pulumi code"),
    ],
)
def test_code_for_another_library_is_not_executed(tmp_path: Path, code: str, name: str) -> None:
    file = tmp_path / "tables.py"
    file.write_text(f"open({str(tmp_path / 'executed')!r}, 'w')\n{code}")
    assert problem(file).message == f"this is {name}, which is not executed"
    assert not (tmp_path / "executed").exists()


def test_models_are_imported_with_dummy_credentials(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    text = ORDERS.replace('"users"', "os.environ['AWS_ACCESS_KEY_ID'] + os.environ.get('AWS_PROFILE', '')")
    (shop / "shop" / "models.py").write_text(text)
    assert read(shop / "shop.models").tables[1].name == "dummy"


FORGED = """\
import os, pathlib, sys
pathlib.Path(sys.argv[1]).write_text('%s')
os._exit(0)
"""


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("import absent_package\n", 1, "ModuleNotFoundError: No module named 'absent_package'"),
        ("\nx = (\n", 2, "SyntaxError: '(' was never closed"),
        ("\n\nraise SystemExit('no')\n", 3, "SystemExit: no"),
        (FORGED % '{"tables": 5}', 1, "Python exited during the import with code 0"),
        (FORGED % '{"tables": [{"model": "A"}]}', 1, "Python exited during the import with code 0"),
        ("import os\nos._exit(3)\n", 1, "Python exited during the import with code 3"),
        (
            f"{ORDERS}Order.customer.attr_type = object()\n",
            1,
            "TypeError: Object of type object is not JSON serializable",
        ),
    ],
)
def test_an_error_of_the_module_is_one_problem(shop: Path, text: str, line: int, message: str) -> None:
    (shop / "shop" / "models.py").write_text(text)
    found = problem(shop / "shop.models")
    assert (found.line, found.message) == (line, f"cannot import PynamoDB models: {message}")


def test_an_import_that_does_not_end_is_one_problem(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_TIMEOUT", 0.5)
    (shop / "shop" / "models.py").write_text("while True: pass\n")
    assert "longer than 0.5 seconds" in problem(shop / "shop.models").message


def test_an_unknown_model_is_one_problem(shop: Path) -> None:
    assert "no model 'Orders' with a table_name in shop.models" in problem(shop / "shop.models:Orders").message


def test_a_module_without_models_is_one_problem(shop: Path) -> None:
    (shop / "empty.py").touch()
    assert problem(shop / "empty.py").message == "this PynamoDB module declares no DynamoDB table"


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    assert problem(tmp_path / "absent.py").message == "no such file"
    assert problem(tmp_path / "tables.yaml").message == "no such config file"


def test_without_pynamodb_the_message_has_the_command(shop: Path) -> None:
    (shop / "pynamodb.py").write_text("")
    found = problem(shop / "shop.models")
    assert found.message == "reading models requires the package pynamodb"
    assert found.hint == f"install it for this Python: {sys.executable} -m pip install pynamodb"
