"""Config files -> plain values, with the place of every one of them.

YAML is read as YAML 1.2's core schema reads it (as editors do), so that `no` and `on` are words, not booleans, and a
date is a string. JSON goes the same way: only its numbers and strings come from `json`, its places from the YAML
parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import Problem

Step: TypeAlias = str | int
Path_: TypeAlias = tuple[Step, ...]

_LARGEST = 8 * 1024 * 1024  # bytes; a Region's 2,500 tables take about 2 MB
_MOST_VALUES = 1_000_000  # what aliases may unfold to
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_TAG = "tag:yaml.org,2002:"
_OCTAL = re.compile(r"^[-+]?0\d+$")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Composes nodes; of YAML 1.1's guesses at a scalar's type it keeps those that YAML 1.2 has."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


_SCALARS: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("merge", r"<<", "<"),
)


class _Dumper(yaml.SafeDumper):
    """Writes strings so that every YAML reads strings."""


for _tag, _pattern, _first in _SCALARS:
    for _kind in (_Loader, _Dumper):
        _kind.add_implicit_resolver(_TAG + _tag, re.compile(f"^(?:{_pattern})$"), list(_first))
_Dumper.add_implicit_resolver(_TAG + "int", _OCTAL, list("-+0"))


@dataclass(slots=True)
class Source:
    """One file as values.

    Attributes:
        file: its name as messages give it.
        value: the plain data; what is wrong in itself is left out of it.
        problems: what is wrong already in the writing.
        interpolated: paths of the strings that a variable went into.
    """

    file: str
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    interpolated: set[Path_] = field(default_factory=set)
    _root: Node | None = None

    def problem(self, path: Path_, message: str, hint: str = "") -> Problem:
        """A mistake at a path; where the path ends before a value, at the last thing that is there."""
        line, column = self._place(path)
        return Problem(self.file, line, column, message, hint)

    def _place(self, path: Path_) -> tuple[int, int]:
        node, mark = self._root, None
        for step in path:
            if isinstance(node, MappingNode):
                pair = next(((k, v) for k, v in reversed(node.value) if k.value == step), None)
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            else:
                break
        mark = mark or (self._root.start_mark if self._root else None)
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def read(path: Path, name: str, variables: Mapping[str, str]) -> Source:
    """One config file.

    Args:
        path: the file.
        name: how messages call it.
        variables: for `${NAME}` and `${NAME:-default}` in strings.
    """
    source = Source(name)
    try:
        text = _text(path)
        if not text.strip():
            source.problems.append(source.problem((), "the file is empty", "start it with `tables:`"))
            return source
        exact = None
        if path.suffix == ".json":
            exact = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_Pairs)
            text = _as_yaml(text)
        source._root = yaml.compose(text, Loader=_Loader)
        if source._root is None:
            source.problems.append(source.problem((), "the file is empty", "start it with `tables:`"))
            return source
        source.value = _Reader(source, variables).read(exact)
    except _Unreadable as error:
        source.problems.append(source.problem((), str(error)))
    except json.JSONDecodeError as error:
        source.problems.append(Problem(name, error.lineno, error.colno, f"this is no JSON: {error.msg}"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        hint = _yaml_hint(str(error.problem), text.splitlines()[line - 1 : line])
        source.problems.append(Problem(name, line, column, f"this is no YAML: {error.problem}", hint))
    except yaml.YAMLError as error:
        source.problems.append(Problem(name, 1, 1, f"this is no YAML: {' '.join(str(error).split())}"))
    except RecursionError:
        source.problems.append(Problem(name, 1, 1, "this is nested too deeply"))
    return source


def _yaml_hint(problem: str, lines: list[str]) -> str:
    if "\\t" in problem or ("start any token" in problem and any("\t" in line for line in lines)):
        return "a tab is there: indent with spaces"
    if any("${" in line for line in lines):
        return 'inside { } or [ ], quote it: "${NAME}"'
    return ""


class _Unreadable(Exception):
    pass


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _Unreadable(f"cannot be read: {error.strerror}") from None
    if len(raw) > _LARGEST:
        raise _Unreadable(f"is {len(raw) // 1024 // 1024} MB; a config file may have {_LARGEST // 1024 // 1024} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(f"is no UTF-8 text (byte {error.start})") from None


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it is written, with the keys that are there twice."""


