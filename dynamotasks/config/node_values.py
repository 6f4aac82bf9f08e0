"""Turn YAML nodes into plain values: merge keys, replace variables, report what cannot be read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import Problem
from .yaml12 import OCTAL, TAG, Substituted, parse_float, parse_integer

_MAX_VALUES = 1_000_000  # after aliases are expanded
_TEXT = r"(?:[^}$]|\$(?!\{))*"  # up to a brace or the next variable, so that the time to search stays linear
# a variable of a policy (`${aws:username}`, `${*}`), which AWS replaces:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_OF_POLICY = rf"[a-z0-9-]+:(?![-}}]){_TEXT}\}}|[*?$]\}}"
# `$${`, `${NAME}`, `${NAME:-default}`, or a variable of a policy
_VARIABLE = re.compile(
    r"\$(?P<escaped>\$\{)|\$\{"
    rf"(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>{_TEXT}))?\}}|(?P<of_policy>{_OF_POLICY}))?"
)
_TO_ESCAPE = re.compile(rf"(?<=\$)\$\{{|\$\{{(?!{_OF_POLICY})")
SURROGATE = re.compile("[\ud800-\udfff]")
# JSON escapes and environment variables can contain it, but UTF-8, and therefore a request, cannot
HALF_PAIR = ("contains half of a surrogate pair (U+D800 to U+DFFF)", "write the whole character")


def escape_variables(value: Any) -> Any:
    """Return plain data whose strings contain `$${` where `${` would be a variable."""
    match value:
        case str():
            return _TO_ESCAPE.sub(lambda found: f"${found[0]}", value)
        case dict():
            return {key: escape_variables(part) for key, part in value.items()}
        case list():
            return [*map(escape_variables, value)]
    return value


class Invalid:
    """Takes the place of a value that cannot be read; the problem is reported where it was found."""

    def __repr__(self) -> str:
        return "..."


INVALID: Final = Invalid()


class UnreadableError(Exception):
    """The whole file cannot be read."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class NodeReader:
    """Reads the nodes of one file.

    Args:
        file: the file's name in problems.
        variables: values for `${NAME}` in strings.
        problems: the list that problems are added to.
    """

    def __init__(self, file: str, variables: Mapping[str, str], problems: list[Problem]) -> None:
        self._file = file
        self._variables = variables
        self._problems = problems
        self._count = 0
        self._open: set[int] = set()

    def read(self, root: Node) -> Any:
        """Return the plain data of a document; keys of the top level that start with `x-` are left out.

        Raises:
            UnreadableError: an alias contains itself, or aliases expand to too many values.
        """
        is_map = isinstance(root, MappingNode) and root.tag == TAG + "map"
        return self._mapping(root, top=True) if is_map else self.value(root)

    def value(self, node: Node) -> Any:
        """Return the plain value of a node."""
        self._count_value()
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if node.tag not in (TAG + "map", TAG + "seq"):
            return self._unsupported_tag(node)
        if id(node) in self._open:
            raise UnreadableError("a YAML alias contains itself")
        self._open.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node)
            return [self.value(item) for item in node.value]
        finally:
            self._open.discard(id(node))

    def _count_value(self) -> None:
        self._count += 1
        if self._count > _MAX_VALUES:
            raise UnreadableError(f"more than {_MAX_VALUES:,} values, with YAML aliases expanded")

    def _mapping(self, node: Node, top: bool = False) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == TAG + "merge":
                self._merge(merged, value, top)
            elif not isinstance(key, ScalarNode):
                self.report(key, "a key must be a string")
            elif top and key.value.startswith("x-"):  # for anchors, as in Compose files
                continue
            elif key.value in own:
                self.report(key, f"duplicate key {key.value!r}", "keep one of them")
            elif SURROGATE.search(key.value):
                self.report(key, *HALF_PAIR)
            else:
                own[key.value] = self.value(value)
        return {**merged, **own}

    def _merge(self, merged: dict[str, Any], value: Node, top: bool) -> None:
        """Add the keys of the maps that `<<` names; the first of several maps takes precedence."""
        for parent in value.value if isinstance(value, SequenceNode) else [value]:
            self._count_value()
            if isinstance(parent, MappingNode):
                for name, part in self._mapping(parent, top).items():
                    merged.setdefault(name, part)

    def _scalar(self, node: ScalarNode) -> Any:
        is_text = node.tag in (TAG + "str", "!")
        value = self.substitute(node) if is_text and "${" in node.value else self._plain(node)
        if isinstance(value, float) and not math.isfinite(value):
            return self.report(node, f"unsupported number {node.value}", "use a finite number")
        if isinstance(value, str) and SURROGATE.search(value):
            return self.report(node, *HALF_PAIR)
        return value

    def _plain(self, node: ScalarNode) -> Any:
        text: str = node.value
        match node.tag.removeprefix(TAG):
            case "str" | "!":
                if not node.style and OCTAL.fullmatch(text):
                    hint = f'quote it: "{text}"; or write the number {parse_integer(text)}'
                    return self.report(node, f"ambiguous value {text}: YAML 1.1 reads it as an octal number", hint)
                return text
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
            case "int" | "float" as kind:
                return self.number(node, kind)
            case _:
                return self._unsupported_tag(node)

    def number(self, node: ScalarNode, kind: str) -> Any:
        """Return the value of a number; `kind` is `int` or `float`."""
        try:
            return parse_integer(node.value) if kind == "int" else parse_float(node.value)
        except ValueError:  # only with an explicit tag
            return self.report(node, f"invalid number {node.value!r}", f"remove the tag !!{kind}")

    def substitute(self, node: ScalarNode) -> str | Invalid:
        """Return a string with the values of its variables."""
        values = [self._variable(node, found) for found in _VARIABLE.finditer(node.value)]
        known = [value for value in values if isinstance(value, str)]
        if len(known) < len(values):
            return INVALID
        parts = iter(known)
        return Substituted(_VARIABLE.sub(lambda found: next(parts), node.value))

    def _variable(self, node: ScalarNode, found: re.Match[str]) -> str | Invalid:
        name, default = found["name"], found["default"]
        if found["escaped"] or found["of_policy"]:
            return found["escaped"] or found[0]
        if name is None:
            given = found.string[found.start() : found.start() + 20]
            return self.report(node, f"invalid variable {given}", "write ${NAME}, with letters, digits and '_'")
        value = self._variables.get(name) or default
        if value is None:
            hint = f"export it, or write ${{{name}:-default}}"
            return self.report(node, f"environment variable {name} is not set", hint)
        return value

    def _unsupported_tag(self, node: Node) -> Invalid:
        return self.report(node, f"unsupported YAML tag {node.tag.replace(TAG, '!!')}", "remove the tag")

    def report(self, node: Node, message: str, hint: str = "") -> Invalid:
        """Add a problem of a node, and return what takes the place of its value."""
        mark = node.start_mark
        self._problems.append(Problem(self._file, mark.line + 1, mark.column + 1, message, hint))
        return INVALID
