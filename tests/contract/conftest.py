from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.support.engines import CONFIG
from tests.support.preloaded import Preloaded, preloaded
from tests.support.running import Project

from . import places
from .replaced_table import Killer, ReplacedTable, killing
from .streamed_table import StreamedTable, client_of, streamed_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def place_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place") / "engine"


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest, place_folder: Path) -> Iterator[places.Place]:
    with places.place(request.config.getoption("--place"), place_folder) as made:
        yield made


@pytest.fixture
def engine_of_place(place: places.Place, place_folder: Path) -> Iterator[Project]:
    """Return the project that started the place, with one declared table; delete all tables at the end."""
    project = Project(place_folder)
    project.write("config/tables.yaml", CONFIG)
    yield project
    for name in place.database.table_names():
        place.database.client.delete_table(TableName=name)


@pytest.fixture
def prefix() -> str:
    """Return a prefix that separates the tables of this test from others, also in a shared account."""
    return f"suite-{uuid4().hex[:10]}-"


@pytest.fixture
def there(place: places.Place, tmp_path: Path, prefix: str) -> Iterator[Project]:
    """Return a project that connects to the place; delete the tables of the test at the end."""
    yield places.suite_project(place, tmp_path / "project")
    client = place.database.client
    for page in client.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(prefix):
                if client.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
                    client.update_table(TableName=name, DeletionProtectionEnabled=False)
                client.delete_table(TableName=name)
                client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


@pytest.fixture
def configure(there: Project, place: places.Place) -> places.Configure:
    """Return a function that writes tables, given as plain data, to the config of the project."""

    def write(*tables: dict[str, Any]) -> None:
        # JSON is YAML, so that the environments can follow as YAML
        there.write("config/tables.yaml", f"tables: {json.dumps(tables)}\n{place.environments}")

    return write


@pytest.fixture
def replaced(place: places.Place, tmp_path: Path, prefix: str) -> Iterator[ReplacedTable]:
    table = ReplacedTable(place, tmp_path / "project", f"{prefix}t")
    yield table
    table.drop()


@pytest.fixture(scope="session")
def processes() -> Iterator[Preloaded]:
    with preloaded() as started:
        yield started


@pytest.fixture
def killer(place: places.Place, processes: Preloaded) -> Iterator[Killer]:
    """Return a proxy to the place that kills a process."""
    with killing(str(place.target.endpoint), processes) as started:
        yield started


@pytest.fixture
def killable(place: places.Place, killer: Killer, tmp_path: Path, prefix: str) -> Iterator[ReplacedTable]:
    """Return a table whose replacement the killer can kill."""
    table = ReplacedTable(place, tmp_path / "project", f"{prefix}t", killer.endpoint)
    yield table
    table.drop()


@pytest.fixture(scope="session")
def client(place: places.Place) -> DynamoDBClient:
    """Return a client that is created as a user creates it."""
    assert place.target.endpoint
    return client_of(place.target.endpoint)


@pytest.fixture
def streamed(client: DynamoDBClient) -> Iterator[StreamedTable]:
    """Return a new table with a stream of new and old images."""
    yield from streamed_table(client)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Return the backend that the tests start."""
    name: str = request.config.getoption("--place")
    if name == "aws":
        pytest.fail("AWS cannot be started: use --place docker, java or moto")
    return name
