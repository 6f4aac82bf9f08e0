"""Calls of the `docker` command, whose failures are put into words; contexts, DOCKER_HOST and podman work, too."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence

from ..errors import Unavailable

QUICK, SLOW = 10.0, 60.0  # seconds
_SILENCE = 60.0

_UNREACHABLE = (
    r"Cannot connect to the Docker daemon|daemon running|failed to connect to the docker API|error during connect"
    r"|unable to resolve docker endpoint"
)
_REASONS = (
    (
        r"permission denied.*(docker\.sock|daemon socket)|dial unix.*permission denied",
        "Docker runs, but you may not use its socket",
        "add yourself to its group: sudo usermod -aG docker $USER, then sign in again",
    ),
    (
        _UNREACHABLE,
        "cannot reach the Docker daemon",
        "start it: Docker Desktop, or sudo systemctl start docker",
    ),
    (
        r"network \S+ not found|network not found",
        "there is no such Docker network",
        "create it: docker network create NAME",
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
_ABSENT = re.compile(r"No such (object|container|volume|image)", re.IGNORECASE)
_silent_until = 0.0


def docker(*arguments: str, timeout: float = QUICK) -> subprocess.CompletedProcess[str]:
    """Run a docker command and return how it ended.

    Raises:
        Unavailable: there is no docker command, or it hangs. One that hung is not called again for a minute, so that
            several questions to a hanging Docker do not add up.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        raise _silent()
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
        _silent_until = time.monotonic() + _SILENCE
        raise _silent() from None
    except OSError as error:
        raise Unavailable(f"the docker command does not start: {error.strerror}", hint="check your PATH") from None


def answered(*arguments: str, timeout: float = QUICK) -> subprocess.CompletedProcess[str]:
    """As `docker`; a non-zero exit code is returned only where a container, volume or image is absent.

    Raises:
        Unavailable: Docker's engine cannot be asked.
    """
    ended = docker(*arguments, timeout=timeout)
    if ended.returncode and not _ABSENT.search(ended.stderr):
        what, hint = explain(ended.stderr)
        raise Unavailable(what, hint=hint)
    return ended


def explain(stderr: str) -> tuple[str, str]:
    """Return what docker's words mean, and a hint."""
    for pattern, what, hint in _REASONS:
        if re.search(pattern, stderr, re.IGNORECASE):
            return (what, hint) if pattern != _UNREACHABLE else _elsewhere(what, hint)
    lines: Sequence[str] = stderr.strip().splitlines() or ["the docker command failed without a message"]
    return lines[-1], "see the output of `docker version`"


def _silent() -> Unavailable:
    what, hint = _elsewhere("the Docker daemon does not answer", "restart it")
    return Unavailable(what, hint=hint)


def _elsewhere(what: str, hint: str) -> tuple[str, str]:
    """Name the variable that sends the docker command to another engine than this machine's own."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        if value := os.environ.get(name):
            return f"no Docker engine answers at {name}={value}", f"check that engine, or: unset {name}"
    return what, hint
