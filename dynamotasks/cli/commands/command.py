"""One command: its settings, its config, its database and its consent."""

from __future__ import annotations

import sys
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
from ...migrate.plan import Plan
from ..output import Output

if TYPE_CHECKING:
    from invoke.context import Context

DIFFERENCES = 2  # exit code


class Command:
    """What one task works with.

    Args:
        settings: flags and variables, resolved level by level.
        out: where results go.
        dry: change nothing.
    """

    def __init__(self, settings: Settings, out: Output, dry: bool = False) -> None:
        self.settings = settings
        self.out = out
        self.dry = dry
        self.project = Project(settings.root)
        self.remainder: str | None = None  # what was given after `--`, joined by spaces

    @classmethod
    def of(cls, context: Context, said: Mapping[str, Any], out: Output, dry: bool) -> Command:
        """The command behind a task's context and shared flags; `inv --dry` counts as `--dry-run`.

        Raises:
            UsageError: a variable or a key of Invoke's configuration is unknown.
        """
        flags = Flags(**{name: value for name, value in said.items() if value})
        settings = Settings(_root(context), flags, _configured(context))
        check_names(settings.variables, settings.configured)
        command = cls(settings, out, dry or bool(context.config.run.dry))
        command.remainder = getattr(context, "remainder", None)
        return command

    @cached_property
    def config(self) -> Config:
        """The config files' content; notes are told once."""
        config = api.load(self.settings.config_files())
        self.out.notes(config.notes)
        return config

    @cached_property
    def target(self) -> Target:
        """The one database; a project without a config file has the built-in environments."""
        environments = self.config.environments if self.settings.has_config() else {}
        return api.resolve_target(self.settings, environments)

    @cached_property
    def database(self) -> Database:
        """The connection; says first where it goes."""
        database = Database(self.target)
        self.out.target(self.target, database.region, database.endpoint)
        database.check_reachable()
        return database

    @property
    def tables(self) -> Sequence[str]:
        """The names that `--table` gives; empty for all."""
        return self.settings.flags.table

    def close(self) -> None:
        """Closes the connection, if there was one."""
        if "database" in self.__dict__:
            self.database.close()

    def shown(self, physical: str) -> str:
        """A table's name as the config has it: without the environment's prefix."""
        return physical.removeprefix(self.target.table_prefix)

    def chosen(self, known: set[str]) -> set[str]:
        """The names that `--table` gives; empty for all.

        Raises:
            UsageError: one is not among `known`.
        """
        return chosen(self.settings.flags.table, known)

    def ask(self, question: str) -> None:
        """Goes on only after a yes.

        Raises:
            UsageError: it was no yes, or nobody can answer.
        """
        if not sys.stdin.isatty():
            raise UsageError(f"nothing was done, because nobody can answer: {question}", hint="confirm with --yes")
        self.out.note(f"{question} [y/N]")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError("nothing was done: the question was not answered with yes")

    def confirm(self, said: str | None) -> None:
        """Goes on only after the environment's name, which environments that are not disposable need.

        Args:
            said: what `--confirm` gives; the name can be typed instead.

        Raises:
            UsageError: it is not there, or names another environment.
        """
        name = self.target.env
        if said is None and sys.stdin.isatty():
            self.out.note(f"this removes data or protection in environment {name}; type its name to go on:")
            said = sys.stdin.readline().strip()
        if said is None:
            raise self.not_disposable(f"give a second yes: --confirm {name}")
        if said != name:
            raise UsageError(f"not done: {said!r} is not the environment's name, {name!r}")

    def not_disposable(self, hint: str) -> UsageError:
        """The refusal to lose something there, and why the config's `disposable` does not permit it."""
        why = f": {self.target.overridden_by}" if self.target.overridden_by else ""
        return UsageError(f"environment {self.target.env} is not disposable{why}", hint=hint)


def _root(context: Context) -> Path:
    """The project's folder: that of tasks.py, as Invoke found it; else looked for from the current folder.

    Invoke tells it nowhere in public, so this is the one look at a private attribute of its.
    """
    found = context.config.__dict__.get("_project_prefix")
    return Path(found) if found else project_root(current_folder())


def exit_code_of(plan: Plan, differences: bool) -> int:
    """The exit code of a task that shows a plan: a table that could not be read is an error.

    Args:
        plan: what is shown.
        differences: whether they have an exit code of their own.
    """
    if plan.failed:
        return 1
    return DIFFERENCES if differences and not plan.in_sync else 0


def _configured(context: Context) -> dict[str, Any]:
    section = context.config.get("dynamotasks")
    if section is not None and not hasattr(section, "keys"):
        raise UsageError(
            f"`dynamotasks` in Invoke's configuration is {section!r}", hint="write a map: `dynamotasks: {env: local}`"
        )
    return dict(section or {})


def seconds(flag: str | None, default: float) -> float:
    """What `--timeout` says."""
    said = number("timeout", flag)
    return default if said is None else float(said)


_MOST = {"port": 65535, "timeout": 2_592_000, "lines": 1_000_000}  # 30 days


def number(name: str, text: str | None) -> int | None:
    """A flag's whole number, or `None` where it was not said.

    Raises:
        UsageError: it is none, or too large.
    """
    if text is None:
        return None
    # its length first: Python refuses to read a number of some thousand digits
    if not (
        text.isdecimal()
        and len(text.lstrip("0")) <= len(str(_MOST[name]))
        and int(text.lstrip("0") or 0) <= _MOST[name]
    ):
        raise UsageError(f"--{name} is {text[:40]!r}", hint=f"give a whole number from 0 to {_MOST[name]}")
    return int(text.lstrip("0") or 0)
