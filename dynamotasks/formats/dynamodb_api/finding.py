"""Find requests of CreateTable and responses of DescribeTable at any depth of a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..value import Value

_LEVELS = 24
# responses of other calls that describe a setting of a table
COMPANIONS = ("TimeToLiveDescription", "TimeToLiveSpecification", "ContinuousBackupsDescription", "Tags")


@dataclass(slots=True)
class Found:
    """A request or response.

    Attributes:
        value: the map that has `KeySchema`.
        path: the keys and numbers above it.
        companions: the responses beside it that describe other settings of the table.
    """

    value: Value
    path: tuple[str, ...]
    companions: dict[str, Value] = field(default_factory=dict)

    @property
    def is_response(self) -> bool:
        """Whether it is a response of DynamoDB, which has a status."""
        return self.value.get("TableStatus") is not None


@dataclass(slots=True)
class Search:
    """The tables of a document, and the companions that belong to none of them for certain."""

    tables: list[Found] = field(default_factory=list)
    companions: dict[str, Value] = field(default_factory=dict)

    def add(self, other: Search, in_order: bool) -> None:
        """Add what a part contains; in a list, companions belong to the table before them."""
        self.tables += other.tables
        if in_order and self.tables and not other.tables:
            self._assign(self.tables[-1], other.companions)
        else:
            self.companions |= other.companions

    def settle(self) -> None:
        """Assign the companions if there is one table."""
        if len(self.tables) == 1:
            self._assign(self.tables[0], self.companions)
            self.companions = {}

    @staticmethod
    def _assign(table: Found, companions: dict[str, Value]) -> None:
        for name, part in companions.items():
            table.companions.setdefault(name, part)


def describes_tables(root: Value) -> bool:
    """Return whether a document has a request or response."""
    return bool(find_tables(root).tables)


def find_tables(root: Value) -> Search:
    """Return the requests and responses of a document."""
    return _search(root, (), set())


def _search(value: Value, path: tuple[str, ...], seen: set[int]) -> Search:
    if id(value.data) in seen or len(path) > _LEVELS or not isinstance(value.data, dict | list):
        return Search()  # an alias repeats it
    seen.add(id(value.data))
    if _is_table(value):
        return Search([Found(value, path)])
    found = Search(companions={name: part for name in COMPANIONS if (part := value.get(name))})
    for step, part in _parts(value):
        found.add(_search(part, (*path, step), seen), isinstance(value.data, list))
    found.settle()
    return found


def _is_table(value: Value) -> bool:
    key_schema = value.get("KeySchema")
    if key_schema is None or value.get("IndexName") is not None:
        return False
    return value.get("TableName") is not None or value.get("AttributeDefinitions") is not None


def _parts(value: Value) -> Iterator[tuple[str, Value]]:
    yield from value.entries()
    for number, part in enumerate(value.items()):
        yield str(number), part
