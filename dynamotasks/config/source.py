"""Read a config file: its values, the position of each, and the problems that it has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..errors import MOST_SHOWN, Problem
from .finding import Finding, ValuePath
from .json_nodes import compose_json
from .node_values import NodeReader, UnreadableError
from .positions import Positions
from .syntax_errors import json_problem, yaml_problem
from .yaml12 import Loader

_MAX_BYTES = 8 * 1024 * 1024  # the 2,500 tables of a Region take about 2 MB


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file in messages: its name, and what to do if a file of it is empty."""

    name: str
    if_empty: str


CONFIG_FILE = FileKind("config file", "add a top-level `tables` key")


@dataclass(slots=True)
class Source:
    """A config file, or another file of YAML or JSON.

    Attributes:
        file: its name in messages.
        folder: the folder that paths in it are relative to.
        value: the plain data, with `INVALID` in place of what cannot be read; `None` if nothing can.
    """

    file: str
    folder: Path = field(default_factory=Path)
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    positions: Positions = field(default_factory=lambda: Positions(None))

    @property
    def full(self) -> bool:
        """Whether there are more problems than are printed."""
        return len(self.problems) >= MOST_SHOWN

    def problem(self, path: ValuePath, message: str, hint: str = "") -> Problem:
        """Return a problem at the position of a path or, if that is absent, of the last part that exists."""
        line, column = self.positions.of(path)
        return Problem(self.file, line, column, _shortened(message), _shortened(hint))

    def locate(self, at: ValuePath, finding: Finding) -> Problem:
        """Return a finding of the value at a path as a problem; slow hints only while the problems are printed."""
        hint = finding.hint
        if callable(hint):
            hint = None if self.full else hint()
        return self.problem((*at, *finding.path), finding.message, hint or "")

    def report(self, at: ValuePath, findings: Iterable[Finding]) -> None:
        """Add findings of the value at a path to the problems."""
        for finding in findings:
            self.problems.append(self.locate(at, finding))


def _shortened(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:200]}...{text[-150:]}"


def display_name(file: Path) -> str:
    """Return the name of a file in messages: relative to the current folder if it is inside it."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):  # outside the current directory, or that was removed
        return str(file)


def read(
    path: Path,
    variables: Mapping[str, str],
    *,
    reader: type[NodeReader] = NodeReader,
    kind: FileKind = CONFIG_FILE,
) -> Source:
    """Return the content of a file with all problems of its syntax.

    Args:
        path: a YAML or, with the suffix `.json`, a JSON file.
        variables: values for `${NAME}` and `${NAME:-default}` in strings.
        reader: turns its nodes into values.
        kind: of the file, for messages.
    """
    name = display_name(path)
    source = Source(name, path.parent)
    text = ""
    try:
        text = _text(path, kind)
        is_json = path.suffix == ".json" and text.strip()
        root = compose_json(text) if is_json else yaml.compose(text, Loader=Loader)
        if root is None:
            raise UnreadableError("the file is empty", kind.if_empty)
        source.positions = Positions(root)
        source.value = reader(name, variables, source.problems).read(root)
    except UnreadableError as error:
        source.report((), [Finding((), error.message, error.hint)])
    except json.JSONDecodeError as error:
        source.problems.append(json_problem(name, text, error))
    except yaml.MarkedYAMLError as error:
        source.problems.append(yaml_problem(name, text, error))
    except yaml.YAMLError as error:
        source.report((), [Finding((), f"invalid YAML: {' '.join(str(error).split())}")])
    except RecursionError:
        source.report((), [Finding((), "nested too deeply")])
    return source


def _text(path: Path, kind: FileKind) -> str:
    if path.is_dir():
        raise UnreadableError("no *.yaml, *.yml or *.json file in this folder", "specify a file or another folder")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        hint = "check the path; paths are relative to the current directory"
        raise UnreadableError(f"no such {kind.name}", hint) from None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"cannot read the file: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > _MAX_BYTES:
        size, maximum = len(raw) // 1024**2, _MAX_BYTES // 1024**2
        raise UnreadableError(f"the file is {size} MB: the maximum for a {kind.name} is {maximum} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        detail = ": the file seems to be UTF-16" if is_utf16 else f" (byte {error.start})"
        raise UnreadableError(f"not valid UTF-8{detail}", "save the file as UTF-8") from None
