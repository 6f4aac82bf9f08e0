from __future__ import annotations

from dataclasses import replace

import pytest

from dynamotasks.errors import CallError, NoAnswer
from dynamotasks.migrate.retry_decisions import RetryDecisions
from dynamotasks.schema.live_table import LiveTable
from dynamotasks.schema.table_spec import Attribute, Key, TableSpec

SPEC = TableSpec(
    name="users",
    attributes=(Attribute(name="id", type="S"),),
    key_schema=(Key(attribute_name="id", key_type="HASH"),),
)
IDLE = LiveTable(spec=SPEC, status="ACTIVE", arn="")
UPDATING = replace(IDLE, status="UPDATING")
BACKFILLING = replace(IDLE, indexes={"by_x": "CREATING"})
INVALID = CallError("one or more parameter values were invalid", code="ValidationException")
IN_USE = CallError("the table is being updated", code="ResourceInUseException")


def decisions(*, about_index: bool = False) -> RetryDecisions:
    return RetryDecisions(0, 60, about_index=about_index)


def test_throttled_call_is_retried_eight_times() -> None:
    throttled = CallError("rate exceeded", code="ThrottlingException")
    assert [decisions().retry(throttled, IDLE, attempts, 0) for attempts in (1, 7, 8)] == [True, True, False]


def test_lost_answer_is_retried_three_times() -> None:
    lost = NoAnswer("no answer in time")
    assert [decisions().retry(lost, IDLE, attempts, 0) for attempts in (1, 2, 3)] == [True, True, False]


def test_denied_call_is_not_retried() -> None:
    assert not decisions().retry(CallError("no", code="AccessDeniedException"), UPDATING, 1, 0)


def test_exhausted_daily_quota_is_not_retried() -> None:
    quota = CallError("limited to 4 times in 1 day(s)", code="LimitExceededException")
    assert not decisions().retry(quota, UPDATING, 1, 0)


def test_invalid_call_is_retried_once_on_an_idle_table() -> None:
    """What the table was busy with a moment ago can be the reason."""
    decided = decisions()
    assert [decided.retry(INVALID, IDLE, attempts, 0) for attempts in (1, 2)] == [True, False]


def test_invalid_call_is_retried_while_the_table_is_updating() -> None:
    decided = decisions()
    assert all(decided.retry(INVALID, UPDATING, attempts, 0) for attempts in range(1, 50))
    assert decided.retry(INVALID, IDLE, 50, 0)
    assert not decided.retry(INVALID, IDLE, 51, 0)


@pytest.mark.parametrize("about_index", [False, True])
def test_only_index_changes_are_retried_while_an_index_backfills(about_index: bool) -> None:
    decided = decisions(about_index=about_index)
    decided.retry(INVALID, BACKFILLING, 1, 0)
    assert decided.retry(INVALID, BACKFILLING, 2, 0) == about_index


def test_invalid_call_about_a_missing_table_is_not_retried() -> None:
    assert not decisions().retry(INVALID, None, 1, 0)


def test_table_in_use_is_retried_until_it_was_idle_for_a_minute() -> None:
    decided = decisions()
    assert decided.retry(IN_USE, UPDATING, 1, 1000)
    assert decided.retry(IN_USE, IDLE, 2, 1060)
    assert not decided.retry(IN_USE, IDLE, 3, 1061)
