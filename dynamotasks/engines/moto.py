"""moto's server: an engine that needs nothing but pip (the extra `dynamotasks[embedded]`)."""

from __future__ import annotations

import importlib.util
import sys
from typing import ClassVar

from ..errors import Unavailable
from . import processes
from .backend import EngineState, Project


class MotoBackend(processes.ProcessBackend):
    """Runs `moto_server` with this Python."""

    name: ClassVar[str] = "moto"
    engine: ClassVar[str] = "moto"
    runs_in: ClassVar[str] = "this Python"
    keeps_data: ClassVar[bool] = False
    exposure: ClassVar[str] = ""

    def prepare(self, state: EngineState) -> None:
        """Require moto and its web server, which must be importable."""
        require_moto()
        if state.network:
            raise Unavailable("--network is for docker only", hint="omit it, or use --backend docker")

    def command(self, project: Project, state: EngineState, port: int, mark: str) -> list[str]:
        """Return the command; everything moto keeps, it keeps in memory."""
        separate = [] if state.shared else ["--separate"]
        return [sys.executable, "-m", f"{__package__}.moto_server", state.listen, str(port), mark, *separate]

    def store(self, project: Project) -> str:
        """Return nothing: no data is kept."""
        return ""

    def wipe(self, project: Project) -> bool:
        """Do nothing: there is nothing to remove."""
        return False


def require_moto() -> None:
    """Raise `Unavailable` where moto's server is not installed."""
    missing = [name for name in ("moto", "flask", "flask_cors") if importlib.util.find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"the Python package {missing[0]} is not installed", hint="pip install 'dynamotasks[embedded]'"
        )
