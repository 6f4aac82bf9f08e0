"""Which project, which environment, which database: from flags, variables, Invoke's configuration and the config file.

The first that says something wins: a flag, a `DYNAMOTASKS_*` variable, the `dynamotasks` section of Invoke's
configuration, the file's `environments:`, the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from .discovery import DISCOVERED, discover, in_folder, rivals
from .errors import UsageError
from .words import close_to

LOCAL = "local"
BUILT_IN = (LOCAL, "aws")
DEFAULT_ENDPOINT = "http://localhost:8000"
STATE_FOLDER = ".dynamotasks"
REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_AWS_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+")

Credentials: TypeAlias = Literal["dummy", "chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One entry of a config's `environments:`; what is absent falls to the defaults.

    Attributes:
        credentials: `dummy` for engines that check none, `chain` for boto3's own search.
        disposable: its tables may be dropped without a second yes.
        tables: what is different there, by table, as it is written; `Config.tables_of` has the tables with it.
    """

    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None
    table_prefix: str | None = None
    credentials: Credentials | None = None
    disposable: bool | None = None
    tables: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What a command line says; `None` and empty mean "not said"."""

    env: str | None = None
    config: Sequence[str] = ()
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    table: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The one database that a task talks to.

    Attributes:
        env: the environment's name.
        endpoint: a URL, or `None` for AWS's own of the Region.
        region: `None` leaves it to boto3, which may know one from the profile.
        table_prefix: stands before each declared name there.
        assumed: nothing says where it is: the endpoint is the default one.
    """

    env: str
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None
    table_prefix: str = ""
    credentials: Credentials = "chain"
    disposable: bool = False
    assumed: bool = False

    @property
    def place(self) -> str:
        """Where it is, in a word: the endpoint, else the Region."""
        return self.endpoint or f"AWS {self.region or 'default Region'}"


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
        said = getattr(self.flags, name, None) or self.variables.get(f"DYNAMOTASKS_{name.upper()}")
        said = said or self.configured.get(name)
        return None if said is None else str(said)

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
                    cure=f"write config/tables.yaml, or name one with --config; looked for {', '.join(DISCOVERED)}",
                    where=str(self.root),
                )
            if len(several := rivals(self.root)) > 1:
                raise UsageError(
                    f"more than one config: {' and '.join(several)}",
                    cure="keep one, or name those to read with --config, which takes several",
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
                cure=(f"did you mean {close!r}? " if close else "")
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
            EngineError: the project's engine was stopped.
        """
        env, entry = self.env, self.environment(environments)
        local = env == LOCAL
        endpoint = self.word("endpoint") or entry.endpoint
        if local and endpoint is None:
            endpoint = engine()
        assumed = local and endpoint is None
        endpoint = DEFAULT_ENDPOINT if assumed else endpoint
        if endpoint is not None and not is_endpoint(endpoint):
            raise UsageError(f"{endpoint!r} is no endpoint", cure="write it as http://host:port")
        region = self.word("region")
        if region and not is_region(region, named=endpoint is None):
            raise UsageError(f"{region!r} is no AWS Region", cure="write it as eu-west-1")
        credentials = entry.credentials or (
            # real credentials do not go to an engine on this machine unless the file says so
            "dummy" if local or is_loopback(endpoint) else "chain"
        )
        if credentials == "dummy" and self.flags.profile:
            raise UsageError(
                f"--profile {self.flags.profile} has no use here: environment {env} takes dummy credentials",
                cure=f"leave --profile away, or write `credentials: chain` for environment {env} in the config",
            )
        return Target(
            env=env,
            endpoint=endpoint.rstrip("/") if endpoint else None,
            region=region or entry.region or _region(self.variables, credentials == "dummy"),
            profile=None if credentials == "dummy" else self.word("profile") or entry.profile,
            account_id=entry.account_id,
            table_prefix=entry.table_prefix or "",
            credentials=credentials,
            # an account is never disposable by default, also where the file calls it local
            disposable=local and credentials == "dummy" if entry.disposable is None else entry.disposable,
            assumed=assumed,
        )


def is_endpoint(text: str) -> bool:
    """Whether it is a URL that a server can be at."""
    try:
        url = urlsplit(text)
        return url.scheme in ("http", "https") and bool(url.hostname) and " " not in text and url.port != 0
    except ValueError:  # a port that is none
        return False


def is_region(text: str, named: bool = True) -> bool:
    """Whether it looks like an AWS Region.

    Args:
        text: what is written.
        named: it has to be one of AWS's (`eu-west-1`, `us-gov-west-1`); engines take any word.
            https://docs.aws.amazon.com/general/latest/gr/rande.html
    """
    return bool((_AWS_REGION if named else REGION).fullmatch(text))


def is_loopback(endpoint: str | None) -> bool:
    """Whether an endpoint URL is on this machine."""
    host = urlsplit(endpoint or "").hostname or ""
    return host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")


def _region(variables: Mapping[str, str], dummy: bool) -> str | None:
    # boto3 reads AWS_DEFAULT_REGION alone; every other SDK, and the AWS CLI, reads AWS_REGION first. With dummy
    # credentials a Region is only a name: no profile is asked, so that a broken ~/.aws does not matter.
    return variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or ("us-east-1" if dummy else None)


def _split(value: str | None) -> list[str]:
    return [part for part in (value or "").split(os.pathsep) if part]


def _files(place: Path) -> tuple[Path, ...]:
    return (in_folder(place) if place.is_dir() else ()) or (place,)


def current_folder() -> Path:
    """Return the folder in which the command was given.

    Raises:
        UsageError: it was deleted, or may not be read.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(f"the current directory cannot be used: {error.strerror}", cure="change to another") from None


def expanded(path: str) -> Path:
    """Return a path with `~` as the home folder; where there is no such user, as it is written."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises RuntimeError there


def project_root(start: Path) -> Path:
    """The project's folder for a command given in `start`: the nearest, going up, with tasks, a config or an engine."""
    for folder in (start, *start.parents):
        if (folder / "tasks.py").is_file() or (folder / STATE_FOLDER).is_dir() or discover(folder):
            return folder
    return start
