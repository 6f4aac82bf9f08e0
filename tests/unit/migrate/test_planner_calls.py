"""The calls of plans for capacity and Kinesis streams, the effect on replicas, and tables that could not be read."""

from __future__ import annotations

from typing import Any

import pytest

from dynamotasks.migrate.operations.settings import ChangeKinesisStream
from dynamotasks.migrate.plan import TableState, TargetTable
from dynamotasks.migrate.planner import plan
from dynamotasks.schema.table_spec import (
    KinesisStream,
    OnDemandThroughput,
    StreamSpecification,
    TableSpec,
    WarmThroughput,
)
from tests.support.specs import index, live, planned, spec

STREAM = {"stream_specification": StreamSpecification(stream_view_type="KEYS_ONLY")}


def parameters(before: TableSpec, after: TableSpec) -> list[dict[str, Any]]:
    """Return the parameters of each call, without the table and its attributes."""
    calls = [operation.call for operation in planned(after, live(before)).operations]
    common = ("TableName", "AttributeDefinitions")
    return [{name: value for name, value in call.parameters.items() if name not in common} for call in calls if call]


def test_precision_of_a_kinesis_stream_is_updated_in_place() -> None:
    stream = {"stream_arn": "arn:1", "approximate_creation_date_time_precision": "MICROSECOND"}
    before = spec(kinesis_stream_specification=KinesisStream(stream_arn="arn:1"))
    table = planned(spec(kinesis_stream_specification=KinesisStream(**stream)), live(before))  # type: ignore[arg-type]
    (operation,) = table.operations
    assert isinstance(operation, ChangeKinesisStream)
    assert operation.call.parameters["UpdateKinesisStreamingConfiguration"] == {
        "ApproximateCreationDateTimePrecision": "MICROSECOND"
    }


def test_warm_throughput_of_an_index_is_raised_through_its_table() -> None:
    cold, warm = (WarmThroughput(read_units_per_second=units, write_units_per_second=1) for units in (1, 2))
    changed = parameters(spec(index("email", warm_throughput=cold)), spec(index("email", warm_throughput=warm)))
    units = {"ReadUnitsPerSecond": 2, "WriteUnitsPerSecond": 1}
    assert changed == [{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "email", "WarmThroughput": units}}]}]


def test_on_demand_maxima_of_table_and_index_are_separate_calls() -> None:
    low, high = (OnDemandThroughput(max_read_request_units=units, max_write_request_units=1) for units in (1, 2))
    before = spec(index("email", on_demand_throughput=low), on_demand_throughput=low)
    changed = parameters(before, spec(index("email", on_demand_throughput=high), on_demand_throughput=high))
    assert [sorted(call) for call in changed] == [["OnDemandThroughput"], ["GlobalSecondaryIndexUpdates"]]


@pytest.mark.parametrize(
    ("state", "applied"),
    [
        ({"global_table_version": "2019.11.21"}, True),
        ({"global_table_version": "2017.11.29"}, False),
        ({"global_table_version": "2019.11.21", "multi_region_consistency": "STRONG"}, None),
    ],
    ids=["current version", "legacy version", "strong consistency"],
)
def test_stream_of_a_global_table_affects_replicas(state: dict[str, Any], applied: bool | None) -> None:
    table = planned(spec(**STREAM), live(spec(), replicas={"us-east-1": "ACTIVE"}, **state))
    effects = [operation.replica_effect for operation in table.operations]
    assert [effect and effect.applied for effect in effects] == [applied]


def test_table_that_could_not_be_read_has_no_operations() -> None:
    made = plan([TargetTable(spec())], {}, read_errors={"orders": "denied"})
    assert (made.tables[0].state, made.tables[0].read_error, made.operations) == (TableState.UNKNOWN, "denied", ())
