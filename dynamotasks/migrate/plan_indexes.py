"""Plan the creation, the rebuild and the removal of indexes.

DynamoDB creates or deletes one index of a table at a time
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html). Of an index only throughputs and
contributor insights change in place; other changes delete and recreate it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..schema.diff import INSIGHTS, Change
from ..schema.limits import GLOBAL_SECONDARY_INDEXES, VECTOR_INDEXES
from ..schema.property_path import PropertyPath
from ..schema.table_spec import Attribute, TableSpec, VectorIndex
from .operations.base import Impossible, Operation
from .operations.indexes import AddIndex, DeleteIndex, Index, index_list, index_path, key_attributes
from .operations.settings import ChangeContributorInsights
from .plan import ChangeSet
from .risks import Risk

# default quotas; where AWS raised one, removals come first although they need not
_MOST = {"global_secondary_indexes": GLOBAL_SECONDARY_INDEXES, "vector_indexes": VECTOR_INDEXES}
IN_PLACE = ("provisioned_throughput", "on_demand_throughput", "warm_throughput", INSIGHTS)


class _Trait(NamedTuple):
    """What all indexes of a table must agree on: the type of a key, the dimensions of a vector attribute.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateVectorIndexAction.html
    """

    quality: str
    attribute: str


def immutable_attributes(changes: ChangeSet) -> frozenset[str]:
    """Return the attributes whose type is fixed when the table is created: keys of the table and of local indexes."""
    live = changes.live.spec
    schemas = (live.key_schema, *(index.key_schema for index in live.local_secondary_indexes or ()))
    return frozenset(key.attribute_name for schema in schemas for key in schema)


def rebuilt_indexes(changes: ChangeSet) -> frozenset[str]:
    """Return the names of the indexes that are deleted and recreated."""
    return _Plan(changes).rebuilt


def plan_indexes(changes: ChangeSet) -> Iterator[Operation]:
    """Yield the operations on indexes.

    New and rebuilt indexes come first, so that queries can use them before others are removed; then those that need an
    index to be deleted first; then the other removals. Where a quota would be exceeded, removals come first.
    """
    yield from _Plan(changes).operations()


def indexes_of(spec: TableSpec) -> tuple[Index, ...]:
    """Return the indexes that can be created and deleted at any time."""
    return (*(spec.global_secondary_indexes or ()), *(spec.vector_indexes or ()))


def retyped_attributes(changes: ChangeSet) -> frozenset[str]:
    """Return the attributes that get another type and are keys only of indexes that can be deleted."""
    return frozenset(str(change.path.key) for change in changes.of("attributes")) - immutable_attributes(changes)


def differ_in_dimensions(one: VectorIndex, other: VectorIndex) -> bool:
    """Return whether two indexes need different dimensions of one vector attribute."""
    return one.vector_attribute == other.vector_attribute and one.dimensions != other.dimensions


def _traits(index: Index) -> frozenset[_Trait]:
    types = {_Trait("type", name) for name in key_attributes(index)}
    if isinstance(index, VectorIndex):
        types.add(_Trait("dimensions", index.vector_attribute.attribute_name))
    return frozenset(types)


@dataclass(frozen=True)
class _Plan:
    """The indexes of one table, before and after."""

    changes: ChangeSet

    @cached_property
    def live(self) -> Mapping[str, Index]:
        return {index.index_name: index for index in indexes_of(self.changes.live.spec)}

    @cached_property
    def wanted(self) -> Mapping[str, Index]:
        return {index.index_name: index for index in indexes_of(self.changes.wanted)}

    @cached_property
    def rebuilt(self) -> frozenset[str]:
        retyped = retyped_attributes(self.changes)
        changed = {change.index for change in self.changes.changes if _needs_rebuild(change)}
        return frozenset(
            name
            for name, index in self.live.items()
            if name in changed
            # index names are unique across both kinds
            or (name in self.wanted and index_list(self.wanted[name]) != index_list(index))
            or (name in self.wanted and key_attributes(index) & retyped)
        )

    @cached_property
    def removed(self) -> tuple[str, ...]:
        differing = {change.index for change in self.changes.changes}
        return tuple(name for name in self.live if name not in self.wanted and name in differing)

    @cached_property
    def created(self) -> tuple[str, ...]:
        return tuple(name for name in self.wanted if name in self.rebuilt or name not in self.live)

    @cached_property
    def changing_traits(self) -> frozenset[_Trait]:
        resized = (
            _Trait("dimensions", wanted.vector_attribute.attribute_name)
            for wanted in self.changes.wanted.vector_indexes or ()
            for live in self.changes.live.spec.vector_indexes or ()
            if differ_in_dimensions(wanted, live)
        )
        return frozenset((*(_Trait("type", name) for name in retyped_attributes(self.changes)), *resized))

    def exceeds_quota(self, kind: str) -> bool:
        """Return whether creating indexes before removing others needs more of a kind than DynamoDB allows."""
        kept = sum(index_list(index) == kind for name, index in self.live.items() if name not in self.rebuilt)
        return kept + sum(index_list(self.wanted[name]) == kind for name in self.created) > _MOST[kind]

    def operations(self) -> Iterator[Operation]:
        """Yield them in order."""
        leaving = (*self.rebuilt, *self.removed)
        conflicting = [name for name in self.live if name in leaving and self._conflicts(self.live[name])]
        late = [name for name in self.created if name in conflicting or self._conflicts(self.wanted[name])]
        existing = dict(self.live)

        def delete(names: Iterable[str]) -> Iterator[Operation]:
            for name in names:
                if index := existing.pop(name, None):
                    yield self._delete(index)

        def create(names: Iterable[str], freed: tuple[PropertyPath, ...] = ()) -> Iterator[Operation]:
            for name in names:
                yield from delete([name])
                existing[name] = self.wanted[name]
                yield from self._create(self.wanted[name], existing.values(), freed)

        full = [kind for kind in _MOST if self.exceeds_quota(kind)]
        yield from delete(n for n in self.removed if index_list(self.live[n]) in full and n not in conflicting)
        yield from create(name for name in self.created if name not in late)
        yield from delete(conflicting)
        yield from create(late, tuple(index_path(self.live[name]) for name in conflicting))
        yield from delete(self.removed)

    def _conflicts(self, index: Index) -> bool:
        return bool(_traits(index) & self.changing_traits)

    def _delete(self, index: Index) -> Operation:
        table, name = self.changes.table, index.index_name
        if name in self.changes.live.undeletable:
            return Impossible(table=table, path=index_path(index), risk=Risk.INDEX_UNDELETABLE)
        return DeleteIndex(table=table, index=index, prepares=name in self.rebuilt)

    def _create(self, index: Index, existing: Iterable[Index], freed: tuple[PropertyPath, ...]) -> Iterator[Operation]:
        # the index that has the name now may be of the other kind, and so at another path
        replaced = (index_path(self.live[index.index_name]),) if index.index_name in self.live else ()
        yield AddIndex(
            table=self.changes.table,
            index=index,
            attributes=self._attributes(existing, retyped=bool(freed)),
            after=(*replaced, *freed),
        )
        insights = None if isinstance(index, VectorIndex) else index.contributor_insights_specification
        if insights is not None and insights.enabled:
            path = index_path(index)
            change = Change(path / INSIGHTS, None, insights)
            yield ChangeContributorInsights(table=self.changes.table, change=change, needs=(path,))

    def _attributes(self, existing: Iterable[Index], *, retyped: bool) -> tuple[Attribute, ...]:
        """Return the attributes of all keys: DynamoDB requires all of them and accepts no other."""
        used = immutable_attributes(self.changes).union(*map(key_attributes, existing))
        types = {attribute.name: attribute for attribute in self.changes.wanted.attributes}
        new = retyped_attributes(self.changes) if retyped else frozenset()
        types |= {
            attribute.name: attribute for attribute in self.changes.live.spec.attributes if attribute.name not in new
        }
        return tuple(types[name] for name in sorted(used) if name in types)


def _needs_rebuild(change: Change) -> bool:
    is_part = change.path.name in _MOST and bool(change.path.inner)
    return is_part and change.path.field not in IN_PLACE
