"""DynamoDB Local in a Docker container."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ..aws.endpoints import is_loopback
from ..errors import EngineError, Unavailable
from .addresses import ALL_INTERFACES, LOOPBACK, LOOPBACK_OF, with_port
from .backend import Status
from .distribution import JVM_FLAGS
from .docker_cli import PROJECT_LABEL, SLOW, docker, explain, query
from .engine_record import EngineRecord, Instance
from .observer import Observer
from .project import Project

IMAGE = "amazon/dynamodb-local:3.3.1"
_CONTAINER_PORT = 8000
_INSPECTED = (
    '{{.Id}} {{.State.Running}} {{json (index .Config.Labels "' + PROJECT_LABEL + '")}} {{json .NetworkSettings.Ports}}'
)
_ID = re.compile(r"[0-9a-f]{12,64}")
_WITHOUT_PORTS = ("host", "none")  # networks in which Docker publishes no ports


@dataclass(frozen=True, slots=True)
class _Container:
    """A container of any project.

    Attributes:
        project: the project's name; `None` if it is not a project's container.
        address: the address that the port is published on.
        port: the published port; `None` while it does not run.
    """

    id: str
    project: str | None
    address: str
    port: int | None


class DockerBackend:
    """Runs the image `amazon/dynamodb-local`."""

    name: ClassVar[str] = "docker"
    engine: ClassVar[str] = "DynamoDB Local"
    runs_in: ClassVar[str] = "docker"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str | None] = None

    def prepare(self, project: Project, record: EngineRecord, observer: Observer) -> None:
        """Require a Docker daemon, and pull the image if it is absent."""
        if record.network in _WITHOUT_PORTS:
            raise Unavailable(f"Docker cannot publish ports in network {record.network}", hint="use another --network")
        daemon_version()
        if not has_image(record.image):
            _pull(record.image, observer)

    def start(self, project: Project, record: EngineRecord) -> Instance:
        """Start the project's container, published on the address to listen on."""
        self.remove_leftovers(project)
        started = docker("run", *_run_arguments(project.name, record), timeout=SLOW)
        if started.returncode:
            self.remove_leftovers(project)
            cause = explain(started.stderr)
            raise EngineError(f"cannot start the container: {cause.what}", hint=cause.hint)
        instance = self.find(project)
        if instance is None:
            raise EngineError("the container exited immediately", hint="\n".join(self.log(project, 10)))
        return instance

    def status(self, project: Project, instance: Instance) -> Status:
        """Return the status, checked by id, label and published port, which no other container can have."""
        identity = str(instance.handle.get("id"))
        found = _inspect(identity) if _ID.fullmatch(identity) else None
        if found is None or found.project != project.name or found.port != instance.port:
            return Status.ENDED
        return Status.SERVING if _reached_at(found.address) == instance.host else Status.ENDED

    def stop(self, project: Project, instance: Instance) -> None:
        """Remove the container; keep its volume."""
        if self.status(project, instance) is not Status.ENDED:
            # DynamoDB Local's SQLite data survives a kill; `docker stop` would take 10 s
            _remove(str(instance.handle["id"]))

    def find(self, project: Project) -> Instance | None:
        """Return the project's running container; `None` also if the Docker daemon does not respond."""
        try:
            found = _inspect(project.name)
        except Unavailable:
            return None
        if found is None or found.project != project.name or not found.port:
            return None
        return Instance(found.port, {"name": project.name, "id": found.id}, _reached_at(found.address))

    def remove_leftovers(self, project: Project) -> None:
        """Remove the project's container, running or not."""
        found = _inspect(project.name)
        if found is not None and found.project == project.name:
            _remove(found.id)

    def data_location(self, project: Project) -> str:
        """Return the volume."""
        return f"the Docker volume {project.name}"

    def log(self, project: Project, lines: int) -> list[str]:
        """Return the last lines of the container's log, running or ended."""
        if query("container", "inspect", project.name) is None:
            return []
        logged = docker("logs", "--tail", str(lines), project.name)
        return (logged.stdout + logged.stderr).splitlines()[-lines:]

    def follow_log(self, project: Project) -> Iterator[str]:
        """Yield the lines of the container's log until it ends."""
        if query("container", "inspect", project.name) is None:
            return
        command = ["docker", "logs", "--follow", project.name]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process:
            try:
                yield from (line.rstrip("\n") for line in process.stdout or ())
            finally:
                process.kill()

    def remove_data(self, project: Project) -> bool:
        """Remove the volume."""
        self.remove_leftovers(project)
        if query("volume", "inspect", project.name) is None:
            return False
        removed = docker("volume", "rm", project.name, timeout=SLOW)
        if removed.returncode:
            raise EngineError(f"cannot remove the volume {project.name}: {removed.stderr.strip()}")
        return True


