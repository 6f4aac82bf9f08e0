"""Carries a plan out: tables side by side, the steps of one table in order; waits until what it made is true.

Nothing is remembered but the live tables: a run that was killed is finished by planning and running again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import BoundedSemaphore, Event
from typing import Any, Literal

from .client import SIMULTANEOUS_CALLS, Database
from .errors import CallError, DynamotasksError, StepError
from .live import describe, from_description
from .plan import Plan, Step, TablePlan
from .spec import LiveTable
from .wire import Call

# AWS allows 500 control-plane operations at a time, 250 with indexes
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html); others work in the account too.
TABLES_AT_ONCE = 100
_BUSY = (
    "LimitExceededException",
    "ResourceInUseException",
    "ContinuousBackupsUnavailableException",
    "TableInUseException",
)
_SHAKEN = (
    "ThrottlingException",
    "InternalServerError",
    "InternalFailure",
    "ServiceUnavailable",
    "RequestLimitExceeded",
)
_TRIES = 6  # of a call that the service shakes off; botocore has tried each of them several times already
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What just happened to a table.

    Attributes:
        kind: a step `started`, is `waiting` (for `detail`), is `done`, `failed` with `error`, was `withheld` because it
            is destructive, or was `stopped` by the user before its end; `finished` closes the table.
    """

    table: str
    kind: Literal["started", "waiting", "done", "failed", "withheld", "stopped", "finished"]
    step: Step | None = None
    detail: str = ""
    error: DynamotasksError | None = None


class _Stopped(Exception):
    """The user asked to stop."""


def apply(
    plan: Plan,
    database: Database,
    *,
    allow_destructive: bool = False,
    wait: bool = True,
    timeout: float = 900.0,
    stop: Event | None = None,
) -> Iterator[Progress]:
    """Carries out the steps of a plan; a table that fails does not stop the others.

    Args:
        plan: what to do.
        database: where.
        allow_destructive: permits steps that lose data or protection; without it they, and what follows, are withheld.
        wait: `False` leaves a table when its last call is sent.
        timeout: seconds a table may take in all.
        stop: when set, nothing more is sent.

    Yields:
        What happens, as it happens, from all tables. Closing the generator stops the run after the calls under way.
    """
    tables = [table for table in plan.tables if table.steps]
    if not tables:
        return
    stop = stop or Event()
    told: SimpleQueue[Progress] = SimpleQueue()
    runner = _Runner(database, told.put, stop, allow_destructive, wait, timeout)
    with ThreadPoolExecutor(min(len(tables), TABLES_AT_ONCE), "dynamotasks") as pool:
        try:
            running = [pool.submit(runner.run, table) for table in tables]
            left = len(tables)
            while left:
                progress = told.get()
                left -= progress.kind == "finished"
                yield progress
            for table in running:
                table.result()  # a mistake of ours in a thread must not be lost
        except BaseException:
            stop.set()
            raise


class _Runner:
    def __init__(
        self,
        database: Database,
        tell: Callable[[Progress], None],
        stop: Event,
        allow_destructive: bool,
        wait: bool,
        timeout: float,
    ) -> None:
        self._database = database
        self._tell = tell
        self._stop = stop
        self._allow_destructive = allow_destructive
        self._wait = wait
        self._timeout = timeout
        self._turn = BoundedSemaphore(SIMULTANEOUS_CALLS)

    def run(self, table: TablePlan) -> None:
        deadline = time.monotonic() + self._timeout
        steps = list(table.steps)
        try:
            while steps:
                step = steps[0]
                if step.destructive and not self._allow_destructive:
                    for withheld in steps:
                        self._tell(Progress(table.table, "withheld", withheld))
                    return
                self._tell(Progress(table.table, "started", step))
                self._carry_out(step, deadline, last=len(steps) == 1)
                self._tell(Progress(table.table, "done", step))
                steps.pop(0)
        except _Stopped:
            for stopped in steps:
                self._tell(Progress(table.table, "stopped", stopped))
        except DynamotasksError as error:
            self._tell(Progress(table.table, "failed", steps[0], error=error))
            for withheld in steps[1:]:
                self._tell(Progress(table.table, "withheld", withheld, "needs the step before"))
        finally:
            self._tell(Progress(table.table, "finished"))

    def _carry_out(self, step: Step, deadline: float, last: bool) -> None:
        answer = self._send(step, deadline)
        if not step.settles or (last and not self._wait):
            return
        description = answer.get("TableDescription")
        live = from_description(description) if description else None
        if step.call.operation == "DeleteTable":
            self._until(step, deadline, lambda: None if self._look(step.table) is None else "DELETING")
        elif live is None or not live.settled:
            self._until(step, deadline, lambda: _restless(self._look(step.table)))

    def _send(self, step: Step, deadline: float) -> dict[str, Any]:
        for tried, delay in enumerate(_delays(), start=1):
            try:
                return self._call(step.call)
            except CallError as error:
                if step.call.operation == "CreateTable" and error.code == "ResourceInUseException":
                    # someone else creates the same table: theirs is waited for, the next plan compares it
                    return {}
                if step.call.operation == "DeleteTable" and error.code == "ResourceNotFoundException":
                    return {}
                again = error.code in _BUSY or (error.code in _SHAKEN and tried < _TRIES)
                if not again or time.monotonic() + delay > deadline:
                    raise
                self._tell(Progress(step.table, "waiting", step, error.code))
            self._pause(delay)
        raise AssertionError("unreachable: the delays have no end")

    def _call(self, call: Call) -> dict[str, Any]:
        if self._stop.is_set():
            raise _Stopped
        with self._turn:
            return self._database.call(call)

    def _look(self, name: str) -> LiveTable | None:
        if self._stop.is_set():
            raise _Stopped
        with self._turn:
            description = describe(self._database, name)
        return from_description(description) if description else None

    def _until(self, step: Step, deadline: float, state: Callable[[], str | None]) -> None:
        for delay in _delays():
            restless = state()
            if restless is None:
                return
            self._tell(Progress(step.table, "waiting", step, restless))
            if time.monotonic() + delay > deadline:
                raise StepError(
                    f"still {restless} after {self._timeout:.0f} s",
                    cure="it goes on by itself: run the same command again later, or give it more --timeout",
                )
            self._pause(delay)

    def _pause(self, delay: float) -> None:
        if self._stop.wait(delay):
            raise _Stopped


def _delays() -> Iterator[float]:
    """Quick at first, patient later, and never in step with someone else's."""
    delay = _FIRST_WAIT
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * 1.5, _LONGEST_WAIT)


def _restless(live: LiveTable | None) -> str | None:
    """What the table is still busy with; one not seen yet is being created: DescribeTable is eventually consistent."""
    if live is None:
        return "CREATING"
    if live.status in ("CREATING", "UPDATING", "DELETING"):
        return live.status
    if live.status != "ACTIVE":
        raise StepError(f"the table is {live.status}", cure="see the table in the AWS console; waiting does not help")
    return next((f"index {name} {status}" for name, status in live.indexes.items() if status != "ACTIVE"), None)
