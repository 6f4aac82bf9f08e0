"""The record of a project's engine: its settings and the started instance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .addresses import LOOPBACK, is_address, is_host, with_port

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Instance:
    """A started engine, with enough to identify it after this process has ended.

    Attributes:
        handle: the backend's own identification: JSON values only.
        host: the address at which it is reached.

    Raises:
        ValueError: a value is invalid.
    """

    port: int
    handle: Mapping[str, str | int | float]
    host: str = LOOPBACK

    def __post_init__(self) -> None:
        _require(_is_port(self.port) and self.port != 0, "run.port", self.port)
        _require(is_host(self.host), "run.host", self.host)
        _require(_is_handle(self.handle), "run.handle", self.handle)

    @property
    def endpoint(self) -> str:
        """The URL."""
        return f"http://{with_port(self.host, self.port)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRecord:
    """The settings of a project's engine, and its instance while it runs.

    Attributes:
        port: 0 for any free port.
        image: the image for the docker backend.
        shared: all access keys and Regions use the same tables.
        listen: the address of this machine to listen on.
        network: the Docker network to join; docker only.
        instance: `None` before `up` and after `down`.

    Raises:
        ValueError: a value is invalid.
    """

    backend: str
    port: int
    image: str
    in_memory: bool = False
    shared: bool = True
    listen: str = LOOPBACK
    network: str | None = None
    instance: Instance | None = None

    def __post_init__(self) -> None:
        _require(_is_word(self.backend), "backend", self.backend)
        _require(_is_port(self.port), "port", self.port)
        _require(type(self.in_memory) is bool, "in_memory", self.in_memory)
        _require(type(self.shared) is bool, "shared", self.shared)
        _require(_is_image(self.image), "image", self.image)
        _require(is_address(self.listen), "listen", self.listen)
        _require(self.network is None or _is_word(self.network), "network", self.network)


def _require(holds: bool, what: str, value: object) -> None:
    if not holds:
        raise ValueError(f"invalid {what} {value!r:.100}")


def _is_port(value: object) -> bool:
    return type(value) is int and 0 <= value <= 65535


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(_WORD.fullmatch(value))


def _is_image(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value != "" and not value.startswith("-")


def _is_handle(value: object) -> bool:
    return isinstance(value, dict) and all(type(part) in (str, int, float) for part in value.values())
