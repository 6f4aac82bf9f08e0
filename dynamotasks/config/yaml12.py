"""Scalars as YAML 1.2's core schema has them (as editors read them): `no` and `on` are words, a date is a string.

https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import yaml

from ..escaping import escape

TAG = "tag:yaml.org,2002:"
OCTAL = re.compile(r"^[-+]?0\d+$")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
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


class Filled(str):
    """Text that a variable went into: it becomes the number or boolean that its key wants."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes strings so that every YAML reads strings."""


for _tag, _pattern, _first in _SCALARS:
    for _kind in (Loader, _Dumper):
        _kind.add_implicit_resolver(TAG + _tag, re.compile(f"^(?:{_pattern})$"), list(_first))
_Dumper.add_implicit_resolver(TAG + "int", OCTAL, list("-+0"))
_Dumper.add_representer(Filled, _Dumper.represent_str)


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # a line of a text must not become a line of its own: a build log would obey `::error::` there, and `##[` anywhere
    commands = "\n" in text or "##" in text or text.lstrip().startswith("::")
    return dumper.represent_scalar(TAG + "str", text, style='"' if commands else None)


_Dumper.add_representer(str, _represent_text)


def dump(data: Any, encoding: str = "utf-8") -> str:
    """YAML that `source.read` gives back, keys in their order; what the encoding lacks is escaped."""
    text = _dump(data, allow_unicode=True)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return _dump(data, allow_unicode=False)
    return text if all(escape(line) == line for line in text.split("\n")) else _dump(data, allow_unicode=False)


def _dump(data: Any, allow_unicode: bool) -> str:
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=allow_unicode, width=1_000_000)
    return text.replace("##", "\\x23#")


def whole(text: str) -> int | str:
    """A whole number; where it has more digits than any key takes (and Python may read), its text."""
    return int(text) if len(text) < 30 else text


def coerce(text: str) -> Any:
    """The boolean or number that a string would be without quotes: for what came out of a variable."""
    kind = next((tag for tag, pattern, _ in _SCALARS if re.fullmatch(pattern, text)), "str")
    if kind == "bool":
        return text.lower() == "true"
    return whole(text) if kind == "int" else text
