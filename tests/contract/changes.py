"""Changes of a table, with the property that an engine must support for each."""

from __future__ import annotations

from typing import Any

from .properties import ALL, HASH, PROPERTIES

ON_DEMAND = {"billing_mode": "PAY_PER_REQUEST"}
FIVE = {"read_capacity_units": 5, "write_capacity_units": 5}
SIX = {"read_capacity_units": 6, "write_capacity_units": 4}
B_HASH = [{"attribute_name": "b", "key_type": "HASH"}]
BY_B = {"index_name": "by_b", "key_schema": B_HASH, "projection": ALL}
BY_A = {"index_name": "by_a", "key_schema": [HASH], "projection": ALL}
VECTOR = PROPERTIES["vector_indexes"]["vector_indexes"][0]
BINARY = [{"name": "a", "type": "S"}, {"name": "b", "type": "B"}]
PROVISIONED = {"billing_mode": "PROVISIONED", "provisioned_throughput": FIVE}


def indexes(*given: dict[str, Any]) -> dict[str, Any]:
    return {"global_secondary_indexes": list(given)}


CHANGES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "on-demand to provisioned": ("billing_mode", ON_DEMAND, PROVISIONED),
    "provisioned to on-demand": ("billing_mode", PROVISIONED, ON_DEMAND),
    "on-demand to provisioned with an index": (
        "billing_mode",
        {**ON_DEMAND, **indexes(BY_B)},
        {**PROVISIONED, **indexes({**BY_B, "provisioned_throughput": SIX})},
    ),
    "throughput of an index": (
        "global_secondary_indexes",
        {**PROVISIONED, **indexes({**BY_B, "provisioned_throughput": FIVE})},
        {**PROVISIONED, **indexes({**BY_B, "provisioned_throughput": SIX})},
    ),
    "throughput of table and index": (
        "provisioned_throughput",
        {**PROVISIONED, **indexes({**BY_B, "provisioned_throughput": FIVE})},
        {
            **PROVISIONED,
            "provisioned_throughput": SIX,
            **indexes({**BY_B, "provisioned_throughput": {**SIX, "read_capacity_units": 7}}),
        },
    ),
    "change on-demand maxima": (
        "on_demand_throughput",
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": 10, "max_write_request_units": 10}},
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": 20, "max_write_request_units": 30}},
    ),
    "set one maximum": (
        "on_demand_throughput",
        ON_DEMAND,
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": 10}},
    ),
    "remove one maximum": (
        "on_demand_throughput",
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": 10, "max_write_request_units": 10}},
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": 20, "max_write_request_units": -1}},
    ),
    "remove both maxima": (
        "on_demand_throughput",
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": 10, "max_write_request_units": 10}},
        {**ON_DEMAND, "on_demand_throughput": {"max_read_request_units": -1, "max_write_request_units": -1}},
    ),
    "raise warm throughput": (
        "warm_throughput",
        ON_DEMAND,
        {**ON_DEMAND, "warm_throughput": {"read_units_per_second": 14000, "write_units_per_second": 5000}},
    ),
    "add an index": ("global_secondary_indexes", indexes(BY_A), indexes(BY_A, BY_B)),
    "remove an index": ("global_secondary_indexes", indexes(BY_A, BY_B), indexes(BY_A)),
    "remove an index with the key of the table": ("global_secondary_indexes", indexes(BY_A, BY_B), indexes(BY_B)),
    "replace one index by three": (
        "global_secondary_indexes",
        indexes(BY_B),
        indexes({**BY_B, "index_name": "second"}, {**BY_B, "index_name": "other"}, {**BY_A, "index_name": "third"}),
    ),
    "change the key of an index": (
        "global_secondary_indexes",
        indexes(BY_B),
        indexes({**BY_B, "key_schema": [*B_HASH, {"attribute_name": "a", "key_type": "RANGE"}]}),
    ),
    "change a projection": (
        "global_secondary_indexes",
        indexes(BY_B),
        indexes({**BY_B, "projection": {"projection_type": "INCLUDE", "non_key_attributes": ["x"]}}),
    ),
    "change the key type of an index": (
        "global_secondary_indexes",
        indexes(BY_B),
        {"attributes": BINARY, **indexes(BY_B, {**BY_B, "index_name": "too"})},
    ),
    "change the key type of two indexes": (
        "global_secondary_indexes",
        indexes(BY_B, {**BY_B, "index_name": "too"}),
        {"attributes": BINARY, **indexes(BY_B, {**BY_B, "index_name": "too"})},
    ),
    "add a vector index": ("vector_indexes", ON_DEMAND, {**ON_DEMAND, "vector_indexes": [VECTOR]}),
    "enable a stream": ("stream_specification", {}, {"stream_specification": {"stream_view_type": "KEYS_ONLY"}}),
    "change the view type of a stream": (
        "stream_specification",
        {"stream_specification": {"stream_view_type": "KEYS_ONLY"}},
        {"stream_specification": {"stream_view_type": "NEW_IMAGE"}},
    ),
    "disable a stream": (
        "stream_specification",
        {"stream_specification": {"stream_view_type": "KEYS_ONLY"}},
        {"stream_specification": {"stream_enabled": False}},
    ),
    "enable TTL": ("time_to_live_specification", {}, {"time_to_live_specification": {"attribute_name": "e"}}),
    "disable TTL": (
        "time_to_live_specification",
        {"time_to_live_specification": {"attribute_name": "e"}},
        {"time_to_live_specification": {"enabled": False}},
    ),
    "enable recovery": (
        "point_in_time_recovery_specification",
        {},
        {"point_in_time_recovery_specification": {"point_in_time_recovery_enabled": True}},
    ),
    "change the recovery period": (
        "point_in_time_recovery_specification",
        PROPERTIES["point_in_time_recovery_specification"],
        {
            "point_in_time_recovery_specification": {
                "point_in_time_recovery_enabled": True,
                "recovery_period_in_days": 3,
            }
        },
    ),
    "disable recovery": (
        "point_in_time_recovery_specification",
        PROPERTIES["point_in_time_recovery_specification"],
        {"point_in_time_recovery_specification": {"point_in_time_recovery_enabled": False}},
    ),
    "enable encryption": ("sse_specification", {}, PROPERTIES["sse_specification"]),
    "disable encryption": (
        "sse_specification",
        PROPERTIES["sse_specification"],
        {"sse_specification": {"enabled": False}},
    ),
    "change the table class": ("table_class", {}, PROPERTIES["table_class"]),
    "enable protection": ("deletion_protection_enabled", {}, {"deletion_protection_enabled": True}),
    "disable protection": (
        "deletion_protection_enabled",
        {"deletion_protection_enabled": True},
        {"deletion_protection_enabled": False},
    ),
    "change tags": ("tags", {"tags": {"team": "a", "old": "x"}}, {"tags": {"team": "b", "new": "y"}}),
    "set a policy": ("resource_policy", {}, PROPERTIES["resource_policy"]),
    "enable insights": ("contributor_insights_specification", {}, PROPERTIES["contributor_insights_specification"]),
    "enable Kinesis streaming": ("kinesis_stream_specification", {}, PROPERTIES["kinesis_stream_specification"]),
}
