"""Benchmark the isolation of tests: the same 200 tests with this plugin, with pytest-dynamodb and with usual conftests.

Each suite runs in a pytest process of its own against one running engine; the suites take turns. Printed are medians:
the milliseconds that a test spends in its fixtures, the seconds of pytest, and both compared with this plugin's.
`python -m benchmarks.isolation [--runs N] [--tests N] [ENGINE ...]`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project
from dynamotasks.errors import Unavailable

SHARED = ("dynoxide",)
ENGINES = ("java", "dynoxide", "moto")
GOALS = {"java": (5.5, 5.5), "dynoxide": (1.0, 2.0)}  # milliseconds a test, seconds for 200 tests
NAMES = ("users", "orders", "visits")

TESTS = """
import json, time
import pytest

@pytest.mark.parametrize("number", range(COUNT))
def test_write(client, number):
    for name in ("users", "orders", "visits"):
        item = {"id": {"S": str(number % 7)}, "group": {"S": "staff"}}
        client.put_item(TableName=name, Item=item, ConditionExpression="attribute_not_exists(id)")
    found = client.query(TableName="users", IndexName="by_group", KeyConditionExpression="#g = :g",
        ExpressionAttributeNames={"#g": "group"}, ExpressionAttributeValues={":g": {"S": "staff"}})
    assert found["Count"] == 1
"""
MEASURING = """
import atexit, json, os
import pytest

_fixtures = {}

def pytest_runtest_logreport(report):
    if report.when != "call":
        _fixtures[report.nodeid] = _fixtures.get(report.nodeid, 0) + report.duration

def pytest_sessionfinish(session):
    with open("fixtures.json", "w") as file:
        json.dump(list(_fixtures.values()), file)

ENDPOINT = os.environ["BENCH_ENDPOINT"]
KEYS = {"endpoint_url": ENDPOINT, "region_name": "us-east-1", "aws_access_key_id": "KEY", "aws_secret_access_key": "x"}
TABLES = [
    {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("id", "group")],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by_group",
            "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }],
    }
    for name in ("users", "orders", "visits")
]
"""
PLUGIN = """
@pytest.fixture
def client(dynamodb, dynamodb_tables):
    return dynamodb
"""
CREATE_AND_DELETE = """
import boto3

@pytest.fixture(scope="session")
def connection():
    return boto3.client("dynamodb", **KEYS)

@pytest.fixture
def client(connection):
    for table in TABLES:
        connection.create_table(**table)
    yield connection
    for table in TABLES:
        connection.delete_table(TableName=table["TableName"])
"""
SCAN_AND_DELETE = """
import boto3

@pytest.fixture(scope="session")
def connection():
    made = boto3.client("dynamodb", **KEYS)
    for table in TABLES:
        made.create_table(**table)
    yield made
    for table in TABLES:
        made.delete_table(TableName=table["TableName"])

@pytest.fixture
def client(connection):
    yield connection
    for table in TABLES:
        name = table["TableName"]
        found = connection.scan(TableName=name, ProjectionExpression="id")["Items"]
        if found:
            connection.batch_write_item(RequestItems={name: [{"DeleteRequest": {"Key": key}} for key in found]})
"""
PYTEST_DYNAMODB = """
import boto3
from pytest_dynamodb import factories

engine = factories.dynamodb_noproc(host=HOST, port=PORT)
database = factories.dynamodb("engine", access_key="KEY", region="us-east-1")

@pytest.fixture(scope="session")
def connection():
    return boto3.client("dynamodb", **KEYS)

@pytest.fixture
def client(connection, database):
    for table in TABLES:
        database.create_table(**table)
    return connection
