"""Calls of the `docker` command, with its failures explained. Contexts, DOCKER_HOST and podman work, too."""

from __future__ import annotations

import os
import re
import subprocess
import time

from ..errors import Hint, Task, Unavailable
from .diagnosis import Cause, find_cause

PROJECT_LABEL = "dynamotasks.project"
QUICK, SLOW = 10.0, 60.0  # seconds
_PAUSE = 60.0  # seconds

_UNREACHABLE = Cause(
    r"Cannot connect to the Docker daemon|daemon running|failed to connect to the docker API|error during connect"
    r"|unable to resolve docker endpoint",
    "cannot reach the Docker daemon",
    "start it: Docker Desktop, or sudo systemctl start docker",
)
_CAUSES = (
    Cause(
        r"permission denied.*(docker\.sock|daemon socket)|dial unix.*permission denied",
        "no permission to use the Docker socket",
        "join its group: sudo usermod -aG docker $USER, then sign in again",
    ),
    _UNREACHABLE,
    Cause(
        r"network \S+ not found|network not found",
        "the Docker network does not exist",
        "create it: docker network create NAME",
    ),
    Cause(
        r"port is already allocated|address already in use|ports are not available",
        "the port is in use",
        Hint("use another: ", Task("up", "--port 0")),
    ),
    Cause(
        r"No such image|not found|manifest unknown|pull access denied|repository does not exist",
        "the image does not exist",
        "check --image and your connection to the registry",
    ),
    Cause(
        r"no such host|timeout|TLS handshake|connection refused|unreachable",
        "cannot reach the image registry",
        "check the network and proxy, or load the image manually: docker load",
    ),
    Cause(r"invalid reference format", "invalid image name", "use the form repository:tag"),
    Cause(r"no space left", "the disk is full", "free space: docker system prune"),
)
_ABSENT = re.compile(r"No such (object|container|volume|image)", re.IGNORECASE)
_paused_until = 0.0


def docker(*arguments: str, timeout: float = QUICK) -> subprocess.CompletedProcess[str]:
    """Run a docker command and return its result, whatever its exit code.

    Raises:
        Unavailable: the command is missing, or does not end within `timeout` seconds. After a timeout, further calls
            fail immediately for a minute, so that the timeouts of several calls do not add up.
    """
    global _paused_until
    if time.monotonic() < _paused_until:
        raise _no_response()
    try:
        return subprocess.run(
            ["docker", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        hint = "https://docs.docker.com/get-started/get-docker/"
        raise Unavailable("the docker command is not installed", hint=hint) from None
    except subprocess.TimeoutExpired:
        _paused_until = time.monotonic() + _PAUSE
        raise _no_response() from None
    except OSError as error:
        raise Unavailable(f"cannot run the docker command: {error.strerror}", hint="check your PATH") from None


def query(*arguments: str) -> str | None:
    """Run a docker command and return its output; `None` if the container, volume or image does not exist.

    Raises:
        Unavailable: the Docker daemon does not respond or refuses the command.
    """
    ended = docker(*arguments)
    if not ended.returncode:
        return ended.stdout
    if _ABSENT.search(ended.stderr):
        return None
    cause = explain(ended.stderr)
    raise Unavailable(cause.what, hint=cause.hint)


def explain(stderr: str) -> Cause:
    """Return the cause of a failure from the docker command's error output."""
    cause = find_cause(stderr, _CAUSES)
    if cause is not None:
        return _at_docker_host(cause) if cause is _UNREACHABLE else cause
    lines = stderr.strip().splitlines() or ["the docker command failed without a message"]
    return Cause("", lines[-1], "see the output of `docker version`")


def _no_response() -> Unavailable:
    cause = _at_docker_host(Cause("", "no response from the Docker daemon", "restart it"))
    return Unavailable(cause.what, hint=cause.hint)


def _at_docker_host(cause: Cause) -> Cause:
    """Name the variable that selects another Docker daemon, if one is set."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        if value := os.environ.get(name):
            return Cause("", f"cannot reach a Docker daemon at {name}={value}", f"check that daemon, or: unset {name}")
    return cause
