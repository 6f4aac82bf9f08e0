"""What a refusal of the service means: that waiting helps, that a quota is used up, or that it is one. PURE."""

from __future__ import annotations

from ..errors import CallError, Interrupted, NoAnswer

# of a table that someone is at work on
BUSY = ("ResourceInUseException", "TableInUseException")
# LimitExceededException is also what a quota answers that no waiting helps with, such as four switches a day
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html#API_UpdateTable_Errors).
_CROWDED = ("simultaneous", "concurrent", "too many", "being updated")
# of Kinesis destinations and contributor insights, which are on their way for a while without the table being busy
_NOT_YET = "not in a valid state"
_TTL_AGAIN = "multiple times within a fixed interval"
_CUTS = 3  # tries of a call whose connection breaks; botocore has tried each of them several times already
_TRIES = 8  # of a call that the service shakes off; botocore has tried each of them several times already


def passes(error: CallError | Interrupted, tried: int) -> bool:
    """Whether a call that was refused for no table's sake may succeed later.

    Args:
        error: what it met.
        tried: how often it was sent.
    """
    if isinstance(error, Interrupted):
        return tried < _CUTS
    if error.code == "LimitExceededException":
        return any(word in error.what.lower() for word in _CROWDED)
    if error.code == "ValidationException":
        return _NOT_YET in error.what
    return error.code == "ContinuousBackupsUnavailableException" or (error.passing and tried < _TRIES)


def read_passes(error: CallError | Interrupted, tried: int) -> bool:
    """Return whether a call that only reads may succeed in a few seconds.

    What is asked is always valid: ValidationException is what some reads answer of a table that is on its way.
    No answer in time has been waited for long enough.
    """
    if isinstance(error, NoAnswer) or tried >= _TRIES:
        return False
    return error.code == "ValidationException" or passes(error, tried)


def is_ttl_limit(error: CallError | Interrupted) -> bool:
    """Whether TTL was changed within the hour.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    """
    return _TTL_AGAIN in error.what
