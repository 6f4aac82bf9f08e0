"""Write blocks and expressions of the HashiCorp configuration language.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import indent
from typing import Any, TypeAlias

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, such as a reference, that is written unchanged."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block.

    Attributes:
        head: its type and labels.
        body: its attributes and its nested blocks.
    """

    head: str
    body: Sequence[Block | tuple[str, Any]]


Body: TypeAlias = "list[Block | tuple[str, Any]]"


def quote(text: str) -> str:
    """Return a string literal: neither escape sequences nor `${` or `%{` in the text have a meaning."""
    escaped = "".join(_ESCAPES.get(letter) or _code(letter) for letter in text)
    # `$${` also means `${`, but not after another `$`, and not to all parsers
    return '"' + re.sub(r"(?<=[$%])\{", r"\\u007b", escaped) + '"'


def _code(letter: str) -> str:
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def expression(value: Any) -> str:
    """Return a literal: a string, a number, a boolean, a list or an object."""
    match value:
        case Expression(text):
            return text
        case bool():
            return "true" if value else "false"
        case str():
            return quote(value)
        case Mapping():
            return _object(value)
        case list() | tuple():
            return f"[{', '.join(map(expression, value))}]"
        case None:
            return "null"
        case _:
            return str(value)


def _object(entries: Mapping[str, Any]) -> str:
    lines = _aligned([(quote(key), expression(value)) for key, value in entries.items()])
    return "{\n" + indent(lines, "  ") + "}" if entries else "{}"


def write(blocks: Iterable[Block]) -> str:
    """Return blocks with blank lines between them."""
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    lines = ""
    for is_block, parts in groupby(block.body, lambda part: isinstance(part, Block)):
        if is_block:
            lines += "".join(_block(part) for part in parts if isinstance(part, Block))
        else:
            pairs = (part for part in parts if not isinstance(part, Block))
            lines += _aligned([(name, expression(value)) for name, value in pairs if value is not None])
    return f"{block.head} {{\n{indent(lines, '  ')}}}\n"


def _aligned(pairs: Iterable[tuple[str, str]]) -> str:
    """Return lines with their equals signs in one column, as `terraform fmt` does; a longer value is not aligned."""
    lines = ""
    for is_long, group in groupby(pairs, lambda pair: "\n" in pair[1]):
        entries = list(group)
        width = 0 if is_long else max(len(name) for name, _ in entries)
        lines += "".join(f"{name.ljust(width)} = {value}\n" for name, value in entries)
    return lines
