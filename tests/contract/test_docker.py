"""What only Docker can do wrong."""

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


def test_an_image_that_is_not_to_be_had(project: Project) -> None:
    image = "localhost:1/no-such-image:1"
    refused = project.run("inv", "db.up", "--backend", "docker", "--image", image, "--port", "0")
    refused.fails(f"cannot pull {image}")


def test_an_image_that_is_no_dynamodb_shows_its_log(project: Project) -> None:
    """It starts, and ends at once: the last words of its log are shown, and nothing is left."""
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


def test_a_container_whose_state_file_was_lost_is_found(project: Project) -> None:
    first = project.run("inv", "db.up", "--backend", "docker", "--port", "0", "--json").ok().json
    (project.root / ".dynamotasks" / "engine.json").unlink()
    again = project.run("inv", "db.up", "--json").ok().json
    assert again["reused"]
    assert again["endpoint"] == first["endpoint"]
    project.run("inv", "db.down", "--volumes", "--yes").ok()


def test_a_published_port_is_named_with_its_container(project: Project) -> None:
    port = project.run("inv", "db.up", "--backend", "docker", "--port", "0", "--json").ok().json["port"]
    other = Project(project.root.parent / "other")
    try:
        name = EngineProject(project.root).name
        other.run("inv", "db.up", "--backend", "docker", "--port", str(port)).fails(f"taken by the container {name}")
    finally:
        lifecycle.down(EngineProject(other.root), volumes=True)
        lifecycle.down(EngineProject(project.root), volumes=True)


def test_a_docker_on_another_machine_is_talked_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")  # https://www.rfc-editor.org/rfc/rfc5737
    assert daemon_host() == "192.0.2.1"


def test_a_docker_behind_this_machine_s_own_name_is_on_this_machine(project: Project) -> None:
    """Its socket behind a TCP port: what it publishes stays on 127.0.0.1."""
    name = socket.gethostname()
    with socket.create_server((socket.gethostbyname(name), 0)) as listener:
        threading.Thread(target=_forward_all, args=(listener,), daemon=True).start()
        remote = {"DOCKER_HOST": f"tcp://{name}:{listener.getsockname()[1]}"}
        up = project.run("inv", "db.up", "--backend", "docker", "--port", "0", variables=remote).ok()
        assert ": http://127.0.0.1:" in up.out
        assert "all interfaces" not in up.err
        assert project.run("inv", "db.list", "--json", variables=remote).ok().json == []
        project.run("inv", "db.down", "--volumes", "--yes", variables=remote).ok()


def _forward_all(listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the test is over
            return
        engine = socket.socket(socket.AF_UNIX)
        engine.connect("/var/run/docker.sock")
        for source, sink in ((client, engine), (engine, client)):
            threading.Thread(target=_forward, args=(source, sink), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with source, suppress(OSError):  # either side may hang up first
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
