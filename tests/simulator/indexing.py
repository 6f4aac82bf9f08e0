"""Creating and deleting indexes. Rules and messages are reported, unless another source is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .answers import Parameters, Refusal, Shape, bad_value, invalid, limit_exceeded
from .shapes import INDEXES_MOST, VECTOR_MOST, dimensions, index_key, index_throughput, projection
from .table import Index, IndexMember, Table, View, used_names

_MEMBERS: dict[str, IndexMember] = {
    "GlobalSecondaryIndexUpdates": "GlobalSecondaryIndexes",
    "VectorIndexUpdates": "VectorIndexes",
}


def structural(asked: Parameters) -> list[tuple[str, str, Shape]]:
    """Yield index creations and deletions: the member, `Create` or `Delete`, and the shape."""
    return [
        (updates, action, shape)
        for updates in _MEMBERS
        for update in asked.get(updates, ())
        for action, shape in update.items()
        if action != "Update"
    ]


def change_index(view: View, asked: Parameters) -> Table:
    """Documented and measured: one index operation at a time, per call and per table."""
    changes = structural(asked)
    if not changes:
        return view.table
    if len(changes) > 1:
        raise _one_at_a_time()
    ((updates, action, shape),) = changes
    if action == "Delete":
        return _delete(view, _MEMBERS[updates], shape["IndexName"])
    return _create(view, _MEMBERS[updates], shape, asked.get("AttributeDefinitions"))


def _one_at_a_time() -> Refusal:
    return limit_exceeded("Only 1 online index can be created or deleted simultaneously per table")


def _online(view: View) -> list[Index]:
    return [index for index in view.indexes if view.index_status(index) in ("CREATING", "DELETING")]


def _delete(view: View, member: IndexMember, name: str) -> Table:
    """Deleting an index while it backfills cancels its creation."""
    index = view.index(name)
    if index is None or index.member != member:
        raise Refusal("ResourceNotFoundException", "Requested resource not found")
    if any(other is not index for other in _online(view)):
        raise _one_at_a_time()
    rest = tuple(other for other in view.indexes if other is not index)
    return replace(view.table, indexes=(*rest, replace(index, deleted=view.at)), before=None, changed=view.at)


def _create(view: View, member: IndexMember, shape: Shape, definitions: list[Shape] | None) -> Table:
    if view.index(shape["IndexName"]) is not None:
        raise invalid("Attempting to create an index which already exists")
    if _online(view):
        raise _one_at_a_time()
    _refuse_too_many(view, member)
    _refuse_mistakes(view, member, shape)
    attributes = _define(view, member, shape, definitions)
    return replace(
        view.table,
        shape={**view.table.shape, "AttributeDefinitions": attributes},
        indexes=(*view.indexes, Index(shape=shape, member=member, born=view.at)),
        before=None,
        changed=view.at,
    )


def _refuse_too_many(view: View, member: IndexMember) -> None:
    """Documented: 20 global secondary and 5 vector indexes (ServiceQuotas.html)."""
    most, what = {
        "GlobalSecondaryIndexes": (INDEXES_MOST, "global secondary"),
        "VectorIndexes": (VECTOR_MOST, "vector"),
    }[member]
    if sum(index.member == member for index in view.indexes) >= most:
        raise limit_exceeded(f"Number of {what} indexes exceeds per-table limit of {most}")


def _refuse_mistakes(view: View, member: IndexMember, shape: Shape) -> None:
    billing = view.table.shape["BillingMode"]
    if member == "VectorIndexes":
        if billing != "PAY_PER_REQUEST":
            raise bad_value("Vector indexes are only supported for PAY_PER_REQUEST tables")
        standing = [index.shape for index in view.indexes if index.member == member]
        for mistake in dimensions([*standing, shape]):
            raise mistake
        return
    for mistake in (*index_key(shape), *projection(shape), *index_throughput(shape, billing)):
        raise mistake


def _define(view: View, member: IndexMember, shape: Shape, definitions: list[Shape] | None) -> list[Shape]:
    """Return the attribute definitions after the change.

    All of the table's are wanted: DynamoDB itself is content with those that are new, but moto takes what is sent for
    all there are (measured), so a call that leaves some out is a mistake anywhere.
    """
    name, standing = shape["IndexName"], view.attributes
    needed = set(used_names({member: [shape]}))
    if definitions is None and needed:
        raise bad_value(f"AttributeDefinitions is not specified for index: {name}")
    given: dict[str, Any] = {each["AttributeName"]: each["AttributeType"] for each in definitions or ()}
    for each in standing if needed else ():
        if given.get(each["AttributeName"], each["AttributeType"]) != each["AttributeType"]:
            raise bad_value(
                "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
                f"defined. Existing schema: {each['AttributeName']}:{each['AttributeType']}"
            )
        needed.add(each["AttributeName"])
    if not needed <= set(given):
        raise bad_value(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: {sorted(needed)}, AttributeDefinitions: {sorted(given)}"
        )
    if needed and set(given) - needed:
        raise bad_value(
            "Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: {sorted(given)}, keys used: {sorted(needed)}"
        )
    return definitions if needed and definitions else standing
