"""What a command supplies to read files in other formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

_PSEUDO_PARAMETERS = {"AWS::Region": "region", "AWS::AccountId": "account_id", "AWS::StackName": "stack"}


@dataclass(frozen=True, slots=True)
class Context:
    """The values that a file may refer to.

    Attributes:
        path: of the file that is read.
        parameters: those of `--param`, and of the environment's `params`, by name.
        variables: the process environment.
        pseudo_parameters: of CloudFormation, such as `AWS::Region`.
    """

    path: Path = field(default_factory=Path)
    parameters: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    pseudo_parameters: Mapping[str, str] = field(default_factory=dict)


def with_environment(context: Context, configs: Iterable[Any], name: str) -> Context:
    """Return a context with what an environment sets: its `params`, and CloudFormation's pseudo parameters.

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
                parameters={**_texts(params if isinstance(params, dict) else {}), **context.parameters},
                pseudo_parameters={**_texts(known), **context.pseudo_parameters},
            )
    return context


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items() if isinstance(value, str)}
