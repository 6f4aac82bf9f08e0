"""Compose JSON text into the nodes that PyYAML composes from YAML, with the position of each."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import TypeVar, cast

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .yaml12 import TAG, parse_integer

T = TypeVar("T")

_SPACE = re.compile(r"[ \t\n\r]*")
# of a document within a text; a shell command can have quoted JSON with backslashes
_BEGIN = re.compile(r"^[ \t]*(?:\{(?!\s*\\)|\[(?=\s*[\[{\]\"]))", re.MULTILINE)
_SIMPLE_STRING = re.compile(r'"([^"\\\x00-\x1f]*)"[ \t\n\r]*')
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

    def _mapping(self, at: int) -> tuple[Node, int]:
        pairs, end = self._parts(at, "}", self._pair)
        return MappingNode(TAG + "map", pairs, self._mark(at)), end

    def _sequence(self, at: int) -> tuple[Node, int]:
        items, end = self._parts(at, "]", self.node)
        return SequenceNode(TAG + "seq", items, self._mark(at)), end

    def _parts(self, at: int, close: str, part: Callable[[int], tuple[T, int]]) -> tuple[list[T], int]:
        parts: list[T] = []
        at = self.skip(at + 1)
        if self._text.startswith(close, at):
            return parts, self.skip(at + 1)
        while True:
            value, at = part(at)
            parts.append(value)
            if self._text.startswith(close, at):
                return parts, self.skip(at + 1)
            at = self._after(",", at)

    def _pair(self, at: int) -> tuple[tuple[Node, Node], int]:
        if not self._text.startswith('"', at):
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, at)
        key, at = self._scalar(at)
        value, at = self.node(self._after(":", at))
        return (key, value), at

    def _scalar(self, at: int) -> tuple[Node, int]:
        if simple := _SIMPLE_STRING.match(self._text, at):
            return ScalarNode(TAG + "str", simple[1], self._mark(at), style='"'), simple.end()
        value, end = _DECODER.raw_decode(self._text, at)
        first = self._text[at]
        if first == '"':
            return ScalarNode(TAG + "str", value, self._mark(at), style='"'), self.skip(end)
        literal = self._text[at:end]
        kind = _LITERALS.get(first) or ("int" if re.fullmatch(r"-?\d+", literal) else "float")
        return ScalarNode(TAG + kind, literal, self._mark(at)), self.skip(end)

    def _after(self, delimiter: str, at: int) -> int:
        if not self._text.startswith(delimiter, at):
            raise json.JSONDecodeError(f"Expecting '{delimiter}' delimiter", self._text, at)
        return self.skip(at + 1)

    def _mark(self, at: int) -> Mark:
        return cast("Mark", _LazyMark(self._lines, at))
