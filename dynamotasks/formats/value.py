"""Values of a file in another format, with their places; some may be unresolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from yaml.nodes import Node

from ..config.finding import ValuePath
from ..config.node_values import INVALID, UnreadableError
from ..config.positions import Place
from ..config.yaml12 import Substituted

if TYPE_CHECKING:
    from .documents import NodeValues

MAX_VALUES = 1_000_000  # after aliases and references are expanded


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Placeholder for a value that the files do not determine.

    Attributes:
        reason: why, such as "parameter Stage has no default".
        hint: what to do.
        others: what else keeps the same value open.
    """

    reason: str
    hint: str = ""
    others: tuple[Unresolved, ...] = ()

    def each(self) -> Iterator[Unresolved]:
        """Yield all that keeps the value open."""
        yield replace(self, others=())
        yield from self.others


def together(found: Iterable[Unresolved]) -> Unresolved | None:
    """Return all that keeps a value open, at least one of several parts; `None` if there is nothing."""
    all_parts = list(dict.fromkeys(part for each in found for part in each.each()))
    return replace(all_parts[0], others=tuple(all_parts[1:])) if all_parts else None


def filled(pattern: re.Pattern[str], text: str, value_of: Callable[[re.Match[str]], str | Unresolved]) -> Data:
    """Return a text with what takes the place of each match of a pattern, or all that keeps it open."""
    parts: list[str] = []
    unknown: list[Unresolved] = []
    end = 0
    for found in pattern.finditer(text):
        part = value_of(found)
        parts += [text[end : found.start()], part if isinstance(part, str) else ""]
        unknown += [part] if isinstance(part, Unresolved) else []
        end = found.end()
    return together(unknown) or "".join([*parts, text[end:]])


UNNAMED = Unresolved("the file does not name the table", "add the name")

Data: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | Unresolved | None"


class Value:
    """A value, and where it is written: a value of a map has the place of its key. It must not be changed.

    Args:
        data: of the value.
        at: its place, or the file and the node whose place it has.
        repeated: the keys of a map that are written more than once; the last one counts.
    """

    __slots__ = ("_at", "_source", "data", "repeated")
    data: Data
    repeated: tuple[tuple[str, Place], ...]
    _source: tuple[NodeValues, Node]

    def __init__(self, data: Data, at: Place | tuple[str, Node], repeated: tuple[tuple[str, Place], ...] = ()) -> None:
        self.data = data
        self.repeated = repeated
        self._at = at

    @classmethod
    def of_node(cls, reader: NodeValues, node: Node, at: tuple[str, Node]) -> Value:
        """Return a map or list that is read when it is used."""
        value = cls.__new__(cls)
        value._at, value._source = at, (reader, node)
        return value

    def __getattr__(self, name: str) -> Any:
        """Read a map or list."""
        if name not in ("data", "repeated"):
            raise AttributeError(name)
        reader, node = self._source
        self.data, self.repeated = reader.content(node)
        return self.data if name == "data" else self.repeated

    @property
    def place(self) -> Place:
        """Where it is written."""
        if not isinstance(self._at, Place):
            self._at = place_of(*self._at)
        return self._at

    def get(self, key: str) -> Value | None:
        """Return the value of a key; `None` if it is absent or this is not a map."""
        data = self.data
        return data.get(key) if isinstance(data, dict) else None

    def text_at(self, key: str) -> str | None:
        """Return the text of the value of a key; `None` if it is absent or has no text."""
        value = self.get(key)
        return None if value is None else value.text

    def items_at(self, key: str) -> Sequence[Value]:
        """Return the items of the list that is the value of a key; nothing if it is absent or another value."""
        value = self.get(key)
        return () if value is None else value.items()

    def entries(self) -> Iterable[tuple[str, Value]]:
        """Return the keys and values of a map; nothing for another value."""
        data = self.data
        return data.items() if isinstance(data, dict) else ()

    def items(self) -> Sequence[Value]:
        """Return the items of a list; nothing for another value."""
        data = self.data
        return data if isinstance(data, list) else ()

    @property
    def text(self) -> str | None:
        """The text of a string, number or boolean; `None` for another value."""
        data = self.data
        if isinstance(data, str):
            return data
        if isinstance(data, bool):
            return "true" if data else "false"
        return str(data) if isinstance(data, (int, float)) else None

    def with_data(self, data: Data) -> Value:
        """Return other data at the same place."""
        return Value(data, self._at, self.repeated)

    def at(self, place: Place) -> Value:
        """Return the same data at another place."""
        return Value(self.data, place, self.repeated)

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

        Strings are `Substituted`: other formats accept quoted numbers and booleans where a key requires them.

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
        if self._count > MAX_VALUES:
            raise UnreadableError(f"aliases expand to more than {MAX_VALUES:,} values")
        match value.data:
            case dict() as entries:
                return {key: self.of(part) for key, part in entries.items()}
            case list() as items:
                return [self.of(part) for part in items]
            case str() as text:
                return Substituted(text)
            case Unresolved():
                return INVALID
            case data:
                return data


def parsed_json(value: Value) -> Value:
    """Return the content of a string of JSON, such as a policy, at its place; return other values unchanged."""
    if isinstance(value.data, str) and value.data.lstrip().startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            return located(json.loads(value.data), value.place)
    return value


def located(data: Any, place: Place) -> Value:
    """Return plain data, of JSON or YAML, as values at one place."""
    match data:
        case dict():
            return Value({str(key): located(part, place) for key, part in data.items()}, place)
        case list():
            return Value([located(part, place) for part in data], place)
        case str() | int() | float() | None:
            return Value(data, place)
    return Value(str(data), place)


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


def place_of(file: str, node: Node) -> Place:
    """Return where a node is written."""
    mark = node.start_mark
    return Place(file, mark.line + 1, mark.column + 1)
