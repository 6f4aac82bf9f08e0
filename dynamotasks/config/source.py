"""Read a config file: its values, the position of each, and the problems that it has."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import Node

from ..errors import MOST_SHOWN, Problem
from ..folders import resolved
from .finding import Finding, ValuePath
from .json_nodes import compose_json
from .node_values import NodeReader, UnreadableError
from .positions import Locator, Positions
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
        notes: what is valid but probably not intended.
        is_foreign: the tables come from a file in another format.
        ids: names of the tables of such a file that do not depend on the environment, such as logical IDs.
        has_aliases: whether it may have YAML aliases.
        wording: returns a message with the names that the file uses.
    """

    file: str
    folder: Path = field(default_factory=Path)
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    positions: Locator = field(init=False)
    has_aliases: bool = True
    is_foreign: bool = False
    ids: Sequence[str | None] = ()
    wording: Callable[[str], str] = str

    def __post_init__(self) -> None:
        self.positions = Positions(self.file)

    @property
    def full(self) -> bool:
        """Whether there are more problems than are printed."""
        return len(self.problems) >= MOST_SHOWN

    def problem(self, path: ValuePath, message: str, hint: str = "") -> Problem:
        """Return a problem at the position of a path or, if that is absent, of the last part that exists."""
        file, line, column = self.positions.of(path)
        return Problem(file, line, column, _shortened(self.wording(message)), _shortened(self.wording(hint)))

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
        return str(resolved(file).relative_to(Path.cwd()))
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
    source, root = compose(path, kind)
    if root is not None:
        read_nodes(source, root, variables, reader)
    return source


def read_nodes(source: Source, root: Node, variables: Mapping[str, str], reader: type[NodeReader] = NodeReader) -> None:
    """Set the value of a source from the nodes that `compose` returned with it."""
    with problems_of(source):
        source.value = reader(source.file, variables, source.problems).read(root)


def compose(path: Path, kind: FileKind = CONFIG_FILE) -> tuple[Source, Node | None]:
    """Return a file without its value, and its nodes; `None`, with a problem, if the syntax is invalid.

    Args:
        path: a YAML or, with the suffix `.json`, a JSON file.
        kind: of the file, for messages.
    """
    source = Source(display_name(path), path.parent)
    root = None
    with problems_of(source):
        root = compose_source(source, read_text(path, kind), kind, is_json=path.suffix in (".json", ".tfstate"))
    return source, root


def compose_source(source: Source, text: str, kind: FileKind, *, is_json: bool) -> Node | None:
    """Return the root node of a source's text and locate its values; `None`, with a problem, if the syntax is invalid.

    Raises:
        UnreadableError: the text is empty.
    """
    root = None
    with _syntax_problems_of(source, text):
        root = compose_text(text, is_json=is_json and bool(text.strip()))
        source.has_aliases = "&" in text
        if root is None:
            raise UnreadableError("the file is empty", kind.if_empty)
        source.positions = Positions(source.file, root)
    return root


def compose_text(text: str, *, is_json: bool) -> Node | None:
    """Return the root node of a text; `None` if it has none.

    Raises:
        yaml.YAMLError: the YAML is invalid.
        json.JSONDecodeError: the JSON is invalid.
    """
    return compose_json(text) if is_json else yaml.compose(text, Loader=Loader)


@contextmanager
def problems_of(source: Source) -> Iterator[None]:
    """Add an error that makes the whole file unreadable to the problems of a source."""
    try:
        yield
    except UnreadableError as error:
        source.report((), [Finding((), error.message, error.hint)])
    except RecursionError:
        source.report((), [Finding((), "nested too deeply")])


@contextmanager
def _syntax_problems_of(source: Source, text: str) -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError as error:
        source.problems.append(json_problem(source.file, text, error))
    except yaml.MarkedYAMLError as error:
        source.problems.append(yaml_problem(source.file, text, error))
    except yaml.YAMLError as error:
        source.report((), [Finding((), f"invalid YAML: {' '.join(str(error).split())}")])


def read_text(path: Path, kind: FileKind) -> str:
    """Return the content of a file.

    Raises:
        UnreadableError: the file does not exist, cannot be read, is too large or is not UTF-8.
    """
    if path.is_dir():
        raise UnreadableError("no *.yaml, *.yml or *.json file in this folder", "specify a file or another folder")
    try:
        raw = _read_bytes(path)
    except FileNotFoundError:
        hint = "check the path; paths are relative to the current directory"
        raise UnreadableError(f"no such {kind.name}", hint) from None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"cannot read the file: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > _MAX_BYTES:
        maximum = _MAX_BYTES // 1024**2
        raise UnreadableError(f"the file is too large: the maximum for a {kind.name} is {maximum} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        detail = ": the file seems to be UTF-16" if is_utf16 else f" (byte {error.start})"
        raise UnreadableError(f"not valid UTF-8{detail}", "save the file as UTF-8") from None


def _read_bytes(path: Path) -> bytes:
    """Return a file, at most one byte more than the maximum; a pipe that no process writes to is empty."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_MAX_BYTES + 1)
