"""Where each value of a document is written."""

from __future__ import annotations

from typing import TypeAlias

from yaml.nodes import MappingNode, Node, SequenceNode

from .yaml12 import TAG

Step: TypeAlias = str | int
Path_: TypeAlias = tuple[Step, ...]
_Pair: TypeAlias = tuple[Node, Node]


class Places:
    """Finds places in time that does not grow with the document: each map is indexed once."""

    def __init__(self, root: Node | None) -> None:
        self._root = root
        self._indexed: dict[int, dict[str, _Pair]] = {}

    def of(self, path: Path_) -> tuple[int, int]:
        """Return line and column of a path, from 1; where it ends before a value, of the last thing that is there."""
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
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)

    def _pairs(self, node: MappingNode) -> dict[str, _Pair]:
        """Index a map by its keys, also those that `<<` merges in; of a key that is there twice, the first counts."""
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
