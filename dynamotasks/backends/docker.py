"""DynamoDB Local in a container. The `docker` command does the work, so contexts, DOCKER_HOST and podman's do too."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from ..endpoints import is_loopback
from ..errors import EngineError, Unavailable
from .base import HOST, Launch, Project, Run
from .java import JVM_FLAGS

IMAGE = "amazon/dynamodb-local:3.3.1"
_INSIDE = 8000
_LABEL = "dynamotasks.project"

_REASONS = (
    (
        r"permission denied.*(docker\.sock|daemon socket)|dial unix.*permission denied",
        "Docker runs, but you may not use its socket",
        "add yourself to its group: sudo usermod -aG docker $USER, then sign in again",
    ),
    (
        r"Cannot connect to the Docker daemon|daemon running|failed to connect to the docker API|error during connect",
        "Docker is installed, but its engine does not run",
        "start it: Docker Desktop, or sudo systemctl start docker",
    ),
    (
        r"port is already allocated|address already in use|ports are not available",
        "the port is taken",
        "take another: `inv db.up --port 0`",
    ),
    (
        r"No such image|not found|manifest unknown|pull access denied|repository does not exist",
        "there is no such image",
        "check --image and your connection to the registry",
    ),
    (
        r"no such host|timeout|TLS handshake|connection refused|unreachable",
        "the image's registry is not reached",
        "check the network and proxy, or load the image by hand: docker load",
    ),
    (r"invalid reference format", "that is no image's name", "write it as repository:tag"),
    (r"no space left", "the disk is full", "make room: docker system prune"),
)


class DockerBackend:
    """Runs the image `amazon/dynamodb-local`."""

    name: ClassVar[str] = "docker"
    engine: ClassVar[str] = "DynamoDB Local"
    runs_in: ClassVar[str] = "docker"
    keeps_data: ClassVar[bool] = True
    exposure: ClassVar[str] = ""

    def prepare(self, launch: Launch) -> None:
        """Needs the engine to answer and the image to be here, which is pulled when it is not."""
        engine_version()
        if not has_image(launch.image):
            print(f"pulling {launch.image}", file=sys.stderr)
            # docker draws its own progress, for a person to watch
            shown = sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL
            pulled = subprocess.run(
                ["docker", "pull", launch.image], stdout=shown, stderr=subprocess.PIPE, text=True, check=False
            )
            if pulled.returncode:
                what, cure = _why(pulled.stderr)
                raise Unavailable(f"{launch.image} cannot be pulled: {what}", cure=cure)

    def start(self, launch: Launch) -> Run:
        """Starts the project's container, published on this machine's own address only, where it is this machine."""
        name, host = launch.project.name, engine_host()
        _docker("rm", "--force", name)
        where = ["-inMemory"] if launch.in_memory else ["-dbPath", "/data"]
        volume = [] if launch.in_memory else ["--volume", f"{name}:/data"]
        started = _docker(
            *("run", "--detach", "--name", name, "--label", f"{_LABEL}={launch.project.root}"),
            # where Docker is another machine, its own loopback would be out of reach from here
            *("--publish", f"{HOST if host == HOST else '0.0.0.0'}:{launch.port or ''}:{_INSIDE}"),  # noqa: S104
            # the image's own user may not write to a new volume: the engine would accept connections and hang
            *("--user", "root", *volume),
            *("--env", f"JAVA_TOOL_OPTIONS={' '.join(JVM_FLAGS)}"),
            *(launch.image, "-jar", "DynamoDBLocal.jar", "-sharedDb", "-disableTelemetry", *where),
        )
        if started.returncode:
            _docker("rm", "--force", name)
            what, cure = _why(started.stderr)
            raise EngineError(f"the container does not start: {what}", cure=cure)
        run = self.find(launch.project)
        if run is None:
            raise EngineError("the container ended at once", cure="\n".join(self.log(launch.project, 10)))
        return run

    def alive(self, run: Run) -> bool:
        """By the container's id: one of the same name that someone else started is not ours."""
        told = _answered("inspect", "--format", "{{.State.Running}}", str(run.handle.get("id")))
        return told.returncode == 0 and told.stdout.strip() == "true"

    def stop(self, run: Run) -> None:
        """Removes the container; the volume stays."""
        # DynamoDB Local keeps its data in SQLite, which survives a kill; asking first would take Docker's 10 s
        gone = _docker("rm", "--force", run.handle["id"])
        if gone.returncode and "No such container" not in gone.stderr:
            raise EngineError(f"the container {run.handle['name']} does not stop: {_why(gone.stderr)[0]}")

    def find(self, project: Project) -> Run | None:
        """The project's running container."""
        try:
            told = _answered(
                *(
                    "inspect",
                    "--format",
                    '{{.Id}} {{.State.Running}} {{(index (index .NetworkSettings.Ports "8000/tcp") 0).HostPort}}',
                ),
                project.name,
            )
        except Unavailable:
            return None
        words = told.stdout.split()
        if told.returncode or len(words) != 3 or words[1] != "true":
            return None
        return Run(self.name, int(words[2]), {"name": project.name, "id": words[0]}, engine_host())

    def clear(self, project: Project) -> None:
        """The container may be made and not yet running."""
        _answered("rm", "--force", project.name)

    def log(self, project: Project, lines: int) -> list[str]:
        """From the container, running or ended."""
        told = _answered("logs", "--tail", str(lines), project.name)
        return [] if told.returncode else (told.stdout + told.stderr).splitlines()[-lines:]

    def follow(self, project: Project) -> None:
        """From the container, until it ends."""
        engine_version()
        subprocess.run(["docker", "logs", "--follow", project.name], check=False)

    def wipe(self, project: Project) -> bool:
        """Removes the volume; tells whether it was there."""
        self.clear(project)
        there = _docker("volume", "inspect", project.name).returncode == 0
        gone = _docker("volume", "rm", "--force", project.name)
        if gone.returncode:
            raise EngineError(f"the volume {project.name} is not removed: {gone.stderr.strip()}")
        return there


