"""One example of each property that a table can declare."""

from __future__ import annotations

from typing import Any

S = {"name": "a", "type": "S"}
T = {"name": "b", "type": "N"}
HASH = {"attribute_name": "a", "key_type": "HASH"}
RANGE = {"attribute_name": "b", "key_type": "RANGE"}
ALL = {"projection_type": "ALL"}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "dynamodb:GetItem", "Resource": "*"}
    ],
}

# one example of every property of the key table
PROPERTIES: dict[str, dict[str, Any]] = {
    "billing_mode": {
        "billing_mode": "PROVISIONED",
        "provisioned_throughput": {"read_capacity_units": 3, "write_capacity_units": 4},
    },
    "on_demand_throughput": {
        "billing_mode": "PAY_PER_REQUEST",
        "on_demand_throughput": {"max_read_request_units": 40},
    },
    "warm_throughput": {"warm_throughput": {"read_units_per_second": 13000, "write_units_per_second": 5000}},
    "global_secondary_indexes": {
        "global_secondary_indexes": [
            {
                "index_name": "by_b",
                "key_schema": [{"attribute_name": "b", "key_type": "HASH"}],
                "projection": {"projection_type": "INCLUDE", "non_key_attributes": ["x", "y"]},
            },
            {"index_name": "backwards", "key_schema": [{**HASH, "attribute_name": "b"}], "projection": ALL},
        ]
    },
    "local_secondary_indexes": {
        "attributes": [S, T, {"name": "c", "type": "B"}],
        "key_schema": [HASH, RANGE],
        "local_secondary_indexes": [
            {
                "index_name": "by_c",
                "key_schema": [HASH, {"attribute_name": "c", "key_type": "RANGE"}],
                "projection": {"projection_type": "KEYS_ONLY"},
            }
        ],
    },
    "vector_indexes": {
        "vector_indexes": [
            {
                "index_name": "alike",
                "vector_attribute": {"attribute_name": "v"},
                "dimensions": 3,
                "distance_function": "COSINE",
                "projection": {"projection_type": "KEYS_ONLY"},
            }
        ]
    },
    "stream_specification": {"stream_specification": {"stream_view_type": "OLD_IMAGE"}},
    "time_to_live_specification": {"time_to_live_specification": {"attribute_name": "expires"}},
    "point_in_time_recovery_specification": {
        "point_in_time_recovery_specification": {"recovery_period_in_days": 7, "point_in_time_recovery_enabled": True}
    },
    "sse_specification": {"sse_specification": {"enabled": True, "sse_type": "KMS"}},
    "table_class": {"table_class": "STANDARD_INFREQUENT_ACCESS"},
    "deletion_protection_enabled": {"deletion_protection_enabled": True},
    "tags": {"tags": {"team": "orders", "stage": "test"}},
    "resource_policy": {"resource_policy": POLICY},
    "contributor_insights_specification": {"contributor_insights_specification": {"enabled": True}},
    "kinesis_stream_specification": {
        "kinesis_stream_specification": {"stream_arn": "arn:aws:kinesis:us-east-1:123456789012:stream/changes"}
    },
}

_BY_B = {"index_name": "by_b", "key_schema": [{"attribute_name": "b", "key_type": "HASH"}], "projection": ALL}


def _with_index(field: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {**properties, "global_secondary_indexes": [{**_BY_B, **field}]}


INDEX_FIELDS: dict[str, dict[str, Any]] = {
    "global_secondary_indexes.provisioned_throughput": _with_index(
        {"provisioned_throughput": {"read_capacity_units": 2, "write_capacity_units": 1}}, **PROPERTIES["billing_mode"]
    ),
    "global_secondary_indexes.on_demand_throughput": _with_index(
        {"on_demand_throughput": {"max_read_request_units": 40}}, billing_mode="PAY_PER_REQUEST"
    ),
    "global_secondary_indexes.warm_throughput": _with_index(PROPERTIES["warm_throughput"]),
    "global_secondary_indexes.contributor_insights_specification": _with_index(
        PROPERTIES["contributor_insights_specification"]
    ),
    "two HASH attributes in an index": _with_index({"key_schema": [HASH, {**HASH, "attribute_name": "b"}]}),
}
"""One example of every optional field of an index, and of a key with several attributes."""


def table(name: str, **properties: Any) -> dict[str, Any]:
    return {"name": name, "attributes": [S, T], "key_schema": [HASH], **properties}
