"""Which errors are retried, and for how long."""

from __future__ import annotations

import pytest

from dynamotasks.aws.backoff import backoff_delays, with_retries
from dynamotasks.aws.retry_policy import is_retryable, is_retryable_read, is_ttl_limit
from dynamotasks.errors import CallError, Interrupted, NoAnswer


def call_error(code: str, message: str = "message") -> CallError:
    return CallError(message, code=code)


@pytest.mark.parametrize(
    "code",
    ["ThrottlingException", "InternalFailure", "RequestLimitExceeded", "ResourceNotFoundException"],
)
def test_transient_error_is_retried_eight_times(code: str) -> None:
    assert is_retryable(call_error(code), 7)
    assert not is_retryable(call_error(code), 8)


def test_broken_connection_is_retried_three_times() -> None:
    assert is_retryable(Interrupted("no response"), 2)
    assert not is_retryable(Interrupted("no response"), 3)


# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html#API_UpdateTable_Errors
@pytest.mark.parametrize(
    ("message", "retried"),
    [
        ("Too many operations for a given subscriber", True),
        ("Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted simultaneously", True),
        ("Attempt to change a resource which is still in use: Table is being updated", True),
        ("Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1 day(s)", False),
    ],
)
def test_simultaneous_operations_are_retried_and_exhausted_quotas_are_not(message: str, retried: bool) -> None:
    assert is_retryable(call_error("LimitExceededException", message), 100) is retried


def test_backups_of_a_new_table_are_awaited() -> None:
    assert is_retryable(call_error("ContinuousBackupsUnavailableException"), 100)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceInUseException", "ValidationException"])
def test_permanent_error_is_not_retried(code: str) -> None:
    assert not is_retryable(call_error(code), 1)


def test_setting_in_transition_is_retried() -> None:
    assert is_retryable(call_error("ValidationException", "The stream is not in a valid state"), 100)


def test_read_retries_validation_errors_but_not_timeouts() -> None:
    assert is_retryable_read(call_error("ValidationException"), 7)
    assert not is_retryable_read(call_error("ValidationException"), 8)
    assert not is_retryable_read(NoAnswer("the request timed out"), 1)


def test_ttl_limit_is_recognized_by_its_message() -> None:
    message = "Time to live has been modified multiple times within a fixed interval"
    assert is_ttl_limit(call_error("ValidationException", message))
    assert not is_ttl_limit(call_error("ValidationException"))


def test_delays_grow_to_a_maximum_with_jitter() -> None:
    delays = [delay for delay, _ in zip(backoff_delays(), range(30), strict=False)]
    assert 0.08 <= delays[0] <= 0.12
    assert all(4 <= delay <= 6 for delay in delays[15:])


def test_read_is_repeated_after_a_pause() -> None:
    outcomes: list[CallError | str] = [call_error("ThrottlingException"), call_error("InternalFailure"), "table"]
    pauses: list[float] = []

    def read() -> str:
        outcome = outcomes.pop(0)
        if isinstance(outcome, CallError):
            raise outcome
        return outcome

    assert with_retries(read, pauses.append) == "table"
    assert len(pauses) == 2


def test_permanent_error_of_a_read_is_raised_without_a_pause() -> None:
    pauses: list[float] = []

    def read() -> None:
        raise call_error("AccessDeniedException")

    with pytest.raises(CallError):
        with_retries(read, pauses.append)
    assert not pauses
