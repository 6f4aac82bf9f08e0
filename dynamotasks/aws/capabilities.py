"""Recognize the engine at an endpoint, and omit from a table what the engine does not support.

Only recognized local engines have unsupported properties, AWS has none. They were measured on DynamoDB Local 3.3.1 and
moto 5.2; the contract tests declare each one by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..schema.live_table import LiveTable
from ..schema.table_spec import GlobalSecondaryIndex, LocalSecondaryIndex, TableSpec

T = TypeVar("T", TableSpec, GlobalSecondaryIndex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A kind of server.

    Attributes:
        unsupported: properties, of tables and of their indexes, that it rejects or drops.
        create_only: properties that it accepts in CreateTable and does not change afterwards.
        one_stream_per_table: it cannot enable a stream on a table that has or had one.
        exact_item_count: ItemCount is current.
    """

    name: str
    unsupported: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()
    one_stream_per_table: bool = False
    exact_item_count: bool = False


_UNSUPPORTED_LOCALLY = frozenset(
    {
        "on_demand_throughput",  # DynamoDB Local keeps it until the next UpdateTable, and drops a maximum of -1
        "vector_indexes",
        "table_class",
        "resource_policy",
        "contributor_insights_specification",
        "kinesis_stream_specification",
    }
)
AWS = Engine(name="DynamoDB")
UNKNOWN = Engine(name="unrecognized engine")
DYNAMODB_LOCAL = Engine(
    name="DynamoDB Local",
    unsupported=_UNSUPPORTED_LOCALLY
    | {"warm_throughput", "point_in_time_recovery_specification", "sse_specification", "tags"},
    exact_item_count=True,
)
MOTO = Engine(
    name="moto",
    unsupported=_UNSUPPORTED_LOCALLY,
    create_only=frozenset({"sse_specification"}),
    one_stream_per_table=True,
    exact_item_count=True,
)


def recognize_engine(headers: Mapping[str, str]) -> Engine:
    """Return the engine that sent a response.

    Measured: the Server header of DynamoDB is "Server", that of DynamoDB Local begins with "Jetty", and that of moto
    begins with "Werkzeug" and contains "amazon.com".

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
    return UNKNOWN


def omit_unsupported(spec: TableSpec, engine: Engine, *, exists: bool = False) -> tuple[TableSpec, tuple[str, ...]]:
    """Return the spec without what the engine does not support, and the config paths that were omitted.

    Args:
        spec: the declared table.
        engine: the engine of the table.
        exists: whether the table exists already.
    """
    unsupported = sorted(engine.unsupported | (engine.create_only if exists else frozenset()))
    spec, omitted = _omit(spec, unsupported)
    # an engine without a property also supports an empty list or map of it
    paths = [name for name, value in omitted.items() if value not in ((), {})]
    indexes = []
    for index in spec.global_secondary_indexes or ():
        supported, omitted = _omit(index, unsupported)
        indexes.append(supported)
        paths += [f"{index.index_name}.{name}" for name in omitted]
    return (replace(spec, global_secondary_indexes=tuple(indexes)) if indexes else spec), tuple(paths)


def _omit(part: T, names: list[str]) -> tuple[T, dict[str, Any]]:
    declared = {name: value for name in names if (value := getattr(part, name, None)) is not None}
    absent: dict[str, Any] = dict.fromkeys(declared)
    return replace(part, **absent), declared


def omit_unsupported_changes(
    spec: TableSpec, engine: Engine, live: LiveTable | None
) -> tuple[TableSpec, tuple[str, ...]]:
    """Return the spec without changes that the engine cannot make to the live table, and the omitted config paths."""
    stream = spec.stream_specification
    if engine.one_stream_per_table and live and live.streamed and stream and stream.stream_enabled:
        current = live.spec.stream_specification
        if not current or current.stream_view_type != stream.stream_view_type:
            return replace(spec, stream_specification=None), ("stream_specification",)
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
