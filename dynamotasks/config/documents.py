"""Config files -> plain values, with the place of every one of them.

JSON goes the way of YAML: only its numbers and strings come from `json`, its places from the YAML parser.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import MOST_SHOWN, Problem
from .positions import Path_, Places
from .syntax_errors import no_json, no_yaml
from .yaml12 import OCTAL, TAG, Filled, Loader, whole

Complaint: TypeAlias = tuple[Path_, str, str | Callable[[], str]]
"""Where, what is wrong, what to write instead: as text, or a function where finding it takes time."""

_LARGEST = 8 * 1024 * 1024  # bytes; a Region's 2,500 tables take about 2 MB
_MOST_VALUES = 1_000_000  # what aliases may unfold to
# `${NAME}`, `${NAME:-default}`, or a variable of a policy (`${aws:username}`, `${*}`), which is AWS's to fill in:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_TEXT = (
    r"(?:[^}$]|\$(?!\{))*"  # up to a brace, and not into another variable: time stays linear in what is never closed
)
_VARIABLE = re.compile(
    rf"\$\{{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-({_TEXT}))?\}}|([a-z0-9-]+:(?![-}}]){_TEXT}\}}|[*?$]\}}))?"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Blank(str):
    """Stands for a value that is wrong and told: it is not absent, is no word, and has nothing in it."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


BROKEN: Any = _Blank()


@dataclass(slots=True)
class Source:
    """One file as values.

    Attributes:
        file: its name as messages give it.
        value: the plain data; what is wrong in itself is left out of it.
        problems: what is wrong already in the writing.
    """

    file: str
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    _places: Places = field(default_factory=lambda: Places(None))

    @property
    def full(self) -> bool:
        """Whether there are more problems than are printed."""
        return len(self.problems) >= MOST_SHOWN

    def problem(self, path: Path_, message: str, hint: str = "") -> Problem:
        """A mistake at a path; where the path ends before a value, at the last thing that is there."""
        line, column = self._places.of(path)
        return Problem(self.file, line, column, _cut(message), _cut(hint))

    def tell(self, at: Path_, complaints: Iterable[Complaint]) -> None:
        """Adds what is wrong with the part at a path; past those that are printed, without slow hints."""
        for path, message, hint in complaints:
            if not isinstance(hint, str):
                hint = "" if self.full else hint()
            self.problems.append(self.problem((*at, *path), message, hint))


def _cut(text: str) -> str:
    """Text as long as a person reads."""
    return text if len(text) <= 400 else f"{text[:200]}...{text[-150:]}"


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
        exact = None
        if path.suffix == ".json" and text.strip():
            exact = json.loads(
                text, parse_constant=_no_number, parse_int=whole, parse_float=_float, object_pairs_hook=_Pairs
            )
            text = _as_yaml(text)
        root = yaml.compose(text, Loader=Loader)
        if root is None:
            raise _Unreadable("the file is empty", "start it with `tables:`")
        source._places = Places(root)
        source.value = _Reader(source, variables).read(root, exact)
    except _Unreadable as error:
        source.tell((), [((), *error.args)])
    except json.JSONDecodeError as error:
        source.problems.append(no_json(name, text, error))
    except yaml.MarkedYAMLError as error:
        source.problems.append(no_yaml(name, text, error))
    except yaml.YAMLError as error:
        source.problems.append(Problem(name, 1, 1, f"this is no YAML: {' '.join(str(error).split())}"))
    except RecursionError:
        source.problems.append(Problem(name, 1, 1, "this is nested too deeply"))
    return source


class _Unreadable(Exception):
    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)


