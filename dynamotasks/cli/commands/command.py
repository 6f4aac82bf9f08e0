"""What one task works with: its settings, config, target and database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import api
from ...aws.client import Database
from ...aws.target import Target
from ...config import Config
from ...config.selection import chosen
from ...config.settings import Flags, Settings, project_root
from ...config.variables import check_names
from ...engines.project import Project
from ...errors import UsageError
from ...folders import current_folder
from ..output import Output

if TYPE_CHECKING:
    from invoke.context import Context


class Command:
    """One task with its flags.

    Args:
        settings: the values of flags, variables and Invoke's configuration.
        out: prints the results.
        dry: change nothing.
        remainder: the words after `--`, joined by spaces.
    """

    def __init__(self, settings: Settings, out: Output, dry: bool = False, remainder: str | None = None) -> None:
        self.settings = settings
        self.out = out
        self.dry = dry
        self.remainder = remainder
        self.project = Project(settings.root)

    @classmethod
    def from_context(cls, context: Context, flags: Mapping[str, Any], out: Output, dry: bool) -> Command:
        """Return the command for a task's context and shared flags; `inv --dry` counts as `--dry-run`.

        Raises:
            UsageError: a variable or a key of Invoke's configuration is unknown.
        """
        given = Flags(**{name: value for name, value in flags.items() if value})
        settings = Settings(_root(context), given, _configuration(context))
        check_names(settings.variables, settings.configured)
        return cls(settings, out, dry or bool(context.config.run.dry), getattr(context, "remainder", None))

    @cached_property
    def config(self) -> Config:
        """The config; its notes are printed when it is read."""
        settings = self.settings
        config = api.load(
            settings.config_files(),
            parameters=settings.parameters,
            pseudo_parameters=settings.pseudo_parameters,
            environment=settings.env,
        )
        self.out.notes(config.notes)
        return config

    @cached_property
    def target(self) -> Target:
        """The database; a project without a config file has the built-in environments."""
        environments = self.config.environments if self.settings.has_config() else {}
        return api.resolve_target(self.settings, environments)

    @cached_property
    def database(self) -> Database:
        """The connection; the target is printed first."""
        database = Database(self.target)
        self.out.target(self.target, database.region, database.endpoint)
        database.check_reachable()
        return database

    @property
    def tables(self) -> Sequence[str]:
        """The names that `--table` gives, also by what files in other formats call the tables; empty for all."""
        given = self.settings.flags.table
        ids = self.config.ids if given and self.settings.has_config() else {}
        return [ids.get(name, name) for name in given]

    def close(self) -> None:
        """Close the connection, if it was used."""
        if "database" in self.__dict__:
            self.database.close()

    def declared_name(self, table: str) -> str:
        """Return a live table's name without the environment's prefix, as in the config."""
        return table.removeprefix(self.target.table_prefix)

    def selected(self, existing: set[str]) -> set[str]:
        """Return the names that `--table` selects; empty means all.

        Raises:
            UsageError: one is not among `existing`.
        """
        return chosen(self.tables, existing)


def _root(context: Context) -> Path:
    """Return the folder of tasks.py as Invoke found it, else the project's folder above the current one."""
    found = context.config.__dict__.get("_project_prefix")  # Invoke has no public name for it
    return Path(found) if found else project_root(current_folder())


def _configuration(context: Context) -> dict[str, Any]:
    section = context.config.get("dynamotasks")
    if section is not None and not hasattr(section, "keys"):
        raise UsageError(
            f"invalid `dynamotasks` in Invoke's configuration: {section!r}",
            hint="write a map, such as `dynamotasks: {env: local}`",
        )
    return dict(section or {})
