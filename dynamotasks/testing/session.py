"""The part of a pytest process that belongs to the plugin: its options, engine and environment."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import UsageError
from .environment import SdkEnvironment
from .options import Options
from .run_engine import VARIABLE as RUN_VARIABLE
from .run_engine import PortReservation, Run, RunEngine, new_run, serialize, start, stop

if TYPE_CHECKING:
    from ..aws.items import Item
    from .declared_tables import DeclaredTables
    from .marker import Request

_SEPARATE_BACKENDS = ("dynoxide",)
"""Their engines have one database for all access keys: each worker has an engine of its own."""


class Session:
    """One process of a test run: its controller, or an xdist worker.

    Args:
        options: the settings.
        controller: the run of the controller; `None` in the controller.
    """

    def __init__(self, options: Options, controller: Run | None) -> None:
        self.options = options
        self.environment = SdkEnvironment()
        self.is_controller = controller is None
        separate = options.backend.value in _SEPARATE_BACKENDS and options.endpoint is None
        self._reservation = PortReservation() if self.is_controller or separate else None
        self._own_port = self._reservation.port if separate and self._reservation else None
        self.run = controller or new_run(self._reservation.port if self._reservation else 0)
        worker = "gw0" if self.is_controller else os.environ["PYTEST_XDIST_WORKER"]
        self._seeds: dict[tuple[str, ...] | Literal[True], dict[str, list[Item]]] = {}
        # other keys than those of `db.run --workers`: tables that a killed run left are deleted
        self.access_key = "pytest" + "".join(filter(str.isalnum, worker.removeprefix("gw")))

    @property
    def endpoint(self) -> str:
        """The URL of the engine, which may not be running yet."""
        if self.options.endpoint is not None:
            return self.options.endpoint
        return self.run.endpoint if self._own_port is None else f"http://127.0.0.1:{self._own_port}"

    def prepare(self) -> None:
        """Point clients that are created from now on to the engine, before it runs; hand the run to xdist workers."""
        if self.is_controller:
            os.environ[RUN_VARIABLE] = serialize(self.run)
        self.environment.apply(self.endpoint, self.options.region, self.access_key)

    @cached_property
    def engine(self) -> RunEngine:
        """The engine, started if it is not running.

        Raises:
            DynamotasksError: it does not start, or the given one cannot be used.
        """
        options = self.options
        if options.endpoint is not None:
            from .given_engine import require_usable

            require_usable(options.endpoint, options.region, self.access_key)
            return RunEngine(options.endpoint, None, options.region, self.access_key)
        running = start(self.run, options.backend.value, self.access_key, keep=options.keep, own_port=self._own_port)
        return RunEngine(running.endpoint, running.record.backend, options.region, self.access_key)

    @cached_property
    def declared(self) -> DeclaredTables:
        """The declared tables.

        Raises:
            DynamotasksError: the config is absent or has problems.
        """
        from .declared_tables import load

        return load(self.options.root, self.options.config)

    @cached_property
    def declares_tables(self) -> bool:
        """Whether config files are specified or found."""
        from .declared_tables import has_config

        return has_config(self.options.root, self.options.config)

    def seed(self, request: Request) -> dict[str, list[Item]]:
        """Return the items that a test starts with, by the table's name in the database; each file is read once.

        Raises:
            DynamotasksError: a file is absent or has problems.
        """
        files = self.options.seed if request.seed is None else request.seed
        if not files:
            return {}
        if files not in self._seeds:
            source = "`dynamodb_seed`" if request.seed is None else "`seed` in the marker"
            paths = None if files is True else [self._existing(file, source) for file in files]
            self._seeds[files] = self.declared.read_seed(paths)
        return self._seeds[files]

    def _existing(self, file: str, source: str) -> Path:
        path = self.options.root / file
        if not path.exists():
            hint = f"paths of {source} are relative to pytest's root folder, {self.options.root}"
            raise UsageError(f"no such seed file: {file}", hint=hint)
        return path

    def restore(self) -> None:
        """Restore the environment, and release the port."""
        self.environment.restore()
        if self._reservation:
            self._reservation.release()
        if self.is_controller:
            os.environ.pop(RUN_VARIABLE, None)

    def is_finished(self) -> bool:
        """Return whether `stop` has nothing to do."""
        if self.options.endpoint is not None:
            return self.options.keep or "engine" not in self.__dict__
        return not (self.is_controller and self.run.used)

    def stop(self) -> None:
        """Delete the tables of this worker in a given engine; in the controller, stop the engines unless kept.

        Raises:
            DynamotasksError: the engine does not respond, or does not stop.
        """
        if self.options.endpoint is not None:
            from .given_engine import delete_tables

            delete_tables(self.options.endpoint, self.options.region, self.access_key)
            return
        from .run_summary import engines_of

        if not (self.options.keep and engines_of(self.run)):
            stop(self.run)
