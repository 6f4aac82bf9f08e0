"""Plans of single tables: which operations, in which order, at which risk."""

from __future__ import annotations

from typing import Any

import pytest

from dynamotasks.migrate.operations.tables import CreateTable, WaitUntilIdle
from dynamotasks.migrate.plan import TableState, TargetTable
from dynamotasks.migrate.planner import plan, plan_drop, plan_reset
from dynamotasks.migrate.wording import notes
from dynamotasks.schema.property_path import PropertyPath
from dynamotasks.schema.table_spec import (
    Encryption,
    KinesisStream,
    LocalSecondaryIndex,
    OnDemandThroughput,
    PointInTimeRecovery,
    ProvisionedThroughput,
    StreamSpecification,
    TableSpec,
    TimeToLive,
    WarmThroughput,
)
from tests.support.specs import codes, index, live, planned, spec, titles, vector_index

FIVE = ProvisionedThroughput(read_capacity_units=5, write_capacity_units=5)
KEYS = StreamSpecification(stream_view_type="KEYS_ONLY")


def test_missing_table_is_created_before_its_settings() -> None:
    wanted = spec(time_to_live_specification=TimeToLive(attribute_name="expires_at"))
    table = planned(wanted, None)
    assert titles(table.operations) == ["create table", "enable TTL on expires_at"]
    assert (table.state, codes(table)) == (TableState.MISSING, [])


def test_table_that_is_being_deleted_is_created_again() -> None:
    table = planned(spec(), live(spec(), status="DELETING"))
    assert isinstance(table.operations[0], CreateTable)
    assert list(notes(table)) == ["is being deleted; it is recreated afterwards"]


def test_table_in_sync_has_no_operations() -> None:
    table = planned(spec(index("email")), live(spec(index("email"))))
    assert table.is_unchanged


@pytest.mark.parametrize(
    ("state", "position"),
    [({"status": "UPDATING"}, 0), ({"indexes": {"email": "CREATING"}}, 1)],
    ids=["a changing table is waited for first", "a backfilling index is waited for last"],
)
def test_wait_for_a_change_in_progress(state: dict[str, Any], position: int) -> None:
    wanted = spec(time_to_live_specification=TimeToLive(attribute_name="expires_at"))
    table = planned(wanted, live(spec(), **state))
    assert [isinstance(operation, WaitUntilIdle) for operation in table.operations].index(True) == position


