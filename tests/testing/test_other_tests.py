"""Tests without the marker that use the engine, and tests that ask for some of the tables, in any order."""

from __future__ import annotations

from tests.testing.suite import Suite

UNMARKED_WRITES = """
import app, pytest

@pytest.fixture(scope="module", autouse=True)
def late_writer():
    yield
    app.add("eve")

@pytest.mark.dynamodb
def test_first(): pass

def test_unmarked(): app.add("ada")

def test_unmarked_reads(): assert app.count() == 0

def test_innocent(): pass
"""


def test_next_test_does_not_see_writes_without_the_marker(suite: Suite) -> None:
    suite.write("test_app.py", UNMARKED_WRITES)
    suite.write("test_then.py", "import app\ndef test_then(dynamodb_tables): assert app.count() == 0")
    suite.passes(5, "-p", "no:xdist")
    assert suite.leftovers() == []


def test_debug_names_the_test_that_writes_without_the_marker(suite: Suite) -> None:
    suite.write("test_app.py", UNMARKED_WRITES.replace('app.add("eve")', ""))
    out = suite.run("--dynamodb-debug", "-p", "no:xdist").out
    assert "ERROR at teardown of test_unmarked " in out
    assert "test_app.py::test_unmarked wrote to the engine (PutItem) without the marker `dynamodb`" in out
    assert "4 passed, 1 error" in out
    assert "dynamotasks/" not in out


def test_each_test_finds_exactly_the_tables_it_asks_for_in_any_order(suite: Suite) -> None:
    suite.write(
        "test_app.py",
        """
import pytest

ONE = pytest.mark.dynamodb(tables=["users"])
OTHER = pytest.mark.dynamodb(tables=["orders"], seed="users.yaml")

@pytest.mark.parametrize("expected", [
    pytest.param(["orders", "users"], marks=pytest.mark.dynamodb),
    pytest.param(["users"], marks=ONE),
    pytest.param(["orders"], marks=OTHER),
    pytest.param(["users"], marks=ONE),
    pytest.param(["orders", "users"], marks=pytest.mark.dynamodb(seed="users.yaml")),
    pytest.param(["orders"], marks=OTHER),
])
def test_tables(dynamodb, dynamodb_tables, expected):
    assert sorted(dynamodb.list_tables()["TableNames"]) == sorted(dynamodb_tables) == expected
""",
    )
    suite.write("users.yaml", "users: [{id: ada}]")
    suite.passes(6, "-p", "no:xdist", "--dynamodb-debug")
