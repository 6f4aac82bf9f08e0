"""Execute one operation: send its call with retries, then wait until the change is visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..aws.backoff import backoff_delays
from ..aws.retry_policy import is_ttl_limit
from ..errors import CallError, DynamotasksError, Hint, Interrupted, StepError, Task
from ..schema.diff import INDEX_LISTS
from ..schema.live_table import LiveTable
from ..schema.serialization import Call
from ..schema.table_description import from_description
from .call_gate import Stopped
from .events import Cause, ErrorResponse, OperationEnded, Outcome, Reading
from .local_ttl import IndexWatch
from .operation_wait import OperationWait, timed_out
from .operations.tables import CreateTable, DeleteTable
from .retry_decisions import RetryDecisions
from .run_context import OperationContext
from .safety_checks import check_empty, requires_empty_table
from .verification import (
    creates_again,
    is_reached,
    is_reached_by_description,
    settings_changed,
    table_changed,
)


@dataclass(frozen=True, slots=True)
class _Sent:
    """An operation was sent, or the table already was as it makes it.

    Attributes:
        table: the table as the response shows it, if that is as good as reading it.
        by_others: another process did it.
    """

    table: LiveTable | None = None
    by_others: bool = False


class OperationRun:
    """The execution of one operation, which is possible and permitted."""

    def __init__(self, context: OperationContext) -> None:
        self._context, self._run, self._gate = context, context.run, context.run.gate
        self._goal, self._operation = context.goal, context.goal.operation
        self._watch = IndexWatch(self._gate, self._run.local_ttl, context.notify)
        about_index = self._operation.path.name in INDEX_LISTS
        self._decisions = RetryDecisions(self._gate.now(), context.consistency, about_index=about_index)

    def execute(self) -> OperationEnded:
        """Send the operation and wait for it.

        Returns:
            How it ended.

        Raises:
            CallError, TargetError: DynamoDB refused it, or could not be reached.
            StepError: it timed out, another process changed the table, or the engine ignored the call.
        """
        begun = False
        try:
            sent = self._send(self._operation.call) if self._operation.call else _Sent()
            if isinstance(sent, OperationEnded):
                return sent
            begun = self._operation.call is not None
            return self._wait(sent)
        except Stopped:
            return self._ended(Outcome.INTERRUPTED, Cause.STARTED if begun else Cause.NOT_STARTED)

    def _ended(self, outcome: Outcome, cause: Any = None, error: DynamotasksError | None = None) -> OperationEnded:
        return OperationEnded(self._operation.table, self._operation, outcome, cause, error)

    def _wait(self, sent: _Sent) -> OperationEnded:
        wait = OperationWait(self._context, self._watch)
        error = None
        if isinstance(self._operation, DeleteTable):
            wait.until_deleted(sent.table)
        elif self._context.waits or not self._operation.until_idle:
            error = wait.until_visible(sent.table, by_others=sent.by_others)
        if error:
            return self._ended(Outcome.FAILED, Cause.UNVERIFIED, error)
        return self._ended(Outcome.CONTINUES if self._operation.is_slow and not self._context.waits else Outcome.DONE)

    def _send(self, call: Call) -> _Sent | OperationEnded:
        """Send the call until it is accepted, unless the table already is as it makes it."""
        for attempts, delay in enumerate(backoff_delays(), start=1):
            if self._verifies_first and self._is_done_already():
                return self._ended(Outcome.SKIPPED)
            try:
                answer = self._gate.turn(lambda: self._checked_call(call))
                return answer if isinstance(answer, OperationEnded) else _Sent(self._table_of(answer))
            except (CallError, Interrupted) as error:
                if ended := self._refused(error, attempts, delay):
                    return ended
            self._gate.pause(delay)
        raise AssertionError("unreachable: backoff_delays() has no end")

    def _checked_call(self, call: Call) -> dict[str, Any] | OperationEnded:
        checks = requires_empty_table(self._operation, self._run.created)
        if checks and (blocked := check_empty(self._run.database, self._operation)):
            return blocked
        return self._run.database.call(call)

    def _table_of(self, answer: dict[str, Any]) -> LiveTable | None:
        if isinstance(self._operation, CreateTable):
            self._run.created.add(self._operation.table)
        at_once = isinstance(self._operation, CreateTable) and self._run.database.engine.creates_at_once
        return (
            from_description(answer["TableDescription"])
            if at_once or isinstance(self._operation, DeleteTable)
            else None
        )

    def _refused(self, error: CallError | Interrupted, attempts: int, delay: float) -> _Sent | OperationEnded | None:
        """Return the result of an operation that got an error; `None` to retry the call."""
        live = self._read_after(error)
        if self._is_reached(live):
            return _Sent(by_others=isinstance(self._operation, CreateTable))
        if is_ttl_limit(error):
            return self._ended(Outcome.PENDING, Cause.TTL_LIMIT)
        activity = live.activity if live else None
        if activity:
            self._watch.check(activity)
        if not self._decisions.retry(error, live, attempts, self._gate.now()):
            raise error
        if not self._context.waits and activity and activity.index:
            return self._ended(Outcome.PENDING, activity)
        status = activity or ErrorResponse(error.code)
        if self._gate.now() + delay > self._context.deadline:
            raise timed_out(status, self._run.timeout) from error
        self._context.notify(status)
        return None

    def _read_after(self, error: CallError | Interrupted) -> LiveTable | None:
        try:
            return self._context.read()
        except (CallError, Interrupted):
            raise error from None

    @property
    def _verifies_first(self) -> bool:
        loses = self._operation.is_destructive or self._goal.follows_a_loss
        return loses or requires_empty_table(self._operation, self._run.created)

    def _is_done_already(self) -> bool:
        """Read the table again before a destructive call: it may have changed since it was planned.

        Raises:
            StepError: the table is neither as planned nor as declared.
        """
        trusted_at = self._gate.now() + self._context.consistency
        for delay in backoff_delays():
            live = self._context.read()
            try:
                if self._is_reached(live):
                    return True
                changed = self._changed(live) if self._operation.is_destructive else None
            except CallError as error:
                if error.not_found and self._is_replaced(live):
                    continue
                raise
            if changed is None:
                return False
            if self._gate.now() > trusted_at:
                raise StepError(
                    f"not sent, because the table changed since it was planned: {changed}",
                    hint=Hint(
                        "another process is changing it: see ", Task("plan"), ", then run the same command again"
                    ),
                )
            self._context.notify(Reading.BEFORE)
            self._gate.pause(delay)
        raise AssertionError("unreachable: backoff_delays() has no end")

    def _is_replaced(self, live: LiveTable | None) -> bool:
        """Return whether the table was deleted or recreated since it was read."""
        now = self._context.read()
        return now is None or (live is not None and not now.is_same(live))

    def _is_reached(self, live: LiveTable | None) -> bool:
        reached = is_reached_by_description(self._goal, live)
        if reached is None and live is not None:
            return is_reached(self._goal, self._context.read_settings(live))
        return bool(reached)

    def _changed(self, live: LiveTable | None) -> str | None:
        if changed := table_changed(self._goal, live):
            return changed
        if live is None or creates_again(self._goal):
            return None
        return settings_changed(self._goal, self._context.read_settings(live))
