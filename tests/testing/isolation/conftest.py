from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynamotasks.engines import lifecycle
from dynamotasks.engines.options import EngineOptions
from dynamotasks.engines.project import Project
from dynamotasks.testing.isolation import Isolation

from .world import ACCESS_KEY, REGION, TABLES, World


@pytest.fixture(scope="session")
def engine_endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the engine of `--place` with separate tables for each access key."""
    backend = request.config.getoption("--place")
    if backend == "aws":
        pytest.skip("isolation deletes all tables: local engines only")
    # dynoxide does not separate keys
    options = EngineOptions(backend=backend, port=0, in_memory=True, shared=backend == "dynoxide")
    with lifecycle.up(Project(tmp_path_factory.mktemp("engine")), options) as engine:
        yield engine.endpoint


@pytest.fixture(scope="session")
def isolation(engine_endpoint: str) -> Iterator[Isolation]:
    made = Isolation(engine_endpoint, ACCESS_KEY, REGION, TABLES, debug=True)
    yield made
    made.close()


@pytest.fixture
def world(engine_endpoint: str, isolation: Isolation) -> World:
    """Return an engine with tables of which all tests of this process take turns, so that leftovers show."""
    return World(engine_endpoint, isolation)


@pytest.fixture
def separate_keys(request: pytest.FixtureRequest) -> None:
    """Skip a test where the engine does not have separate tables for each access key."""
    if request.config.getoption("--place") == "dynoxide":
        pytest.skip("dynoxide has one database: each worker has a process")