def _text(path: Path) -> str:
    if path.is_dir():
        raise _Unreadable("no *.yaml, *.yml or *.json in this folder", "name a file, or another folder")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _Unreadable("no such config file", "check the path; it is taken from the current folder") from None
    except (OSError, ValueError) as error:
        raise _Unreadable(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > _LARGEST:
        raise _Unreadable(f"is {len(raw) // 1024 // 1024} MB; a config file may have {_LARGEST // 1024 // 1024} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        looks = ": it looks like UTF-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else f" (byte {error.start})"
        raise _Unreadable(f"is no UTF-8 text{looks}", "save it as UTF-8") from None


# JSON's escapes and variables can hold half of a surrogate pair, which UTF-8, and so a request, cannot
_HALF = ("this has half of a surrogate pair (U+D800 to U+DFFF)", "write the whole character")


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it is written, with the keys that are there twice."""


def _as_yaml(text: str) -> str:
    """JSON that PyYAML composes with the same places: it knows neither tabs between tokens nor surrogate pairs."""
    return re.sub(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}", "000000", text.replace("\t", " "))


def _no_number(text: str) -> float:
    return math.nan


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


class _Reader:
    def __init__(self, source: Source, variables: Mapping[str, str]) -> None:
        self._source = source
        self._variables = variables
        self._count = 0
        self._open: set[int] = set()

    def read(self, root: Node, exact: Any) -> Any:
        """The plain data of a document; of a map at its top, without the keys that start with `x-`."""
        return self._mapping(root, exact, top=True) if root.tag == TAG + "map" else self._value(root, exact)

    def _counted(self) -> None:
        self._count += 1
        if self._count > _MOST_VALUES:
            raise _Unreadable(f"its aliases unfold to more than {_MOST_VALUES:,} values")

    def _value(self, node: Node, exact: Any) -> Any:
        self._counted()
        if isinstance(node, ScalarNode):
            return self._scalar(node, exact)
        if node.tag not in (TAG + "map", TAG + "seq"):
            return self._tagged(node)
        if id(node) in self._open:
            raise _Unreadable("an alias contains itself")
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                known = exact or [None] * len(node.value)
                return [self._value(part, known[i]) for i, part in enumerate(node.value)]
            return self._mapping(node, exact)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Node, exact: _Pairs | None, top: bool = False) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for number, (key, value) in enumerate(node.value):
            if key.tag == TAG + "merge":
                for parent in value.value if isinstance(value, SequenceNode) else [value]:
                    self._counted()
                    if isinstance(parent, MappingNode):
                        for name, part in self._mapping(parent, None, top).items():
                            merged.setdefault(name, part)
                continue
            if not isinstance(key, ScalarNode):
                self._wrong(key, "a key must be a word")
                continue
            name, known = exact[number] if exact else (key.value, None)
            if top and name.startswith("x-"):  # for anchors, as in Compose files
                continue
            if name in own:
                self._wrong(key, f"{name!r} is here twice", "keep one of them")
            elif _SURROGATE.search(name):
                self._wrong(key, *_HALF)
            else:
                own[name] = self._value(value, known)
        return {**merged, **own}

    def _scalar(self, node: ScalarNode, exact: Any) -> Any:
        text = exact if isinstance(exact, str) else node.value
        if node.tag in (TAG + "str", "!") and "${" in text:
            value: Any = self._filled(node, text)
        else:
            value = self._plain(node, text) if exact is None else exact
        if isinstance(value, float) and not math.isfinite(value):
            return self._wrong(node, f"{node.value} is no number that DynamoDB takes", "write another")
        if isinstance(value, str) and _SURROGATE.search(value):
            return self._wrong(node, *_HALF)
        return value

    def _plain(self, node: ScalarNode, text: str) -> Any:
        match node.tag.removeprefix(TAG):
            case "str" | "!":
                if not node.style and OCTAL.fullmatch(text):
                    hint = f'quote it: "{text}"; or as a number, write {whole(text)}'
                    return self._wrong(node, f"{text} is a number in some YAML and not in other", hint)
                return text
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
            case "int":
                return whole(text)
            case "float":
                return _float(text)
            case _:
                return self._tagged(node)

    def _filled(self, node: ScalarNode, text: str) -> Any:
        """Text with its variables filled in."""
        values = [self._variable(node, found) for found in _VARIABLE.finditer(text)]
        if any(value is BROKEN for value in values):
            return BROKEN
        filled = iter(values)
        return Filled(_VARIABLE.sub(lambda found: next(filled), text))

    def _variable(self, node: ScalarNode, found: re.Match[str]) -> Any:
        name, default, policy_s = found.groups()
        if policy_s:
            return found[0]
        if name is None:
            given = found.string[found.start() : found.start() + 20]
            return self._wrong(node, f"{given} is no variable", "write ${NAME}, of letters, digits and `_`")
        value = self._variables.get(name) or default
        if value is None:
            hint = f"export it, or write ${{{name}:-default}}"
            return self._wrong(node, f"${{{name}}}: there is no variable {name}", hint)
        return value

    def _tagged(self, node: Node) -> Any:
        return self._wrong(node, f"the tag {node.tag.replace(TAG, '!!')} is not taken here", "write the value plainly")

    def _wrong(self, node: Node, message: str, hint: str = "") -> Any:
        mark = node.start_mark
        self._source.problems.append(Problem(self._source.file, mark.line + 1, mark.column + 1, message, hint))
        return BROKEN
