"""What the tables of a run share on their way to the database: their turn at it, the stop, and the time."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import TypeVar

from .client import SIMULTANEOUS_CALLS, Database
from .expiry import Expiry
from .job import Job, Stopped
from .spec import TableSpec
from .steps import Step

T = TypeVar("T")


class Sender:
    """The way to the database that all tables of a run share.

    Args:
        database: where.
        stop: when set, nothing more is sent.
        timeout: seconds a table may take in all.
        expiry: makes room for indexes on DynamoDB Local.
    """

    def __init__(self, database: Database, stop: Event, timeout: float, expiry: Expiry) -> None:
        self.expiry = expiry
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
        wanted: TableSpec,
        step: Step,
        later: tuple[Step, ...],
        deadline: float,
        rest: bool,
        tell: Callable[[str], None],
    ) -> None:
        """Sends a step and comes back when it is true.

        Args:
            wanted: the declaration of the step's table.
            step: possible, and permitted.
            later: the table's steps after it: what they make is not expected yet.
            deadline: by `time.monotonic`.
            rest: whether to wait until the table and its indexes have come to rest.
            tell: hears what it waits for.

        Raises:
            Pending: AWS does it only later.
            Stopped: the user asked to stop.
            DynamotasksError: it failed, time ran out, or the engine did nothing.
        """
        job = Job(self, self._database, wanted, step, later, deadline, tell)
        told = job.send(rest)
        try:
            if step.call and step.call.operation == "DeleteTable":
                job.until(lambda: None if job.look() is None else "DELETING")
            elif rest or not step.settles:
                job.until_true(told)
        except Stopped as stopped:
            stopped.under_way = step.call is not None
            raise

    def turn(self, work: Callable[[], T]) -> T:
        """Does something with the database when it is its turn.

        Raises:
            Stopped: the user asked to stop.
        """
        with self._turn:
            if self._stop.is_set():
                raise Stopped
            return work()

    def pause(self, seconds: float) -> None:
        """Waits, unless the user asks to stop."""
        if self._stop.wait(seconds):
            raise Stopped
