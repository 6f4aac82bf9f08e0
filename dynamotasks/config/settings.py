"""The settings of a command, in order of precedence: flags, `DYNAMOTASKS_*` variables, Invoke's configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from ..aws.target import LOCAL
from ..errors import UsageError
from ..folders import STATE_FOLDER, current_folder, expanded
from .discovery import DISCOVERED, conflicts, definitions, discover, files_at
from .variables import variable_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """The flags that all tasks with a database accept."""

    env: str | None = None
    config: Sequence[str] = ()
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    table: Sequence[str] = ()
    param: Sequence[str] = ()
    stack: str | None = None

    def given(self) -> list[str]:
        """Return the arguments of a command line that selects the same config and database, quoted for a shell."""
        values = [("env", self.env), *(("config", path) for path in self.config), ("endpoint", self.endpoint)]
        values += [("region", self.region), ("profile", self.profile), ("stack", self.stack)]
        values += [("param", param) for param in self.param]
        return [word for name, value in values if value for word in (f"--{name}", quote(value))]


class Supplied(NamedTuple):
    """The value of a setting, and the flag, variable or configuration that sets it."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one command.

    Args:
        root: the project's folder.
        flags: the command line.
        configured: the `dynamotasks` section of Invoke's configuration.
        variables: the process environment.
    """

    root: Path
    flags: Flags = Flags()
    configured: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def supplied(self, name: str) -> Supplied | None:
        """Return a setting with its source, `None` if nothing sets it."""
        variable = variable_of(name)
        if value := getattr(self.flags, name, None):
            return Supplied(value, f"--{name}")
        if value := self.variables.get(variable):
            return Supplied(value, variable)
        value = self.configured.get(name)
        return None if value is None else Supplied(str(value), f"`{name}` in Invoke's configuration")

    def value(self, name: str) -> str | None:
        """Return a setting, `None` if nothing sets it."""
        supplied = self.supplied(name)
        return supplied.value if supplied else None

    @property
    def pseudo_parameters(self) -> dict[str, str]:
        """The values of CloudFormation's pseudo parameters that the command sets."""
        given = {"AWS::Region": self.value("region"), "AWS::StackName": self.value("stack")}
        return {name: value for name, value in given.items() if value}

    @property
    def parameters(self) -> dict[str, str]:
        """The values of `--param` by name.

        Raises:
            UsageError: one has no `=`, or a name has two values.
        """
        found: dict[str, str] = {}
        for given in self.flags.param:
            name, equals, value = given.partition("=")
            if not name or not equals:
                raise UsageError(f"invalid --param {given!r}", hint="write --param NAME=VALUE")
            if found.setdefault(name, value) != value:
                raise UsageError(f"--param {name} has two values: {found[name]!r} and {value!r}", hint="keep one")
        return found

    @property
    def env(self) -> str:
        """The name of the environment."""
        return self.value("env") or LOCAL

    def has_config(self) -> bool:
        """Return whether config files are specified or found."""
        return bool(self._specified() or discover(self.root))

    def config_files(self) -> tuple[Path, ...]:
        """Return the config files; those that are specified may not exist.

        Raises:
            UsageError: none is specified, and none or several are found.
        """
        if specified := self._specified():
            return tuple(file for path in specified for file in files_at(path))
        found = discover(self.root)
        if not found:
            offered = " or ".join(f"--config {quote(name)}" for name in definitions(self.root)[:3])
            hint = f"create config/tables.yaml, or specify a file with --config; searched {', '.join(DISCOVERED)}"
            hint = f"use the tables of this project with {offered}; or create config/tables.yaml" if offered else hint
            raise UsageError("no config file found", hint=hint, where=str(self.root))
        if len(several := conflicts(self.root)) > 1:
            hint = "keep one, or specify the files to read with --config (repeatable)"
            raise UsageError(f"more than one config: {' and '.join(several)}", hint=hint, where=str(self.root))
        return found

    def _specified(self) -> list[Path]:
        """Return the specified paths, relative to the current folder or, in Invoke's configuration, to the project."""
        variable = self.variables.get(variable_of("config"), "")
        if names := self.flags.config or [name for name in variable.split(os.pathsep) if name]:
            return [current_folder() / expanded(name) for name in names]
        configured = self.configured.get("config") or []
        return [self.root / expanded(name) for name in ([configured] if isinstance(configured, str) else configured)]


def project_root(start: Path) -> Path:
    """Return the nearest folder upwards from `start` with tasks, a config or an engine; `start` if none has."""
    for folder in (start, *start.parents):
        if (folder / "tasks.py").is_file() or (folder / STATE_FOLDER).is_dir() or discover(folder):
            return folder
    return start
