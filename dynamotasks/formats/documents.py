"""Turn the nodes of a YAML or JSON document into values."""

from __future__ import annotations

import math

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..config.node_values import UnreadableError
from ..config.positions import Place
from ..config.yaml12 import TAG, parse_float, parse_integer
from ..suggestions import close_to
from .cloudformation.tags import SHORT_FORMS
from .value import MAX_VALUES, Data, Unresolved, Value, place_of

_STRING, _MERGE = TAG + "str", TAG + "merge"


class NodeValues:
    """Turns the nodes of one file into values; a short tag such as `!Ref` becomes the map that it abbreviates.

    Maps and lists are read when they are used: most of a template does not concern tables.

    Args:
        file: the file's name in messages.
        has_aliases: whether the file may have YAML aliases, which have to be checked.
    """

    def __init__(self, file: str, *, has_aliases: bool = True) -> None:
        self._file = file
        self._has_aliases = has_aliases

    def value(self, root: Node) -> Value:
        """Return the value of a document.

        Raises:
            UnreadableError: an alias contains itself, or aliases expand to too many values.
        """
        if self._has_aliases:
            check_aliases(root)
        return self._value(root, root)

    def _value(self, node: Node, at: Node) -> Value:
        place = self._file, at
        untagged = Value(_scalar(node), place) if isinstance(node, ScalarNode) else Value.of_node(self, node, place)
        if not node.tag.startswith("!") or node.tag == "!":
            return untagged
        function = SHORT_FORMS.get(node.tag)
        return Value(_unknown_tag(node.tag) if function is None else {function: untagged}, place)

    def content(self, node: Node) -> tuple[Data, tuple[tuple[str, Place], ...]]:
        """Return the data of a map or list, and the keys that it repeats."""
        if isinstance(node, SequenceNode):
            return [self._value(item, item) for item in node.value], ()
        merged: dict[str, Value] = {}
        own: dict[str, Value] = {}
        repeated: list[tuple[str, Place]] = []
        for key, part in node.value:
            if key.tag == _MERGE:
                for parent in part.value if isinstance(part, SequenceNode) else [part]:
                    for name, value in self._value(parent, parent).entries():
                        merged.setdefault(name, value)
            elif isinstance(key, ScalarNode):
                if key.value in own:
                    repeated.append((key.value, place_of(self._file, key)))
                own[key.value] = self._value(part, key)
        return {**merged, **own} if merged else own, tuple(repeated)


def check_aliases(root: Node) -> None:
    """Count the values of a document with its aliases expanded.

    Raises:
        UnreadableError: an alias contains itself, or there are too many values.
    """
    sizes: dict[int, int] = {}
    opened: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting[-1]
        parts = _parts(node)
        if id(node) in sizes:
            waiting.pop()
        elif id(node) in opened:
            waiting.pop()
            opened.discard(id(node))
            sizes[id(node)] = size = 1 + sum(sizes[id(part)] for part in parts)
            if size > MAX_VALUES:
                raise UnreadableError(f"more than {MAX_VALUES:,} values, with YAML aliases expanded")
        else:
            opened.add(id(node))
            new = [part for part in parts if id(part) not in sizes]
            if any(id(part) in opened for part in new):
                raise UnreadableError("a YAML alias contains itself")
            waiting += new


def _parts(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [part for _, part in node.value]
    return node.value if isinstance(node, SequenceNode) else []


def _unknown_tag(tag: str) -> Unresolved:
    close = close_to(tag, SHORT_FORMS)
    hint = f"did you mean {close}?" if close else "only the short forms of CloudFormation's functions are supported"
    return Unresolved(f"unknown tag {tag}", hint)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.tag == _STRING:
        return text
    try:
        match node.tag.removeprefix(TAG):
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
            case "int":
                return parse_integer(text)
            case "float":
                return number if math.isfinite(number := parse_float(text)) else text
    except ValueError:  # an explicit tag
        pass
    return text
