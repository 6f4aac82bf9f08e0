"""YAML with the scalars of YAML 1.2's core schema, as editors read them: `no`, `on` and dates are strings.

https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import yaml
from yaml.nodes import Node, ScalarNode, SequenceNode

from ..escaping import escape

TAG = "tag:yaml.org,2002:"
_STRING, _SEQUENCE, _MAP = TAG + "str", TAG + "seq", TAG + "map"
OCTAL = re.compile(r"^[-+]?0\d+$")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Composes nodes; resolves the types of scalars by the rules of YAML 1.2."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def descend_resolver(self, node: Node | None, index: Any) -> None:
        """Do nothing: no type depends on the path of a node. Without this, composing takes a quarter longer."""

    def ascend_resolver(self) -> None:
        """Do nothing."""

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        """Return the tag of a node that has none."""
        if kind is not ScalarNode:
            return _SEQUENCE if kind is SequenceNode else _MAP
        if implicit[0] and value is not None and value[:1] in self.yaml_implicit_resolvers:
            for tag, pattern in self.yaml_implicit_resolvers[value[:1]]:
                if pattern.match(value):
                    return tag
        return _STRING


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


class Substituted(str):
    """A string with the values of variables: it is converted to the number or boolean that its key requires."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes strings so that every YAML version reads strings."""


for _tag, _pattern, _first in _SCALARS:
    for _kind in (Loader, _Dumper):
        _kind.add_implicit_resolver(TAG + _tag, re.compile(f"^(?:{_pattern})$"), list(_first))
_Dumper.add_implicit_resolver(TAG + "int", OCTAL, list("-+0"))
_Dumper.add_representer(Substituted, _Dumper.represent_str)


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # a build log runs workflow commands: `::error::` at the start of a line, `##[` anywhere
    commands = "\n" in text or "##" in text or text.lstrip().startswith("::")
    return dumper.represent_scalar(TAG + "str", text, style='"' if commands else None)


_Dumper.add_representer(str, _represent_text)


class _IndentedDumper(_Dumper):
    """Indents the lists of a map."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dump(data: Any, encoding: str = "utf-8", *, compact: bool = False, indented: bool = False) -> str:
    """Return YAML that `source.read` reads back, with the keys in their order; escape what the encoding lacks.

    Args:
        data: plain data.
        encoding: of the reader.
        compact: write maps and lists that contain only scalars in braces and brackets.
        indented: indent the lists of a map.
    """
    style, dumper = None if compact else False, _IndentedDumper if indented else _Dumper
    text = _dump(data, allow_unicode=True, style=style, dumper=dumper)
    return text if _is_safe(text, encoding) else _dump(data, allow_unicode=False, style=style, dumper=dumper)


def dump_flow(data: Any) -> str:
    """Return a value on one line: in braces or brackets, or a scalar."""
    text = _dump([data], allow_unicode=True, style=True)
    safe = text if _is_safe(text, "utf-8") else _dump([data], allow_unicode=False, style=True)
    return safe.strip()[1:-1]


def _is_safe(text: str, encoding: str) -> bool:
    """Return whether an encoding has all characters of a text, and none of them controls a terminal or ends a line."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return all(escape(line) == line for line in text.split("\n"))


def _dump(data: Any, *, allow_unicode: bool, style: bool | None, dumper: type[_Dumper] = _Dumper) -> str:
    text: str = yaml.dump(
        data, Dumper=dumper, sort_keys=False, allow_unicode=allow_unicode, width=1_000_000, default_flow_style=style
    )
    return text.replace("##", "\\x23#")


def parse_integer(text: str) -> int | str:
    """Return a whole number; if it has more digits than any key accepts, its text (Python limits their number)."""
    return int(text) if len(text) < 30 else text


def parse_float(text: str) -> float:
    """Return a number as JSON or YAML writes it, such as `-.inf`."""
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


def coerce(text: str) -> bool | int | str:
    """Return the boolean or integer that a string is without quotes."""
    kind = next((tag for tag, pattern, _ in _SCALARS if re.fullmatch(pattern, text)), "str")
    if kind == "bool":
        return text.lower() == "true"
    return parse_integer(text) if kind == "int" else text
