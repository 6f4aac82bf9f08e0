"""Operations on global secondary indexes and vector indexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...schema.property_path import PropertyPath
from ...schema.serialization import Call, index_to_api
from ...schema.table_spec import Attribute, GlobalSecondaryIndex, VectorIndex
from ..risks import Risk
from .base import Operation, Sign

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


def _requirements(index: Index) -> tuple[PropertyPath, ...]:
    """Return the paths that have to be changed before an index is created."""
    return (BILLING_MODE, *_type_paths(index))


def _type_paths(index: Index) -> tuple[PropertyPath, ...]:
    return tuple(PropertyPath("attributes", name) for name in sorted(key_attributes(index)))


def _update_table(table: str, index: Index, update: dict[str, Any], attributes: Iterable[Attribute] = ()) -> Call:
    """Return the UpdateTable call for one change of one index, the most that DynamoDB accepts in a call.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    """
    member = "VectorIndexUpdates" if isinstance(index, VectorIndex) else "GlobalSecondaryIndexUpdates"
    definitions = [{"AttributeName": attribute.name, "AttributeType": attribute.type} for attribute in attributes]
    declared = {"AttributeDefinitions": definitions} if definitions else {}
    return Call("UpdateTable", {"TableName": table, **declared, member: [update]})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIndex(Operation):
    """Create an index.

    Attributes:
        attributes: all key attributes of the table and its indexes at that time.
        after: the paths of indexes that have to be deleted first.
    """

    index: Index
    attributes: tuple[Attribute, ...]
    after: tuple[PropertyPath, ...] = ()

    sign = Sign.ADD
    until_idle = True
    is_slow = True

    @property
    def path(self) -> PropertyPath:
        return index_path(self.index)

    @property
    def call(self) -> Call:
        return _update_table(self.table, self.index, {"Create": index_to_api(self.index)}, self.attributes)

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return (self.path, *_type_paths(self.index))

    @property
    def needs(self) -> tuple[PropertyPath, ...]:
        return (*_requirements(self.index), *self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteIndex(Operation):
    """Delete an index.

    Attributes:
        rebuild: the index is created again afterwards, because nothing but its throughput changes in place.
    """

    index: Index
    rebuild: bool = False

    sign = Sign.REMOVE
    until_idle = True

    @property
    def path(self) -> PropertyPath:
        return index_path(self.index)

    @property
    def call(self) -> Call:
        return _update_table(self.table, self.index, {"Delete": {"IndexName": self.index.index_name}})

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return () if self.rebuild else (self.path,)

    @property
    def needs(self) -> tuple[PropertyPath, ...]:
        return _requirements(self.index) if self.rebuild else ()

    @property
    def risk(self) -> Risk:
        return Risk.INDEX_REBUILT if self.rebuild else Risk.INDEX_REMOVED
