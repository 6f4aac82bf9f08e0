"""The console program `dynamotasks`: the tasks without a tasks.py, such as `dynamotasks list --env aws`."""

from __future__ import annotations

import sys

from invoke.exceptions import Exit, ParseError
from invoke.program import Program
from invoke.util import yaml  # type: ignore[attr-defined]  # Invoke's own copy

from .. import __version__
from ..config.settings import project_root
from ..errors import UsageError
from ..escaping import escape
from ..folders import current_folder
from . import output, streams, task_names
from .flag_values import check_repeated
from .interrupts import interruptible
from .tasks import db


class _Program(Program):
    def update_config(self, merge: bool = True) -> None:
        if self.args.config.value is not None:
            # Invoke's own flag would silently take a table file as runtime configuration
            raise ParseError("--config must follow the task: dynamotasks list --config FILE")
        try:
            folder = current_folder()
        except UsageError as error:
            raise Exit(f"error: {error}", code=1) from None
        # a Program with a namespace does not read the project's invoke.yaml
        self.config.set_project_location(str(project_root(folder)))
        try:
            self.config.load_project()
            super().update_config(merge)
        except yaml.YAMLError as error:
            reason = escape(" ".join(str(error).split()))
            raise Exit(f"error: invalid YAML in Invoke's configuration: {reason}", code=1) from None

    def parse_tasks(self) -> None:
        super().parse_tasks()
        check_repeated(self)


def main(argv: list[str] | None = None) -> None:
    """Run a command line, by default the process's own, and exit with its exit code."""
    streams.open_missing()
    output.begin()
    task_names.PROGRAM = _Program(name="dynamotasks", binary="dynamotasks", namespace=db, version=__version__)
    with interruptible():
        try:
            try:
                task_names.PROGRAM.run(argv)
            finally:
                if lost := streams.write(sys.stdout, ""):
                    raise lost
        except OSError as error:  # writing Invoke's help or task list to a full disk, or to a reader that has left
            streams.abandon(sys.stdout)
            if not isinstance(error, BrokenPipeError):
                raise SystemExit(f"error: {error.strerror}") from None
