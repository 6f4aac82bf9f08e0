"""What the plugin changes in the process of the tests, and when."""

from __future__ import annotations

import json
import os

from dynamotasks.config.discovery import DISCOVERED
from dynamotasks.engines.registry import AUTO, BACKENDS
from dynamotasks.testing import options, plugin
from tests.testing.suite import Suite

SAVE_AT_EXIT = """
import atexit, json, os, pathlib
atexit.register(lambda: pathlib.Path("end.json").write_text(json.dumps(dict(os.environ))))
"""
REAL = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_REGION": "eu-central-1",
}


def test_real_credentials_cannot_be_used_and_come_back_at_the_end(suite: Suite) -> None:
    suite.write("conftest.py", SAVE_AT_EXIT)
    suite.write(
        "test_app.py",
        """
import os, app, boto3

def test_keys(dynamodb_tables):
    keys = boto3.Session().get_credentials()
    assert (keys.access_key, keys.token) == ("pytest0", None)
    assert app.users.meta.client._request_signer._credentials.access_key == "pytest0"
    assert "AWS_PROFILE" not in os.environ and "AWS_ENDPOINT_URL" not in os.environ
    app.add("ada")
""",
    )
    suite.passes(1, **REAL)
    at_end = json.loads((suite.root / "end.json").read_text())
    assert {name: value for name, value in at_end.items() if name.startswith(("AWS_", "DYNAMO"))} == {
        **REAL,
        **{name: value for name, value in os.environ.items() if name.startswith("DYNAMODB_")},
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_variables_that_a_test_changes_are_set_again_for_the_next(suite: Suite) -> None:
    suite.write(
        "conftest.py",
        """
import os, pytest

@pytest.fixture(scope="session", autouse=True)
def aws_credentials():
    os.environ["AWS_ACCESS_KEY_ID"] = "testing"
    os.environ["AWS_SESSION_TOKEN"] = "testing"
""",
    )
    suite.write(
        "test_app.py",
        """
import os, app, boto3

def test_of_the_fixture_of_the_project(dynamodb_tables):
    assert boto3.client("dynamodb").list_tables()["TableNames"]
    os.environ.pop("AWS_ENDPOINT_URL_DYNAMODB")
    os.environ["AWS_ACCESS_KEY_ID"] = "AKIAREAL"
    os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "token"

def test_after_changes(dynamodb_tables):
    assert boto3.client("dynamodb").list_tables()["TableNames"]
    assert "AWS_BEARER_TOKEN_BEDROCK" not in os.environ
""",
    )
    suite.passes(2, **REAL)


def test_run_without_the_fixtures_keeps_the_environment_and_starts_nothing(suite: Suite) -> None:
    suite.write(
        "test_app.py",
        """
import os, sys

def test_variables():
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
    assert not {"botocore", "boto3", "yaml", "dynamotasks.api", "dynamotasks.engines"} & set(sys.modules)
""",
    )
    suite.passes(1, **REAL)
    assert suite.leftovers() == []


def test_run_without_the_fixtures_does_not_import_engines_at_its_end(suite: Suite) -> None:
    save = "lambda: pathlib.Path('modules').write_text(' '.join(sys.modules))"
    suite.write("conftest.py", f"import atexit, pathlib, sys; atexit.register({save})")
    suite.write("test_app.py", "def test_nothing(): pass")
    suite.passes(1)
    assert "dynamotasks.engines" not in (suite.root / "modules").read_text().split()


def test_project_without_tables_imports_three_small_modules(suite: Suite) -> None:
    (suite.root / "config/tables.yaml").unlink()
    suite.write(
        "test_app.py",
        """
import sys

def test_modules():
    ours = [name for name in sys.modules if name.startswith("dynamotasks")]
    names = ["dynamotasks", *(f"dynamotasks.testing{name}" for name in ("", ".failures", ".options", ".plugin"))]
    assert sorted(ours) == names
""",
    )
    suite.passes(1)


def test_project_without_tables_can_use_the_engine(suite: Suite) -> None:
    (suite.root / "config/tables.yaml").unlink()
    suite.write("test_app.py", "def test_tables(dynamodb): assert dynamodb.list_tables()['TableNames'] == []")
    suite.passes(1)


def test_plugin_looks_for_the_config_files_that_the_tasks_find() -> None:
    assert plugin._DISCOVERED == DISCOVERED


def test_plugin_accepts_every_backend() -> None:
    assert (AUTO, *(backend.name for backend in BACKENDS)) == options.BACKENDS
