"""What every key of a config file means, with an example: the source of the JSON Schema and of docs/config.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from ..schema.limits import UNITS
from ..schema.table_spec import (
    OWNED,
    Attribute,
    ContributorInsights,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    KinesisStream,
    LocalSecondaryIndex,
    OnDemandThroughput,
    PointInTimeRecovery,
    Projection,
    ProvisionedThroughput,
    SearchKey,
    StreamSpecification,
    TableSpec,
    TimeToLive,
    VectorAttribute,
    VectorIndex,
    WarmThroughput,
)
from .environments import Environment
from .parsing import Top, hints, required

_HASH = {"attribute_name": "customer_id", "key_type": "HASH"}
_RANGE = {"attribute_name": "placed_at", "key_type": "RANGE"}
_ALL = {"projection_type": "ALL"}
_CAPACITY = {"read_capacity_units": 5, "write_capacity_units": 5}
_MAXIMUM = {"max_read_request_units": 100, "max_write_request_units": 50}
_WARM = {"read_units_per_second": 15000, "write_units_per_second": 5000}
_GLOBAL = {"index_name": "by_customer", "key_schema": [_HASH, _RANGE], "projection": _ALL}
_VECTOR = {
    "index_name": "alike",
    "vector_attribute": {"attribute_name": "embedding"},
    "dimensions": 384,
    "distance_function": "COSINE",
    "projection": {"projection_type": "KEYS_ONLY"},
}
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "dynamodb:DeleteTable",
            "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        }
    ],
}
_STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/order-changes"
_TABLE = {"name": "orders", "attributes": [{"name": "customer_id", "type": "S"}], "key_schema": [_HASH]}

Row = tuple[str, Any]

ROWS: Mapping[type, Mapping[str, Row]] = {
    Top: {
        "tables": ("The tables.", [_TABLE]),
        "environments": ("Where the tables stand, by name.", {"prod": {"region": "eu-west-1"}}),
    },
    Environment: {
        "endpoint": (
            "URL of the DynamoDB there; absent: what `db.up` started, elsewhere AWS's own.",
            "http://dynamodb:8000",
        ),
        "region": ("AWS Region; absent: boto3's own.", "eu-west-1"),
        "profile": ("AWS profile; beats AWS_PROFILE.", "shop-prod"),
        "account_id": ("The only AWS account that may be written to here.", "123456789012"),
        "table_prefix": ("Stands before the name of each table there; shown without it.", "staging-"),
        "credentials": ("dummy for engines that check none, chain for boto3's own search.", "chain"),
        "disposable": ("Whether tables may be dropped there without a second confirmation.", False),
        "tables": (
            "Per-table overrides: maps are merged key by key, lists of indexes by `index_name`; `null` removes a key.",
            {"orders": {"deletion_protection_enabled": True}},
        ),
    },
    TableSpec: {
        "name": ("The table's name: 3 to 255 of a-z, A-Z, 0-9, `_`, `-` and `.`.", "orders"),
        "key_schema": ("The primary key: a HASH attribute, and a RANGE attribute or none.", [_HASH, _RANGE]),
        "attributes": (
            "The types of attributes. Those of keys are needed; others are documentation.",
            [{"name": "customer_id", "type": "S"}],
        ),
        "description": ("For people.", "What was bought."),
        "billing_mode": (
            "How the table is paid. Absent: on-demand when it is made (PROVISIONED where throughput is given).",
            "PAY_PER_REQUEST",
        ),
        "provisioned_throughput": ("Capacity of a PROVISIONED table.", _CAPACITY),
        "on_demand_throughput": ("The most that an on-demand table may use.", _MAXIMUM),
        "warm_throughput": ("What the table can serve at once; it rises by itself and cannot fall.", _WARM),
        "global_secondary_indexes": ("Indexes with keys of their own.", [_GLOBAL]),
        "local_secondary_indexes": (
            "Indexes that share the table's HASH key; they can be made only together with the table.",
            [{"index_name": "by_date", "key_schema": [_HASH, _RANGE], "projection": _ALL}],
        ),
        "vector_indexes": ("Indexes for nearest-neighbour search, of on-demand tables.", [_VECTOR]),
        "stream_specification": ("The table's change stream.", {"stream_view_type": "NEW_AND_OLD_IMAGES"}),
        "time_to_live_specification": ("Which attribute says when an item expires.", {"attribute_name": "expires_at"}),
        "point_in_time_recovery_specification": (
            "Continuous backups.",
            {"point_in_time_recovery_enabled": True, "recovery_period_in_days": 35},
        ),
        "sse_specification": ("Encryption at rest with a KMS key.", {"enabled": True, "sse_type": "KMS"}),
        "table_class": ("The storage class.", "STANDARD_INFREQUENT_ACCESS"),
        "deletion_protection_enabled": ("Whether DynamoDB refuses to delete the table.", True),
        "tags": ("The table's tags.", {"team": "shop"}),
        "resource_policy": ("The resource-based policy, as a document.", _POLICY),
        "contributor_insights_specification": ("CloudWatch Contributor Insights.", {"enabled": True}),
        "kinesis_stream_specification": ("The Kinesis stream that receives the changes.", {"stream_arn": _STREAM}),
    },
    Attribute: {"name": ("Its name.", "customer_id"), "type": ("S string, N number, B binary.", "S")},
    Key: {
        "attribute_name": ("An attribute that `attributes` gives a type.", "customer_id"),
        "key_type": ("HASH parts come before RANGE parts.", "HASH"),
    },
    Projection: {
        "projection_type": ("What the index carries beside its keys.", "INCLUDE"),
        "non_key_attributes": ("With INCLUDE: at most 20 attributes.", ["status", "total"]),
    },
    ProvisionedThroughput: {
        "read_capacity_units": ("Reads of 4 KB a second.", 5),
        "write_capacity_units": ("Writes of 1 KB a second.", 5),
    },
    OnDemandThroughput: {
        "max_read_request_units": ("Reads a second; -1 for no maximum.", 100),
        "max_write_request_units": ("Writes a second; -1 for no maximum.", 50),
    },
    WarmThroughput: {
        "read_units_per_second": ("Reads a second.", 15000),
        "write_units_per_second": ("Writes a second.", 5000),
    },
    ContributorInsights: {
        "enabled": ("false turns it off.", True),
        "mode": ("Which keys are counted.", "THROTTLED_KEYS"),
    },
    GlobalSecondaryIndex: {
        "index_name": ("Unique in the table.", "by_customer"),
        "key_schema": ("Up to 4 HASH and 4 RANGE attributes.", [_HASH, _RANGE]),
        "projection": ("What the index carries.", _ALL),
        "provisioned_throughput": ("Capacity, where the table is PROVISIONED.", _CAPACITY),
        "on_demand_throughput": ("The most it may use, where the table is on-demand.", _MAXIMUM),
        "warm_throughput": ("What it can serve at once.", _WARM),
        "contributor_insights_specification": ("CloudWatch Contributor Insights.", {"enabled": True}),
    },
    LocalSecondaryIndex: {
        "index_name": ("Unique in the table.", "by_date"),
        "key_schema": ("The table's HASH attribute, and a RANGE attribute.", [_HASH, _RANGE]),
        "projection": ("What the index carries.", _ALL),
    },
    VectorAttribute: {"attribute_name": ("The attribute that holds the vectors.", "embedding")},
    SearchKey: {
        "attribute_name": ("An attribute by which a search is narrowed.", "category"),
        "search_schema_element_type": ("How it narrows.", "INLINE_FILTER"),
    },
    VectorIndex: {
        "index_name": ("Unique in the table.", "alike"),
        "vector_attribute": ("Where the vectors are.", {"attribute_name": "embedding"}),
        "dimensions": ("Numbers in a vector.", 384),
        "distance_function": ("How near is measured.", "COSINE"),
        "projection": ("What the index carries.", _ALL),
        "search_schema": (
            "The attributes by which a search is narrowed.",
            [{"attribute_name": "category", "search_schema_element_type": "INLINE_FILTER"}],
        ),
    },
    StreamSpecification: {
        "stream_view_type": ("What a record holds.", "NEW_AND_OLD_IMAGES"),
        "stream_enabled": ("false turns the stream off.", True),
    },
    TimeToLive: {
        "attribute_name": ("The attribute with the time of expiry in seconds since 1970.", "expires_at"),
        "enabled": ("false turns it off.", True),
    },
    PointInTimeRecovery: {
        "point_in_time_recovery_enabled": ("false turns it off.", True),
        "recovery_period_in_days": ("How far back; 35 unless said.", 7),
    },
    Encryption: {
        "enabled": ("false means a key that AWS owns.", True),
        "sse_type": ("The only one there is.", "KMS"),
        "kms_master_key_id": ("Your own key; absent: the key that AWS manages for the account.", "alias/orders"),
    },
    KinesisStream: {
        "stream_arn": ("The stream.", _STREAM),
        "approximate_creation_date_time_precision": ("Of the time in a record.", "MICROSECOND"),
    },
}


def markdown() -> str:
    """Return the reference of docs/config.md: one Markdown table for each type."""
    parts = []
    for kind in _ORDER:
        rows = ["| key | type | meaning |", "|---|---|---|"]
        needed = required(kind)
        for name, type_hint in hints(kind).items():
            text, example = ROWS[kind][name]
            mark = " (needed)" if name in needed else ""
            shown = json.dumps(example)
            sample = f" Example: `{shown}`" if len(shown) <= 60 and not isinstance(example, bool) else ""
            rows.append(f"| `{name}`{mark} | {_type(type_hint)} | {text.replace('|', chr(92) + '|')}{sample} |")
        parts.append(f"**{_TITLES.get(kind, kind.__name__)}**\n\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


_ORDER = (TableSpec, GlobalSecondaryIndex, LocalSecondaryIndex, VectorIndex, Environment, *(
    kind for kind in ROWS
    if kind not in (Top, TableSpec, GlobalSecondaryIndex, LocalSecondaryIndex, VectorIndex, Environment)
))  # fmt: skip
_TITLES: Mapping[type, str] = {
    TableSpec: "a table",
    GlobalSecondaryIndex: "a global secondary index",
    LocalSecondaryIndex: "a local secondary index",
    VectorIndex: "a vector index",
    Environment: "an environment",
    Key: "key part",
    SearchKey: "search key",
}


def _type(type_hint: Any) -> str:
    if get_origin(type_hint) is Annotated:
        inner, limits = get_args(type_hint)
        if limits is OWNED:
            return f"{_type(inner)}; may be empty"
        also = "" if limits.also is None else f", or {limits.also}"
        if limits.maximum == UNITS.maximum:
            return f"number from {limits.minimum}{also}"
        return f"number {limits.minimum} to {limits.maximum}"
    if is_dataclass(type_hint) and isinstance(type_hint, type):
        return _TITLES.get(type_hint, type_hint.__name__)
    if get_origin(type_hint) is tuple:
        return f"list of {_type(get_args(type_hint)[0])}"
    if get_origin(type_hint) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(type_hint))
    return {str: "string", bool: "`true`, `false`"}.get(type_hint, "map")
