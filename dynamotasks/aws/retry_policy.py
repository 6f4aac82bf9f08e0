"""Classify service errors: retryable, quota exhausted, or permanent."""

from __future__ import annotations

from ..errors import CallError, Interrupted, NoAnswer

TABLE_IN_USE = ("ResourceInUseException", "TableInUseException")
_TRANSIENT = (
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    "ThrottlingException",
    "ThrottlingError",
    "RequestLimitExceeded",
    "InternalServerError",
    "InternalFailure",
    "ServiceUnavailable",
)
_OVERLOADED = (*_TRANSIENT, "ProvisionedThroughputExceededException")
# LimitExceededException also reports exhausted quotas, such as four billing mode switches a day: do not retry those
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html#API_UpdateTable_Errors).
_TOO_MANY_AT_ONCE = ("simultaneous", "concurrent", "too many", "being updated")
# the table stays ACTIVE while a Kinesis destination or contributor insights change
_CHANGING = "not in a valid state"
_TTL_CHANGED = "multiple times within a fixed interval"
# attempts, each of which botocore has already retried
_CONNECTION_ATTEMPTS, _SERVICE_ATTEMPTS = 3, 8


def is_retryable(error: CallError | Interrupted, attempts: int) -> bool:
    """Return whether a call may succeed later, regardless of the state of its table.

    Args:
        error: the error of the last attempt.
        attempts: the number of attempts so far.
    """
    if isinstance(error, Interrupted):
        return attempts < _CONNECTION_ATTEMPTS
    if error.code == "LimitExceededException":
        return any(word in error.what.lower() for word in _TOO_MANY_AT_ONCE)
    if error.code == "ValidationException":
        return _CHANGING in error.what
    # reads of a new table are eventually consistent
    transient = error.code in _TRANSIENT or error.not_found
    return error.code == "ContinuousBackupsUnavailableException" or (transient and attempts < _SERVICE_ATTEMPTS)


def is_overloaded(error: CallError) -> bool:
    """Return whether DynamoDB refused to read or write items only because of their rate or for a moment."""
    return error.code in _OVERLOADED


def is_retryable_read(error: CallError | Interrupted, attempts: int) -> bool:
    """Return whether a read may succeed in a few seconds.

    Read requests are valid, so a ValidationException means that the table is changing. Timeouts are not retried.
    """
    if isinstance(error, NoAnswer) or attempts >= _SERVICE_ATTEMPTS:
        return False
    return error.code == "ValidationException" or is_retryable(error, attempts)


def is_ttl_limit(error: CallError | Interrupted) -> bool:
    """Return whether TTL was already changed within the hour.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    """
    return _TTL_CHANGED in error.what
