"""Sends one step until it is true: through throttles, others' work and lost answers, and reads back what came of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import Any, TypeVar

from .client import SIMULTANEOUS_CALLS, Database
from .companions import COMPANIONS
from .diff import INDEX_LISTS, Change, covers_path, diff, is_off
from .engines import AWS, DYNAMODB_LOCAL, UNKNOWN
from .errors import CallError, StepError
from .live import look, with_settings
from .spec import LiveTable, TableSpec
from .steps import Step

T = TypeVar("T")
Tell = Callable[[str], None]

_BUSY = ("ResourceInUseException", "TableInUseException")
# LimitExceededException is also what a quota answers that no waiting helps with, such as four switches a day
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html#API_UpdateTable_Errors).
_CROWDED = ("simultaneous", "concurrent", "too many", "being updated")
_TTL_AGAIN = "multiple times within a fixed interval"
# of Kinesis destinations and contributor insights, which are on their way for a while without the table being busy
_NOT_YET = "not in a valid state"
_HOUR = 3600
_TRIES = 8  # of a call that the service shakes off; botocore has tried each of them several times already
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0
# seconds after which what reads show is how it is: AWS's are eventually consistent, local engines' are not
_CONSISTENT, _LOCALLY = 60.0, 2.0
# DynamoDB Local 3.3.1 deletes an index within a second, in 15 with -delayTransientStatuses, or never: when it was the
# last of several with the same key, or has the table's (measured)
_STUCK = 25.0
_TRANSIENT = ("CREATING", "UPDATING", "DELETING")


class Stopped(Exception):
    """The user asked to stop; `under_way` tells whether the step was sent."""

    under_way = False


class Pending(Exception):
    """AWS does it only later; says when."""


class Sender:
    """The way to the database that all tables of a run share.

    Args:
        database: where.
        stop: when set, nothing more is sent.
        timeout: seconds a table may take in all.
    """

    def __init__(self, database: Database, stop: Event, timeout: float) -> None:
        self._database = database
        self._stop = stop
        self._timeout = timeout
        self._turn = BoundedSemaphore(SIMULTANEOUS_CALLS)

    def deadline(self) -> float:
        """The end of the time of a table that begins now."""
        return monotonic() + self._timeout

    def carry_out(
        self, wanted: TableSpec, step: Step, later: tuple[Step, ...], deadline: float, rest: bool, tell: Tell
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
        job = _Job(self, wanted, step, later, deadline, tell)
        job.send(rest)
        try:
            if step.call and step.call.operation == "DeleteTable":
                job.until(lambda: None if job.look() is None else "DELETING")
            elif rest or not step.settles:
                job.until_true()
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


class _Job:
    """One step on its way."""

    def __init__(
        self, sender: Sender, wanted: TableSpec, step: Step, later: tuple[Step, ...], deadline: float, tell: Tell
    ) -> None:
        self._sender, self._database = sender, sender._database
        self._wanted, self._step, self._later = wanted, step, later
        self._deadline, self._tell = deadline, tell
        self._began = monotonic()
        self._makes = step.makes or tuple(path for s in later if s.path == step.path for path in s.makes)

    def send(self, wait: bool) -> None:
        """Sends the step's call, again and again where that can help; not where its aim is reached already.

        Args:
            wait: whether to wait until an index that is on its way lets the table take it.
        """
        if (call := self._step.call) is None:
            return
        refused_since = monotonic()
        for tried, delay in enumerate(_delays(), start=1):
            try:
                self._sender.turn(lambda: self._database.call(call))
            except CallError as error:
                live = self._seen(error)
                if self._is_reached(live):
                    return
                if _TTL_AGAIN in error.what:
                    latest = time.strftime("%H:%M", time.localtime(time.time() + _HOUR))
                    raise Pending(f"TTL changes once an hour: run it again at {latest}") from None
                if live is not None and not live.settled:
                    refused_since = monotonic()
                    self._check_stuck(live.busy_with)
                others = self._is_others_work(error, live)
                if not wait and live and live.status == "ACTIVE" and not live.settled and (others or _passes(error, 0)):
                    raise Pending(f"after {live.busy_with}") from None
                if others:
                    self._tell(live.busy_with if live else error.code)
                    self._sender.pause(delay)
                    continue
                # a table at rest that is called busy is not seen as it is, or this engine means something else
                quiet = error.code in _BUSY and monotonic() - refused_since > self._patience
                if quiet or not _passes(error, tried) or monotonic() + delay > self._deadline:
                    raise
                self._tell(error.code)
            else:
                return
            self._sender.pause(delay)

    def _is_others_work(self, error: CallError, live: LiveTable | None) -> bool:
        """Whether what is refused may be right once what is going on there has ended."""
        if error.code != "ValidationException" or live is None or monotonic() > self._deadline:
            return False
        return live.status != "ACTIVE" or (not live.settled and self._step.path.startswith(INDEX_LISTS))

    @property
    def _patience(self) -> float:
        return _CONSISTENT if self._database.engine in (AWS, UNKNOWN) else _LOCALLY

    def _seen(self, met: CallError) -> LiveTable | None:
        try:
            return self.look()
        except CallError:
            raise met from None

    def _is_reached(self, live: LiveTable | None) -> bool:
        """Whether someone else, or our own call whose answer was lost, has done it."""
        assert self._step.call
        match self._step.call.operation:
            case "DeleteTable":
                return live is None
            case "CreateTable":  # theirs is waited for, then compared
                return live is not None and live.status != "DELETING"
        if live is None or live.status == "DELETING":
            return False
        index = _deleted_index(self._step)
        if index is not None and index not in live.indexes:
            return True
        return bool(self._makes) and (not self._unmet(live) or self._is_cleared(live))

    def _is_cleared(self, live: LiveTable) -> bool:
        """Whether the setting that this step turns off, for a later one to set it anew, is off."""
        if self._step.makes or not hasattr(live.spec, self._step.path):
            return False
        live = self._read(lambda: with_settings(self._database, live, self._focus()))
        value = getattr(live.spec, self._step.path)
        return self._step.path not in live.denied and (value is None or is_off(value))

    def look(self) -> LiveTable | None:
        """The table as DescribeTable shows it."""
        return self._read(lambda: look(self._database, self._step.table))

    def _unmet(self, live: LiveTable) -> list[Change]:
        """What this step is to make and what is not so, as far as it can be read."""
        focus = self._focus()
        live = self._read(lambda: with_settings(self._database, live, focus))
        return [
            change for change in diff(focus, live.spec) if self._is_ours(change) and change.property not in live.denied
        ]

    def _is_ours(self, change: Change) -> bool:
        if change.undeclared:
            return change.path in self._makes
        if self._step.makes and any(step.covers(change.path) for step in self._later):
            return False
        return any(covers_path(made, change.path) for made in self._makes)

    def _focus(self) -> TableSpec:
        """The declaration with only those settings that this step makes: others need not be asked for."""
        left: dict[str, Any] = {
            row.property: None
            for row in COMPANIONS
            if not any(covers_path(made, row.property) or covers_path(row.property, made) for made in self._makes)
            or (self._step.makes and any(step.covers(row.property) for step in self._later))
        }
        return replace(self._wanted, **left)

    def until_true(self) -> None:
        """Waits until the table is at rest and reading it shows what the step makes."""
        shown_by = 0.0

        def busy() -> str | None:
            nonlocal shown_by
            live = self.look()
            if restless := self._restless(live):
                shown_by = 0.0
                return restless
            if live is None or not self._step.makes or not (unmet := self._unmet(live)):
                return None
            shown_by = shown_by or monotonic() + self._patience
            if monotonic() > shown_by:
                paths = ", ".join(change.path for change in unmet)
                raise StepError(
                    f"{self._database.engine.name} accepted it and did not do it: {paths} still differs",
                    cure="see `inv db.status`; what this engine cannot do can be left to other environments",
                )
            return "reading it back"

        self.until(busy)

    def _restless(self, live: LiveTable | None) -> str:
        if live is None:  # eventually consistent: not shown yet
            return "CREATING"
        if live.status not in ("ACTIVE", *_TRANSIENT):
            raise StepError(f"the table is {live.status}", cure="see it in the AWS console; waiting does not help")
        if not self._step.settles:
            return ""
        index = _deleted_index(self._step)
        return live.busy_with or (f"index {index} DELETING" if index in live.indexes else "")

    def until(self, busy: Callable[[], str | None]) -> None:
        """Waits until it is not busy any more."""
        for delay in _delays():
            if (doing := busy()) is None:
                return
            self._check_stuck(doing)
            self._tell(doing)
            if monotonic() + delay > self._deadline:
                raise StepError(
                    f"still {doing} after {self._sender._timeout:.0f} s",
                    cure="it goes on by itself: run the same command again later, or give it more --timeout",
                )
            self._sender.pause(delay)

    def _check_stuck(self, doing: str) -> None:
        local = self._database.engine is DYNAMODB_LOCAL
        if local and doing.endswith("DELETING") and monotonic() - self._began > _STUCK:
            raise StepError(
                f"DynamoDB Local does not come to an end: {doing}",
                cure="a defect of its own (see DROP INDEX in `inv db.logs`): `inv db.reset` makes the table anew",
            )

    def _read(self, read: Callable[[], T]) -> T:
        for tried, delay in enumerate(_delays(), start=1):
            try:
                return self._sender.turn(read)
            except CallError as error:
                if not _passes(error, tried) or monotonic() + delay > self._deadline:
                    raise
            self._sender.pause(delay)
        raise AssertionError("unreachable: the delays have no end")


def _passes(error: CallError, tried: int) -> bool:
    """Whether the same call may succeed later."""
    if error.code == "LimitExceededException":
        return any(word in error.what.lower() for word in _CROWDED)
    if error.code == "ValidationException":
        return _NOT_YET in error.what
    return error.code in (*_BUSY, "ContinuousBackupsUnavailableException") or (error.passing and tried < _TRIES)


def _deleted_index(step: Step) -> str | None:
    parameters = step.call.parameters if step.call else {}
    for member in ("GlobalSecondaryIndexUpdates", "VectorIndexUpdates"):
        for update in parameters.get(member, ()):
            if "Delete" in update:
                return str(update["Delete"]["IndexName"])
    return None


def _delays() -> Iterator[float]:
    """Quick at first, patient later, and never in step with someone else's."""
    delay = _FIRST_WAIT
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * 1.5, _LONGEST_WAIT)
