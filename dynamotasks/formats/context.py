"""What a command supplies to read files in other formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


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
