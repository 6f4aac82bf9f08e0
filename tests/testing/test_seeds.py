"""The items that a test starts with."""

from __future__ import annotations

from tests.testing.suite import CONFIG, Suite

SEED = "users:\n- {id: ada}\n- {id: bob}\n"


def test_marked_test_starts_with_its_seed_whatever_other_tests_write(suite: Suite) -> None:
    suite.write("seeds/two.yaml", SEED)
    suite.write("seeds/users.json", '[{"id": {"S": "eve"}}]')
    suite.write(
        "test_app.py",
        """
import app, pytest

@pytest.mark.dynamodb(seed="seeds/two.yaml")
@pytest.mark.parametrize("number", range(2))
def test_seeded(number, dynamodb_tables):
    assert app.count() == 2
    dynamodb_tables["users"].delete_item(Key={"id": "ada"})
    dynamodb_tables["users"].put_item(Item={"id": "bob", "changed": True})
    app.add("new")

@pytest.mark.dynamodb(tables=["users"], seed=["seeds/two.yaml", "seeds/users.json"])
def test_two_files():
    assert app.count() == 3

@pytest.mark.dynamodb
def test_empty():
    assert app.count() == 0
""",
    )
    suite.passes(4)


def test_seed_of_the_ini_file_is_the_default(suite: Suite) -> None:
    suite.write("two.yaml", SEED)
    suite.ini("dynamodb_backend = moto", "dynamodb_seed = two.yaml")
    suite.write(
        "test_app.py",
        """
import app, pytest

def test_default(dynamodb_tables):
    assert app.count() == 2

@pytest.mark.dynamodb(seed=[])
def test_empty():
    assert app.count() == 0
""",
    )
    suite.passes(2)


def test_declared_seeds_are_used_on_request(suite: Suite) -> None:
    suite.write("config/tables.yaml", CONFIG.replace("- name: users", "- name: users\n    seed: [two.yaml]"))
    suite.write("config/two.yaml", SEED)
    suite.write(
        "test_app.py",
        """
import app, pytest

@pytest.mark.dynamodb(seed=True)
def test_declared():
    assert app.count() == 2
""",
    )
    suite.passes(1)
    suite.write("config/tables.yaml", CONFIG)
    suite.write("config/seeds/users.csv", "id,age\nada,36\nbob,40\n")
    suite.passes(1)


def test_problems_of_a_seed_are_one_message(suite: Suite) -> None:
    suite.write("bad.yaml", "users:\n- {name: ada}\n")
    suite.write(
        "test_app.py",
        """
import pytest

@pytest.mark.dynamodb(seed="bad.yaml")
def test_bad():
    pass

@pytest.mark.dynamodb(seed="absent.yaml")
def test_absent():
    pass
""",
    )
    out = suite.run().out
    assert "dynamodb: bad.yaml:2:3" in out
    hint = f"paths of `seed` in the marker are relative to pytest's root folder, {suite.root}"
    assert f"dynamodb: no such seed file: absent.yaml\n  {hint}\n" in out
    assert "dynamotasks/" not in out
