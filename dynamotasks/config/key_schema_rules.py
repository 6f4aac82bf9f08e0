"""The rules of DynamoDB for names, keys and indexes.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import TypeAlias

from ..schema import limits
from ..schema.diff import INDEX_LISTS
from ..schema.table_spec import GlobalSecondaryIndex, Key, LocalSecondaryIndex, TableSpec, VectorIndex
from ..suggestions import close_to
from .finding import Finding, ValuePath

Index: TypeAlias = GlobalSecondaryIndex | LocalSecondaryIndex | VectorIndex
ATTRIBUTE_NAME_RULE = f"the maximum is {limits.ATTRIBUTE_NAME_BYTES} bytes"


def indexes(table: TableSpec) -> Iterator[tuple[ValuePath, Index]]:
    """Yield each index of a table with its path."""
    for kind in INDEX_LISTS:
        for number, index in enumerate(getattr(table, kind) or ()):
            yield (kind, number), index


def key_schemas(table: TableSpec) -> Iterator[tuple[ValuePath, tuple[Key, ...]]]:
    """Yield each key schema of a table with its path."""
    yield ("key_schema",), table.key_schema
    for path, index in indexes(table):
        if not isinstance(index, VectorIndex):
            yield (*path, "key_schema"), index.key_schema


def table_name(table: TableSpec) -> Iterator[Finding]:
    """Check the table's name and its earlier name."""
    if not limits.TABLE_NAME.fullmatch(table.name):
        yield Finding(("name",), "invalid table name", f"use {limits.TABLE_NAME_RULE}")
    earlier = table.renamed_from
    if earlier is not None and not limits.TABLE_NAME.fullmatch(earlier):
        yield Finding(("renamed_from",), f"invalid table name {earlier!r}", f"use {limits.TABLE_NAME_RULE}")
    elif earlier == table.name:
        yield Finding(
            ("renamed_from",), f"the table has this name, {earlier!r}", "write its earlier name, or remove it"
        )


def index_names(table: TableSpec) -> Iterator[Finding]:
    """Check the names of indexes and that they are unique."""
    seen: set[str] = set()
    for path, index in indexes(table):
        name, place = index.index_name, (*path, "index_name")
        if not limits.TABLE_NAME.fullmatch(name):
            yield Finding(place, f"invalid index name {name!r}", f"use {limits.TABLE_NAME_RULE}")
        if name in seen:
            yield Finding(place, f"duplicate index name {name!r}", "give each index of the table its own name")
        seen.add(name)


def key_order(table: TableSpec) -> Iterator[Finding]:
    """Check the number and the order of keys."""
    for path, schema in key_schemas(table):
        types = [key.key_type for key in schema]
        if "HASH" not in types:
            yield Finding(path, "missing HASH key", "add {attribute_name: ..., key_type: HASH}")
        elif types != sorted(types):
            yield Finding(path, "RANGE key before a HASH key", "list HASH keys first")
        is_global = path[0] == "global_secondary_indexes"
        maximum = limits.GSI_KEYS_PER_TYPE if is_global else limits.TABLE_KEYS_PER_TYPE
        for kind, count in Counter(types).items():
            if count > maximum:
                others = f"the maximum is {maximum}; only global secondary indexes support more"
                yield Finding(path, f"{count} {kind} keys", f"the maximum is {maximum}" if is_global else others)
        for name in duplicates(key.attribute_name for key in schema):
            yield Finding(path, f"duplicate key attribute {name!r}", "use different attributes")


