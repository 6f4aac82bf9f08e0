"""The settings that a caller can choose for an engine."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ..errors import EngineError, Hint, Task, UsageError
from .addresses import LOOPBACK
from .docker import IMAGE
from .engine_record import EngineRecord, Instance
from .registry import AUTO

DEFAULT_PORT = 8000
DEFAULT_TIMEOUT = 60.0  # seconds until the engine answers


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How to run an engine. Without a backend, port or image, the project's last ones are used.

    Attributes:
        backend: `docker`, `java`, `moto`, `dynoxide`, or `auto` for the first of the others that can start.
        port: 0 for any free port.
        in_memory: do not persist data.
        image: the image for the docker backend.
        shared: all access keys and Regions use the same tables, the default.
        listen: the address of this machine to listen on; by default only this machine can connect.
        network: the Docker network to join, in which containers reach the engine by the project's name; docker only.
    """

    backend: str | None = None
    port: int | None = None
    in_memory: bool | None = None
    image: str | None = None
    shared: bool | None = None
    listen: str | None = None
    network: str | None = None

    def record(self, last: EngineRecord | None) -> EngineRecord:
        """Return the settings to start with.

        Args:
            last: the settings that the project used last.

        Raises:
            UsageError: an option is invalid.
        """
        last_port = last.port if last else DEFAULT_PORT
        try:
            return EngineRecord(
                backend=self.backend or (last.backend if last else AUTO),
                port=last_port if self.port is None else self.port,
                image=self.image or (last.image if last else IMAGE),
                in_memory=bool(self.in_memory),
                shared=self.shared is not False,
                listen=self.listen or LOOPBACK,
                network=self.network,
            )
        except ValueError as error:
            raise UsageError(str(error), hint=Hint("see ", Task("up", "--help"))) from None

    def require_same(self, running: EngineRecord, instance: Instance) -> None:
        """Raise `EngineError` if the running engine differs from an option; `auto` and port 0 accept any."""
        required = {
            **asdict(self),
            "backend": None if self.backend == AUTO else self.backend,
            "port": self.port or None,
        }
        for name, value in required.items():
            current = getattr(running, name)
            if value not in (None, current):
                option = f"{name.replace('_', '-')} {'none' if current is None else current}"
                raise EngineError(
                    f"already running at {instance.endpoint} with {option}, not {value}",
                    hint=Hint("stop it first: ", Task("down")),
                )
