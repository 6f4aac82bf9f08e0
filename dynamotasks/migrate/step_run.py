"""Execute one step: send its call with retries, then wait until the change is visible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..aws.capabilities import DYNAMODB_LOCAL, MOTO
from ..aws.retries import backoff_delays
from ..aws.retry_policy import is_ttl_limit
from ..errors import CallError, DynamotasksError, Hint, Interrupted, StepError, Task
from ..schema.diff import INDEX_LISTS
from ..schema.live_table import LiveTable
from ..schema.serialization import Call
from ..schema.table_description import from_description
from .call_gate import Stopped
from .events import Cause, ErrorResponse, Outcome, Reading, StepEnded, WaitStatus
from .local_ttl import IndexWatch
from .plan import TablePlan
from .retry_decisions import RetryDecisions
from .run_context import RunContext
from .safety_checks import check_empty, requires_empty_table
from .step_wait import StepWait, timed_out
from .table_reader import read_description, with_settings
from .verification import (
    StepGoal,
    creates_again,
    is_reached,
    is_reached_by_description,
    settings_changed,
    table_changed,
)
from .waits import consistency_delay

Notify = Callable[[WaitStatus], None]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A step was sent, or its aim was reached without it.

    Attributes:
        table: the table as the response shows it, if that is as good as reading it.
        by_others: someone else did it.
    """

    table: LiveTable | None = None
    by_others: bool = False


