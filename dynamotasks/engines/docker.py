"""DynamoDB Local in a container."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ..aws.endpoints import is_loopback
from ..errors import EngineError, Unavailable
from .backend import HOST, WILDCARDS, Condition, EngineState, Project, Run
from .docker_cli import SLOW, answered, docker, explain
from .java import JVM_FLAGS

IMAGE = "amazon/dynamodb-local:3.3.1"
INSIDE = 8000
_LABEL = "dynamotasks.project"
_SHOWN = '{{.Id}} {{.State.Running}} {{json (index .Config.Labels "' + _LABEL + '")}} {{json .NetworkSettings.Ports}}'
_ID = re.compile(r"[0-9a-f]{12,64}")
_ALL = "0.0.0.0"  # noqa: S104 - of another machine's Docker, or asked for
_NOT_JOINED = ("host", "none")  # Docker publishes no ports there


@dataclass(frozen=True, slots=True)
class _Container:
    """What Docker knows of a container: whose it is, and where it is published while it runs."""

    id: str
    project: str
    address: str
    port: int


class DockerBackend:
    """Runs the image `amazon/dynamodb-local`."""

    name: ClassVar[str] = "docker"
    engine: ClassVar[str] = "DynamoDB Local"
    runs_in: ClassVar[str] = "docker"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str] = ""

    def prepare(self, state: EngineState) -> None:
        """Require an engine that answers, and the image, which is pulled if it is absent."""
        if state.network in _NOT_JOINED:
            raise Unavailable(f"Docker publishes no ports in network {state.network}", hint="name another --network")
        engine_version()
        if not has_image(state.image):
            print(f"pulling {state.image}", file=sys.stderr)
            # docker draws its own progress, for a person to watch
            shown = sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL
            pulled = subprocess.run(
                ["docker", "pull", state.image], stdout=shown, stderr=subprocess.PIPE, text=True, check=False
            )
            if pulled.returncode:
                what, hint = explain(pulled.stderr)
                raise Unavailable(f"{state.image} cannot be pulled: {what}", hint=hint)

    def start(self, project: Project, state: EngineState) -> Run:
        """Start the project's container, published on the address to listen on."""
        name = project.name
        self.clear(project)
        # where Docker is another machine, its own loopback would be out of reach from here
        listen = state.listen if engine_host() == HOST or state.listen != HOST else _ALL
        where = ["-inMemory"] if state.in_memory else ["-dbPath", "/data"]
        volume = [] if state.in_memory else ["--volume", f"{name}:/data"]
        network = ["--network", state.network] if state.network else []
        started = docker(
            *("run", "--detach", "--name", name, "--label", f"{_LABEL}={name}", *network),
            *("--publish", f"{f'[{listen}]' if ':' in listen else listen}:{state.port or ''}:{INSIDE}"),
            # the image's own user may not write to a new volume: the engine would accept connections and hang
            *("--user", "root", *volume),
            *("--env", f"JAVA_TOOL_OPTIONS={' '.join(JVM_FLAGS)}"),
            *(state.image, "-jar", "DynamoDBLocal.jar", "-disableTelemetry", *where),
            *(["-sharedDb"] if state.shared else []),
            timeout=SLOW,
        )
        if started.returncode:
            self.clear(project)
            what, hint = explain(started.stderr)
            raise EngineError(f"the container does not start: {what}", hint=hint)
        run = self.find(project)
        if run is None:
            raise EngineError("the container ended at once", hint="\n".join(self.log(project, 10)))
        return run

    def condition(self, project: Project, run: Run) -> Condition:
        """By id, label and published port; only Docker gives that port to this container."""
        known = str(run.handle.get("id"))
        found = _inspect(known) if _ID.fullmatch(known) else None
        if found is None or found.project != project.name or found.port != run.port:
            return Condition.GONE
        return Condition.SERVING if _host(found.address) == run.host else Condition.GONE

    def stop(self, project: Project, run: Run) -> None:
        """Remove the container; the volume stays."""
        if self.condition(project, run) is not Condition.GONE:
            # DynamoDB Local keeps its data in SQLite, which survives a kill; asking first would take Docker's 10 s
            _remove(str(run.handle["id"]))

    def find(self, project: Project) -> Run | None:
        """Return the project's running container."""
        try:
            found = _inspect(project.name)
        except Unavailable:
            return None
        if found is None or found.project != project.name or not found.port:
            return None
        return Run(found.port, {"name": project.name, "id": found.id}, _host(found.address))

    def clear(self, project: Project) -> None:
        """Remove the project's container, which may exist and not run."""
        found = _inspect(project.name)
        if found is not None and found.project == project.name:
            _remove(found.id)

    def store(self, project: Project) -> str:
        """Return the volume."""
        return f"the Docker volume {project.name}"

    def log(self, project: Project, lines: int) -> list[str]:
        """Return the last lines of the container's log, running or ended."""
        told = answered("logs", "--tail", str(lines), project.name)
        return [] if told.returncode else (told.stdout + told.stderr).splitlines()[-lines:]

    def follow(self, project: Project) -> None:
        """Copy the container's log until it ends."""
        engine_version()
        subprocess.run(["docker", "logs", "--follow", project.name], check=False)

    def wipe(self, project: Project) -> bool:
        """Remove the volume; return whether it was there."""
        self.clear(project)
        if answered("volume", "inspect", project.name).returncode:
            return False
        gone = docker("volume", "rm", project.name, timeout=SLOW)
        if gone.returncode:
            raise EngineError(f"the volume {project.name} is not removed: {gone.stderr.strip()}")
        return True


def engine_version() -> str:
    """Return the version of Docker's engine; raise `Unavailable` where none answers."""
    return answered("version", "--format", "{{.Server.Version}}").stdout.strip()


def engine_host() -> str:
    """Return the machine that Docker's engine runs on: this one, or what DOCKER_HOST or the docker context names."""
    told = docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    url = urlsplit(told.stdout.strip())
    remote = told.returncode == 0 and url.scheme in ("tcp", "ssh", "http", "https") and url.hostname
    return url.hostname if remote and url.hostname and not is_loopback(url.geturl()) else HOST


def has_image(image: str) -> bool:
    """Return whether the image is on this machine."""
    return docker("image", "inspect", "--format", "{{.Id}}", image).returncode == 0


def _inspect(container: str) -> _Container | None:
    """Return a container by its name or id; the port is 0 where it does not run."""
    told = answered("container", "inspect", "--format", _SHOWN, container)
    if told.returncode:
        return None
    identity, running, rest = told.stdout.strip().split(" ", 2)
    reader = json.JSONDecoder()
    label, end = reader.raw_decode(rest)
    published: dict[str, Any] = json.loads(rest[end:]) or {}
    ports = published.get(f"{INSIDE}/tcp") or [{}]
    port = int(ports[0].get("HostPort") or 0) if running == "true" else 0
    return _Container(identity, label or "", ports[0].get("HostIp") or _ALL, port)


def _host(address: str) -> str:
    """Return where a published address is reached from here."""
    if address not in WILDCARDS:
        return address
    host = engine_host()
    return WILDCARDS[address] if host == HOST else host


def _remove(identity: str) -> None:
    gone = docker("rm", "--force", identity, timeout=SLOW)
    if gone.returncode and "No such container" not in gone.stderr:
        raise EngineError(f"the container {identity[:12]} does not stop: {explain(gone.stderr)[0]}")
