"""The steps that make, rebuild and remove indexes. PURE.

DynamoDB makes or removes one index of a table at a time, in an UpdateTable of its own
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html). Nothing of an index but its
capacities can be changed, so other changes are a removal and a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..schema.diff import INSIGHTS, Change
from ..schema.limits import GLOBAL_SECONDARY_INDEXES, VECTOR_INDEXES
from ..schema.property_path import PropertyPath
from ..schema.serialization import Call, index_to_api
from ..schema.table_spec import GlobalSecondaryIndex, VectorIndex
from .plan import ChangeSet, Step
from .plan_properties import BILLING_MODE
from .table_settings import insights_step

_KEEPS_ITEMS = "`inv db.replace` recreates the table and keeps its items"
_GLOBAL, _VECTOR = "global_secondary_indexes", "vector_indexes"
# the default quotas; where one was raised, removals merely come first a little early
MOST_INDEXES = {_GLOBAL: GLOBAL_SECONDARY_INDEXES, _VECTOR: VECTOR_INDEXES}
_UPDATES = {_GLOBAL: "GlobalSecondaryIndexUpdates", _VECTOR: "VectorIndexUpdates"}
_IN_PLACE = (
    "provisioned_throughput",
    "on_demand_throughput",
    "warm_throughput",
    "contributor_insights_specification",
)
Index = GlobalSecondaryIndex | VectorIndex
_Indexes = Mapping[str, tuple[str, Index]]


def fixed_attributes(case: ChangeSet) -> frozenset[str]:
    """The attributes whose type cannot change while the table stands: those of its key and its local indexes."""
    live = case.live.spec
    schemas = (live.key_schema, *(index.key_schema for index in live.local_secondary_indexes or ()))
    return frozenset(key.attribute_name for schema in schemas for key in schema)


def rebuilt(case: ChangeSet) -> frozenset[str]:
    """The names of the indexes that have to be removed and made again."""
    retyped = _retyped(case)
    declared = {index.index_name for kind in _UPDATES for index in getattr(case.wanted, kind) or ()}
    names = {
        change.path.key
        for change in case.changes
        if change.path.key is not None and change.path.name in _UPDATES and change.path.inner and not _in_place(change)
    }
    names |= {i.index_name for _, i in _standing(case) if _attributes(i) & retyped} & declared
    # a name is one index's, of whichever kind
    others = {(kind, index.index_name) for kind in _UPDATES for index in getattr(case.wanted, kind) or ()}
    return frozenset(names | {i.index_name for kind, i in _standing(case) if (_other(kind), i.index_name) in others})


def _other(kind: str) -> str:
    return _VECTOR if kind == _GLOBAL else _GLOBAL


def _in_place(change: Change) -> bool:
    return change.path.field in _IN_PLACE


def index_steps(case: ChangeSet) -> Iterator[Step]:
    """New and rebuilt indexes first, then those that wait for what others fix to be gone, then the other removals."""
    before = {index.index_name: (kind, index) for kind, index in _standing(case)}
    wanted = {index.index_name: (kind, index) for kind in _UPDATES for index in getattr(case.wanted, kind) or ()}
    again, changing = rebuilt(case), _changing(case)
    gone = [name for name in before if name not in wanted and any(c.index == name for c in case.changes)]
    made = [name for name in wanted if name in again or name not in before]
    full = [kind for kind, most in MOST_INDEXES.items() if _at_most(kind, before, wanted, made, again) > most]
    clashing = [name for name in before if name in (*again, *gone) and _fixes(before[name][1]) & changing]
    first = [name for name in gone if before[name][0] in full and name not in clashing]
    later = [name for name in made if name in clashing or _fixes(wanted[name][1]) & changing]
    standing = {name: index for name, (_, index) in before.items()}

    def remove(name: str) -> Step:
        del standing[name]
        return _remove(case, *before[name], rebuild=name in again)

    def make(name: str, freed: tuple[PropertyPath, ...] = ()) -> Iterator[Step]:
        kind, index = wanted[name]
        # the index that has the name now may be of the other kind, with a path of its own
        replaced = (_path(*before[name]),) if name in before else ()
        yield from _make(case, kind, index, standing.values(), (*replaced, *freed), bool(freed))
        standing[name] = index

    yield from map(remove, first)
    for name in [name for name in made if name not in later]:
        if name in standing:
            yield remove(name)
        yield from make(name)
    yield from map(remove, clashing)
    freed = tuple(_path(*before[name]) for name in clashing)
    for name in later:
        if name in standing:
            yield remove(name)
        yield from make(name, freed)
    yield from map(remove, [name for name in gone if name in standing])


def _at_most(kind: str, before: _Indexes, wanted: _Indexes, made: Iterable[str], again: frozenset[str]) -> int:
    """How many of a kind stand at once when the new ones come before the old ones go."""
    kept = sum(before[name][0] == kind and name not in again for name in before)
    return kept + sum(wanted[name][0] == kind for name in made)


def _fixes(index: Index) -> frozenset[tuple[str, str]]:
    """What all indexes of a table must agree on: the types of their keys, the dimensions of a vector attribute.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateVectorIndexAction.html
    """
    types = {("type", name) for name in _attributes(index)}
    if isinstance(index, VectorIndex):
        types.add(("dimensions", index.vector_attribute.attribute_name))
    return frozenset(types)


def _changing(case: ChangeSet) -> frozenset[tuple[str, str]]:
    """What the indexes agree on now and are to agree on anew."""
    return frozenset(("type", name) for name in _retyped(case)) | {("dimensions", name) for name in _resized(case)}


def _resized(case: ChangeSet) -> frozenset[str]:
    """The vector attributes that get another number of dimensions."""
    wanted, standing = case.wanted.vector_indexes or (), case.live.spec.vector_indexes or ()
    return frozenset(one.vector_attribute.attribute_name for one in wanted for other in standing if _clash(one, other))


def _path(kind: str, index: Index) -> PropertyPath:
    return PropertyPath(kind, index.index_name)


def blocked(case: ChangeSet) -> Iterator[tuple[PropertyPath, str, str]]:
    """What an index that stays, undeclared, needs as it is: the path, the reason and the way out."""
    declared = {index.index_name for kind in _UPDATES for index in getattr(case.wanted, kind) or ()}
    removed = {change.index for change in case.changes if change.undeclared}
    left = [index for _, index in _standing(case) if index.index_name not in declared | removed]
    hint = "remove that index with --prune"
    for name in sorted(_retyped(case)):
        for index in left:
            if name in _attributes(index):
                reason = f"index {index.index_name}, which is not declared, has it as a key of another type"
                yield PropertyPath("attributes", name), reason, hint
    for wanted in case.wanted.vector_indexes or ():
        for index in left:
            if isinstance(index, VectorIndex) and _clash(index, wanted):
                reason = f"index {index.index_name}, which is not declared, has these vectors with other dimensions"
                yield _path(_VECTOR, wanted), reason, hint


def _clash(one: VectorIndex, other: VectorIndex) -> bool:
    return one.vector_attribute == other.vector_attribute and one.dimensions != other.dimensions


def _make(
    case: ChangeSet, kind: str, index: Index, others: Iterable[Index], needs: tuple[PropertyPath, ...], freed: bool
) -> Iterator[Step]:
    path = _path(kind, index)
    parameters = {
        "TableName": case.name,
        "AttributeDefinitions": _definitions(case, [*others, index], freed),
        _UPDATES[kind]: [{"Create": index_to_api(index)}],
    }
    yield Step(
        table=case.name,
        mark="+",
        title=f"create {'vector ' * (kind == _VECTOR)}index {index.index_name} ({_keys(index)})",
        path=path,
        call=Call("UpdateTable", parameters),
        makes=(path, *_types(index)),
        needs=(*_needs(index), *needs),
        settles=True,
        slow=True,
    )
    insights = getattr(index, "contributor_insights_specification", None)
    if insights is not None and insights.enabled:
        change = Change(path / INSIGHTS, None, insights)
        yield insights_step(case, change, needs=(path,))


def _remove(case: ChangeSet, kind: str, index: Index, *, rebuild: bool) -> Step:
    path = _path(kind, index)
    title = f"delete {'vector ' * (kind == _VECTOR)}index {index.index_name}" + " (to build it anew)" * rebuild
    if index.index_name in case.live.undeletable:
        reason = "DynamoDB Local may never finish deleting an index whose key attributes the table or another index has"
        return Step(
            table=case.name, mark="!", title=title, path=path, kind="impossible", reason=reason, hint=_KEEPS_ITEMS
        )
    call = Call("UpdateTable", {"TableName": case.name, _UPDATES[kind]: [{"Delete": {"IndexName": index.index_name}}]})
    if rebuild:
        reason = "it cannot be changed in place: its queries fail until it is built again"
        hint = "without a gap: declare it under a new name first, and remove this one when nothing queries it any more"
    else:
        reason, hint = "its queries fail from then on", ""
    return Step(
        table=case.name,
        mark="-",
        title=title,
        path=path,
        call=call,
        makes=() if rebuild else (path,),
        needs=_needs(index) if rebuild else (),
        settles=True,
        kind="destructive",
        reason=reason,
        hint=hint,
    )


def _types(index: Index) -> tuple[PropertyPath, ...]:
    return tuple(PropertyPath("attributes", name) for name in sorted(_attributes(index)))


def _needs(index: Index) -> tuple[PropertyPath, ...]:
    """What a new index rests on; the removal before it, too, or nothing would come in its place."""
    return (BILLING_MODE, *_types(index))


def _standing(case: ChangeSet) -> list[tuple[str, Index]]:
    return [(kind, index) for kind in _UPDATES for index in getattr(case.live.spec, kind) or ()]


def _attributes(index: Index) -> frozenset[str]:
    parts: tuple[Any, ...] = getattr(index, "key_schema", None) or getattr(index, "search_schema", None) or ()
    return frozenset(part.attribute_name for part in parts)


def _keys(index: Index) -> str:
    if isinstance(index, VectorIndex):
        return f"{index.vector_attribute.attribute_name}, {index.dimensions} dimensions"
    return ", ".join(f"{key.attribute_name} {key.key_type}" for key in index.key_schema)


def _retyped(case: ChangeSet) -> frozenset[str]:
    """The attributes that get another type and are keys only of indexes that can be removed."""
    return frozenset(str(change.path.key) for change in case.of("attributes")) - fixed_attributes(case)


def _definitions(case: ChangeSet, indexes: list[Index], freed: bool) -> list[dict[str, str]]:
    """Of all keys that stand then: DynamoDB wants them in full, and none that nothing uses."""
    used = fixed_attributes(case).union(*map(_attributes, indexes))
    types = {attribute.name: attribute.type for attribute in case.wanted.attributes}
    new = _retyped(case) if freed else frozenset()
    types |= {a.name: a.type for a in case.live.spec.attributes if a.name not in new}
    return [{"AttributeName": name, "AttributeType": types[name]} for name in sorted(used) if name in types]
