"""Each failure is one short message."""

from __future__ import annotations

import pytest

from tests.support.running import Result
from tests.testing.suite import Suite

ONE_TEST = "def test_tables(dynamodb_tables): pass"


def message(result: Result) -> str:
    """Return the text of the only failure; assert that it is short."""
    assert result.code == 1, result.out
    start = result.out.index("dynamodb: ")
    text = result.out[start : result.out.index("=====", start)]
    assert len(text.splitlines()) <= 10
    assert "Traceback" not in result.out + result.err
    assert "During handling" not in result.out
    assert "dynamotasks/" not in result.out
    return text


def test_missing_config(suite: Suite) -> None:
    (suite.root / "config/tables.yaml").unlink()
    suite.write("test_app.py", ONE_TEST)
    found = message(suite.run("-p", "no:xdist"))
    assert "no config file found\n  create one with `inv db.init`, or set `dynamodb_config` in the ini file" in found


def test_several_configs(suite: Suite) -> None:
    suite.write("config/tables.json", "{}")
    suite.write("test_app.py", ONE_TEST)
    found = message(suite.run("-p", "no:xdist"))
    assert "more than one config: config/tables.yaml and config/tables.json\n  keep one of them, or set" in found


def test_config_of_the_ini_file_that_does_not_exist(suite: Suite) -> None:
    suite.ini("dynamodb_backend = moto", "dynamodb_config = absent.yaml")
    suite.write("tests/test_app.py", ONE_TEST)
    found = message(suite.run("-p", "no:xdist"))
    hint = f"paths in `dynamodb_config` are relative to pytest's root folder, {suite.root}"
    assert f"dynamodb: no such config file: absent.yaml\n  {hint}\n" in found


def test_problems_of_the_config(suite: Suite) -> None:
    suite.write("config/tables.yaml", "tables:\n  - nam: users\n")
    suite.write("test_app.py", ONE_TEST)
    assert "config/tables.yaml:2:5" in message(suite.run())


@pytest.mark.parametrize("workers", [("-p", "no:xdist"), ("-n", "2")], ids=["single", "xdist"])
def test_unavailable_backend_is_explained_once_and_fails_only_the_tests_that_need_it(
    suite: Suite, workers: tuple[str, ...]
) -> None:
    tests = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_tables(dynamodb_tables, number): pass

def test_other(): pass
"""
    suite.write("test_app.py", tests)
    suite.ini("dynamodb_backend = docker")
    result = suite.run(*workers, "--dynamodb-keep", DOCKER_HOST="unix:///nonexistent.sock")
    assert "1 passed, 4 errors" in result.out
    assert result.out.count("unset DOCKER_HOST\n  dynamodb_backend in pytest.ini selects docker\n") == 1
    assert result.out.count("\ndynamodb: cannot reach a Docker daemon") == 4
    assert result.out.count("(see the first error)\n") == 3
    assert "Traceback" not in result.out + result.err
    assert "dynamotasks/" not in result.out
    assert "engine kept" not in result.out
    assert suite.leftovers() == []


MARKERS = {
    "tables=['user']": "table 'user' is not declared; did you mean 'users'? (declared: users, orders)",
    "table=['users']": "unknown argument 'table' of the marker `dynamodb`; did you mean 'tables'?",
    "'users'": "the marker `dynamodb` accepts only keyword arguments: tables, seed\n  expected declared names",
    "tables=3": 'invalid tables=3 of the marker `dynamodb`\n  expected declared names, such as tables=["users"]',
    "tables={'users': 1}": "invalid tables={'users': 1} of the marker `dynamodb`\n  expected declared names",
    "seed={'users': []}": "invalid seed={'users': []} of the marker `dynamodb`\n  expected paths of files with items",
}


def test_wrong_markers(suite: Suite) -> None:
    tests = (f"@pytest.mark.dynamodb({marker})\ndef test_{number}(): pass" for number, marker in enumerate(MARKERS))
    suite.write("test_app.py", "\n".join(["import pytest", *tests]))
    out = suite.run().out
    assert [text for text in MARKERS.values() if f"dynamodb: {text}" not in out] == []
    assert "dynamotasks/" not in out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--dynamodb-endpoint", "https://dynamodb.us-east-1.amazonaws.com"), "is AWS"),
        (("--dynamodb-endpoint", "localhost"), "invalid endpoint 'localhost'"),
        (
            ("--dynamodb-endpoint", "http://127.0.0.1:8000", "--dynamodb-backend", "moto"),
            "--dynamodb-backend cannot be combined with --dynamodb-endpoint",
        ),
        (
            ("-o", "dynamodb_isolation=all"),
            "-o dynamodb_isolation: unknown isolation 'all' (expected one of: auto, keys",
        ),
        (("-o", "dynamodb_region=US"), "-o dynamodb_region: invalid AWS Region 'US'"),
        (("--dynamodb-backend", "jav"), "--dynamodb-backend: unknown backend 'jav'; did you mean 'java'? (expected"),
        (("-n", "2", "--dynamodb-backend", "jav"), "--dynamodb-backend: unknown backend 'jav'"),
    ],
)
def test_wrong_option(suite: Suite, arguments: tuple[str, ...], expected: str) -> None:
    suite.write("test_app.py", ONE_TEST)
    result = suite.run(*arguments)
    assert result.code == 4
    assert expected in result.err
    assert len(result.err.strip().splitlines()) <= 3


def test_wrong_value_of_the_variable_or_the_ini_file_is_located(suite: Suite) -> None:
    suite.ini("dynamodb_backend = nope")
    suite.write("test_app.py", ONE_TEST)
    suite.run().fails("dynamodb_backend in pytest.ini: unknown backend 'nope'", code=4)
    variable = "environment variable DYNAMOTASKS_TEST_BACKEND: unknown backend 'jav'"
    suite.run(DYNAMOTASKS_TEST_BACKEND="jav").fails(variable, code=4)
