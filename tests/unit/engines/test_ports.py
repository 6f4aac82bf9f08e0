"""Who listens on a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import psutil
import pytest

from dynamotasks.engines import current_engine
from dynamotasks.engines.current_engine import endpoint
from dynamotasks.engines.ports import describe_listener, free_port, is_taken, project_on, require_free
from dynamotasks.engines.project import Project
from dynamotasks.errors import EngineError
from tests.support.running import until

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


# the main thread ends, and another one ends the process after it has accepted three connections
ENDING = """
import ctypes, os, socket, threading

server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)

def serve():
    connections = [server.accept() for _ in range(3)]
    os._exit(0)

threading.Thread(target=serve).start()
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not show a process whose main thread has ended")
def test_port_of_a_process_that_is_ending_becomes_free() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
        assert describe_listener(port) == "a process of another user"
        try:
            require_free(port)
        finally:
            process.kill()


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
