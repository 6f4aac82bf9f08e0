"""Check whether a table with other keys could hold the items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..aws.items import Item
from ..schema.limits import KEY_VALUE_BYTES
from ..schema.table_spec import AttributeType, GlobalSecondaryIndex, Key, LocalSecondaryIndex, TableSpec
from .digest_set import DigestSet
from .item_json import encode
from .item_size import binary_size


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """Why a table could not hold an item.

    Attributes:
        attribute: the key attribute whose value is invalid.
        expected: its type, if the value has another one.
    """

    message: str
    attribute: str | None = None
    expected: AttributeType | None = None

    def __str__(self) -> str:
        return self.message


class KeyCheck:
    """Checks items, one after another, against the keys of a table.

    Args:
        spec: of the table.
    """

    def __init__(self, spec: TableSpec) -> None:
        self._spec = spec
        self._types = {attribute.name: attribute.type for attribute in spec.attributes}
        self._seen = DigestSet()

    def problem(self, item: Item) -> KeyProblem | None:
        """Return why the table could not hold the item beside the items before it; `None` if it could."""
        problems = (problem for key, required in self._keys() if (problem := self._key_problem(item, key, required)))
        if problem := next(problems, None):
            return problem
        is_new = self._seen.add(primary_key(item, self._spec))
        return None if is_new else KeyProblem("another item has the same declared key")

    def _keys(self) -> Iterator[tuple[Key, bool]]:
        """Yield each key of the table and its indexes, and whether every item must have it."""
        yield from ((key, True) for key in self._spec.key_schema)
        indexes: tuple[GlobalSecondaryIndex | LocalSecondaryIndex, ...]
        indexes = (*(self._spec.global_secondary_indexes or ()), *(self._spec.local_secondary_indexes or ()))
        yield from ((key, False) for index in indexes for key in index.key_schema)

    def _key_problem(self, item: Item, key: Key, required: bool) -> KeyProblem | None:
        name, type = key.attribute_name, self._types[key.attribute_name]
        typed = item.get(name)
        if typed is None:
            return KeyProblem(f"key attribute {name} is missing") if required else None
        if type not in typed:
            message = f"key attribute {name} has type {next(iter(typed))}: expected {type}"
            return KeyProblem(message, name, expected=type)
        value = typed[type]
        size, most = binary_size(value) if type == "B" else len(value.encode()), KEY_VALUE_BYTES[key.key_type]
        if 0 < size <= most:
            return None
        return KeyProblem(f"key attribute {name} has {size} bytes: expected 1 to {most}", name)


def primary_key(item: Item, spec: TableSpec) -> bytes:
    """Return the item's primary key in a table of that spec, encoded."""
    keys = (key.attribute_name for key in spec.key_schema)
    return encode({name: item[name] for name in keys if name in item})
