"""The files and outside values of a Terraform configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...config.node_values import UnreadableError
from ...config.source import FileKind, read_text
from ...errors import Problem
from ...folders import resolved
from ..context import Context
from ..foreign_table import Definitions
from ..project_folder import project_folder
from .detection import files_of
from .results import Invalid
from .syntax import Block, Body, Expression, TerraformSyntaxError, parse_file, parse_values

_MAX_STEPS = 250_000
_FILE = FileKind("file", "write its content")


@dataclass(slots=True)
class Project:
    """State shared by all modules of a configuration.

    Attributes:
        root: the folder of the root module.
        assigned: the values of variables in `*.tfvars` files.
    """

    root: Path
    context: Context
    definitions: Definitions
    assigned: Mapping[str, Expression] = field(default_factory=dict)
    _parsed: dict[Path, Body] = field(default_factory=dict)
    _steps: int = 0
    _folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self._folder = project_folder(self.root)

    def spend(self, amount: int = 1) -> None:
        """Count work.

        Raises:
            UnreadableError: the work exceeds the limit.
        """
        self._steps += amount
        if self._steps > _MAX_STEPS:
            raise UnreadableError(f"the expressions take more than {_MAX_STEPS:,} steps to evaluate")

    def contains(self, path: Path) -> bool:
        """Return whether a path is inside the project."""
        return resolved(path).is_relative_to(self._folder)

    def parse(self, path: Path) -> Body:
        """Return the content of a file; its problems are reported once."""
        key = resolved(path)
        if key not in self._parsed:
            try:
                self._parsed[key] = parse_file(path)
            except TerraformSyntaxError as error:
                self._parsed[key] = Body()
                if error.problem.message not in [known.message for known in self.definitions.problems]:
                    self.definitions.problems.append(error.problem)
        return self._parsed[key]

    def parse_folder(self, folder: Path) -> list[Block]:
        """Return the blocks of a module."""
        return [block for path in files_of(folder) for block in self.parse(path).blocks]

    def read_file(self, folder: Path, name: str) -> str | Invalid:
        """Return the content of a file that a function names."""
        path = folder / name
        try:
            if not self.contains(path):
                return Invalid(f"file {name!r} is outside the project folder")
            return read_text(path, _FILE)
        except (OSError, ValueError, UnreadableError) as error:
            return Invalid(f"file {name!r} cannot be read: {error}")


def assigned_values(folder: Path, given: Sequence[Path], problems: list[Problem]) -> dict[str, Expression]:
    """Return the values in the `*.tfvars` files that Terraform loads automatically, then in those that are given.

    Later files take precedence.
    """
    found: dict[str, Expression] = {}
    automatic = sorted(path for path in folder.iterdir() if path.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    loaded = (path for path in (folder / "terraform.tfvars", folder / "terraform.tfvars.json") if path.is_file())
    for path in (*loaded, *automatic, *given):
        try:
            found |= parse_values(path)
        except TerraformSyntaxError as error:
            problems.append(error.problem)
    return found
