"""Benchmark dynamotasks against plain boto3: both sides take turns in one run; prints the medians and their ratio.

Whole processes are timed, as at a prompt. A goal is printed, never asserted:
machines are shared and noisy. `python -m benchmarks.bench [--runs N] [ROW ...]`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from dynamotasks.aws.client import Database
from dynamotasks.aws.sessions import PROBE_LIMITS
from dynamotasks.aws.target import Target
from dynamotasks.engines import lifecycle
from dynamotasks.engines.docker import IMAGE
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project
from dynamotasks.errors import DynamotasksError
from dynamotasks.formats.reading import load
from tests.simulator import control_plane
from tests.support.large_template import template

HERE = Path(__file__).parents[1]
INV = [sys.executable, "-c", "from invoke.main import program; program.run()"]
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_REGION": "us-east-1"}

BARE_LIST = """
import sys, boto3
client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1")
for name in client.list_tables()["TableNames"]:
    table = client.describe_table(TableName=name)["Table"]
    print(name, table["TableStatus"], table["KeySchema"], table["ItemCount"])
"""

# what the tool that this one grew out of did: create what is absent, and wait for it
BARE_MIGRATE = """
import json, sys, boto3
client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1")
existing = client.list_tables()["TableNames"]
for table in json.load(open(sys.argv[2]))["tables"]:
    if table["name"] in existing:
        continue
    client.create_table(
        TableName=table["name"],
        BillingMode=table["billing_mode"],
        AttributeDefinitions=[{"AttributeName": a["name"], "AttributeType": a["type"]} for a in table["attributes"]],
        KeySchema=[{"AttributeName": k["attribute_name"], "KeyType": k["key_type"]} for k in table["key_schema"]],
    )
    WAIT
"""
WAIT = 'client.get_waiter("table_exists").wait(TableName=table["name"])'


@dataclass
class Row:
    """Two sides of one comparison; each is called in turn and gives its seconds."""

    name: str
    goal: float | None
    ours: Callable[[], float]
    bare: Callable[[], float]


def timed(command: list[str], folder: Path, code: int = 0) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env={**os.environ, **KEYS}, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode != code:
        raise SystemExit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return took


def table(name: str) -> dict[str, object]:
    return {
        "name": name,
        "billing_mode": "PAY_PER_REQUEST",
        "attributes": [{"name": "id", "type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
    }


def drop_all(endpoint: str) -> None:
    client = Database(Target(env="local", endpoint=endpoint, credentials="dummy")).client
    for page in client.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            client.delete_table(TableName=name)


@contextmanager
def engine(folder: Path) -> Iterator[str]:
    project = Project(folder)
    started = lifecycle.up(project, EngineOptions(port=0, in_memory=True))
    print(f"engine: {started.record.backend}", file=sys.stderr)
    try:
        yield started.endpoint
    finally:
        lifecycle.down(project, volumes=True)


def list_rows(scratch: Path) -> Iterator[Row]:
    project, empty = scratch / "project", scratch / "empty"
    for folder in (project, empty):
        folder.mkdir()
    shutil.copy(HERE / "tasks.py", project)
    shutil.copytree(HERE / "config", project / "config")
    (empty / "tasks.py").write_text("")
    yield Row(
        "inv --list / the same of an empty tasks.py",
        1.25,
        lambda: timed([*INV, "--list"], project),
        lambda: timed([*INV, "--list"], empty, code=1),  # "No tasks found"
    )
    with engine(project) as endpoint:
        timed([*INV, "db.migrate"], project)
        yield Row(
            "db.list of 3 tables / a bare boto3 script",
            1.6,
            lambda: timed([*INV, "db.list"], project),
            lambda: timed([sys.executable, "-c", BARE_LIST, endpoint], project),
        )
        drop_all(endpoint)
        hundred = project / "hundred.json"
        hundred.write_text(json.dumps({"tables": [table(f"table{number:03}") for number in range(100)]}))

        def migrate(command: list[str]) -> Callable[[], float]:
            def run() -> float:
                took = timed(command, project)
                drop_all(endpoint)
                return took

            return run

        yield from no_op_rows(project, endpoint, hundred)
        ours = migrate([*INV, "db.migrate", "--config", str(hundred)])
        for words, wait, goal in (("create and wait", WAIT, 1.0), ("create, and not wait", "", None)):
            script = BARE_MIGRATE.replace("WAIT", wait)
            yield Row(
                f"first db.migrate of 100 tables / a script's loop: {words}",
                goal,
                ours,
                migrate([sys.executable, "-c", script, endpoint, str(hundred)]),
            )


def no_op_rows(project: Path, endpoint: str, hundred: Path) -> Iterator[Row]:
    command = [*INV, "db.migrate", "--config", str(hundred)]
    timed(command, project)
    yield Row(
        "db.migrate of 100 tables that stand / a script that lists and describes them",
        2.0,
        lambda: timed(command, project),
        lambda: timed([sys.executable, "-c", BARE_LIST, endpoint], project),
    )
    drop_all(endpoint)


def slow_rows(scratch: Path) -> Iterator[Row]:
    """A control plane as slow as AWS's: the tests' simulator. boto3's waiters in a loop would take 100 times 20 s."""
    folder = scratch / "slow"
    folder.mkdir()
    shutil.copy(HERE / "tasks.py", folder)
    for number in (1, 100):
        tables = [table(f"table{each:03}") for each in range(number)]
        (folder / f"{number}.json").write_text(json.dumps({"tables": tables}))

    def migrate(number: int) -> float:
        with control_plane() as plane:
            plane.creating = 6
            return timed([*INV, "db.migrate", "--config", f"{number}.json", "--endpoint", plane.endpoint], folder)

    yield Row("db.migrate of 100 tables that take 6 s each / of one", 2.0, lambda: migrate(100), lambda: migrate(1))


