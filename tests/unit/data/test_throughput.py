"""The segments of a scan, and the share of a table's capacity that a bulk operation uses."""

from __future__ import annotations

from typing import Any

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.target import Target
from dynamotasks.data.throughput import Throughput
from dynamotasks.schema.live_table import LiveTable
from dynamotasks.schema.table_spec import Key, OnDemandThroughput, ProvisionedThroughput, TableSpec, WarmThroughput

MIB = 1024 * 1024


def live(size: int = 0, **spec: Any) -> LiveTable:
    keys = (Key(attribute_name="id", key_type="HASH"),)
    return LiveTable(
        spec=TableSpec(name="users", attributes=(), key_schema=keys, **spec), status="ACTIVE", arn="", size=size
    )


def database(endpoint: str) -> Database:
    return Database(Target(env="here", endpoint=endpoint, region="us-east-1", credentials="dummy"))


AWS = "https://dynamodb.us-east-1.amazonaws.com"


@pytest.mark.parametrize(("size", "segments"), [(1, 1), (MIB, 2), (100 * MIB, 4), (0, 4), (-5 * MIB, 1)])
def test_table_is_not_scanned_in_more_segments_than_it_has_pages(size: int, segments: int) -> None:
    assert Throughput(concurrency=4).segments(live(size)) == segments


@pytest.mark.parametrize(
    ("spec", "reads", "writes"),
    [
        ({}, 6000, 2000),
        ({"provisioned_throughput": ProvisionedThroughput(read_capacity_units=10, write_capacity_units=5)}, 5, 2.5),
        (
            {"warm_throughput": WarmThroughput(read_units_per_second=20_000, write_units_per_second=10_000)},
            10_000,
            5000,
        ),
        (
            {"on_demand_throughput": OnDemandThroughput(max_read_request_units=100, max_write_request_units=-1)},
            50,
            2000,
        ),
    ],
)
def test_half_of_the_capacity_is_used_in_aws(spec: dict[str, Any], reads: float, writes: float) -> None:
    with database(AWS) as aws:
        table, throughput = live(**spec), Throughput()
        assert (throughput.read_pace(aws, table).units, throughput.write_pace(aws, table).units) == (reads, writes)


def test_given_limits_replace_the_share() -> None:
    with database(AWS) as aws:
        throughput = Throughput(max_read_units=7, max_write_units=9)
        assert (throughput.read_pace(aws, live()).units, throughput.write_pace(aws, live()).units) == (7, 9)


def test_local_engines_are_not_limited() -> None:
    with database("http://localhost:8000") as local:
        assert (Throughput().read_pace(local, live()).units, Throughput().write_pace(local, live()).units) == (
            None,
            None,
        )