class StepRun:
    """The execution of one step.

    Args:
        run: the run that it belongs to.
        table: the plan that it belongs to.
        number: of the step, which is possible and permitted, from 0.
        deadline: in monotonic seconds.
        waits: whether to wait until the table and its indexes are idle.
        notify: receives what the step waits for.
    """

    def __init__(
        self, run: RunContext, table: TablePlan, number: int, deadline: float, waits: bool, notify: Notify
    ) -> None:
        self._run, self._gate, self._database = run, run.gate, run.database
        self._step = table.steps[number]
        self._goal = StepGoal.of(table, number)
        self._deadline, self._waits, self._notify = deadline, waits, notify
        self._watch = IndexWatch(run.database, run.gate, run.local_ttl, notify)
        about_index = self._step.path.name in INDEX_LISTS
        self._decisions = RetryDecisions(self._gate.now(), self._consistency, about_index=about_index)

    @property
    def _consistency(self) -> float:
        return consistency_delay(self._database.engine)

    def execute(self) -> StepEnded:
        """Send the step and wait for it.

        Returns:
            How it ended.

        Raises:
            CallError, TargetError: DynamoDB refused it, or could not be reached.
            StepError: it timed out, someone else changed the table, or the engine ignored the call.
        """
        begun = False
        try:
            sent = self._send(self._step.call) if self._step.call else _Sent()
            if isinstance(sent, StepEnded):
                return sent
            begun = self._step.call is not None
            return self._wait(sent)
        except Stopped:
            return self._ended(Outcome.INTERRUPTED, Cause.STARTED if begun else Cause.NOT_STARTED)

    def _ended(self, outcome: Outcome, cause: Any = None, error: DynamotasksError | None = None) -> StepEnded:
        return StepEnded(self._step.table, self._step, outcome, cause, error)

    def _wait(self, sent: _Sent) -> StepEnded:
        wait = StepWait(self._run, self._goal, self._deadline, self._notify, self._watch)
        error = None
        if self._goal.operation == "DeleteTable":
            wait.until_deleted(sent.table)
        elif self._waits or not self._step.settles:
            error = wait.until_visible(sent.table, by_others=sent.by_others)
        if error:
            return self._ended(Outcome.FAILED, Cause.UNVERIFIED, error)
        return self._ended(Outcome.CONTINUES if self._step.slow and not self._waits else Outcome.DONE)

    def _send(self, call: Call) -> _Sent | StepEnded:
        """Send the call until it is accepted, unless its aim is reached already."""
        for attempts, delay in enumerate(backoff_delays(), start=1):
            if self._verifies_first and self._is_done_already():
                return self._ended(Outcome.SKIPPED)
            try:
                answer = self._gate.turn(lambda: self._checked_call(call))
                return answer if isinstance(answer, StepEnded) else _Sent(self._table_of(call, answer))
            except (CallError, Interrupted) as error:
                if ended := self._refused(error, attempts, delay):
                    return ended
            self._gate.pause(delay)
        raise AssertionError("unreachable: backoff_delays() has no end")

    def _checked_call(self, call: Call) -> dict[str, Any] | StepEnded:
        checks = requires_empty_table(self._step, self._run.created)
        return (checks and check_empty(self._database, self._step)) or self._database.call(call)

    def _table_of(self, call: Call, answer: dict[str, Any]) -> LiveTable | None:
        if call.operation == "CreateTable":
            self._run.created.add(self._step.table)
        at_once = call.operation == "CreateTable" and self._database.engine in (DYNAMODB_LOCAL, MOTO)
        return from_description(answer["TableDescription"]) if at_once or call.operation == "DeleteTable" else None

    def _refused(self, error: CallError | Interrupted, attempts: int, delay: float) -> _Sent | StepEnded | None:
        """Return what an error means for the step; `None` means that the call is worth another attempt."""
        live = self._read_after(error)
        if self._is_reached(live):
            return _Sent(by_others=self._goal.operation == "CreateTable")
        if is_ttl_limit(error):
            return self._ended(Outcome.PENDING, Cause.TTL_LIMIT)
        activity = live.activity if live else None
        if activity:
            self._watch.check(activity)
        if not self._decisions.retry(error, live, attempts, self._gate.now()):
            raise error
        if not self._waits and activity and activity.index:
            return self._ended(Outcome.PENDING, activity)
        status = activity or ErrorResponse(error.code)
        if self._gate.now() + delay > self._deadline:
            raise timed_out(status, self._run.timeout) from error
        self._notify(status)
        return None

    def _read_after(self, error: CallError | Interrupted) -> LiveTable | None:
        try:
            return self._read()
        except (CallError, Interrupted):
            raise error from None

    @property
    def _verifies_first(self) -> bool:
        loses = self._step.destructive or self._goal.follows_a_loss
        return loses or requires_empty_table(self._step, self._run.created)

    def _is_done_already(self) -> bool:
        """Read the table before something is lost: the plan may be old, and others may be at work.

        Raises:
            StepError: the table is neither as planned nor as declared.
        """
        trusted_at = self._gate.now() + self._consistency
        for delay in backoff_delays():
            live = self._read()
            try:
                if self._is_reached(live):
                    return True
                changed = self._changed(live) if self._step.destructive else None
            except CallError as error:
                if error.not_found and self._is_replaced(live):
                    continue
                raise
            if changed is None:
                return False
            if self._gate.now() > trusted_at:
                raise StepError(
                    f"not sent, because the table changed since it was planned: {changed}",
                    hint=Hint("someone else is at work on it: see ", Task("plan"), ", and run the same command again"),
                )
            self._notify(Reading.BEFORE)
            self._gate.pause(delay)
        raise AssertionError("unreachable: backoff_delays() has no end")

    def _is_replaced(self, live: LiveTable | None) -> bool:
        """Return whether the table was deleted, or created again, since it was read."""
        now = self._read()
        return now is None or (live is not None and not now.is_same(live))

    def _is_reached(self, live: LiveTable | None) -> bool:
        reached = is_reached_by_description(self._goal, live)
        if reached is None and live is not None:
            return is_reached(self._goal, self._read_settings(live))
        return bool(reached)

    def _changed(self, live: LiveTable | None) -> str | None:
        if changed := table_changed(self._goal, live):
            return changed
        if live is None or creates_again(self._goal):
            return None
        return settings_changed(self._goal, self._read_settings(live))

    def _read(self) -> LiveTable | None:
        return self._gate.read(lambda: read_description(self._database, self._step.table))

    def _read_settings(self, live: LiveTable) -> LiveTable:
        return self._gate.read(lambda: with_settings(self._database, live, self._goal.focus))
