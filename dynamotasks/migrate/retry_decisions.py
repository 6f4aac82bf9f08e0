"""Decide whether a call that DynamoDB refused may succeed later."""

from __future__ import annotations

from ..aws.retry_policy import TABLE_IN_USE, is_retryable
from ..errors import CallError, Interrupted
from ..schema.live_table import LiveTable

_INVALID_ATTEMPTS = 2


class RetryDecisions:
    """The decisions about the attempts of one operation.

    Args:
        now: monotonic seconds.
        consistency: the seconds after which reads show every earlier change.
        about_index: whether the operation changes an index.
    """

    def __init__(self, now: float, consistency: float, *, about_index: bool) -> None:
        self._idle_since = now
        self._consistency = consistency
        self._about_index = about_index
        self._invalid = 0

    def retry(self, error: CallError | Interrupted, live: LiveTable | None, attempts: int, now: float) -> bool:
        """Return whether to send a call again.

        Args:
            error: of the last attempt.
            live: the table after that attempt.
            attempts: the number of attempts so far.
            now: monotonic seconds.
        """
        if live is not None and not live.idle:
            self._idle_since = now
        if is_retryable(error, attempts):
            return True
        if error.code == "ValidationException":
            return self._may_become_valid(live)
        # the table is reported as busy but reads as idle: the read is out of date, or the engine means another problem
        return error.code in TABLE_IN_USE and now - self._idle_since <= self._consistency

    def _may_become_valid(self, live: LiveTable | None) -> bool:
        """Return whether a change in progress, now or a moment ago, may have made the call invalid."""
        busy = live is not None and (live.status != "ACTIVE" or (self._about_index and not live.idle))
        self._invalid = 0 if busy else self._invalid + 1
        return live is not None and self._invalid < _INVALID_ATTEMPTS
