"""Who listens on a port."""

from __future__ import annotations

import os
import socket

import pytest

from dynamotasks.engines import current_engine
from dynamotasks.engines.current_engine import endpoint
from dynamotasks.engines.ports import describe_listener, free_port, is_taken, project_on, require_free
from dynamotasks.engines.project import Project
from dynamotasks.errors import EngineError

from .conftest import Listen

MARK = "dynamotasks.moto={}@127.0.0.1:{{port}}"


def test_free_port_is_not_taken() -> None:
    port = free_port()
    assert not is_taken(port)
    require_free(port)


def test_taken_port_is_refused_with_its_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(EngineError, match=rf"port {port} is in use by .*\(pid {os.getpid()}: ") as refused:
            require_free(port)
        assert project_on(port) is None
    assert f"`dynamotasks up --port {port + 1}` (0 for any free port)" in str(refused.value.hint)


def test_engine_on_a_port_is_described_by_its_project(listen: Listen) -> None:
    port = listen(MARK.format("dynamotasks-shop-1"))
    assert project_on(port) == "dynamotasks-shop-1"
    assert describe_listener(port).endswith(": the engine of project dynamotasks-shop-1)")


def test_another_project_on_the_default_port_is_refused(
    project: Project, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listen(MARK.format("dynamotasks-other-1"))
    monkeypatch.setattr(current_engine, "DEFAULT_ENDPOINT", f"http://localhost:{port}")
    with pytest.raises(EngineError, match=rf"^http://localhost:{port} is the engine of project dynamotasks-other-1"):
        endpoint(project)


@pytest.mark.parametrize("own", [True, False], ids=["own engine", "not an engine"])
def test_default_port_is_available_otherwise(
    own: bool, project: Project, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listen(*([MARK.format(project.name)] if own else []))
    monkeypatch.setattr(current_engine, "DEFAULT_ENDPOINT", f"http://localhost:{port}")
    assert endpoint(project) is None
