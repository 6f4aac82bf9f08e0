"""moto's server, which pip installs (the extra `dynamotasks[embedded]`)."""

from __future__ import annotations

import importlib.util
import sys
from typing import ClassVar

from ..errors import Unavailable
from .engine_record import EngineRecord
from .observer import Observer
from .process_backend import ProcessBackend, refuse_network
from .project import Project


class MotoBackend(ProcessBackend):
    """Runs `moto_server` with this Python."""

    name: ClassVar[str] = "moto"
    engine: ClassVar[str] = "moto"
    runs_in: ClassVar[str] = "this Python"
    keeps_data: ClassVar[bool] = False
    exposure: ClassVar[str | None] = None

    def prepare(self, project: Project, record: EngineRecord, observer: Observer) -> None:
        """Require moto and its web server."""
        require_moto()
        refuse_network(record)

    def command(self, project: Project, record: EngineRecord, port: int, mark: str) -> list[str]:
        """Return the command; moto keeps everything in memory."""
        separate = [] if record.shared else ["--separate"]
        return [sys.executable, "-m", f"{__package__}.moto_server", record.listen, str(port), mark, *separate]

    def data_location(self, project: Project) -> None:
        """Return `None`: no data is kept."""

    def remove_data(self, project: Project) -> bool:
        """Return `False`: no data is kept."""
        return False


def require_moto() -> None:
    """Raise `Unavailable` if moto's server is not installed."""
    missing = [name for name in ("moto", "flask", "flask_cors") if importlib.util.find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"the Python package {missing[0]} is not installed", hint="pip install 'dynamotasks[embedded]'"
        )
