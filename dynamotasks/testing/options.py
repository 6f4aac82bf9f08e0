"""Read the settings of a test run from the command line, an environment variable and the ini file.

pytest imports this module in every run.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from .failures import text_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from .isolation import Strategy

BACKENDS = ("auto", "docker", "java", "moto", "dynoxide")  # importing `engines.registry` would take long
_ISOLATION = ("auto", "keys", "recreate", "none")
_BACKEND_VARIABLE = "DYNAMOTASKS_TEST_BACKEND"
_BACKEND_OF_TASKS = "DYNAMOTASKS_BACKEND"
_REGION = "us-east-1"


class Setting(NamedTuple):
    """A value and its source, for messages."""

    value: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Options:
    """The settings of a test run.

    Attributes:
        root: the folder that paths are relative to.
        config: files or folders; if empty, those that the tasks find.
        backend: a name, or `auto`.
        endpoint: the URL of a running engine; `None` to start one.
        keep: whether to keep the engine and the data of the last test.
        seed: files with items for tests that name none.
    """

    root: Path
    config: tuple[str, ...]
    backend: Setting
    endpoint: str | None
    region: str
    isolation: Strategy
    seed: tuple[str, ...]
    keep: bool

    @property
    def origin_of_backend(self) -> str:
        """The line of a message that names the setting that selected the backend; empty if none did."""
        value, source = self.backend
        return "" if value == "auto" or self.endpoint is not None else f"{source} selects {value}"


def add_options(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the ini file."""
    group = parser.getgroup("dynamodb", "DynamoDB (dynamotasks)")
    group.addoption("--dynamodb-backend", metavar="NAME", help=f"backend of the engine: {', '.join(BACKENDS)}")
    group.addoption("--dynamodb-endpoint", metavar="URL", help="use this running local engine; do not start one")
    group.addoption("--dynamodb-keep", action="store_true", help="keep the engine and the data of the last test")
    group.addoption("--dynamodb-debug", action="store_true", help="check after each test that it left no data behind")
    parser.addini("dynamodb_config", "config files, or folders that contain them", type="linelist")
    parser.addini("dynamodb_backend", f"backend of the engine: {', '.join(BACKENDS)}", default="auto")
    parser.addini("dynamodb_region", "AWS Region of the tables", default=_REGION)
    parser.addini("dynamodb_isolation", f"how tables are reset between tests: {', '.join(_ISOLATION)}", default="auto")
    parser.addini("dynamodb_seed", "seed files to load before each test", type="linelist")


def read_options(config: pytest.Config) -> Options:
    """Return the settings."""
    given = config.known_args_namespace  # complete also before conftest files are loaded
    return Options(
        root=config.rootpath,
        config=tuple(config.getini("dynamodb_config")),
        backend=_backend(config),
        endpoint=given.dynamodb_endpoint,
        region=config.getini("dynamodb_region"),
        isolation=config.getini("dynamodb_isolation"),
        seed=tuple(config.getini("dynamodb_seed")),
        keep=given.dynamodb_keep,
    )


def check_options(config: pytest.Config) -> None:
    """Check the settings, without the config and the engine.

    Raises:
        pytest.UsageError: one is invalid; pytest prints it and stops.
    """
    _require_one_of("backend", _backend(config), BACKENDS)
    _require_one_of("isolation", _from_ini(config, "dynamodb_isolation"), _ISOLATION)
    region = _from_ini(config, "dynamodb_region")
    if region.value != _REGION:
        from ..aws.regions import is_region

        if not is_region(region.value, named=False):
            problem = f"invalid AWS Region {region.value!r}: expected a name such as eu-west-1"
            raise pytest.UsageError(f"{region.source}: {problem}")
    endpoint = config.getoption("--dynamodb-endpoint")
    if endpoint is not None:
        if config.getoption("--dynamodb-backend"):
            raise pytest.UsageError("--dynamodb-backend cannot be combined with --dynamodb-endpoint")
        from ..errors import DynamotasksError
        from .given_engine import require_local

        try:
            require_local(endpoint)
        except DynamotasksError as error:
            raise pytest.UsageError(text_of(error)) from None


def _backend(config: pytest.Config) -> Setting:
    if value := config.known_args_namespace.dynamodb_backend:
        return Setting(value, "--dynamodb-backend")
    if value := os.environ.get(_BACKEND_VARIABLE):
        return Setting(value, f"environment variable {_BACKEND_VARIABLE}")
    setting = _from_ini(config, "dynamodb_backend")
    if setting.value == "auto" and (value := os.environ.get(_BACKEND_OF_TASKS)):
        return Setting(value, f"environment variable {_BACKEND_OF_TASKS}")
    return setting


def _from_ini(config: pytest.Config, name: str) -> Setting:
    """Return a setting of the ini file, which `-o NAME=VALUE` overrides."""
    overridden = any(one.startswith(f"{name}=") for one in config.known_args_namespace.override_ini or ())
    source = f"{name} in {config.inipath.name}" if config.inipath else name
    return Setting(config.getini(name), f"-o {name}" if overridden else source)


def _require_one_of(what: str, setting: Setting, known: Collection[str]) -> None:
    if setting.value not in known:
        from ..suggestions import did_you_mean

        suggestion = did_you_mean(setting.value, known)
        problem = f"unknown {what} {setting.value!r}{suggestion}"
        raise pytest.UsageError(f"{setting.source}: {problem} (expected one of: {', '.join(known)})")
