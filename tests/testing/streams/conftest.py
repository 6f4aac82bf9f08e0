from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project

from .streamed_tables import StreamedTable, client_of, streamed_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="session")
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoDBClient]:
    """Start the engine of `--place`, and return a client of it."""
    backend = request.config.getoption("--place")
    if backend == "aws":
        pytest.skip("a table with a stream takes AWS too long")
    options = EngineOptions(backend=backend, port=0, in_memory=True)
    with lifecycle.up(Project(tmp_path_factory.mktemp("engine")), options) as engine:
        yield client_of(engine.endpoint)


@pytest.fixture
def table(client: DynamoDBClient) -> Iterator[StreamedTable]:
    """Return a new table with a stream of new and old images."""
    yield from streamed_table(client)