def _as_yaml(text: str) -> str:
    """JSON that PyYAML composes with the same places: it knows neither tabs between tokens nor surrogate pairs."""
    return re.sub(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", "000000", text.replace("\t", " "))


def _no_constant(word: str) -> Any:
    raise _Unreadable(f"{word} is no number that DynamoDB takes")


class _Reader:
    def __init__(self, source: Source, variables: Mapping[str, str]) -> None:
        self._source = source
        self._variables = variables
        self._count = 0
        self._open: set[int] = set()

    def read(self, exact: Any) -> Any:
        assert self._source._root is not None
        return self._value(self._source._root, (), exact)

    def _value(self, node: Node, path: Path_, exact: Any) -> Any:
        self._count += 1
        if self._count > _MOST_VALUES:
            raise _Unreadable(f"its aliases unfold to more than {_MOST_VALUES:,} values")
        if isinstance(node, ScalarNode):
            return self._scalar(node, path, exact)
        if id(node) in self._open:
            raise _Unreadable("an alias contains itself")
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                known = exact or [None] * len(node.value)
                return [self._value(part, (*path, i), known[i]) for i, part in enumerate(node.value)]
            return self._mapping(node, path, exact)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Node, path: Path_, exact: _Pairs | None) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for number, (key, value) in enumerate(node.value):
            if key.tag == _TAG + "merge":
                for parent in value.value if isinstance(value, SequenceNode) else [value]:
                    if isinstance(parent, MappingNode):
                        merged = {**self._mapping(parent, path, None), **merged}
                continue
            if not isinstance(key, ScalarNode):
                self._complain(key, "a key must be a word")
                continue
            name, known = exact[number] if exact else (key.value, None)
            if name in own:
                self._complain(key, f"{name!r} is here twice", "keep one of them")
                continue
            own[name] = self._value(value, (*path, name), known)
        return {**merged, **own}

    def _scalar(self, node: ScalarNode, path: Path_, exact: Any) -> Any:
        text = node.value if exact is None or not isinstance(exact, str) else exact
        if node.tag in (_TAG + "str", "!") and "${" in text:
            text = _VARIABLE.sub(lambda match: self._variable(node, match), text)
            self._source.interpolated.add(path)
            return text
        if exact is not None:
            return exact
        return self._plain(node, text)

    def _plain(self, node: ScalarNode, text: str) -> Any:
        match node.tag.removeprefix(_TAG):
            case "str" | "!":
                if not node.style and _OCTAL.fullmatch(text):
                    self._complain(node, f"{text} is a number in some YAML and not in other", f'quote it: "{text}"')
                return text
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
            case "int":
                return int(text) if len(text) < 30 else text
            case "float":
                number = float(text.replace(".inf", "inf").replace(".nan", "nan")) if "n" not in text.lower() else None
                if number is None:
                    self._complain(node, f"{text} is no number that DynamoDB takes")
                return number
            case tag:
                self._complain(node, f"the tag {tag} is not taken here", "write the value plainly")
                return text

    def _variable(self, node: ScalarNode, match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        value = self._variables.get(name) or default
        if value is None:
            self._complain(
                node, f"${{{name}}}: there is no variable {name}", f"export it, or write ${{{name}:-default}}"
            )
            return name
        return value

    def _complain(self, node: Node, message: str, hint: str = "") -> None:
        mark = node.start_mark
        self._source.problems.append(Problem(self._source.file, mark.line + 1, mark.column + 1, message, hint))


def dump(data: Any) -> str:
    """YAML that `read` gives back, keys in their order."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def coerce(text: str) -> Any:
    """The scalar that a string would be without quotes: for what came out of a variable."""
    node = yaml.compose(text, Loader=_Loader) if "\n" not in text else None
    tag = node.tag.removeprefix(_TAG) if isinstance(node, ScalarNode) and not node.style else "str"
    return {"bool": lambda: text.lower() == "true", "int": lambda: int(text)}.get(tag, lambda: text)()
