"""DynamoDB's rules of names, keys and indexes.

Sources: the constraints of https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and the
quotas of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from ..schema import limits
from ..schema.table_spec import Key, Projection, TableSpec
from ..suggestions import close_to
from .documents import Complaint
from .positions import Path_

NAME_RULE = "3 to 255 of a-z, A-Z, 0-9, `_`, `-` and `.`"
LENGTH = f"its name may have {limits.ATTRIBUTE_NAME_BYTES} bytes"
_INDEXES = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")


def bad_name(name: str) -> bool:
    """Whether DynamoDB refuses this as the name of a table or an index."""
    return not limits.TABLE_NAME.fullmatch(name)


def table_name(table: TableSpec) -> Iterator[Complaint]:
    """The name of a table."""
    if bad_name(table.name):
        yield ("name",), "this is no name for a table", NAME_RULE


def index_names(table: TableSpec) -> Iterator[Complaint]:
    """Names of indexes: form, and one for each."""
    seen: dict[str, Path_] = {}
    for kind in _INDEXES:
        for number, index in enumerate(getattr(table, kind) or ()):
            path: Path_ = (kind, number, "index_name")
            if bad_name(index.index_name):
                yield path, f"{index.index_name!r} is no name for an index", NAME_RULE
            if index.index_name in seen:
                yield path, f"there are two indexes {index.index_name!r}", "indexes of one table share their names"
            seen[index.index_name] = path


def schemas(table: TableSpec) -> Iterator[tuple[Path_, tuple[Key, ...]]]:
    """Each key schema of a table, with its path."""
    yield ("key_schema",), table.key_schema
    for kind in ("global_secondary_indexes", "local_secondary_indexes"):
        for number, index in enumerate(getattr(table, kind) or ()):
            yield (kind, number, "key_schema"), index.key_schema


def key_shapes(table: TableSpec) -> Iterator[Complaint]:
    """How many keys, in which order."""
    for path, schema in schemas(table):
        types = [key.key_type for key in schema]
        is_global = path[0] == "global_secondary_indexes"
        most = limits.GSI_KEYS_PER_TYPE if is_global else limits.TABLE_KEYS_PER_TYPE
        if "HASH" not in types:
            yield path, "there is no HASH key", "add one: {attribute_name: ..., key_type: HASH}"
        elif types != sorted(types):
            yield path, "a RANGE key stands before a HASH key", "put HASH first"
        for kind in ("HASH", "RANGE"):
            if types.count(kind) > most:
                what = f"an index takes at most {most}" if is_global else "only a global index takes more than one"
                yield path, f"there are {types.count(kind)} {kind} keys", what
        for name in _twice(key.attribute_name for key in schema):
            yield path, f"{name!r} is a key twice", "use two different attributes"


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def attributes(table: TableSpec) -> Iterator[Complaint]:
    """No attribute twice."""
    seen: set[str] = set()
    for number, attribute in enumerate(table.attributes):
        if attribute.name in seen:
            yield ("attributes", number, "name"), f"the attribute {attribute.name!r} is here twice", "keep one of them"
        seen.add(attribute.name)


def key_types(table: TableSpec) -> Iterator[Complaint]:
    """Each key attribute has a type."""
    known = {attribute.name for attribute in table.attributes}
    places = [
        ((*path, n, "attribute_name"), key.attribute_name)
        for path, schema in schemas(table)
        for n, key in enumerate(schema)
    ]
    for number, index in enumerate(table.vector_indexes or ()):
        for n, part in enumerate(index.search_schema or ()):
            places.append((("vector_indexes", number, "search_schema", n, "attribute_name"), part.attribute_name))
    for path, name in places:
        if len(name.encode()) > limits.ATTRIBUTE_NAME_BYTES:
            yield path, f"the key attribute {name[:20]!r}... is too long", LENGTH
        if name not in known:
            yield path, f"the key attribute {name!r} has no type", partial(_typed, name, known)


def _typed(name: str, known: Collection[str]) -> str:
    close = close_to(name, known)
    return f"did you mean {close!r}?" if close else f"add {{name: {name}, type: S}} to `attributes`"


def local_indexes(table: TableSpec) -> Iterator[Complaint]:
    """How many local secondary indexes, and their own keys."""
    indexes = table.local_secondary_indexes or ()
    if len(indexes) > limits.LOCAL_SECONDARY_INDEXES:
        message = f"there are {len(indexes)} local secondary indexes"
        yield ("local_secondary_indexes",), message, f"a table takes at most {limits.LOCAL_SECONDARY_INDEXES}"
    for number, index in enumerate(indexes):
        if not any(key.key_type == "RANGE" for key in index.key_schema):
            path: Path_ = ("local_secondary_indexes", number, "key_schema")
            yield path, "there is no RANGE key", "a local secondary index has a RANGE key of its own"


def shared_keys(table: TableSpec) -> Iterator[Complaint]:
    """What local secondary indexes share with their table's key."""
    indexes = table.local_secondary_indexes or ()
    if indexes and not any(key.key_type == "RANGE" for key in table.key_schema):
        message = "a table without a RANGE key takes no local secondary index"
        yield ("local_secondary_indexes",), message, "make it global"
    table_hash = next((key.attribute_name for key in table.key_schema if key.key_type == "HASH"), None)
    for number, index in enumerate(indexes):
        hashes = [key.attribute_name for key in index.key_schema if key.key_type == "HASH"]
        if hashes and table_hash and hashes[0] != table_hash:
            path: Path_ = ("local_secondary_indexes", number, "key_schema")
            yield path, f"its HASH key is {hashes[0]!r}", f"a local secondary index has the table's: {table_hash!r}"


def projections(table: TableSpec) -> Iterator[Complaint]:
    """What indexes may carry."""
    total = 0
    for kind in _INDEXES:
        for number, index in enumerate(getattr(table, kind) or ()):
            projection: Projection = index.projection
            path: Path_ = (kind, number, "projection")
            names = projection.non_key_attributes
            if projection.projection_type == "INCLUDE" and not names:
                yield path, "INCLUDE needs `non_key_attributes`", "list the attributes, or project ALL or KEYS_ONLY"
            elif projection.projection_type != "INCLUDE" and names:
                yield (
                    path,
                    f"{projection.projection_type} takes no `non_key_attributes`",
                    "write projection_type: INCLUDE",
                )
            for name in _twice(names or ()):
                yield (*path, "non_key_attributes"), f"{name!r} is included twice", "keep one of them"
            if names and len(names) > limits.PROJECTED_ATTRIBUTES_PER_INDEX:
                hint = f"an index takes at most {limits.PROJECTED_ATTRIBUTES_PER_INDEX}"
                yield path, f"it includes {len(names)} attributes", hint
            for n, name in enumerate(names or ()):
                if len(name) > limits.ATTRIBUTE_NAME_BYTES:
                    yield (*path, "non_key_attributes", n), f"the attribute {name[:20]!r}... is too long", LENGTH
            total += len(names or ())
    if total > limits.PROJECTED_ATTRIBUTES_PER_TABLE:
        hint = f"a table's indexes take at most {limits.PROJECTED_ATTRIBUTES_PER_TABLE} together"
        yield (), f"its indexes include {total} attributes in all", hint
