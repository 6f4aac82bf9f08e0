"""Values of a file in another format, with the place of each and what the file does not determine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..config.finding import ValuePath
from ..config.node_values import INVALID, UnreadableError
from ..config.positions import Place
from ..config.yaml12 import TAG, Substituted, parse_float, parse_integer

_MAX_VALUES = 1_000_000  # after aliases and references are expanded


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What takes the place of a value that the files do not determine.

    Attributes:
        reason: why, such as "parameter Stage has no default".
        hint: what to do.
    """

    reason: str
    hint: str = ""


Data: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | Unresolved | None"


@dataclass(frozen=True, slots=True)
class Value:
    """A value, and where it is written: a value of a map has the place of its key.

    Attributes:
        repeated: the keys of a map that are written more than once; the last one counts.
    """

    data: Data
    place: Place
    repeated: tuple[tuple[str, Place], ...] = ()

    def get(self, key: str) -> Value | None:
        """Return the value of a key; `None` if it is absent or this is no map."""
        return self.data.get(key) if isinstance(self.data, dict) else None

    def entries(self) -> Iterator[tuple[str, Value]]:
        """Yield the keys and values of a map; nothing for another value."""
        if isinstance(self.data, dict):
            yield from self.data.items()

    def items(self) -> Iterator[Value]:
        """Yield the items of a list; nothing for another value."""
        if isinstance(self.data, list):
            yield from self.data

    @property
    def text(self) -> str | None:
        """The string, or the text of a number; `None` for another value."""
        if isinstance(self.data, bool) or not isinstance(self.data, str | int | float):
            return None
        return str(self.data)

    def with_data(self, data: Data) -> Value:
        """Return other data at the same place."""
        return Value(data, self.place)

    def with_entries(self, entries: dict[str, Value]) -> Value:
        """Return a map with other entries at the same place."""
        return Value(entries, self.place, self.repeated)

    def unresolved(self) -> Iterator[Unresolved]:
        """Yield what is unresolved in this value."""
        match self.data:
            case Unresolved() as found:
                yield found
            case dict() as entries:
                for part in entries.values():
                    yield from part.unresolved()
            case list() as items:
                for part in items:
                    yield from part.unresolved()

    def plain(self) -> Any:
        """Return the plain data, with `INVALID` in place of what is unresolved.

        Raises:
            UnreadableError: aliases expand to too many values.
        """
        return _Plain().of(self)


class _Plain:
    """Counts the values, because several places of a document can share one."""

    def __init__(self) -> None:
        self._count = 0

    def of(self, value: Value) -> Any:
        self._count += 1
        if self._count > _MAX_VALUES:
            raise UnreadableError(f"aliases expand to more than {_MAX_VALUES:,} values")
        match value.data:
            case dict() as entries:
                return {key: self.of(part) for key, part in entries.items()}
            case list() as items:
                return [self.of(part) for part in items]
            case Unresolved():
                return INVALID
            case data:
                return data


class Places:
    """Finds the places of values in the tree of a value."""

    def __init__(self, root: Value) -> None:
        self._root = root

    def of(self, path: ValuePath) -> Place:
        """Return the place of a path; if it does not exist, that of its last part that does."""
        value = self._root
        for step in path:
            part = value.get(str(step)) if isinstance(value.data, dict) else None
            if isinstance(value.data, list) and isinstance(step, int) and step < len(value.data):
                part = value.data[step]
            if part is None:
                break
            value = part
        return value.place


class NodeValues:
    """Turns the nodes of one file into values; a short tag such as `!Ref` becomes the map that it abbreviates.

    Args:
        file: the file's name in messages.
        functions: the key of the map by tag, such as `!Sub`: `Fn::Sub`.
    """

    def __init__(self, file: str, functions: dict[str, str] | None = None) -> None:
        self._file = file
        self._functions = functions or {}
        self._known: dict[int, Value] = {}
        self._open: set[int] = set()

    def value(self, node: Node) -> Value:
        """Return the value of a node; nodes that an alias repeats are one value.

        Raises:
            UnreadableError: an alias contains itself.
        """
        if (known := self._known.get(id(node))) is not None:
            return known
        if id(node) in self._open:
            raise UnreadableError("a YAML alias contains itself")
        self._open.add(id(node))
        self._known[id(node)] = found = self._function(node) or self._untagged(node)
        self._open.discard(id(node))
        return found

    def _function(self, node: Node) -> Value | None:
        function = self._functions.get(node.tag)
        if function is None:
            return None
        argument = self._untagged(node)
        return argument.with_data({function: argument})

    def _untagged(self, node: Node) -> Value:
        match node:
            case MappingNode():
                return self._map(node)
            case SequenceNode():
                return Value([self.value(item) for item in node.value], self._place(node))
            case ScalarNode():
                return Value(_scalar(node), self._place(node))
        raise TypeError(node)

    def _map(self, node: MappingNode) -> Value:
        merged: dict[str, Value] = {}
        own: dict[str, Value] = {}
        repeated: list[tuple[str, Place]] = []
        for key, part in node.value:
            if key.tag == TAG + "merge":
                for parent in part.value if isinstance(part, SequenceNode) else [part]:
                    for name, value in self.value(parent).entries():
                        merged.setdefault(name, value)
            elif isinstance(key, ScalarNode):
                place = self._place(key)
                if key.value in own:
                    repeated.append((key.value, place))
                own[key.value] = replace(self.value(part), place=place)
        return Value({**merged, **own}, self._place(node), tuple(repeated))

    def _place(self, node: Node) -> Place:
        return Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    try:
        match node.tag.removeprefix(TAG):
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
            case "int":
                return parse_integer(text)
            case "float":
                return parse_float(text)
    except ValueError:  # an explicit tag
        return text
    # quoted numbers and booleans are accepted where the key requires them
    return Substituted(text)
