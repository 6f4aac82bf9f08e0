"""The description and an example of every key of a config file, for the JSON Schema and docs/config.md."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..schema.limits import (
    DEFAULT_RECOVERY_PERIOD_DAYS,
    GLOBAL_SECONDARY_INDEXES,
    GSI_KEYS_PER_TYPE,
    LOCAL_SECONDARY_INDEXES,
    PROJECTED_ATTRIBUTES_PER_INDEX,
    TABLE_NAME_RULE,
    TAGS,
    UNITS,
    VECTOR_INDEXES,
)
from ..schema.table_spec import (
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
from ..schema.type_hints import Boolean, Choice, Integer, ListOf, MapOf, Record, Shape, fields_of
from .environments import Environment
from .parsing import Top

_HASH = {"attribute_name": "customer_id", "key_type": "HASH"}
_RANGE = {"attribute_name": "placed_at", "key_type": "RANGE"}
_ALL = {"projection_type": "ALL"}
_CAPACITY = {"read_capacity_units": 5, "write_capacity_units": 5}
_MAXIMUM = {"max_read_request_units": 100, "max_write_request_units": 50}
_WARM = {"read_units_per_second": 15000, "write_units_per_second": 5000}
_GLOBAL = {"index_name": "by_customer", "key_schema": [_HASH, _RANGE], "projection": _ALL}
_VECTOR = {
    "index_name": "by_embedding",
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
        "tables": ("The declared tables.", [_TABLE]),
        "environments": ("The databases that hold the tables, by environment name.", {"prod": {"region": "eu-west-1"}}),
    },
    Environment: {
        "endpoint": (
            "DynamoDB endpoint URL. Default: in `local`, the engine that `db.up` started; otherwise AWS.",
            "http://dynamodb:8000",
        ),
        "region": ("AWS Region. Default: boto3's default.", "eu-west-1"),
        "profile": ("AWS profile; takes precedence over AWS_PROFILE.", "shop-prod"),
        "account_id": ("The AWS account ID. Writes to any other account are rejected.", "123456789012"),
        "table_prefix": ("Prefix for table names, hidden in output.", "staging-"),
        "credentials": ("`dummy` for local engines, `chain` for the credentials that boto3 finds.", "chain"),
        "disposable": ("Whether destructive changes are allowed without a second confirmation.", False),
        "params": ("Values of parameters in other formats: strings, lists and maps.", {"Stage": "prod"}),
        "stack": ("CloudFormation stack that has the tables of a template.", "shop-prod"),
        "tables": (
            "Per-table overrides: maps are merged by key, index lists by `index_name`; `null` removes a key.",
            {"orders": {"deletion_protection_enabled": True}},
        ),
    },
    TableSpec: {
        "name": (f"Table name: {TABLE_NAME_RULE}.", "orders"),
        "key_schema": ("Primary key: a HASH attribute and optionally a RANGE attribute.", [_HASH, _RANGE]),
        "attributes": (
            "Attribute types. Key attributes are required; others are documentation.",
            [{"name": "customer_id", "type": "S"}],
        ),
        "description": ("Free text, not sent to AWS.", "What was bought."),
        "billing_mode": (
            "Billing mode. Default for a new table: PROVISIONED with provisioned_throughput, else PAY_PER_REQUEST.",
            "PAY_PER_REQUEST",
        ),
        "provisioned_throughput": ("Capacity of a PROVISIONED table.", _CAPACITY),
        "on_demand_throughput": ("Maximum on-demand throughput.", _MAXIMUM),
        "warm_throughput": ("Throughput available immediately; rises automatically and cannot be lowered.", _WARM),
        "global_secondary_indexes": (
            f"Indexes with keys that differ from the table's; AWS's default quota is {GLOBAL_SECONDARY_INDEXES}.",
            [_GLOBAL],
        ),
        "local_secondary_indexes": (
            f"Up to {LOCAL_SECONDARY_INDEXES} indexes that share the table's HASH key; fixed at table creation.",
            [{"index_name": "by_date", "key_schema": [_HASH, _RANGE], "projection": _ALL}],
        ),
        "vector_indexes": (
            f"Up to {VECTOR_INDEXES} indexes for nearest-neighbor search; only on-demand tables support them.",
            [_VECTOR],
        ),
        "stream_specification": ("Stream of changes.", {"stream_view_type": "NEW_AND_OLD_IMAGES"}),
        "time_to_live_specification": (
            "Attribute that holds the expiry time of an item.",
            {"attribute_name": "expires_at"},
        ),
        "point_in_time_recovery_specification": (
            "Continuous backups.",
            {"point_in_time_recovery_enabled": True, "recovery_period_in_days": 35},
        ),
        "sse_specification": ("Encryption at rest with a KMS key.", {"enabled": True, "sse_type": "KMS"}),
        "table_class": ("Storage class.", "STANDARD_INFREQUENT_ACCESS"),
        "deletion_protection_enabled": ("Whether DynamoDB refuses to delete the table.", True),
        "tags": (f"Up to {TAGS} tags; keys must not start with `aws:`.", {"team": "shop"}),
        "resource_policy": ("Resource-based policy document.", _POLICY),
        "contributor_insights_specification": ("CloudWatch Contributor Insights.", {"enabled": True}),
        "kinesis_stream_specification": ("Kinesis data stream that receives changes.", {"stream_arn": _STREAM}),
        "seed": (
            "Files with items for db.seed and tests, or glob patterns, relative to the config file.",
            ["seeds/orders.yaml"],
        ),
        "renamed_from": (
            "Earlier name; while a table has it, `db.replace` moves its items to this one.",
            "purchases",
        ),
        "managed_by": (
            "The tool that changes the table outside local engines: unless it is `dynamotasks`, tasks only compare.",
            "terraform",
        ),
        "logical_id": ("Logical ID in a CloudFormation stack, by which --stack finds the name.", "OrdersTable"),
    },
    Attribute: {"name": ("Attribute name.", "customer_id"), "type": ("`S` string, `N` number, `B` binary.", "S")},
    Key: {
        "attribute_name": ("An attribute of `attributes`.", "customer_id"),
        "key_type": ("HASH elements come before RANGE elements.", "HASH"),
    },
    Projection: {
        "projection_type": ("Projected attributes, besides the keys.", "INCLUDE"),
        "non_key_attributes": (
            f"With INCLUDE: up to {PROJECTED_ATTRIBUTES_PER_INDEX} attributes.",
            ["status", "total"],
        ),
    },
    ProvisionedThroughput: {
        "read_capacity_units": ("Reads of 4 KB per second.", 5),
        "write_capacity_units": ("Writes of 1 KB per second.", 5),
    },
    OnDemandThroughput: {
        "max_read_request_units": ("Reads per second; -1 for no maximum.", 100),
        "max_write_request_units": ("Writes per second; -1 for no maximum.", 50),
    },
    WarmThroughput: {
        "read_units_per_second": ("Reads per second.", 15000),
        "write_units_per_second": ("Writes per second.", 5000),
    },
    ContributorInsights: {
        "enabled": ("`false` turns it off.", True),
        "mode": ("Which keys are counted.", "THROTTLED_KEYS"),
    },
    GlobalSecondaryIndex: {
        "index_name": ("Index name, unique in the table.", "by_customer"),
        "key_schema": (f"Up to {GSI_KEYS_PER_TYPE} HASH and {GSI_KEYS_PER_TYPE} RANGE attributes.", [_HASH, _RANGE]),
        "projection": ("Projected attributes.", _ALL),
        "provisioned_throughput": ("Capacity, if the table is PROVISIONED.", _CAPACITY),
        "on_demand_throughput": ("Maximum throughput, if the table is on-demand.", _MAXIMUM),
        "warm_throughput": ("Throughput available immediately.", _WARM),
        "contributor_insights_specification": ("CloudWatch Contributor Insights.", {"enabled": True}),
    },
    LocalSecondaryIndex: {
        "index_name": ("Index name, unique in the table.", "by_date"),
        "key_schema": ("The table's HASH attribute and another RANGE attribute.", [_HASH, _RANGE]),
        "projection": ("Projected attributes.", _ALL),
    },
    VectorAttribute: {"attribute_name": ("The attribute that holds the vectors.", "embedding")},
    SearchKey: {
        "attribute_name": ("An attribute of `attributes`.", "category"),
        "search_schema_element_type": ("How the attribute is used in a search.", "INLINE_FILTER"),
    },
    VectorIndex: {
        "index_name": ("Index name, unique in the table.", "by_embedding"),
        "vector_attribute": ("The attribute that holds the vectors.", {"attribute_name": "embedding"}),
        "dimensions": ("Vector dimensions.", 384),
        "distance_function": ("Distance metric.", "COSINE"),
        "projection": ("Projected attributes.", _ALL),
        "search_schema": (
            "Attributes that filter a search.",
            [{"attribute_name": "category", "search_schema_element_type": "INLINE_FILTER"}],
        ),
    },
    StreamSpecification: {
        "stream_view_type": ("Contents of a stream record.", "NEW_AND_OLD_IMAGES"),
        "stream_enabled": ("`false` turns the stream off.", True),
    },
    TimeToLive: {
        "attribute_name": ("Attribute that holds the expiry time in seconds since 1970.", "expires_at"),
        "enabled": ("`false` turns it off.", True),
    },
    PointInTimeRecovery: {
        "point_in_time_recovery_enabled": ("`false` turns it off.", True),
        "recovery_period_in_days": (f"Retention in days (default {DEFAULT_RECOVERY_PERIOD_DAYS}).", 7),
    },
    Encryption: {
        "enabled": ("`false` encrypts with a key that AWS owns.", True),
        "sse_type": ("The only supported value.", "KMS"),
        "kms_master_key_id": ("Customer managed key. Default: the AWS managed key.", "alias/orders"),
    },
    KinesisStream: {
        "stream_arn": ("ARN of the stream.", _STREAM),
        "approximate_creation_date_time_precision": ("Precision of the time in a record.", "MICROSECOND"),
    },
}


def markdown() -> str:
    """Return the reference of docs/config.md: one Markdown table for each type."""
    return "\n\n".join(f"### {_title(kind)}\n\n{_table(kind)}" for kind in _ORDER) + "\n"


_ORDER = list(dict.fromkeys((TableSpec, GlobalSecondaryIndex, LocalSecondaryIndex, VectorIndex, Environment, *ROWS)))
_ORDER.remove(Top)
_TITLES: Mapping[type, str] = {
    TableSpec: "table",
    Key: "key schema element",
    SearchKey: "search schema element",
    OnDemandThroughput: "on-demand throughput",
    TimeToLive: "Time to Live",
    PointInTimeRecovery: "point-in-time recovery",
    ContributorInsights: "Contributor Insights",
    KinesisStream: "Kinesis stream",
}


def _title(kind: type) -> str:
    return _TITLES.get(kind) or re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0]}", kind.__name__).lower()


def _table(kind: type) -> str:
    rows = ["| key | type | meaning |", "|---|---|---|"]
    for field in fields_of(kind):
        description, example = ROWS[kind][field.name]
        mark = " (required)" if field.required else ""
        text = json.dumps(example)
        sample = f" Example: `{text}`" if len(text) <= 60 and not isinstance(example, bool) else ""
        rows.append(f"| `{field.name}`{mark} | {_type(field.shape)} | {description}{sample} |")
    return "\n".join(rows)


def _type(shape: Shape) -> str:
    match shape:
        case Choice(words):
            return ", ".join(f"`{word}`" for word in words)
        case Integer((minimum, maximum, also)):
            text = f"number from {minimum}" if maximum == UNITS.maximum else f"number {minimum} to {maximum}"
            return text if also is None else f"{text}, or {also}"
        case Record(kind):
            return f"[{_title(kind)}](#{_title(kind).lower().replace(' ', '-')})"
        case ListOf(item, owned):
            return f"list of {_type(item)}" + ("; can be empty" if owned else "")
        case MapOf(_, owned):
            return "map; can be empty" if owned else "map"
        case _:
            return "`true`, `false`" if shape == Boolean() else "string"
