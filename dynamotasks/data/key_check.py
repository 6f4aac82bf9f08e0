"""Check whether a table with other keys could hold the items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
        self._names = [key.attribute_name for key in spec.key_schema]
        types = {attribute.name: attribute.type for attribute in spec.attributes}
        self._keys = [
            (key.attribute_name, types[key.attribute_name], KEY_VALUE_BYTES[key.key_type], required)
            for key, required in _keys(spec)
        ]
        self._seen = DigestSet()

    def problem(self, item: Item) -> KeyProblem | None:
        """Return why the table could not hold the item beside the items before it; `None` if it could."""
        for name, type, most, required in self._keys:
            problem = _problem(item.get(name), name, type, most)
            if problem and (required or name in item):
                return problem
        # a length separates the values, which have their types
        values = [value for name in self._names for value in item[name].values()]
        is_new = self._seen.add(b"%d:%b" % (len(values[0]), "".join(values).encode()))
        return None if is_new else KeyProblem("another item has the same declared key")


def _problem(typed: Mapping[str, Any] | None, name: str, type: AttributeType, most: int) -> KeyProblem | None:
    """Return why an attribute cannot be a key."""
    if typed is None:
        return KeyProblem(f"key attribute {name} is missing")
    if type not in typed:
        message = f"key attribute {name} has type {next(iter(typed))}: expected {type}"
        return KeyProblem(message, name, expected=type)
    if not isinstance(value := typed[type], str):
        return KeyProblem(f"key attribute {name} has an invalid value", name)
    size = binary_size(value) if type == "B" else len(value.encode())
    if 0 < size <= most:
        return None
    return KeyProblem(f"key attribute {name} has {size} bytes: expected 1 to {most}", name)


def _keys(spec: TableSpec) -> Iterator[tuple[Key, bool]]:
    """Yield each key of a table and its indexes, and whether every item must have it."""
    yield from ((key, True) for key in spec.key_schema)
    indexes: tuple[GlobalSecondaryIndex | LocalSecondaryIndex, ...]
    indexes = (*(spec.global_secondary_indexes or ()), *(spec.local_secondary_indexes or ()))
    yield from ((key, False) for index in indexes for key in index.key_schema)


def primary_key(item: Item, spec: TableSpec) -> bytes:
    """Return the item's primary key in a table of that spec, encoded."""
    keys = (key.attribute_name for key in spec.key_schema)
    return encode({name: item[name] for name in keys if name in item})
