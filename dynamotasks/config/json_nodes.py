"""Compose JSON text into the nodes that PyYAML composes from YAML, with the position of each."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from itertools import accumulate
from typing import NoReturn

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .yaml12 import TAG, parse_integer

_SPACE = re.compile(r"[ \t\n\r]*")
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
        node = MappingNode(TAG + "map", [], self._mark(at))
        at = self.skip(at + 1)
        if self._text.startswith("}", at):
            return node, self.skip(at + 1)
        while True:
            if not self._text.startswith('"', at):
                self._fail("Expecting property name enclosed in double quotes", at)
            key, at = self._scalar(at)
            if not self._text.startswith(":", at):
                self._fail("Expecting ':' delimiter", at)
            value, at = self.node(self.skip(at + 1))
            node.value.append((key, value))
            if self._text.startswith("}", at):
                return node, self.skip(at + 1)
            at = self._after_comma(at)

    def _sequence(self, at: int) -> tuple[Node, int]:
        node = SequenceNode(TAG + "seq", [], self._mark(at))
        at = self.skip(at + 1)
        if self._text.startswith("]", at):
            return node, self.skip(at + 1)
        while True:
            item, at = self.node(at)
            node.value.append(item)
            if self._text.startswith("]", at):
                return node, self.skip(at + 1)
            at = self._after_comma(at)

    def _scalar(self, at: int) -> tuple[Node, int]:
        value, end = _DECODER.raw_decode(self._text, at)
        first = self._text[at]
        if first == '"':
            return ScalarNode(TAG + "str", value, self._mark(at), style='"'), self.skip(end)
        literal = self._text[at:end]
        kind = _LITERALS.get(first) or ("int" if re.fullmatch(r"-?\d+", literal) else "float")
        return ScalarNode(TAG + kind, literal, self._mark(at)), self.skip(end)

    def _after_comma(self, at: int) -> int:
        if not self._text.startswith(",", at):
            self._fail("Expecting ',' delimiter", at)
        return self.skip(at + 1)

    def _fail(self, message: str, at: int) -> NoReturn:
        raise json.JSONDecodeError(message, self._text, at)

    def _mark(self, at: int) -> Mark:
        line = bisect_right(self._lines, at) - 1
        return Mark("", at, line, at - self._lines[line], None, 0)