def daemon_version() -> str:
    """Return the version of the Docker daemon.

    Raises:
        Unavailable: it does not respond.
    """
    return (query("version", "--format", "{{.Server.Version}}") or "").strip()


def daemon_host() -> str:
    """Return the host of the Docker daemon: the loopback address, or what DOCKER_HOST or the Docker context names."""
    context = docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    url = urlsplit(context.stdout.strip())
    remote = context.returncode == 0 and url.scheme in ("tcp", "ssh", "http", "https")
    return url.hostname if remote and url.hostname and not is_loopback(url.geturl()) else LOOPBACK


def has_image(image: str) -> bool:
    """Return whether the Docker daemon has the image."""
    return docker("image", "inspect", "--format", "{{.Id}}", image).returncode == 0


def _pull(image: str, observer: Observer) -> None:
    observer.note(f"pulling {image}")
    output = observer.terminal or subprocess.DEVNULL
    pulled = subprocess.run(
        ["docker", "pull", image], stdout=output, stderr=subprocess.PIPE, text=True, errors="replace", check=False
    )
    if pulled.returncode:
        cause = explain(pulled.stderr)
        raise Unavailable(f"cannot pull {image}: {cause.what}", hint=cause.hint)


def _run_arguments(name: str, record: EngineRecord) -> list[str]:
    """Return the arguments of `docker run` for a project of that name."""
    # the loopback address of a remote Docker daemon cannot be reached from here
    unreachable = record.listen == LOOPBACK and daemon_host() != LOOPBACK
    listen = ALL_INTERFACES if unreachable else record.listen
    return [
        *("--detach", "--name", name, "--label", f"{PROJECT_LABEL}={name}"),
        *(["--network", record.network] if record.network else []),
        *("--publish", f"{with_port(listen, record.port or '')}:{_CONTAINER_PORT}"),
        # the image's own user cannot write to a new volume: the engine would accept connections and hang
        *("--user", "root"),
        *([] if record.in_memory else ["--volume", f"{name}:/data"]),
        *("--env", f"JAVA_TOOL_OPTIONS={' '.join(JVM_FLAGS)}"),
        *(record.image, "-jar", "DynamoDBLocal.jar", "-disableTelemetry"),
        *(["-inMemory"] if record.in_memory else ["-dbPath", "/data"]),
        *(["-sharedDb"] if record.shared else []),
    ]


def _inspect(container: str) -> _Container | None:
    """Return a container by its name or id."""
    inspected = query("container", "inspect", "--format", _INSPECTED, container)
    if inspected is None:
        return None
    identity, running, rest = inspected.strip().split(" ", 2)
    label, end = json.JSONDecoder().raw_decode(rest)
    published: dict[str, Any] = json.loads(rest[end:]) or {}
    ports = published.get(f"{_CONTAINER_PORT}/tcp") or [{}]
    port = int(ports[0].get("HostPort") or 0) if running == "true" else 0
    return _Container(identity, label or None, ports[0].get("HostIp") or ALL_INTERFACES, port or None)


def _reached_at(address: str) -> str:
    """Return the host at which a published address is reached from this machine."""
    if address not in LOOPBACK_OF:
        return address
    host = daemon_host()
    return LOOPBACK_OF[address] if host == LOOPBACK else host


def _remove(container: str) -> None:
    removed = docker("rm", "--force", container, timeout=SLOW)
    if removed.returncode and "No such container" not in removed.stderr:
        raise EngineError(f"cannot stop the container {container[:12]}: {explain(removed.stderr).what}")
