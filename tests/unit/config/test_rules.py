"""Test the rules of DynamoDB for tables: each limit is accepted, one more is rejected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dynamotasks.config.environment_rules import check_environment
from dynamotasks.config.environments import Environment
from dynamotasks.config.parsing import Parsed
from dynamotasks.config.table_rules import check, notes
from dynamotasks.schema.table_spec import (
    Attribute,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    LocalSecondaryIndex,
    OnDemandThroughput,
    PointInTimeRecovery,
    Projection,
    ProvisionedThroughput,
    StreamSpecification,
    TableSpec,
    TimeToLive,
    VectorAttribute,
    VectorIndex,
)

HASH, RANGE = Key(attribute_name="id", key_type="HASH"), Key(attribute_name="n", key_type="RANGE")
ALL = Projection(projection_type="ALL")
TABLE = TableSpec(
    name="users",
    key_schema=(HASH, RANGE),
    attributes=(Attribute(name="id", type="S"), Attribute(name="n", type="N")),
)


def findings(**changes: Any) -> list[str]:
    table = replace(TABLE, **changes)
    return [f"{finding.message}; {finding.hint}" for finding in check(Parsed(table, [], set(), {}), table)]


def gsi(name: str = "by_n", keys: tuple[Key, ...] = (HASH,), projection: Projection = ALL) -> GlobalSecondaryIndex:
    return GlobalSecondaryIndex(index_name=name, key_schema=keys, projection=projection)


def lsi(name: str = "local", keys: tuple[Key, ...] = (HASH, RANGE)) -> LocalSecondaryIndex:
    return LocalSecondaryIndex(index_name=name, key_schema=keys, projection=ALL)


def vector(name: str = "vec") -> VectorIndex:
    attribute = VectorAttribute(attribute_name="v")
    return VectorIndex(
        index_name=name, vector_attribute=attribute, dimensions=3, distance_function="COSINE", projection=ALL
    )


def include(count: int, prefix: str = "a") -> Projection:
    return Projection(projection_type="INCLUDE", non_key_attributes=tuple(f"{prefix}{n}" for n in range(count)))


def test_values_at_the_limits_have_no_findings() -> None:
    assert not findings(local_secondary_indexes=tuple(lsi(f"local{n}") for n in range(5)))
    assert not findings(vector_indexes=tuple(vector(f"vec{n}") for n in range(5)))
    assert not findings(global_secondary_indexes=tuple(gsi(f"by_n{n}", projection=include(20)) for n in range(5)))
    assert not findings(tags={f"key{n}": "v" * 256 for n in range(50)})
    assert not findings(name="n" * 255, tags={"k" * 128: ""})


REJECTED: dict[str, dict[str, Any]] = {
    "invalid table name; use 3-255 characters": {"name": "n" * 256},
    "6 local secondary indexes; the maximum is 5 per table": {
        "local_secondary_indexes": tuple(lsi(f"local{n}") for n in range(6))
    },
    "6 vector indexes; the maximum is 5 per table": {"vector_indexes": tuple(vector(f"vec{n}") for n in range(6))},
    "51 tags; the maximum is 50 per table": {"tags": {f"key{n}": "v" for n in range(51)}},
    "is too long; a key has 1-128 characters, a value at most 256": {"tags": {"k": "v" * 257}},
    "tag '' is too short": {"tags": {"": "v"}},
    "the index includes 21 attributes; the maximum is 20 per index": {
        "global_secondary_indexes": (gsi(projection=include(21)),)
    },
    "the indexes include 101 attributes in total; the maximum is 100 per table": {
        "global_secondary_indexes": (
            *(gsi(f"by_n{n}", projection=include(20)) for n in range(5)),
            gsi(projection=include(1)),
        )
    },
    "missing HASH key; add": {"global_secondary_indexes": (gsi(keys=(RANGE,)),)},
    "2 HASH keys; the maximum is 1; only global secondary indexes support more": {
        "key_schema": (HASH, Key(attribute_name="n", key_type="HASH"))
    },
    "5 HASH keys; the maximum is 4": {
        "attributes": tuple(Attribute(name=name, type="S") for name in ("id", "n", *"abcde")),
        "global_secondary_indexes": (gsi(keys=tuple(Key(attribute_name=name, key_type="HASH") for name in "abcde")),),
    },
    "duplicate key attribute 'id'; use different attributes": {
        "global_secondary_indexes": (gsi(keys=(HASH, Key(attribute_name="id", key_type="RANGE"))),)
    },
    "duplicate attribute 'id'; keep one of them": {"attributes": (*TABLE.attributes, TABLE.attributes[0])},
    "is too long; the maximum is 255 bytes": {
        "attributes": (*TABLE.attributes, Attribute(name="é" * 128, type="S")),
        "global_secondary_indexes": (gsi(keys=(Key(attribute_name="é" * 128, key_type="HASH"),)),),
    },
    "missing RANGE key; a local secondary index requires one": {"local_secondary_indexes": (lsi(keys=(HASH,)),)},
    "HASH key 'n' differs from the table's; use 'id'": {
        "local_secondary_indexes": (
            lsi(keys=(Key(attribute_name="n", key_type="HASH"), Key(attribute_name="id", key_type="RANGE"))),
        )
    },
    "non_key_attributes cannot be combined with ALL; set projection_type: INCLUDE": {
        "global_secondary_indexes": (gsi(projection=replace(include(1), projection_type="ALL")),)
    },
    "on_demand_throughput cannot be combined with PROVISIONED; remove it": {
        "provisioned_throughput": ProvisionedThroughput(read_capacity_units=1, write_capacity_units=1),
        "on_demand_throughput": OnDemandThroughput(max_read_request_units=1),
    },
    "vector indexes require PAY_PER_REQUEST; set billing_mode": {
        "provisioned_throughput": ProvisionedThroughput(read_capacity_units=1, write_capacity_units=1),
        "vector_indexes": (vector(),),
    },
    "stream_view_type cannot be combined with stream_enabled: false; remove it": {
        "stream_specification": StreamSpecification(stream_view_type="NEW_IMAGE", stream_enabled=False)
    },
    "missing attribute_name; name the attribute": {"time_to_live_specification": TimeToLive()},
    "sse_type and kms_master_key_id cannot be combined with enabled: false; set enabled: true": {
        "sse_specification": Encryption(enabled=False, sse_type="KMS")
    },
    "recovery_period_in_days cannot be combined with point_in_time_recovery_enabled: false; remove it": {
        "point_in_time_recovery_specification": PointInTimeRecovery(
            point_in_time_recovery_enabled=False, recovery_period_in_days=7
        )
    },
    "missing `Effect`; expected one of: Allow, Deny": {
        "resource_policy": {"Statement": {"Action": "*", "Principal": "*"}}
    },
}


@pytest.mark.parametrize("expected", REJECTED)
def test_table_is_rejected(expected: str) -> None:
    found = findings(**REJECTED[expected])
    assert len(found) == 1
    assert expected in found[0]


def test_more_global_secondary_indexes_than_the_default_quota_are_noted() -> None:
    indexes = tuple(gsi(f"by_n{n}") for n in range(21))
    assert not [note for note in notes(replace(TABLE, global_secondary_indexes=indexes[:20])) if "quota" in str(note)]
    table = replace(TABLE, global_secondary_indexes=indexes)
    assert [note.message for note in notes(table)] == ["21 global secondary indexes"]
    assert not findings(global_secondary_indexes=indexes)


@pytest.mark.parametrize(
    ("environment", "disposable"),
    [
        (Environment(disposable=True), False),
        (Environment(disposable=True, account_id="123456789012"), True),
        (Environment(disposable=True, endpoint="http://ci:8000"), True),
        (Environment(disposable=True, endpoint="http://ci:8000", credentials="chain"), False),
    ],
)
def test_disposable_requires_account_with_real_credentials(environment: Environment, disposable: bool) -> None:
    found = list(check_environment("ci", Parsed(environment, [], set(), {})))
    assert [finding.path for finding in found] == ([] if disposable else [("disposable",)])
