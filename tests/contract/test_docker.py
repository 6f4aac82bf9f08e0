"""Failures that only Docker has."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from dynamotasks.engines import lifecycle
from dynamotasks.engines.docker import DockerBackend, daemon_host
from dynamotasks.engines.docker_cli import docker
from dynamotasks.engines.project import Project as EngineProject
from tests.support.running import Project


def test_unavailable_image_is_named(project: Project) -> None:
    image = "localhost:1/no-such-image:1"
    refused = project.run("inv", "db.up", "--backend", "docker", "--image", image, "--port", "0")
    refused.fails(f"cannot pull {image}")


def test_image_that_does_not_start_shows_its_log(project: Project) -> None:
    """The container exits at once: the end of its log is shown, and no container is left."""
    docker("tag", "amazon/dynamodb-local:3.3.1", "dynamotasks-test/broken:1").check_returncode()
    try:
        broken = docker(
            *("create", "--name", "dynamotasks-test-broken", "--entrypoint", "/nowhere"), "dynamotasks-test/broken:1"
        )
        broken.check_returncode()
        docker("commit", "dynamotasks-test-broken", "dynamotasks-test/broken:2").check_returncode()
        run = project.run("inv", "db.up", "--backend", "docker", "--image", "dynamotasks-test/broken:2", "--port", "0")
        run.fails("cannot start the container")
        assert DockerBackend().find(EngineProject(project.root)) is None
    finally:
        docker("rm", "--force", "dynamotasks-test-broken")
        docker("rmi", "--force", "dynamotasks-test/broken:1", "dynamotasks-test/broken:2")


def test_container_is_found_without_state_file(project: Project) -> None:
    first = project.run("inv", "db.up", "--backend", "docker", "--port", "0", "--json").ok().json
    (project.root / ".dynamotasks" / "engine.json").unlink()
    again = project.run("inv", "db.up", "--json").ok().json
    assert again["reused"]
    assert again["endpoint"] == first["endpoint"]
    project.run("inv", "db.down", "--volumes", "--yes").ok()


def test_taken_port_names_the_container(project: Project) -> None:
    port = project.run("inv", "db.up", "--backend", "docker", "--port", "0", "--json").ok().json["port"]
    other = Project(project.root.parent / "other")
    try:
        name = EngineProject(project.root).name
        other.run("inv", "db.up", "--backend", "docker", "--port", str(port)).fails(f"in use by the container {name}")
    finally:
        lifecycle.down(EngineProject(other.root), volumes=True)
        lifecycle.down(EngineProject(project.root), volumes=True)


def test_remote_docker_host_is_the_address_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")  # https://www.rfc-editor.org/rfc/rfc5737
    assert daemon_host() == "192.0.2.1"


def test_docker_host_with_own_host_name_counts_as_local(project: Project) -> None:
    """The socket is forwarded to a TCP port; the engine is still published on 127.0.0.1 only."""
    name = socket.gethostname()
    with socket.create_server((socket.gethostbyname(name), 0)) as listener:
        threading.Thread(target=_forward_all, args=(listener,), daemon=True).start()
        remote = {"DOCKER_HOST": f"tcp://{name}:{listener.getsockname()[1]}"}
        up = project.run("inv", "db.up", "--backend", "docker", "--port", "0", variables=remote).ok()
        assert ": http://127.0.0.1:" in up.out
        assert "all interfaces" not in up.err
        assert project.run("inv", "db.list", "--json", variables=remote).ok().json["tables"] == []
        project.run("inv", "db.down", "--volumes", "--yes", variables=remote).ok()


def _forward_all(listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the test has ended
            return
        engine = socket.socket(socket.AF_UNIX)
        engine.connect("/var/run/docker.sock")
        for source, sink in ((client, engine), (engine, client)):
            threading.Thread(target=_forward, args=(source, sink), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with source, suppress(OSError):  # either side may close first
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