def config_rows(scratch: Path) -> Iterator[Row]:
    file = scratch / "many.yaml"
    spec = {**table("NAME"), "time_to_live_specification": {"attribute_name": "expires_at"}, "tags": {"team": "shop"}}
    text = "".join(f"- {json.dumps({**spec, 'name': f'table{number:04}'})}\n" for number in range(2500))
    file.write_text(f"tables:\n{text}")

    def ours() -> float:
        began = time.perf_counter()
        assert len(load(file, {}).tables) == 2500
        return time.perf_counter() - began

    def bare() -> float:
        began = time.perf_counter()
        with file.open() as stream:
            assert len(yaml.safe_load(stream)["tables"]) == 2500
        return time.perf_counter() - began

    yield Row("2,500 tables read and validated / PyYAML's safe_load alone", 3.0, ours, bare)


def template_rows(scratch: Path) -> Iterator[Row]:
    for tables, functions, goal in ((10, 40, 1.3), (55, 0, None)):
        file = scratch / f"template{tables}.yaml"
        file.write_text(template(tables, functions))
        lines = f"template of {len(file.read_text().splitlines()):,} lines with {tables} tables"
        for name, loader in (("C", yaml.CSafeLoader), ("Python", yaml.SafeLoader)):
            ours, bare = partial(read_time, file, tables), partial(compose_time, file, loader)
            yield Row(f"{lines} / PyYAML's {name} composer alone", goal, ours, bare)


def read_time(file: Path, tables: int) -> float:
    began = time.perf_counter()
    assert len(load(file, {}).tables) == tables
    return time.perf_counter() - began


def compose_time(file: Path, loader: type) -> float:
    began = time.perf_counter()
    assert yaml.compose(file.read_text(), Loader=loader)
    return time.perf_counter() - began


def docker_rows(scratch: Path) -> Iterator[Row]:
    folder = scratch / "docker"
    folder.mkdir()
    shutil.copy(HERE / "tasks.py", folder)

    def ours() -> float:
        took = timed([*INV, "db.up", "--backend", "docker", "--port", "0", "--in-memory"], folder)
        lifecycle.down(Project(folder), volumes=True)
        return took

    def bare() -> float:
        name = "dynamotasks-bench"
        began = time.perf_counter()
        subprocess.run(
            ["docker", "run", "--detach", "--name", name, "--publish", "127.0.0.1:8765:8000", IMAGE],
            check=True,
            capture_output=True,
        )
        database = Database(Target(env="local", endpoint="http://127.0.0.1:8765", credentials="dummy"), PROBE_LIMITS)
        while not database.is_ready():
            time.sleep(0.02)
        took = time.perf_counter() - began
        subprocess.run(["docker", "rm", "--force", name], check=True, capture_output=True)
        return took

    yield Row("db.up on docker to the first answer / a plain docker run", 1.0, ours, bare)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("only", nargs="*", help="only rows whose name contains one of these words")
    chosen = parser.parse_args()
    print(f"{'row':76}  {'ours s':>7}  {'bare s':>7}  {'ratio':>6}  {'goal':>5}")
    with tempfile.TemporaryDirectory() as name:
        for source in (config_rows, template_rows, list_rows, slow_rows, docker_rows):
            try:
                for row in source(Path(name)):
                    if not chosen.only or any(word in row.name for word in chosen.only):
                        show(row, chosen.runs)
            except DynamotasksError as error:
                print(error, file=sys.stderr)


def show(row: Row, runs: int) -> None:
    row.ours(), row.bare()  # a first run of each pays for what is not cached yet
    pairs = [(row.ours(), row.bare()) for _ in range(runs)]
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{row.name:76}  {ours:7.3f}  {bare:7.3f}  {ratio:6.2f}  {row.goal or '-':>5}", flush=True)


if __name__ == "__main__":
    main()
