"""Apply the plan of one table: its operations in order; one that is not completed blocks only what requires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..errors import DynamotasksError, StepError, TargetError
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from .call_gate import Stopped
from .events import ApplyEvent, Cause, OperationEnded, OperationStarted, OperationWaiting, Outcome, TableReplanned
from .operation_run import OperationRun
from .operations.base import Operation
from .plan import TablePlan, TargetTable
from .planner import plan_table, unreadable
from .run_context import OperationContext, RunContext
from .table_reader import read_table
from .verification import OperationGoal

_COMPLETED = (Outcome.DONE, Outcome.SKIPPED)


class TableRun:
    """The operations of one table. `report` receives the events."""

    def __init__(self, run: RunContext, table: TablePlan, report: Callable[[ApplyEvent], None]) -> None:
        self._run, self._table, self._report = run, table, report
        self._permitted = table.operations
        self._deadline = run.gate.now() + run.timeout
        self._unmet: dict[PropertyPath, Outcome] = {}

    def execute(self) -> None:
        """Execute all operations. Errors become events."""
        number = 0
        while number < len(self._table.operations):
            operation = self._table.operations[number]
            ended = self._refused(operation, number) or self._send(operation, number)
            self._note(ended)
            self._report(ended)
            number += 1
            if number == 1 and operation.call is None and not self._unmet:
                self._plan_again(operation)
            self._run.local_ttl.keep(self._table.table, self._table.operations[number:])

    def _plan_again(self, waited: Operation) -> None:
        """Plan the table again, now that it is idle and all of its settings can be read."""
        try:
            declared = self._table.wanted
            live = self._run.gate.read(lambda: read_table(self._run.database, self._table.table, declared))
            now = plan_table(TargetTable(declared, self._table.skipped), live, prune=self._run.prune)
        except Stopped:
            return
        except DynamotasksError as error:
            now = unreadable(TargetTable(declared, self._table.skipped), error.what)
        self._table = replace(now, operations=(waited, *now.operations))
        self._report(TableReplanned(self._table.table, self._table))

    def _refused(self, operation: Operation, number: int) -> OperationEnded | None:
        """Return how an operation that must not be sent ends; `None` for one that may."""

        def ended(outcome: Outcome, cause: Cause | None, error: DynamotasksError | None = None) -> OperationEnded:
            return OperationEnded(operation.table, operation, outcome, cause, error)

        required = [
            self._unmet[path] for path in (WHOLE_TABLE, operation.path, *operation.needs) if path in self._unmet
        ]
        if self._run.gate.stop.is_set():
            return ended(Outcome.INTERRUPTED, Cause.NOT_STARTED)
        if operation.is_impossible:
            return ended(Outcome.FAILED, Cause.IMPOSSIBLE)
        if required and required[0] is Outcome.PENDING:
            return ended(Outcome.PENDING, Cause.AFTER_PENDING)
        if cause := Cause.PREREQUISITE if required else self._blocks(operation):
            return ended(Outcome.BLOCKED, cause)
        if operation.call is None and not self._run.wait and number == len(self._table.operations) - 1:
            return ended(Outcome.PENDING, Cause.NO_WAIT)
        if self._run.gate.now() > self._deadline:
            late = StepError("not started: timed out", hint="run the same command again, or raise --timeout")
            return ended(Outcome.FAILED, None, late)
        return None

    def _blocks(self, operation: Operation) -> Cause | None:
        if operation.is_destructive and not self._run.allow_destructive:
            return Cause.NEEDS_CONSENT
        reviewed = operation.is_destructive or self._run.is_reviewed
        return Cause.NOT_IN_PLAN if reviewed and operation not in self._permitted else None

    def _send(self, operation: Operation, number: int) -> OperationEnded:
        name = self._table.table
        self._report(OperationStarted(name, operation))
        # without waiting, a backfill continues in the background, and what must come after it is left to a later run
        waits = self._run.wait or (number + 1 < len(self._table.operations) and not operation.is_slow)
        context = OperationContext(
            run=self._run,
            goal=OperationGoal.of(self._table, number),
            deadline=self._deadline,
            waits=waits,
            notify=lambda status: self._report(OperationWaiting(name, operation, status)),
        )
        try:
            return OperationRun(context).execute()
        except DynamotasksError as error:
            return OperationEnded(name, operation, Outcome.FAILED, error=error)

    def _note(self, ended: OperationEnded) -> None:
        """Note what blocks later operations."""
        if ended.outcome is Outcome.CONTINUES:
            self._unmet[WHOLE_TABLE] = Outcome.PENDING
        elif isinstance(ended.error, TargetError):  # every other call would fail the same way
            self._unmet[WHOLE_TABLE] = Outcome.FAILED
        elif ended.outcome not in _COMPLETED and ended.cause is not Cause.UNVERIFIED:
            self._unmet.setdefault(ended.operation.path, ended.outcome)
