"""What answers at an endpoint, and which properties of a table it cannot do.

A gap must not stop a migrate on a laptop: the property is taken out of the wanted table before anything is compared or
sent, and said once. Gaps belong to engines that we recognise, never to AWS. PURE: data in, data out.

The gaps were measured against DynamoDB Local 3.3.1 and moto 5.2; the contract suite declares each of them by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..schema.live_table import LiveTable
from ..schema.table_spec import GlobalSecondaryIndex, LocalSecondaryIndex, TableSpec

T = TypeVar("T", TableSpec, GlobalSecondaryIndex)


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of server and what it refuses or drops.

    Attributes:
        unsupported: properties, of tables and of their indexes.
        create_only: properties that it takes with CreateTable and does not change afterwards.
        one_stream_per_table: it enables a stream of a table that never had one, and no other.
        exact_item_count: an ItemCount is that of now.
    """

    name: str
    unsupported: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()
    one_stream_per_table: bool = False
    exact_item_count: bool = False


AWS = Engine("DynamoDB")
UNKNOWN = Engine("unrecognised engine")
DYNAMODB_LOCAL = Engine(
    "DynamoDB Local",
    frozenset(
        {
            # kept until the next UpdateTable, and dropped at once where one of the two maxima is -1
            "on_demand_throughput",
            "warm_throughput",
            "vector_indexes",
            "point_in_time_recovery_specification",
            "sse_specification",
            "table_class",
            "tags",
            "resource_policy",
            "contributor_insights_specification",
            "kinesis_stream_specification",
        }
    ),
    exact_item_count=True,
)
MOTO = Engine(
    "moto",
    frozenset(
        {
            "on_demand_throughput",
            "vector_indexes",
            "table_class",
            "resource_policy",
            "contributor_insights_specification",
            "kinesis_stream_specification",
        }
    ),
    create_only=frozenset({"sse_specification"}),
    one_stream_per_table=True,
    exact_item_count=True,
)


def recognize_engine(headers: Mapping[str, str]) -> Engine:
    """The engine behind an answer, by its Server header.

    DynamoDB Local is a bare Jetty, moto a Werkzeug that adds "amazon.com", DynamoDB itself says just "Server".
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
    """The spec without what the engine cannot do, and the config paths that were taken out.

    Args:
        spec: the declared table.
        engine: what answers.
        exists: the table exists already.
    """
    unable = engine.unsupported | (engine.create_only if exists else frozenset())
    declared = [name for name in sorted(unable) if getattr(spec, name, None) is not None]
    # what is declared as empty, the engine has
    skipped = [name for name in declared if getattr(spec, name) not in ((), {})]
    trimmed = _without(spec, declared)
    if trimmed.global_secondary_indexes:
        indexes = []
        for index in trimmed.global_secondary_indexes:
            gaps = [name for name in sorted(unable) if getattr(index, name, None) is not None]
            indexes.append(_without(index, gaps))
            skipped += [f"{index.index_name}.{name}" for name in gaps]
        trimmed = replace(trimmed, global_secondary_indexes=tuple(indexes))
    return trimmed, tuple(skipped)


def undeletable_indexes(spec: TableSpec, engine: Engine) -> frozenset[str]:
    """Return the indexes of a live table that the engine may never finish deleting; trying blocks all later ones.

    Measured on DynamoDB Local 3.3.1, of indexes that were created with their table: those whose key attributes are all
    keys of the table or of its local indexes, and the later one of two with the same key attributes, in whatever order.
    An index that was added later can be deleted, but DescribeTable does not tell them apart.
    """
    if engine is not DYNAMODB_LOCAL:
        return frozenset()
    own = _keys(spec).union(*map(_keys, spec.local_secondary_indexes or ()))
    keys = {index.index_name: _keys(index) for index in spec.global_secondary_indexes or ()}
    shared = Counter(keys.values())
    return frozenset(name for name, used in keys.items() if used <= own or shared[used] > 1)


def _keys(part: TableSpec | GlobalSecondaryIndex | LocalSecondaryIndex) -> frozenset[str]:
    return frozenset(key.attribute_name for key in part.key_schema)


def omit_unsupported_changes(
    spec: TableSpec, engine: Engine, live: LiveTable | None
) -> tuple[TableSpec, tuple[str, ...]]:
    """The spec without the changes that the engine cannot make to a table as it is, and the config paths taken out."""
    stream = spec.stream_specification
    if engine.one_stream_per_table and live and live.streamed and stream and stream.stream_enabled:
        standing = live.spec.stream_specification
        if not standing or standing.stream_view_type != stream.stream_view_type:
            return replace(spec, stream_specification=None), ("stream_specification",)
    return spec, ()


def _without(part: T, names: list[str]) -> T:
    nothing: dict[str, Any] = dict.fromkeys(names)
    return replace(part, **nothing)
