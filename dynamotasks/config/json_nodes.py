"""Compose JSON text into the nodes that PyYAML composes from YAML, with the position of each."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import cast

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .yaml12 import TAG, parse_integer

_SPACE = re.compile(r"[ \t\n\r]*")
# of a document within a text; a shell command can have quoted JSON with backslashes
_BEGIN = re.compile(r"^[ \t]*(?:\{(?!\s*\\)|\[(?=\s*[\[{\]\"]))", re.MULTILINE)
_SIMPLE_STRING = re.compile(r'"([^"\\\x00-\x1f]*)"[ \t\n\r]*')
_SIMPLE_KEY = re.compile(_SIMPLE_STRING.pattern + r":[ \t\n\r]*")
_COMMA = re.compile(r",[ \t\n\r]*")
_STRING = TAG + "str"
_DECODER = json.JSONDecoder(parse_int=parse_integer)  # only reads scalars here
_LITERALS = {"t": "bool", "f": "bool", "n": "null"}


def compose_json(text: str) -> Node:
    """Return the root node of a JSON document.

    Raises:
        json.JSONDecodeError: the text is not strict JSON; `NaN` and infinite numbers are accepted.
    """
    composer = _Composer(text)
    root, end = composer.node(composer.skip(0))
    if end < len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return root


def compose_embedded(text: str) -> list[Node]:
    """Return the root nodes of the JSON documents in a text, such as the output of several commands.

    Args:
        text: each document in it begins a line.

    Raises:
        json.JSONDecodeError: a document is not strict JSON.
    """
    composer, found, at = _Composer(text), [], 0
    while begin := _BEGIN.search(text, at):
        root, at = composer.node(begin.end() - 1)
        found.append(root)
    return found


class _LazyMark:
    """A PyYAML mark, from 0; the line and column are computed only where a problem is reported."""

    __slots__ = ("_lines", "index")

    def __init__(self, lines: list[int], index: int) -> None:
        self._lines = lines
        self.index = index

    @property
    def line(self) -> int:
        return bisect_right(self._lines, self.index) - 1

    @property
    def column(self) -> int:
        return self.index - self._lines[self.line]


_mark = cast("Callable[[list[int], int], Mark]", _LazyMark)


class _Composer:
    """A recursive descent parser; its methods take a position and return a node and the position of the next token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def skip(self, at: int) -> int:
        """Return the position of the next token."""
        space = _SPACE.match(self._text, at)
        return space.end() if space else at

    def node(self, at: int) -> tuple[Node, int]:
        match self._text[at : at + 1]:
            case "{":
                return self._mapping(at)
            case "[":
                return self._sequence(at)
            case _:
                return self._scalar(at)

    def _mapping(self, start: int) -> tuple[Node, int]:
        pairs: list[tuple[Node, Node]] = []
        at = self.skip(start + 1)
        is_open = not self._text.startswith("}", at)
        while is_open:
            key, at = self._key(at)
            value, at = self.node(at)
            pairs.append((key, value))
            at, is_open = self._next(at, "}")
        return MappingNode(TAG + "map", pairs, _mark(self._lines, start)), self.skip(at + 1)

    def _sequence(self, start: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self.skip(start + 1)
        is_open = not self._text.startswith("]", at)
        while is_open:
            item, at = self.node(at)
            items.append(item)
            at, is_open = self._next(at, "]")
        return SequenceNode(TAG + "seq", items, _mark(self._lines, start)), self.skip(at + 1)

    def _next(self, at: int, close: str) -> tuple[int, bool]:
        """Return the position of the next part, or that of the closing bracket, and whether there is a part."""
        if comma := _COMMA.match(self._text, at):
            return comma.end(), True
        if not self._text.startswith(close, at):
            raise json.JSONDecodeError("Expecting ',' delimiter", self._text, at)
        return at, False

    def _key(self, at: int) -> tuple[Node, int]:
        if simple := _SIMPLE_KEY.match(self._text, at):
            return ScalarNode(_STRING, simple[1], _mark(self._lines, at), style='"'), simple.end()
        if not self._text.startswith('"', at):
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, at)
        key, at = self._scalar(at)
        if not self._text.startswith(":", at):
            raise json.JSONDecodeError("Expecting ':' delimiter", self._text, at)
        return key, self.skip(at + 1)

    def _scalar(self, at: int) -> tuple[Node, int]:
        if simple := _SIMPLE_STRING.match(self._text, at):
            return ScalarNode(_STRING, simple[1], _mark(self._lines, at), style='"'), simple.end()
        value, end = _DECODER.raw_decode(self._text, at)
        first = self._text[at]
        if first == '"':
            return ScalarNode(_STRING, value, _mark(self._lines, at), style='"'), self.skip(end)
        literal = self._text[at:end]
        kind = _LITERALS.get(first) or ("int" if re.fullmatch(r"-?\d+", literal) else "float")
        return ScalarNode(TAG + kind, literal, _mark(self._lines, at)), self.skip(end)
