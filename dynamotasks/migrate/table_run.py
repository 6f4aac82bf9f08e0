"""Apply the plan of one table: its steps in order; one that is not completed blocks only what requires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..errors import DynamotasksError, StepError, TargetError
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from .call_gate import Stopped
from .events import ApplyEvent, Cause, Outcome, StepEnded, StepStarted, StepWaiting, TableReplanned
from .plan import Step, TablePlan, TargetTable
from .planner import plan_table
from .run_context import RunContext, StepContext
from .step_run import StepRun
from .table_reader import read_table
from .verification import StepGoal

_COMPLETED = (Outcome.DONE, Outcome.SKIPPED)


class TableRun:
    """The steps of one table. `report` receives the events."""

    def __init__(self, run: RunContext, table: TablePlan, report: Callable[[ApplyEvent], None]) -> None:
        self._run, self._table, self._report = run, table, report
        self._permitted = table.steps
        self._deadline = run.gate.now() + run.timeout
        self._unmet: dict[PropertyPath, Outcome] = {}

    def execute(self) -> None:
        """Execute all steps. Errors become events."""
        number = 0
        while number < len(self._table.steps):
            step = self._table.steps[number]
            ended = self._refused(step, number) or self._send(step, number)
            self._note(ended)
            self._report(ended)
            number += 1
            if number == 1 and step.call is None and not self._unmet:
                self._plan_again(step)
            self._run.local_ttl.keep(self._table.table, self._table.steps[number:])

    def _plan_again(self, waited: Step) -> None:
        """Plan the table again: what it needs is only known now that it is idle."""
        try:
            declared = self._table.wanted
            live = self._run.gate.read(lambda: read_table(self._run.database, self._table.table, declared))
            now = plan_table(TargetTable(declared, self._table.skipped), live, prune=self._run.prune)
        except Stopped:
            return
        except DynamotasksError as error:
            notes = (f"could not be read: {error.what}",)
            now = replace(self._table, steps=(), state="unknown", unread={"table": error.what}, notes=notes)
        self._table = replace(now, steps=(waited, *now.steps))
        self._report(TableReplanned(self._table.table, self._table))

    def _refused(self, step: Step, number: int) -> StepEnded | None:
        """Return how a step that must not be sent ends; `None` for one that may."""

        def ended(outcome: Outcome, cause: Cause | None, error: DynamotasksError | None = None) -> StepEnded:
            return StepEnded(step.table, step, outcome, cause, error)

        required = [self._unmet[path] for path in (WHOLE_TABLE, step.path, *step.needs) if path in self._unmet]
        if self._run.gate.stop.is_set():
            return ended(Outcome.INTERRUPTED, Cause.NOT_STARTED)
        if step.kind == "impossible":
            return ended(Outcome.FAILED, Cause.IMPOSSIBLE)
        if required and required[0] is Outcome.PENDING:
            return ended(Outcome.PENDING, Cause.AFTER_PENDING)
        if cause := Cause.PREREQUISITE if required else self._blocks(step):
            return ended(Outcome.BLOCKED, cause)
        if step.call is None and not self._run.wait and number == len(self._table.steps) - 1:
            return ended(Outcome.PENDING, Cause.NO_WAIT)
        if self._run.gate.now() > self._deadline:
            late = StepError("not started: timed out", hint="run the same command again, or raise --timeout")
            return ended(Outcome.FAILED, None, late)
        return None

    def _blocks(self, step: Step) -> Cause | None:
        if step.destructive and not self._run.allow_destructive:
            return Cause.NEEDS_CONSENT
        reviewed = step.destructive or self._run.fixed
        return Cause.NOT_IN_PLAN if reviewed and step not in self._permitted else None

    def _send(self, step: Step, number: int) -> StepEnded:
        name = self._table.table
        self._report(StepStarted(name, step))
        # without waiting, a backfill continues in the background, and what must come after it is left to a later run
        waits = self._run.wait or (number + 1 < len(self._table.steps) and not step.slow)
        context = StepContext(
            run=self._run,
            goal=StepGoal.of(self._table, number),
            deadline=self._deadline,
            waits=waits,
            notify=lambda status: self._report(StepWaiting(name, step, status)),
        )
        try:
            return StepRun(context).execute()
        except DynamotasksError as error:
            return StepEnded(name, step, Outcome.FAILED, error=error)

    def _note(self, ended: StepEnded) -> None:
        """Note what blocks later steps."""
        if ended.outcome is Outcome.CONTINUES:
            self._unmet[WHOLE_TABLE] = Outcome.PENDING
        elif isinstance(ended.error, TargetError):  # every other call would fail alike
            self._unmet[WHOLE_TABLE] = Outcome.FAILED
        elif ended.outcome not in _COMPLETED and ended.cause is not Cause.UNVERIFIED:
            self._unmet.setdefault(ended.step.path, ended.outcome)
