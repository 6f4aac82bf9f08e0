"""Find the file, line and column of a value in a config file."""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

from yaml.nodes import MappingNode, Node, SequenceNode

from .finding import ValuePath
from .yaml12 import TAG

_Pair: TypeAlias = tuple[Node, Node]


class Place(NamedTuple):
    """Where a value is written. `line` and `column` count from 1."""

    file: str
    line: int = 1
    column: int = 1


class Locator(Protocol):
    """Finds the places of values."""

    def of(self, path: ValuePath) -> Place:
        """Return the place of a path; if it does not exist, that of its last part that does."""


class Positions:
    """Finds positions in time that does not grow with the document: each map is indexed once."""

    def __init__(self, file: str, root: Node | None = None) -> None:
        self._file = file
        self._root = root
        self._indexed: dict[int, dict[str, _Pair]] = {}

    def of(self, path: ValuePath) -> Place:
        """Return the place of a path; if it does not exist, that of its last part that does."""
        node = self._root
        mark = node.start_mark if node else None
        for step in path:
            if isinstance(node, MappingNode):
                pair = self._pairs(node).get(str(step))
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            else:
                break
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _pairs(self, node: MappingNode) -> dict[str, _Pair]:
        """Return the keys and values of a map, also those that `<<` merges; the first of duplicate keys counts."""
        known = self._indexed.get(id(node))
        if known is not None:
            return known
        found: dict[str, _Pair] = {}
        self._indexed[id(node)] = found  # before its parents: one of them may be the map itself
        merged: list[Node] = []
        for key, value in node.value:
            if key.tag == TAG + "merge":
                merged += value.value if isinstance(value, SequenceNode) else [value]
            elif isinstance(key.value, str):
                found.setdefault(key.value, (key, value))
        for parent in merged:
            if isinstance(parent, MappingNode):
                for name, pair in self._pairs(parent).items():
                    found.setdefault(name, pair)
        return found
