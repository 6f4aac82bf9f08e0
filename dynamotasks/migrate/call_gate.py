"""What the tables of a run share on their way to the database: their turn at it, the stop, and the time."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import TypeVar

from ..aws.client import Database
from ..aws.retries import with_retries
from ..aws.sessions import SIMULTANEOUS_CALLS
from .local_ttl import Expiry
from .plan import TablePlan, TargetTable
from .planner import plan_table
from .step_run import Cancelled, StepRun
from .table_reader import read_table

T = TypeVar("T")


class CallGate:
    """The way to the database that all tables of a run share.

    Attributes:
        created: the tables that this run created, as the answers say.

    Args:
        database: where.
        stop: when set, nothing more is sent.
        timeout: seconds a table may take in all.
        expiry: makes room for indexes on DynamoDB Local.
    """

    def __init__(self, database: Database, stop: Event, timeout: float, expiry: Expiry) -> None:
        self.expiry = expiry
        self.created: set[str] = set()
        self._database = database
        self._stop = stop
        self.timeout = timeout
        self._turn = BoundedSemaphore(SIMULTANEOUS_CALLS)

    def deadline(self) -> float:
        """The end of the time of a table that begins now."""
        return self.now() + self.timeout

    def now(self) -> float:
        """Seconds, by a clock that is never set."""
        return monotonic()

    def carry_out(
        self,
        table: TablePlan,
        number: int,
        deadline: float,
        rest: bool,
        tell: Callable[[str], None],
    ) -> str:
        """Sends a step and comes back when it is true.

        Args:
            table: whose step it is.
            number: of the step, which is possible and permitted.
            deadline: by `time.monotonic`.
            rest: whether to wait until the table and its indexes have come to rest.
            tell: hears what it waits for.

        Returns:
            Why nothing was sent; empty where something was.

        Raises:
            Pending: AWS does it only later.
            Cancelled: the user asked to stop.
            Withheld: it is no longer as safe as it was planned.
            DynamotasksError: it failed, time ran out, or the engine did nothing.
        """
        job, step = StepRun(self, self._database, table, number, deadline, tell), table.steps[number]
        told = job.send(rest)
        try:
            if job.skipped:
                return job.skipped
            if step.call and step.call.operation == "DeleteTable":
                job.until_gone(told)
            elif rest or not step.settles:
                job.until_true(told)
        except Cancelled as stopped:
            stopped.under_way = step.call is not None
            raise
        return ""

    def look_again(self, table: TablePlan, *, prune: bool) -> TablePlan:
        """Read a table again and plan what there is to do now."""
        live = with_retries(
            lambda: self.turn(lambda: read_table(self._database, table.table, table.wanted)), self.pause
        )
        return plan_table(TargetTable(table.wanted, table.skipped), live, prune=prune)

    def turn(self, work: Callable[[], T]) -> T:
        """Does something with the database when it is its turn.

        Raises:
            Cancelled: the user asked to stop.
        """
        with self._turn:
            if self._stop.is_set():
                raise Cancelled
            return work()

    def pause(self, seconds: float) -> None:
        """Waits, unless the user asks to stop."""
        if self._stop.wait(seconds):
            raise Cancelled
