"""Find requests of CreateTable and responses of DescribeTable at any depth of a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..value import Value

_LEVELS = 24
# responses of other calls that describe a setting of a table, and the items in a migration of serverless-dynamodb-local
RELATED = ("TimeToLiveDescription", "TimeToLiveSpecification", "ContinuousBackupsDescription", "Tags", "Seeds")


@dataclass(slots=True)
class Found:
    """A request or response.

    Attributes:
        value: the map that has `KeySchema`.
        path: the keys and numbers above it.
        related: responses of other calls that describe other settings of the table.
    """

    value: Value
    path: tuple[str, ...]
    related: dict[str, Value] = field(default_factory=dict)

    @property
    def is_response(self) -> bool:
        """Whether it is a response of DynamoDB, which has a status."""
        return self.value.get("TableStatus") is not None


@dataclass(slots=True)
class Search:
    """The tables of a document, and the related responses that cannot be assigned to one of them."""

    tables: list[Found] = field(default_factory=list)
    related: dict[str, Value] = field(default_factory=dict)

    def add(self, other: Search, in_order: bool) -> None:
        """Add the content of a part; in a list, related responses belong to the preceding table."""
        self.tables += other.tables
        if in_order and self.tables and not other.tables:
            self._assign(self.tables[-1], other.related)
        else:
            self.related |= other.related

    def assign_to_only_table(self) -> None:
        """Assign the related responses if there is only one table."""
        if len(self.tables) == 1:
            self._assign(self.tables[0], self.related)
            self.related = {}

    @staticmethod
    def _assign(table: Found, related: dict[str, Value]) -> None:
        for name, part in related.items():
            table.related.setdefault(name, part)


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
    found = Search(related={name: part for name in RELATED if (part := value.get(name))})
    for step, part in _parts(value):
        found.add(_search(part, (*path, step), seen), isinstance(value.data, list))
    found.assign_to_only_table()
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
