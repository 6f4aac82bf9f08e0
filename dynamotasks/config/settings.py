"""Which project, which environment, which database: from flags, variables, Invoke's configuration and the config file.

The first that says something wins: a flag, a `DYNAMOTASKS_*` variable, the `dynamotasks` section of Invoke's
configuration, the file's `environments:`, the default.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any

from ..aws.endpoints import endpoint_problem, inherited_endpoint_error, is_aws, is_loopback
from ..aws.regions import is_region, region_from_variables
from ..aws.target import DEFAULT_ENDPOINT, LOCAL, Target
from ..errors import UsageError
from ..folders import STATE_FOLDER, current_folder, expanded
from ..suggestions import close_to
from .discovery import DISCOVERED, conflicts, discover, in_folder
from .environments import BUILT_IN, Environment
from .target_override import moved_by, same_endpoint
from .variables import variable_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What a command line says; `None` and empty mean "not said"."""

    env: str | None = None
    config: Sequence[str] = ()
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    table: Sequence[str] = ()

    def given(self) -> list[str]:
        """Return the words of a command line that say where, quoted for a shell."""
        many = {"env": [self.env], "config": self.config, "endpoint": [self.endpoint]}
        many |= {"region": [self.region], "profile": [self.profile]}
        return [
            word for name, values in many.items() for value in values if value for word in (f"--{name}", quote(value))
        ]


@dataclass(frozen=True, slots=True)
class Settings:
    """The words of one command, resolved level by level.

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

    def word(self, name: str) -> str | None:
        """A setting by the flag, the variable, or Invoke's configuration."""
        return self.supplied(name)[0]

    def supplied(self, name: str) -> tuple[str | None, str]:
        """A setting, and what gives it."""
        variable = variable_of(name)
        if said := getattr(self.flags, name, None):
            return said, f"--{name}"
        if said := self.variables.get(variable):
            return said, variable
        said = self.configured.get(name)
        return (None, "") if said is None else (str(said), f"`{name}` in Invoke's configuration")

    @property
    def env(self) -> str:
        """The environment's name."""
        return self.word("env") or LOCAL

    def has_config(self) -> bool:
        """Whether config files are named or found."""
        return bool(
            self.flags.config or self.variables.get("DYNAMOTASKS_CONFIG") or self.configured.get("config")
        ) or bool(discover(self.root))

    def config_files(self) -> tuple[Path, ...]:
        """The config files of this command; those that are named may not be there.

        Raises:
            UsageError: none is named, and none is found or more than one.
        """
        named = list(self.flags.config) or _split(self.variables.get("DYNAMOTASKS_CONFIG"))
        base = current_folder() if named else self.root
        if not named and (said := self.configured.get("config")):
            named = [said] if isinstance(said, str) else list(said)
        if not named:
            found = discover(self.root)
            if not found:
                raise UsageError(
                    "no config file found",
                    hint=f"write config/tables.yaml, or name one with --config; looked for {', '.join(DISCOVERED)}",
                    where=str(self.root),
                )
            if len(several := conflicts(self.root)) > 1:
                raise UsageError(
                    f"more than one config: {' and '.join(several)}",
                    hint="keep one, or name those to read with --config, which takes several",
                    where=str(self.root),
                )
            return found
        return tuple(file for name in named for file in _files(base / expanded(name)))

    def environment(self, environments: Mapping[str, Environment]) -> Environment:
        """What the config says of the environment of this command.

        Raises:
            UsageError: there is no such environment.
        """
        if self.env not in environments and self.env not in BUILT_IN:
            known = sorted({*BUILT_IN, *environments})
            close = close_to(self.env, known)
            raise UsageError(
                f"there is no environment {self.env!r}",
                hint=(f"did you mean {close!r}? " if close else "")
                + f"known: {', '.join(known)}; add it under `environments:` in the config file",
            )
        return environments.get(self.env, Environment())

    def target(self, environments: Mapping[str, Environment], engine: Callable[[], str | None]) -> Target:
        """The database of this command.

        Args:
            environments: of the config file.
            engine: tells the endpoint of the engine that this project's `db.up` started, `None` where it never did;
                asked only when nothing else says where local is.

        Raises:
            UsageError: there is no such environment, its endpoint is no URL, its Region is none, or a profile is named
                where no credentials are looked for.
            TargetError: something that holds for all environments would send another one than local to an engine.
            EngineError: the project's engine was stopped.
        """
        env, entry = self.env, self.environment(environments)
        local = env == LOCAL
        endpoint = self._endpoint(entry)
        if local and endpoint is None:
            endpoint = engine()
        assumed = local and endpoint is None
        endpoint = DEFAULT_ENDPOINT if assumed else endpoint
        region = self.word("region")
        if region and not is_region(region, named=endpoint is None):
            raise UsageError(f"invalid AWS Region {region!r}", hint="use a name such as eu-west-1")
        credentials = entry.credentials or (
            # real credentials do not go to an engine on this machine unless the file says so
            "dummy" if local or is_loopback(endpoint) else "chain"
        )
        if credentials == "dummy" and self.flags.profile:
            raise UsageError(
                f"--profile {self.flags.profile} has no use here: environment {env} takes dummy credentials",
                hint=f"leave --profile away, or write `credentials: chain` for environment {env} in the config",
            )
        # an account is never disposable by default, also where the file calls it local
        disposable = local and credentials == "dummy" if entry.disposable is None else entry.disposable
        moved = moved_by(self, entry, credentials) if disposable else ""
        return Target(
            env=env,
            endpoint=endpoint.rstrip("/") if endpoint else None,
            region=region or entry.region or region_from_variables(self.variables, credentials == "dummy"),
            profile=None if credentials == "dummy" else self.word("profile") or entry.profile,
            account_id=entry.account_id,
            table_prefix=entry.table_prefix or "",
            credentials=credentials,
            # for local, another engine on this machine is still one, and is asked about
            disposable=disposable and (not moved or (local and credentials == "dummy" and is_loopback(endpoint))),
            endpoint_assumed=assumed,
            overridden_by=moved or None,
        )

    def _endpoint(self, entry: Environment) -> str | None:
        """The endpoint that is named, checked: a URL, and for another environment than local meant for it."""
        endpoint, source = self.supplied("endpoint")
        endpoint = endpoint or entry.endpoint
        if endpoint is None:
            return None
        if problem := endpoint_problem(endpoint):
            raise UsageError(problem[0], hint=problem[1])
        meant = self.env == LOCAL or source in ("", "--endpoint") or same_endpoint(endpoint, entry.endpoint)
        if not (meant or is_aws(endpoint)):
            raise inherited_endpoint_error(self.env, endpoint, source, f"remove {source}")
        return endpoint


def _split(value: str | None) -> list[str]:
    return [part for part in (value or "").split(os.pathsep) if part]


def _files(place: Path) -> tuple[Path, ...]:
    return (in_folder(place) if place.is_dir() else ()) or (place,)


def project_root(start: Path) -> Path:
    """The project's folder for a command given in `start`: the nearest, going up, with tasks, a config or an engine."""
    for folder in (start, *start.parents):
        if (folder / "tasks.py").is_file() or (folder / STATE_FOLDER).is_dir() or discover(folder):
            return folder
    return start
