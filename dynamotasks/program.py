"""The console command `dynamotasks`: the same tasks without a tasks.py, as `dynamotasks list --env aws`."""

from __future__ import annotations

import sys
from pathlib import Path

from invoke.exceptions import ParseError
from invoke.program import Program

from . import __version__, report
from .settings import project_root
from .tasks import db


class _Program(Program):
    def update_config(self, merge: bool = True) -> None:
        if self.args.config.value:
            # Invoke's own flag would take a table file for a runtime configuration, and say nothing
            raise ParseError("--config belongs behind the task: dynamotasks list --config FILE")
        # a Program with a namespace of its own does not read the project's invoke.yaml by itself
        self.config.set_project_location(str(project_root(Path.cwd())))
        self.config.load_project()
        super().update_config(merge)


def main(argv: list[str] | None = None) -> None:
    """Runs a command line, the process's own by default, and leaves with its exit code."""
    report.CALLED_AS = "dynamotasks "
    try:
        Path.cwd()
    except FileNotFoundError:
        sys.exit("error: the current directory does not exist any more\n  change to another one")
    _Program(name="dynamotasks", binary="dynamotasks", namespace=db, version=__version__).run(argv)
