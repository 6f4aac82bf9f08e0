"""The console command `dynamotasks`: the same tasks without a tasks.py, as `dynamotasks list --env aws`."""

from __future__ import annotations

from pathlib import Path

from invoke.parser.argument import Argument
from invoke.program import Program

from . import __version__
from .settings import project_root
from .tasks import db


class _Program(Program):
    def core_args(self) -> list[Argument]:
        # Invoke's own --config would take a table file for a runtime configuration, and say nothing
        return [argument for argument in super().core_args() if "config" not in argument.names]

    def update_config(self, merge: bool = True) -> None:
        # a Program with a namespace of its own does not read the project's invoke.yaml by itself
        self.config.set_project_location(str(project_root(Path.cwd())))
        self.config.load_project()
        super().update_config(merge)


def main() -> None:
    """Runs the command line; the console script's entry point."""
    _Program(name="dynamotasks", binary="dynamotasks", namespace=db, version=__version__).run()
