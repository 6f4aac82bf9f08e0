"""The fixtures and the marker, as a project's tests use them."""

from __future__ import annotations

import pytest

from tests.testing.suite import Suite

WORKERS = pytest.mark.parametrize("workers", [("-p", "no:xdist"), ("-n", "2")], ids=["single", "xdist"])

ENGINE = """
import os, boto3

def test_engine(dynamodb_engine, dynamodb_endpoint):
    assert (dynamodb_engine.backend, dynamodb_engine.region) == ("moto", "us-east-1")
    assert dynamodb_engine.endpoint == dynamodb_endpoint

def test_variables(dynamodb_env, dynamodb_endpoint):
    assert dynamodb_env["AWS_ENDPOINT_URL_DYNAMODB"] == os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == dynamodb_endpoint
    assert boto3.client("dynamodb").meta.endpoint_url == dynamodb_endpoint

def test_clients(dynamodb, dynamodb_resource, dynamodb_endpoint):
    assert dynamodb.meta.endpoint_url == dynamodb_resource.meta.client.meta.endpoint_url == dynamodb_endpoint

def test_created_table(dynamodb):
    key = {"AttributeName": "id", "KeyType": "HASH"}
    dynamodb.create_table(TableName="extra", KeySchema=[key], BillingMode="PAY_PER_REQUEST",
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])

def test_created_table_is_gone(dynamodb):
    assert "extra" not in dynamodb.list_tables()["TableNames"]
"""

TABLES = """
import pytest

@pytest.mark.dynamodb(tables=["orders"])
def test_one(dynamodb_tables):
    assert list(dynamodb_tables) == ["orders"]
    with pytest.raises(KeyError, match="users"):
        dynamodb_tables["users"]

@pytest.mark.dynamodb(tables=[])
def test_none(dynamodb, dynamodb_tables):
    assert list(dynamodb_tables) == dynamodb.list_tables()["TableNames"] == []
"""

CLASSES = """
import unittest, app, pytest

@pytest.mark.dynamodb
class TestUsers(unittest.TestCase):
    def test_first(self):
        assert app.count() == 0
        app.add("ada")

    def test_second(self):
        assert app.count() == 0
        app.add("ada")
"""

PARAMETERS = """
import pytest

@pytest.mark.parametrize("marked", [pytest.param(True, marks=pytest.mark.dynamodb), False])
def test_parameters(request, marked):
    assert ("dynamodb_tables" in request.node.funcargs) is marked
"""


@WORKERS
def test_each_test_starts_with_empty_tables(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.write(
        "test_app.py",
        """
import app, pytest

@pytest.mark.dynamodb
@pytest.mark.parametrize("number", range(6))
def test_marked(number):
    assert app.count() == 0
    app.add("ada")
    assert app.count() == 1

def test_named(dynamodb_tables):
    assert app.count() == 0
    dynamodb_tables["users"].put_item(Item={"id": "ada"})
    assert app.count() == 1
""",
    )
    assert "\ndynamodb: moto (dynamodb_backend in pytest.ini)\n" in suite.passes(7, *workers).out
    assert suite.leftovers() == []


def test_fixtures_lead_to_the_engine_and_to_the_tables_of_the_marker(suite: Suite) -> None:
    """The marker works on functions, on classes of unittest and on one parameter; it creates only the given tables."""
    suite.write("test_engine.py", ENGINE)
    suite.write("test_tables.py", TABLES)
    suite.write("test_classes.py", CLASSES)
    suite.write("test_parameters.py", PARAMETERS)
    suite.passes(11)


def test_prefix_and_overrides_of_the_environment_local_apply(suite: Suite) -> None:
    suite.write("config/tables.yaml", (suite.root / "config/tables.yaml").read_text() + """
environments:
  local: {table_prefix: dev-}
""")  # fmt: skip
    suite.write(
        "test_app.py",
        """
def test_prefix(dynamodb_tables):
    assert dynamodb_tables["users"].name == "dev-users"
""",
    )
    suite.passes(1)


def test_config_of_the_ini_file_and_backend_of_the_variable_are_used(suite: Suite) -> None:
    (suite.root / "config/tables.yaml").rename(suite.root / "tables-of-mine.yaml")
    suite.ini("dynamodb_config = tables-of-mine.yaml", "dynamodb_backend = docker", "dynamodb_region = eu-west-1")
    suite.write(
        "test_app.py",
        """
import app, os

def test_backend(dynamodb_engine, dynamodb_tables):
    assert (dynamodb_engine.backend, dynamodb_engine.region) == ("moto", "eu-west-1")
    assert app.count() == 0
""",
    )
    suite.passes(1, DYNAMOTASKS_TEST_BACKEND="moto")
    suite.passes(1, "--dynamodb-backend", "moto", DYNAMOTASKS_TEST_BACKEND="docker")


def test_pytest_that_a_test_starts_has_an_engine_of_its_own(suite: Suite) -> None:
    suite.write(
        "test_app.py",
        """
import app, os, subprocess, sys

def test_outer(dynamodb_tables, dynamodb_endpoint):
    app.add("ada")
    inner = [sys.executable, "-m", "pytest", "-p", "no:xdist", "inner.py"]
    subprocess.run(inner, check=True, env={**os.environ, "OUTER": dynamodb_endpoint})
    assert app.count() == 1
""",
    )
    suite.write(
        "inner.py",
        """
import app, os

def test_inner(dynamodb_tables, dynamodb_endpoint):
    assert dynamodb_endpoint != os.environ["OUTER"]
    assert app.count() == 0
""",
    )
    suite.passes(1, "-n", "1", "test_app.py")
    assert suite.leftovers() == []
