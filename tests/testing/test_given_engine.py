"""`--dynamodb-endpoint`: an engine that runs already, and the tables in it that are not of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.target import Target
from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project
from dynamotasks.engines.state_file import read_record
from dynamotasks.schema.serialization import Call, create_table_call
from dynamotasks.schema.table_spec import Attribute, Key, TableSpec
from tests.testing.suite import Suite

TEST = """
import app, pytest

@pytest.mark.dynamodb
@pytest.mark.parametrize("number", range(2))
def test_empty(number):
    assert app.count() == 0
    app.add("ada")
"""
USERS = TableSpec(
    name="users", key_schema=(Key(attribute_name="id", key_type="HASH"),), attributes=(Attribute(name="id", type="S"),)
)


@pytest.fixture
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve a developer's engine with shared or separate tables."""
    root = tmp_path / "developer"
    root.mkdir()
    options = EngineOptions(backend="moto", port=0, shared=request.param == "shared")
    with lifecycle.up(Project(root), options) as running:
        yield running.endpoint


def developer(endpoint: str) -> Database:
    return Database(Target(env="local", endpoint=endpoint, region="us-east-1", credentials="dummy"))


@pytest.mark.parametrize("engine", ["separate"], indirect=True)
def test_engine_with_separate_tables_keeps_those_of_the_developer(suite: Suite, engine: str) -> None:
    suite.write("test_app.py", TEST)
    with developer(engine) as database:
        database.call(create_table_call(USERS))
        database.call(Call("PutItem", {"TableName": "users", "Item": {"id": {"S": "mine"}}}))
        suite.passes(2, "-n", "2", "--dynamodb-endpoint", engine)
        suite.passes(2, "-p", "no:xdist", "--dynamodb-endpoint", engine)
        assert database.call(Call("Scan", {"TableName": "users"}))["Items"] == [{"id": {"S": "mine"}}]
    assert suite.leftovers() == []


@pytest.mark.parametrize("engine", ["separate"], indirect=True)
def test_tables_of_a_killed_run_are_removed(suite: Suite, engine: str) -> None:
    suite.write("test_app.py", "import os, app\ndef test_dies(dynamodb_tables):\n    app.add('ada')\n    os._exit(1)")
    suite.run("--dynamodb-endpoint", engine)
    suite.write("test_app.py", TEST)
    suite.passes(2, "--dynamodb-endpoint", engine)


@pytest.mark.parametrize("engine", ["shared"], indirect=True)
@pytest.mark.parametrize("tables", [[], [USERS]], ids=["empty", "with a table"])
def test_engine_with_shared_tables_is_refused(suite: Suite, engine: str, tables: list[TableSpec]) -> None:
    """Another process may create tables in it at any time, and tests would delete them."""
    suite.write("test_app.py", TEST)
    with developer(engine) as database:
        for table in tables:
            database.call(create_table_call(table))
        out = suite.run("-p", "no:xdist", "--dynamodb-endpoint", engine).out
        assert f"{engine} shares its tables between access keys" in out
        assert "inv db.up --no-shared" in out
        assert database.call(Call("ListTables", {}))["TableNames"] == [table.name for table in tables]


def test_empty_endpoint_is_refused_at_the_start(suite: Suite) -> None:
    """A variable that is not set in CI gives an empty value."""
    suite.write("test_app.py", TEST)
    suite.run("--dynamodb-endpoint", "").fails("--dynamodb-endpoint: invalid endpoint", code=4)


def test_server_that_is_not_a_local_engine_is_refused(suite: Suite) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = b'{"TableNames": []}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    suite.write("test_app.py", TEST)
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        out = suite.run("--dynamodb-endpoint", f"http://127.0.0.1:{server.server_port}").out
        server.shutdown()
    assert "is not a local engine that dynamotasks recognizes" in out


@pytest.mark.posix
@pytest.mark.parametrize("engine", ["separate"], indirect=True)
def test_engine_that_ends_during_the_run_is_reported_briefly(suite: Suite, engine: str, tmp_path: Path) -> None:
    suite.write(
        "test_app.py",
        """
import os, psutil, signal

def test_dies(dynamodb_tables):
    dynamodb_tables["users"].put_item(Item={"id": "ada"})
    pid = int(os.environ["ENGINE"])
    os.kill(pid, signal.SIGKILL)
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:  # its parent does not wait for it
        pass
""",
    )
    record = read_record(Project(tmp_path / "developer"))
    assert record
    assert record.instance
    result = suite.run("--dynamodb-endpoint", engine, ENGINE=str(record.instance.handle["pid"]))
    assert "ERROR at teardown of test_dies" in result.out
    assert f"dynamodb: {engine}: the engine does not respond" in result.err
    assert "Traceback" not in result.out + result.err
    assert "dynamotasks/" not in result.out
