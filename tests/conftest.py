from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore import loaders
from hypothesis import settings

from dynamotasks.engines import lifecycle
from dynamotasks.engines.project import Project as EngineProject
from tests.simulator import ControlPlane, control_plane
from tests.simulator.calls import Simulation
from tests.support.running import Project
from tests.support.soak import size

collect_ignore = ["async_clients"]  # they require an older boto3: `nox -s async_clients`

settings.register_profile("default", max_examples=size(50, soak=1_000), deadline=None, print_blob=True)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--place",
        default="moto",
        choices=("docker", "java", "moto", "dynoxide", "aws"),
        help="the database of the contract tests; an error if it is unavailable",
    )
    parser.addoption("--wheels", help="folder with the built wheel, for tests/package")


def pytest_configure() -> None:
    # each client lists 400 folders and reads 3 MB of JSON, which takes longer than most tasks of the tests
    loaders.create_loader = cache(loaders.create_loader)
    # Processes that tests start inherit an ignored signal, such as SIGHUP under `nohup`; they do not inherit a handler.
    for name in ("SIGHUP", "SIGINT", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if os.name == "nt" and item.get_closest_marker("posix"):
        pytest.skip("needs signals, shells, terminals or file modes of POSIX")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Return a project with a space and non-ASCII letters in its path; remove its engine and data at the end."""
    made = Project(tmp_path / "my projéct ☂")
    yield made
    lifecycle.down(EngineProject(made.root), volumes=True)


@pytest.fixture
def plane() -> Iterator[ControlPlane]:
    """Serve a simulated control plane."""
    with control_plane() as made:
        yield made


@pytest.fixture
def simulation() -> Simulation:
    """Return a simulation without HTTP, on a virtual clock."""
    return Simulation()


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
    """Return a project that talks to the simulator of AWS's control plane."""
    project.variables["DYNAMOTASKS_ENDPOINT"] = plane.endpoint
    return project
