"""Values that a command supplies for files in other formats."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .value import Unresolved

_PSEUDO_PARAMETERS = {"AWS::Region": "region", "AWS::AccountId": "account_id", "AWS::StackName": "stack"}


class Parameters:
    """Values by name; records the names that files look up, so that a misspelled one is noticed.

    Args:
        given: those of `--param`.
        defaults: those of files with parameters, and of the environment's `params`.
    """

    def __init__(self, given: Mapping[str, str] | None = None, defaults: Mapping[str, str] | None = None) -> None:
        self._given = dict(given or {})
        self._defaults = dict(defaults or {})
        self._values = {**self._defaults, **self._given}
        self._known: set[str] = set()

    def get(self, name: str) -> str | None:
        """Return the value of a name; `None` if it has none."""
        self._known.add(name)
        return self._values.get(name)

    def all(self) -> Mapping[str, str]:
        """Return all values, for a file that may use any of them."""
        self.declare(self._values)
        return self._values

    def with_defaults(self, defaults: Mapping[str, str]) -> Parameters:
        """Return the parameters with other values for those that are not given."""
        return Parameters(self._given, {**self._defaults, **defaults})

    def declare(self, names: Iterable[str]) -> None:
        """Record names that a file accepts, whether or not a table refers to them."""
        self._known.update(names)

    def unused(self) -> list[str]:
        """Return the given names that no file accepts."""
        return sorted(set(self._given) - self._known)

    def accepted(self) -> list[str]:
        """Return the names that files accept, for suggestions."""
        return sorted(self._known)


def parameter_hint(name: str) -> str:
    """Return the hint to set a parameter, quoted for a shell."""
    return f"add --param {shlex.quote(f'{name}=VALUE')}"


def question(reason: str, name: str) -> Unresolved:
    """Return the placeholder for a value that `--param` can set.

    Args:
        reason: why the file does not determine the value.
        name: of the parameter.
    """
    return Unresolved(reason, parameter_hint(name))


@dataclass(frozen=True, slots=True)
class Context:
    """The values that a file may refer to.

    Attributes:
        path: of the file that is read.
        parameters: those of `--param`, and of the environment's `params`, by name.
        variables: the process environment.
        pseudo_parameters: of CloudFormation, such as `AWS::Region`; `pseudo_parameters.defaults` has the others.
        is_local: whether the files are read for the environment `local`, where pseudo parameters have a default.
        files: all files of the command, resolved.
        variable_files: files with values of variables, such as Terraform's `*.tfvars`.
    """

    path: Path = field(default_factory=Path)
    parameters: Parameters = field(default_factory=Parameters)
    variables: Mapping[str, str] = field(default_factory=dict)
    pseudo_parameters: Mapping[str, str] = field(default_factory=dict)
    is_local: bool = True
    files: Collection[Path] = ()
    variable_files: tuple[Path, ...] = ()


def with_environment(context: Context, configs: Iterable[Any], name: str) -> Context:
    """Return a context with the `params` and pseudo parameters that an environment sets.

    Args:
        context: its parameters override those of the environment.
        configs: the plain values of config files, which may be invalid.
        name: of the environment.
    """
    for config in configs:
        environments = config.get("environments") if isinstance(config, dict) else None
        entry = environments.get(name) if isinstance(environments, dict) else None
        if isinstance(entry, dict):
            params = entry.get("params")
            known = {key: entry.get(setting) for key, setting in _PSEUDO_PARAMETERS.items()}
            return replace(
                context,
                parameters=context.parameters.with_defaults(_parameters(params if isinstance(params, dict) else {})),
                pseudo_parameters={**_texts(known), **context.pseudo_parameters},
            )
    return context


def _parameters(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the `params` of an environment; `--param` also takes lists and maps as JSON."""
    data = {key: json.dumps(value, default=str) for key, value in values.items() if isinstance(value, list | dict)}
    return {**_texts(values), **data}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items() if isinstance(value, str)}