def engine_version() -> str:
    """The version of Docker's engine; raises `Unavailable` where none answers."""
    return _answered("version", "--format", "{{.Server.Version}}").stdout.strip()


def engine_host() -> str:
    """The machine that Docker's engine runs on: this one, or what DOCKER_HOST or the docker context names."""
    told = _docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    url = urlsplit(told.stdout.strip())
    remote = told.returncode == 0 and url.scheme in ("tcp", "ssh", "http", "https") and url.hostname
    return url.hostname if remote and url.hostname and not is_loopback(url.geturl()) else HOST


def has_image(image: str) -> bool:
    """Whether the image is on this machine."""
    return _docker("image", "inspect", "--format", "{{.Id}}", image).returncode == 0


def _docker(*arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False
    )


def _answered(*arguments: str) -> subprocess.CompletedProcess[str]:
    """As `_docker`, where the engine answered; what it says of containers and volumes is the caller's to read."""
    try:
        told = _docker(*arguments)
    except FileNotFoundError:
        cure = "https://docs.docker.com/get-started/get-docker/"
        raise Unavailable("the docker command is not installed", cure=cure) from None
    except subprocess.TimeoutExpired:
        raise Unavailable("Docker's engine does not answer", cure="restart it") from None
    if told.returncode and not re.search(r"No such (object|container|volume)", told.stderr):
        what, cure = _why(told.stderr)
        raise Unavailable(what, cure=cure)
    return told


def _why(stderr: str) -> tuple[str, str]:
    for pattern, what, cure in _REASONS:
        if re.search(pattern, stderr, re.IGNORECASE):
            return what, cure
    lines: Sequence[str] = stderr.strip().splitlines() or ["the docker command failed without a word"]
    return lines[-1], "see what `docker version` says"
