"""Carries a plan out: tables side by side, the steps of one table in order; waits until what it made is true.

Nothing is remembered but the live tables: a run that was killed is finished by planning and running again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Event
from typing import Literal

from ..aws.client import Database
from ..errors import DynamotasksError, StepError, TargetError
from ..schema.limits import TABLES_AT_ONCE
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from .call_gate import CallGate
from .local_ttl import Expiry
from .plan import Plan, Step, TablePlan
from .safety_checks import Withheld
from .step_run import Cancelled, Pending
from .verification import Unread

TIMEOUT = 900.0  # seconds

Kind = Literal["started", "waiting", "done", "failed", "withheld", "pending", "stopped", "planned", "finished"]


@dataclass(frozen=True, slots=True)
class ApplyEvent:
    """What just happened to a table.

    Attributes:
        kind: a step `started`, is `waiting` for `detail`, is `done`, `failed` with `error`, was `withheld` because it
            is destructive, has become so, or needs one that did not reach its end, is `pending` until a later run can
            do it, or was `stopped` by the user; `planned` tells that after a wait the table was planned again, as
            `plan`; `finished` closes the table.
    """

    table: str
    kind: Kind
    step: Step | None = None
    detail: str = ""
    error: DynamotasksError | None = None
    plan: TablePlan | None = None


def apply(
    plan: Plan,
    database: Database,
    *,
    allow_destructive: bool = False,
    wait: bool = True,
    timeout: float = TIMEOUT,
    stop: Event | None = None,
) -> Iterator[ApplyEvent]:
    """Carries out the steps of a plan; a table that fails does not stop the others.

    Args:
        plan: what to do.
        database: where.
        allow_destructive: permits steps that lose data or protection; without it they, and what needs them, are
            withheld.
        wait: `False` leaves a table when the last call that can be sent is sent; what has to wait for it is pending.
        timeout: seconds a table may take in all.
        stop: when set, nothing more is sent.

    Yields:
        What happens, as it happens, from all tables. Closing the generator stops the run after the calls under way.

    Raises:
        TargetError: before the first call, where the account is not the environment's.
    """
    tables = [table for table in plan.tables if table.steps]
    if not tables:
        return
    database.check_account(table.live.arn for table in plan.tables if table.live)
    stop = stop or Event()
    told: SimpleQueue[ApplyEvent] = SimpleQueue()
    expiry = Expiry(database, plan.tables)
    sender = CallGate(database, stop, timeout, expiry)

    def run(table: TablePlan) -> None:
        try:
            _Run(plan, table, sender, told.put, allow_destructive, wait).carry_out()
        finally:
            told.put(ApplyEvent(table.table, "finished"))

    left = len(tables)
    try:
        with ThreadPoolExecutor(min(left, TABLES_AT_ONCE), "dynamotasks") as pool:
            try:
                running = [pool.submit(run, table) for table in tables]
                while left:
                    progress = told.get()
                    left -= progress.kind == "finished"
                    yield progress
            finally:
                if left:  # closed, or interrupted
                    stop.set()
    finally:
        expiry.restore()
    for table in running:
        table.result()  # a mistake of ours in a thread must not be lost


class _Run:
    """The steps of one table; what did not reach its end stops what needs it, and nothing else."""

    def __init__(
        self,
        plan: Plan,
        table: TablePlan,
        sender: CallGate,
        tell: Callable[[ApplyEvent], None],
        allow_destructive: bool,
        wait: bool,
    ) -> None:
        self._plan = plan
        self._table = table
        self._permitted = table.steps
        self._sender = sender
        self._report = tell
        self._allow_destructive = allow_destructive
        self._wait = wait
        self._unmet: dict[PropertyPath, Kind] = {}

    def carry_out(self) -> None:
        deadline = self._sender.deadline()
        number = 0
        while number < len(self._table.steps):
            step = self._table.steps[number]
            try:
                self._carry_out(step, number, deadline)
                if number == 0 and step.call is None and not self._unmet:
                    self._plan_again(step)
            except Cancelled as stopped:
                self._tell("stopped", step, "goes on by itself" if stopped.under_way else "not started")
                for left in self._table.steps[number + 1 :]:
                    self._tell("stopped", left, "not started")
                return
            number += 1
            self._sender.expiry.done(self._table.table, self._table.steps[number:])

    def _plan_again(self, waited: Step) -> None:
        """What there is to do is seen now that the table has come to rest."""
        try:
            now = self._sender.look_again(self._table, prune=self._plan.prune)
        except DynamotasksError as error:
            why = error.what
            now = replace(
                self._table, steps=(), state="unknown", unread={"table": why}, notes=(f"could not be read: {why}",)
            )
        self._table = replace(now, steps=(waited, *now.steps))
        self._report(ApplyEvent(self._table.table, "planned", plan=self._table))

    def _carry_out(self, step: Step, number: int, deadline: float) -> None:
        unmet = next((self._unmet[path] for path in (WHOLE_TABLE, step.path, *step.needs) if path in self._unmet), None)
        if step.kind == "impossible":
            self._end("failed", step, error=StepError(f"impossible in place: {step.reason}", hint=step.hint))
        elif unmet == "pending":
            self._end("pending", step, "after the step before")
        elif unmet is not None:
            self._end("withheld", step, "needs a step that was not done")
        elif step.destructive and not self._allow_destructive:
            self._end("withheld", step)
        elif (step.destructive or self._plan.fixed) and step not in self._permitted:
            self._end("withheld", step, "it was not in the plan that was made before the wait: plan again")
        elif step.call is None and not self._wait and step is self._table.steps[-1]:
            self._end("pending", step, "run it again later")
        elif self._sender.now() > deadline:
            late = StepError("not started: the time is up", hint="run it again, or give it more --timeout")
            self._end("failed", step, error=late)
        else:
            self._send(step, number, deadline)

    def _send(self, step: Step, number: int, deadline: float) -> None:
        self._tell("started", step)
        # without waiting, a backfill is left to itself, and what may come only after it is left to a later run
        rest = self._wait or (number + 1 < len(self._table.steps) and not step.slow)
        try:
            skipped = self._sender.carry_out(
                self._table, number, deadline, rest, lambda detail: self._tell("waiting", step, detail)
            )
        except Pending as pending:
            self._end("pending", step, str(pending))
        except Withheld as withheld:
            self._end("withheld", step, str(withheld))
        except Unread as error:
            self._tell("failed", step, error=error)
        except DynamotasksError as error:
            self._end("failed", step, error=error)
            if isinstance(error, TargetError):
                self._unmet[WHOLE_TABLE] = "failed"  # whatever else is asked there would fail the same way
        else:
            left, title = step.slow and not rest and not skipped, step.title.split(" (")[0]
            goes_on = f"{title}: started, goes on by itself" if left else ""
            self._tell("done", step, f"{title}: {skipped}" if skipped else goes_on)
            if left:
                self._unmet[WHOLE_TABLE] = "pending"

    def _end(self, kind: Kind, step: Step, detail: str = "", error: DynamotasksError | None = None) -> None:
        self._unmet.setdefault(step.path, kind)
        self._tell(kind, step, detail, error)

    def _tell(self, kind: Kind, step: Step, detail: str = "", error: DynamotasksError | None = None) -> None:
        self._report(ApplyEvent(self._table.table, kind, step, detail, error))