def test_creating_table_is_only_waited_for() -> None:
    table = planned(spec(index("email")), live(spec(), status="CREATING"))
    assert titles(table.operations) == ["wait"]
    assert table.state is TableState.BUSY


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], list[str]]] = {
    "stream": ({}, {"stream_specification": KEYS}, ["enable stream"], []),
    "stream off": (
        {"stream_specification": KEYS},
        {"stream_specification": StreamSpecification(stream_enabled=False)},
        ["disable stream"],
        ["DD105"],
    ),
    "stream view type": (
        {"stream_specification": KEYS},
        {"stream_specification": StreamSpecification(stream_view_type="NEW_IMAGE")},
        ["disable stream", "enable stream"],
        ["DD106"],
    ),
    "TTL attribute": (
        {"time_to_live_specification": TimeToLive(attribute_name="old")},
        {"time_to_live_specification": TimeToLive(attribute_name="new")},
        ["disable TTL on old", "enable TTL on new"],
        ["DD108", "DD107"],
    ),
    "protection": ({}, {"deletion_protection_enabled": True}, ["enable deletion protection"], []),
    "no protection": (
        {"deletion_protection_enabled": True},
        {"deletion_protection_enabled": False},
        ["disable deletion protection"],
        ["DD104"],
    ),
    "backups": (
        {},
        {"point_in_time_recovery_specification": PointInTimeRecovery(recovery_period_in_days=7)},
        ["enable point-in-time recovery"],
        [],
    ),
    "no backups": (
        {"point_in_time_recovery_specification": PointInTimeRecovery(recovery_period_in_days=7)},
        {"point_in_time_recovery_specification": PointInTimeRecovery(point_in_time_recovery_enabled=False)},
        ["disable point-in-time recovery"],
        ["DD109"],
    ),
    "shorter recovery period": (
        {"point_in_time_recovery_specification": PointInTimeRecovery(recovery_period_in_days=35)},
        {"point_in_time_recovery_specification": PointInTimeRecovery(recovery_period_in_days=7)},
        ["change point-in-time recovery"],
        ["DD110"],
    ),
    "encryption off": (
        {"sse_specification": Encryption(sse_type="KMS")},
        {"sse_specification": Encryption(enabled=False)},
        ["change sse_specification"],
        ["DD115"],
    ),
    "another Kinesis stream": (
        {"kinesis_stream_specification": KinesisStream(stream_arn="arn:1")},
        {"kinesis_stream_specification": KinesisStream(stream_arn="arn:2")},
        ["disable Kinesis stream arn:1", "enable Kinesis stream arn:2"],
        ["DD114"],
    ),
    "maximum throughput": (
        {},
        {"on_demand_throughput": OnDemandThroughput(max_read_request_units=10)},
        ["change on_demand_throughput"],
        [],
    ),
    "warm throughput": (
        {"warm_throughput": WarmThroughput(read_units_per_second=1, write_units_per_second=1)},
        {"warm_throughput": WarmThroughput(read_units_per_second=2, write_units_per_second=1)},
        ["change warm_throughput.read_units_per_second"],
        [],
    ),
    "tags": (
        {"tags": {"team": "shop", "old": "1"}},
        {"tags": {"team": "crm"}},
        ["set tags", "remove tags"],
        ["DD111"],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected", "risks"), CHANGES.values(), ids=CHANGES)
def test_change_in_place(before: dict[str, Any], after: dict[str, Any], expected: list[str], risks: list[str]) -> None:
    table = planned(spec(**after), live(spec(**before)), prune=True)
    assert titles(table.operations) == expected
    assert codes(table) == risks


def test_ttl_on_an_empty_table_is_safe() -> None:
    wanted = spec(time_to_live_specification=TimeToLive(attribute_name="expires_at"))
    assert codes(planned(wanted, live(spec(), empty=True))) == []


def test_undeclared_index_is_kept_without_prune() -> None:
    table = planned(spec(global_secondary_indexes=()), live(spec(index("email"))))
    assert not table.operations
    assert [change.index for change in table.undeclared] == ["email"]
    assert table.state is TableState.IN_SYNC


def test_switch_to_provisioned_gives_undeclared_indexes_the_capacity_of_the_table() -> None:
    wanted = spec(billing_mode="PROVISIONED", provisioned_throughput=FIVE)
    (operation,) = planned(wanted, live(spec(index("email")))).operations
    assert operation.call
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    assert operation.call.parameters["GlobalSecondaryIndexUpdates"] == [
        {"Update": {"IndexName": "email", "ProvisionedThroughput": units}}
    ]


def local_index() -> LocalSecondaryIndex:
    email = index("email")
    return LocalSecondaryIndex(
        index_name="local", key_schema=(*spec().key_schema, *email.key_schema), projection=email.projection
    )


def number_key() -> TableSpec:
    return spec(types={"id": "N"})


IMPOSSIBLE: dict[str, tuple[TableSpec, TableSpec, str]] = {
    "key type": (spec(), number_key(), "DD202"),
    "local index": (spec(), spec(local_secondary_indexes=(local_index(),), types={"email": "S"}), "DD203"),
    "type of an undeclared index": (spec(index("email")), spec(index("mail", "email"), types={"email": "N"}), "DD205"),
    "dimensions of an undeclared index": (
        spec(vector_indexes=(vector_index("old", 3),)),
        spec(vector_indexes=(vector_index("new", 4),)),
        "DD206",
    ),
    "vector index on a provisioned table": (
        spec(vector_indexes=(vector_index("old", 3),)),
        spec(billing_mode="PROVISIONED", provisioned_throughput=FIVE),
        "DD207",
    ),
    "billing mode that is not declared": (spec(), spec(provisioned_throughput=FIVE), "DD208"),
}


@pytest.mark.parametrize(("before", "after", "code"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_in_place(before: TableSpec, after: TableSpec, code: str) -> None:
    table = planned(after, live(before))
    assert code in codes(table)
    assert [operation.call for operation in table.operations if operation.is_impossible] == [None]


def test_stream_of_a_replicated_table_cannot_be_changed() -> None:
    before = live(spec(stream_specification=KEYS), replicas={"us-east-1": "ACTIVE"})
    after = spec(stream_specification=StreamSpecification(stream_view_type="NEW_IMAGE"))
    assert codes(planned(after, before)) == ["DD204"]


def test_capacity_that_auto_scaling_sets_is_not_changed() -> None:
    path = PropertyPath("provisioned_throughput")
    before = live(spec(billing_mode="PROVISIONED", provisioned_throughput=FIVE), scaled=frozenset({path}))
    six = ProvisionedThroughput(read_capacity_units=6, write_capacity_units=5)
    table = planned(spec(billing_mode="PROVISIONED", provisioned_throughput=six), before)
    assert table.is_unchanged
    assert table.scaled == (path,)


def test_table_that_could_not_be_read_has_no_operations() -> None:
    made = plan([TargetTable(spec())], {}, read_errors={"orders": "AccessDenied"})
    assert made.has_read_errors
    assert not made.operations


def test_reset_lifts_protection_first() -> None:
    existing = live(spec(deletion_protection_enabled=True))
    made = plan_reset([TargetTable(spec())], {"orders": existing})
    assert titles(made.operations) == ["disable deletion protection", "delete table", "create table"]


def test_table_with_replicas_is_not_deleted() -> None:
    made = plan_drop([live(spec(), replicas={"us-east-1": "ACTIVE"})])
    assert [operation.risk and operation.risk.code for operation in made.operations] == ["DD210"]
