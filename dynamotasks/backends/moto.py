"""moto's server: an engine that needs nothing but pip (the extra `dynamotasks[embedded]`)."""

from __future__ import annotations

import importlib.util
import sys
from typing import ClassVar

from ..errors import Unavailable
from . import process
from .base import HOST, Launch, Project, Run
from .ports import free_port


class MotoBackend(process.ProcessBackend):
    """Runs `moto.server` with this Python."""

    name: ClassVar[str] = "moto"
    engine: ClassVar[str] = "moto"
    runs_in: ClassVar[str] = "this Python"
    keeps_data: ClassVar[bool] = False
    exposure: ClassVar[str] = ""

    def prepare(self, launch: Launch) -> None:
        """Needs moto and its web server importable."""
        require_moto()

    def start(self, launch: Launch) -> Run:
        """Starts it; everything it keeps, it keeps in memory."""
        port = launch.port or free_port()
        command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
        return Run(self.name, port, process.start(command, launch.project))

    def wipe(self, project: Project) -> bool:
        """There is nothing to remove."""
        return False


def require_moto() -> None:
    """Raises `Unavailable` where moto's server is not installed."""
    missing = [name for name in ("moto", "flask", "flask_cors") if importlib.util.find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"the Python package {missing[0]} is not installed", cure="pip install 'dynamotasks[embedded]'"
        )
