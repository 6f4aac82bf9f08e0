"""Carries a plan out: tables side by side, the steps of one table in order; waits until what it made is true.

Nothing is remembered but the live tables: a run that was killed is finished by planning and running again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from typing import Literal

from .client import Database
from .errors import DynamotasksError, StepError, TargetError
from .expiry import Expiry
from .job import Pending, Stopped
from .paths import WHOLE_TABLE, PropertyPath
from .sender import Sender
from .steps import Plan, Step, TablePlan

# AWS allows 500 control-plane operations at a time, 250 with indexes
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html); others work in the account too.
TABLES_AT_ONCE = 100
TIMEOUT = 900.0  # seconds

Kind = Literal["started", "waiting", "done", "failed", "withheld", "pending", "stopped", "finished"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What just happened to a table.

    Attributes:
        kind: a step `started`, is `waiting` for `detail`, is `done`, `failed` with `error`, was `withheld` because it
            is destructive or needs one that did not reach its end, is `pending` until a later run can do it, or was
            `stopped` by the user; `finished` closes the table.
    """

    table: str
    kind: Kind
    step: Step | None = None
    detail: str = ""
    error: DynamotasksError | None = None


def apply(
    plan: Plan,
    database: Database,
    *,
    allow_destructive: bool = False,
    wait: bool = True,
    timeout: float = TIMEOUT,
    stop: Event | None = None,
) -> Iterator[Progress]:
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
    told: SimpleQueue[Progress] = SimpleQueue()
    expiry = Expiry(database, plan.tables)
    sender = Sender(database, stop, timeout, expiry)

    def run(table: TablePlan) -> None:
        try:
            _Run(table, sender, told.put, allow_destructive, wait).carry_out()
        finally:
            told.put(Progress(table.table, "finished"))

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
        self, table: TablePlan, sender: Sender, tell: Callable[[Progress], None], allow_destructive: bool, wait: bool
    ) -> None:
        self._table = table
        self._sender = sender
        self._report = tell
        self._allow_destructive = allow_destructive
        self._wait = wait
        self._unmet: dict[PropertyPath, Kind] = {}

    def carry_out(self) -> None:
        deadline = self._sender.deadline()
        for number, step in enumerate(self._table.steps):
            later = self._table.steps[number + 1 :]
            try:
                self._carry_out(step, later, deadline)
            except Stopped as stopped:
                self._tell("stopped", step, "goes on by itself" if stopped.under_way else "not started")
                for left in later:
                    self._tell("stopped", left, "not started")
                return
            self._sender.expiry.done(self._table.table, later)

    def _carry_out(self, step: Step, later: tuple[Step, ...], deadline: float) -> None:
        unmet = next((self._unmet[path] for path in (WHOLE_TABLE, step.path, *step.needs) if path in self._unmet), None)
        if step.kind == "impossible":
            self._end("failed", step, error=StepError(f"impossible in place: {step.reason}", cure=step.cure))
        elif unmet == "pending":
            self._end("pending", step, "after the step before")
        elif unmet is not None:
            self._end("withheld", step, "needs a step that was not done")
        elif step.destructive and not self._allow_destructive:
            self._end("withheld", step)
        elif self._sender.now() > deadline:
            self._end("pending", step, "its time is up: run it again")
        else:
            self._send(step, later, deadline)

    def _send(self, step: Step, later: tuple[Step, ...], deadline: float) -> None:
        self._tell("started", step)
        # without waiting, a backfill is left to itself, and what may come only after it is left to a later run
        rest = self._wait or (bool(later) and not step.slow)
        try:
            self._sender.carry_out(
                self._table.wanted, step, later, deadline, rest, lambda detail: self._tell("waiting", step, detail)
            )
        except Pending as pending:
            self._end("pending", step, str(pending))
        except DynamotasksError as error:
            self._end("failed", step, error=error)
            if isinstance(error, TargetError):
                self._unmet[WHOLE_TABLE] = "failed"  # whatever else is asked there would fail the same way
        else:
            left = step.slow and not rest
            self._tell("done", step, f"{step.title.split(' (')[0]}: started, goes on by itself" if left else "")
            if left:
                self._unmet[WHOLE_TABLE] = "pending"

    def _end(self, kind: Kind, step: Step, detail: str = "", error: DynamotasksError | None = None) -> None:
        self._unmet.setdefault(step.path, kind)
        self._tell(kind, step, detail, error)

    def _tell(self, kind: Kind, step: Step, detail: str = "", error: DynamotasksError | None = None) -> None:
        self._report(Progress(self._table.table, kind, step, detail, error))
