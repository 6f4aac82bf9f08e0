"""Recognize the engine at an endpoint, and omit from a table what the engine does not support.

Only recognized local engines have unsupported properties, AWS has none. They were measured on DynamoDB Local 3.3.1,
moto 5.2 and dynoxide 1.2.1; the contract tests declare each one by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.table_spec import GlobalSecondaryIndex, LocalSecondaryIndex, TableSpec

T = TypeVar("T", TableSpec, GlobalSecondaryIndex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A kind of server.

    Attributes:
        unsupported: properties of tables, and fields of their global indexes, that it rejects or drops.
        create_only: those that it accepts in CreateTable and does not change afterwards.
        creates_at_once: the response to CreateTable is the finished table.
        one_stream_per_table: it cannot enable a stream on a table that has or had one.
        multi_attribute_keys: it accepts more than one HASH or RANGE attribute in the key of an index.
        exact_item_count: ItemCount is current.
        reads_segments: it reads a segment of a table faster than the table; dynoxide reads all of the table for each
            page of a segment.
    """

    name: str
    unsupported: frozenset[PropertyPath] = frozenset()
    create_only: frozenset[PropertyPath] = frozenset()
    creates_at_once: bool = False
    one_stream_per_table: bool = False
    multi_attribute_keys: bool = True
    exact_item_count: bool = False
    reads_segments: bool = True


_INDEXES = "global_secondary_indexes"


def _in_tables(*names: str) -> frozenset[PropertyPath]:
    return frozenset(map(PropertyPath, names))


def _in_indexes(*fields: str) -> frozenset[PropertyPath]:
    return frozenset(PropertyPath(_INDEXES, inner=(field,)) for field in fields)


_RELATED_SERVICES = _in_tables(
    "resource_policy", "contributor_insights_specification", "kinesis_stream_specification"
) | _in_indexes("contributor_insights_specification")
# DynamoDB Local keeps a maximum until the next UpdateTable, and drops one of -1
_MAXIMA = _in_tables("on_demand_throughput") | _in_indexes("on_demand_throughput")
_WARM_THROUGHPUT = _in_tables("warm_throughput") | _in_indexes("warm_throughput")
AWS = Engine(name="DynamoDB")
UNKNOWN = Engine(name="unrecognized engine")
DYNAMODB_LOCAL = Engine(
    name="DynamoDB Local",
    unsupported=_RELATED_SERVICES
    | _MAXIMA
    | _WARM_THROUGHPUT
    | _in_tables("vector_indexes", "table_class", "point_in_time_recovery_specification", "sse_specification", "tags"),
    creates_at_once=True,
    exact_item_count=True,
)
MOTO = Engine(
    name="moto",
    unsupported=_RELATED_SERVICES | _MAXIMA | _in_tables("vector_indexes", "table_class"),
    create_only=_in_tables("sse_specification"),
    creates_at_once=True,
    one_stream_per_table=True,
    exact_item_count=True,
)
DYNOXIDE = Engine(
    name="dynoxide",
    unsupported=_RELATED_SERVICES
    | _WARM_THROUGHPUT
    | _in_tables("point_in_time_recovery_specification")
    | _in_indexes("on_demand_throughput"),
    create_only=_in_tables("sse_specification") | _in_indexes("provisioned_throughput"),
    multi_attribute_keys=False,
    exact_item_count=True,
    reads_segments=False,
)


def recognize_engine(headers: Mapping[str, str]) -> Engine:
    """Return the engine that sent a response.

    Measured: the Server header of DynamoDB is "Server", that of DynamoDB Local begins with "Jetty", that of moto
    begins with "Werkzeug" and contains "amazon.com", and that of dynoxide begins with "Dynoxide".

    Args:
        headers: of the response, with names in lower case.
    """
    server = headers.get("server", "")
    if server == "Server":
        return AWS
    if server.startswith("Jetty"):
        return DYNAMODB_LOCAL
    if server.startswith("Werkzeug") and "amazon.com" in server:
        return MOTO
    if server.startswith("Dynoxide"):
        return DYNOXIDE
    return UNKNOWN


def omit_unsupported(
    spec: TableSpec, engine: Engine, *, exists: bool = False
) -> tuple[TableSpec, tuple[PropertyPath, ...]]:
    """Return the spec without what the engine does not support, and the paths that were omitted.

    Args:
        spec: the declared table.
        engine: the engine of the table.
        exists: whether the table exists already.
    """
    gaps = engine.unsupported | (engine.create_only if exists else frozenset())
    spec, omitted = _omit(spec, {gap.name for gap in gaps if gap.name and not gap.inner})
    # an engine without a property also supports an empty list or map of it
    paths = [PropertyPath(name) for name, value in omitted.items() if value not in ((), {})]
    if not spec.global_secondary_indexes:
        return spec, tuple(paths)
    fields = {field for gap in gaps if gap.name == _INDEXES for field in gap.inner}
    indexes = []
    for index in spec.global_secondary_indexes:
        if not engine.multi_attribute_keys and len({key.key_type for key in index.key_schema}) < len(index.key_schema):
            paths.append(PropertyPath(_INDEXES, index.index_name))
            continue
        supported, omitted = _omit(index, fields)
        indexes.append(supported)
        paths += [PropertyPath(_INDEXES, index.index_name, (field,)) for field in omitted]
    return replace(spec, global_secondary_indexes=tuple(indexes)), tuple(paths)


def _omit(part: T, names: Iterable[str]) -> tuple[T, dict[str, Any]]:
    declared = {name: value for name in sorted(names) if (value := getattr(part, name, None)) is not None}
    absent: dict[str, Any] = dict.fromkeys(declared)
    return replace(part, **absent), declared


def omit_unsupported_changes(
    spec: TableSpec, engine: Engine, live: LiveTable | None
) -> tuple[TableSpec, tuple[PropertyPath, ...]]:
    """Return the spec without changes that the engine cannot make to the live table, and the omitted paths."""
    stream = spec.stream_specification
    if engine.one_stream_per_table and live and live.streamed and stream and stream.stream_enabled:
        current = live.spec.stream_specification
        if not current or current.stream_view_type != stream.stream_view_type:
            return replace(spec, stream_specification=None), (PropertyPath("stream_specification"),)
    return spec, ()


def undeletable_indexes(spec: TableSpec, engine: Engine) -> frozenset[str]:
    """Return the indexes of a live table that the engine may never finish deleting, which would block all later ones.

    Measured on DynamoDB Local 3.3.1: an index that was created with its table, if all its key attributes are keys of
    the table or its local indexes, or if another index has the same key attributes in any order. An index that was
    added later can be deleted, but DescribeTable does not distinguish the two.
    """
    if engine is not DYNAMODB_LOCAL:
        return frozenset()
    table_keys = _keys(spec).union(*map(_keys, spec.local_secondary_indexes or ()))
    keys = {index.index_name: _keys(index) for index in spec.global_secondary_indexes or ()}
    uses = Counter(keys.values())
    return frozenset(name for name, used in keys.items() if used <= table_keys or uses[used] > 1)


def _keys(part: TableSpec | GlobalSecondaryIndex | LocalSecondaryIndex) -> frozenset[str]:
    return frozenset(key.attribute_name for key in part.key_schema)
