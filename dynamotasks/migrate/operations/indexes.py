"""Operations on global secondary indexes and vector indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...schema.property_path import PropertyPath
from ...schema.serialization import Call, index_to_api
from ...schema.table_spec import Attribute, GlobalSecondaryIndex, VectorIndex
from ..risks import Risk
from .base import Operation, Sign, update_table

Index = GlobalSecondaryIndex | VectorIndex
BILLING_MODE = PropertyPath("billing_mode")


def index_list(index: Index) -> str:
    """Return the field of `TableSpec` that holds the index."""
    return "vector_indexes" if isinstance(index, VectorIndex) else "global_secondary_indexes"


def index_path(index: Index) -> PropertyPath:
    """Return the path of an index."""
    return PropertyPath(index_list(index), index.index_name)


def key_attributes(index: Index) -> frozenset[str]:
    """Return the attributes whose type the index determines: its keys, or those of its search schema."""
    parts = index.search_schema if isinstance(index, VectorIndex) else index.key_schema
    return frozenset(part.attribute_name for part in parts or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _IndexOperation(Operation):
    index: Index

    until_idle = True

    @property
    def path(self) -> PropertyPath:
        return index_path(self.index)

    @property
    def _type_paths(self) -> tuple[PropertyPath, ...]:
        return tuple(PropertyPath("attributes", name) for name in sorted(key_attributes(self.index)))

    def _update(self, **update: Any) -> dict[str, Any]:
        is_vector = isinstance(self.index, VectorIndex)
        return {"VectorIndexUpdates" if is_vector else "GlobalSecondaryIndexUpdates": [update]}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIndex(_IndexOperation):
    """Create an index.

    Attributes:
        attributes: all key attributes of the table and its indexes at that time.
        after: the paths of indexes that have to be deleted first.
    """

    attributes: tuple[Attribute, ...]
    after: tuple[PropertyPath, ...] = ()

    sign = Sign.ADD
    is_slow = True

    @property
    def call(self) -> Call:
        definitions = [
            {"AttributeName": attribute.name, "AttributeType": attribute.type} for attribute in self.attributes
        ]
        return update_table(self, AttributeDefinitions=definitions, **self._update(Create=index_to_api(self.index)))

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return (self.path, *self._type_paths)

    @property
    def needs(self) -> tuple[PropertyPath, ...]:
        return (BILLING_MODE, *self._type_paths, *self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteIndex(_IndexOperation):
    """Delete an index; with `prepares`, to recreate it."""

    sign = Sign.REMOVE

    @property
    def call(self) -> Call:
        return update_table(self, **self._update(Delete={"IndexName": self.index.index_name}))

    @property
    def needs(self) -> tuple[PropertyPath, ...]:
        return (BILLING_MODE, *self._type_paths) if self.prepares else ()

    @property
    def risk(self) -> Risk:
        return Risk.INDEX_REBUILT if self.prepares else Risk.INDEX_REMOVED