def duplicates(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once, sorted."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def attributes(table: TableSpec) -> Iterator[Finding]:
    """Check that attributes are unique."""
    seen: set[str] = set()
    for number, attribute in enumerate(table.attributes):
        if attribute.name in seen:
            yield Finding(("attributes", number, "name"), f"duplicate attribute {attribute.name!r}", "keep one of them")
        seen.add(attribute.name)


def key_types(table: TableSpec) -> Iterator[Finding]:
    """Check that each key attribute has a type."""
    typed = {attribute.name for attribute in table.attributes}
    for path, name in _key_attributes(table):
        if len(name.encode()) > limits.ATTRIBUTE_NAME_BYTES:
            yield Finding(path, f"key attribute name {name[:20]!r}... is too long", ATTRIBUTE_NAME_RULE)
        if name not in typed:
            yield Finding(path, f"key attribute {name!r} has no type", partial(_suggest_type, name, typed))


def _key_attributes(table: TableSpec) -> Iterator[tuple[ValuePath, str]]:
    for path, schema in key_schemas(table):
        for number, key in enumerate(schema):
            yield (*path, number, "attribute_name"), key.attribute_name
    for path, index in indexes(table):
        for number, part in enumerate((isinstance(index, VectorIndex) and index.search_schema) or ()):
            yield (*path, "search_schema", number, "attribute_name"), part.attribute_name


def _suggest_type(name: str, typed: Collection[str]) -> str:
    close = close_to(name, typed)
    return f"did you mean {close!r}?" if close else f"add {{name: {name}, type: S}} to `attributes`"


def local_indexes(table: TableSpec) -> Iterator[Finding]:
    """Check the number of local secondary indexes and that each has a RANGE key."""
    local = table.local_secondary_indexes or ()
    if len(local) > limits.LOCAL_SECONDARY_INDEXES:
        hint = f"the maximum is {limits.LOCAL_SECONDARY_INDEXES} per table"
        yield Finding(("local_secondary_indexes",), f"{len(local)} local secondary indexes", hint)
    for number, index in enumerate(local):
        if not any(key.key_type == "RANGE" for key in index.key_schema):
            path: ValuePath = ("local_secondary_indexes", number, "key_schema")
            yield Finding(path, "missing RANGE key", "a local secondary index requires one")


def shared_keys(table: TableSpec) -> Iterator[Finding]:
    """Check that local secondary indexes have the table's HASH key, and the table a RANGE key."""
    local = table.local_secondary_indexes or ()
    if local and not _attribute(table.key_schema, "RANGE"):
        message = "local secondary indexes require a table with a RANGE key"
        yield Finding(("local_secondary_indexes",), message, "use a global secondary index")
    expected = _attribute(table.key_schema, "HASH")
    for number, index in enumerate(local):
        given = _attribute(index.key_schema, "HASH")
        if given and expected and given != expected:
            path: ValuePath = ("local_secondary_indexes", number, "key_schema")
            yield Finding(path, f"HASH key {given!r} differs from the table's", f"use {expected!r}")


def _attribute(schema: tuple[Key, ...], key_type: str) -> str | None:
    return next((key.attribute_name for key in schema if key.key_type == key_type), None)


def projections(table: TableSpec) -> Iterator[Finding]:
    """Check the projected attributes of indexes."""
    total = 0
    for path, index in indexes(table):
        total += len(index.projection.non_key_attributes or ())
        yield from _projection((*path, "projection"), index)
    if total > limits.PROJECTED_ATTRIBUTES_PER_TABLE:
        hint = f"the maximum is {limits.PROJECTED_ATTRIBUTES_PER_TABLE} per table"
        yield Finding((), f"the indexes include {total} attributes in total", hint)


def _projection(path: ValuePath, index: Index) -> Iterator[Finding]:
    kind, names = index.projection.projection_type, index.projection.non_key_attributes
    if kind == "INCLUDE" and not names:
        yield Finding(path, "INCLUDE requires non_key_attributes", "list them, or project ALL or KEYS_ONLY")
    elif kind != "INCLUDE" and names:
        yield Finding(path, f"non_key_attributes cannot be combined with {kind}", "set projection_type: INCLUDE")
    for name in duplicates(names or ()):
        yield Finding((*path, "non_key_attributes"), f"duplicate attribute {name!r}", "keep one of them")
    if names and len(names) > limits.PROJECTED_ATTRIBUTES_PER_INDEX:
        hint = f"the maximum is {limits.PROJECTED_ATTRIBUTES_PER_INDEX} per index"
        yield Finding(path, f"the index includes {len(names)} attributes", hint)
    for number, name in enumerate(names or ()):
        if len(name) > limits.ATTRIBUTE_NAME_BYTES:
            place = (*path, "non_key_attributes", number)
            yield Finding(place, f"attribute name {name[:20]!r}... is too long", ATTRIBUTE_NAME_RULE)