"""
INI = "[pytest]\ndynamodb_config = tables.json\ndynamodb_isolation = {}\n"


@dataclass(frozen=True)
class Suite:
    """One way to isolate tests."""

    name: str
    conftest: str
    arguments: tuple[str, ...] = ()
    ini: str = ""


OURS = ("-p", "dynamotasks.testing.plugin")
SUITES = (
    Suite("dynamotasks, keys", PLUGIN, OURS, INI.format("keys")),
    Suite("dynamotasks, re-create", PLUGIN, OURS, INI.format("recreate")),
    Suite("hand-written, scan and delete", SCAN_AND_DELETE),
    Suite("hand-written, create and delete", CREATE_AND_DELETE),
    Suite("pytest-dynamodb", PYTEST_DYNAMODB, ("-p", "pytest_dynamodb.plugin")),
)


def write(folder: Path, suite: Suite, endpoint: str, tests: int) -> None:
    folder.mkdir()
    url = urlsplit(endpoint)
    conftest = f"HOST, PORT = {url.hostname!r}, {url.port}\n{MEASURING}{suite.conftest}"
    (folder / "conftest.py").write_text(conftest.replace("KEY", f"bench{SUITES.index(suite)}"))
    (folder / "test_writes.py").write_text(TESTS.replace("COUNT", str(tests)))
    (folder / "pytest.ini").write_text(suite.ini or "[pytest]\n")
    key = [{"attribute_name": "id", "key_type": "HASH"}]
    index = {
        "index_name": "by_group",
        "key_schema": [{"attribute_name": "group", "key_type": "HASH"}],
        "projection": {"projection_type": "ALL"},
    }
    attributes = [{"name": name, "type": "S"} for name in ("id", "group")]
    tables = [
        {"name": name, "attributes": attributes, "key_schema": key, "global_secondary_indexes": [index]}
        for name in NAMES
    ]
    (folder / "tables.json").write_text(json.dumps({"tables": tables}))


def run(folder: Path, suite: Suite, engine: str, endpoint: str) -> tuple[float, float]:
    """Return the milliseconds in the fixtures of a test, and the seconds of the whole process."""
    command = [sys.executable, "-m", "pytest", "-q", *suite.arguments]
    if suite.ini:  # an engine that has one database for all access keys is not accepted as a given one
        command.append(f"--dynamodb-backend={engine}" if engine in SHARED else f"--dynamodb-endpoint={endpoint}")
    environment = {**os.environ, "BENCH_ENDPOINT": endpoint, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{suite.name}:\n{done.stdout[:3000]}{done.stderr[:3000]}")
    return 1000 * statistics.median(json.loads((folder / "fixtures.json").read_text())), took


def compare(engine: str, runs: int, tests: int) -> None:
    suites = SUITES if find_spec("pytest_dynamodb") else SUITES[:-1]
    options = EngineOptions(backend=engine, port=0, in_memory=True, shared=engine in SHARED)
    with tempfile.TemporaryDirectory() as name, lifecycle.up(Project(Path(name)), options) as started:
        for suite in suites:
            write(Path(name, suite.name), suite, started.endpoint, tests)
            run(Path(name, suite.name), suite, engine, started.endpoint)  # a first run warms the engine and the caches
        rounds = [
            [run(Path(name, suite.name), suite, engine, started.endpoint) for suite in suites] for _ in range(runs)
        ]
    show(engine, suites, rounds)


def show(engine: str, suites: Sequence[Suite], rounds: list[list[tuple[float, float]]]) -> None:
    for index, suite in enumerate(suites):
        columns = []
        for side in (0, 1):
            values = [taken[index][side] for taken in rounds]
            ratio = statistics.median(taken[index][side] / taken[0][side] for taken in rounds)
            goal = GOALS.get(engine, ("-", "-"))[side] if index == 0 else "-"
            columns.append(f"{statistics.median(values):9.2f} {ratio:6.2f} {goal:>5}")
        print(f"{engine:9} {suite.name:32} {'  '.join(columns)}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tests", type=int, default=200)
    parser.add_argument("engines", nargs="*", default=ENGINES)
    chosen = parser.parse_args(arguments)
    heads = [f"{unit:>9} {'ratio':>6} {'goal':>5}" for unit in ("ms a test", "s a suite")]
    print(f"{'engine':9} {f'{chosen.tests} tests with':32} {'  '.join(heads)}")
    for engine in chosen.engines:
        try:
            compare(engine, chosen.runs, chosen.tests)
        except Unavailable as error:
            print(error, file=sys.stderr)


if __name__ == "__main__":
    main()
