from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.running import Project

from . import places


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[places.Place]:
    name = request.config.getoption("--place")
    with places.place(name, tmp_path_factory.mktemp("place") / "engine") as made:
        yield made


@pytest.fixture
def prefix() -> str:
    """Keeps the tables of one test apart from those of others, also in a shared account."""
    return f"suite-{uuid4().hex[:10]}-"


@pytest.fixture
def there(place: places.Place, tmp_path: Path, prefix: str) -> Iterator[Project]:
    """A project that talks to the place; the test's tables are gone afterwards."""
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
    """Writes the project's config: tables as plain data."""

    def write(*tables: dict[str, Any]) -> None:
        # JSON is YAML: the environments below it are written as a person does
        there.write("config/tables.yaml", f"tables: {json.dumps(tables)}\n{place.environments}")

    return write
