"""One step on its way: sent through throttles, others' work and lost answers, and read back until it is true."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from .client import Database
from .companions import COMPANIONS
from .diff import INDEX_LISTS, Change, diff, is_off
from .engines import AWS, DYNAMODB_LOCAL, MOTO, UNKNOWN
from .errors import CallError, Interrupted, StepError
from .live import from_description, look, with_settings
from .paths import PropertyPath
from .refusals import BUSY, is_ttl_limit, passes
from .spec import LiveTable, TableSpec
from .steps import Step

if TYPE_CHECKING:
    from .sender import Sender

T = TypeVar("T")
Tell = Callable[[str], None]

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0
# seconds after which what reads show is how it is: AWS's are eventually consistent, local engines' are not
_CONSISTENT, _LOCALLY = 60.0, 2.0
# DynamoDB Local 3.3.1 deletes an index within a second, in 15 with -delayTransientStatuses, or never: some that share a
# key attribute with the table or another index (measured; see `engines.undeletable`)
_STUCK = 25.0
# its index jobs start within a second, if they find a thread (see `expiry`)
_SLOW, _ROOM_AGAIN = 3.0, 15.0
_TRANSIENT = ("CREATING", "UPDATING", "DELETING")


class Stopped(Exception):
    """The user asked to stop; `under_way` tells whether the step was sent."""

    under_way = False


class Pending(Exception):
    """AWS does it only later; says when."""


class Job:
    """One step on its way."""

    def __init__(
        self,
        sender: Sender,
        database: Database,
        wanted: TableSpec,
        step: Step,
        later: tuple[Step, ...],
        deadline: float,
        tell: Tell,
    ) -> None:
        self._sender, self._database = sender, database
        self._wanted, self._step, self._later = wanted, step, later
        self._deadline, self._tell = deadline, tell
        self._began = self._at_rest_since = self._sender.now()
        self._look_for_room = _SLOW
        self._invalid = 0
        self._makes = step.makes or tuple(path for s in later if s.path == step.path for path in s.makes)
        self._focus = self._focused()

    def send(self, wait: bool) -> LiveTable | None:
        """Sends the step's call, again and again where that can help; not where its aim is reached already.

        Args:
            wait: whether to wait until an index that is on its way lets the table take it.

        Returns:
            The table that the answer shows, where that is as good as reading it: a new one of a local engine.
        """
        if (call := self._step.call) is None:
            return None
        for tried, delay in enumerate(_delays(), start=1):
            try:
                answer = self._sender.turn(lambda: self._database.call(call))
            except (CallError, Interrupted) as error:
                live = self._seen(error)
                if self._is_reached(live):
                    return None
                if is_ttl_limit(error):
                    latest = time.strftime("%H:%M", time.localtime(time.time() + 3600))
                    raise Pending(f"TTL changes once an hour: run it again at {latest}") from None
                if not self._may_pass(error, live, tried):
                    raise
                doing = error.code if live is None or live.settled else live.busy_with
                if not wait and doing.startswith("index "):
                    raise Pending(f"after {doing}") from None
                if self._sender.now() + delay > self._deadline:
                    raise self._late(doing) from error
                self._tell(doing)
            else:
                at_once = call.operation == "CreateTable" and self._database.engine in (DYNAMODB_LOCAL, MOTO)
                return from_description(answer["TableDescription"]) if at_once else None
            self._sender.pause(delay)
        raise AssertionError("unreachable: the delays have no end")

    def _may_pass(self, error: CallError | Interrupted, live: LiveTable | None, tried: int) -> bool:
        """Whether the call may succeed later, by what it met and how the table stands."""
        if live is not None and not live.settled:
            self._check_stuck(live.busy_with)
            self._at_rest_since = self._sender.now()
        if error.code == "ValidationException" and not passes(error, tried):
            # what is going on there, or was a moment ago, can be the reason: it counts from a table at rest, twice
            about_index = self._step.path.name in INDEX_LISTS
            busy = live is not None and (live.status != "ACTIVE" or (about_index and not live.settled))
            self._invalid = 0 if busy else self._invalid + 1
            return live is not None and self._invalid < 2
        if error.code in BUSY:
            # a table at rest that is called busy is not seen as it is, or this engine means something else
            return self._sender.now() - self._at_rest_since <= self._patience
        return passes(error, tried)

    @property
    def _patience(self) -> float:
        return _CONSISTENT if self._database.engine in (AWS, UNKNOWN) else _LOCALLY

    def _seen(self, met: CallError | Interrupted) -> LiveTable | None:
        try:
            return self.look()
        except (CallError, Interrupted):
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
        index = self._step.deleted_index
        if index is not None and index not in live.indexes:
            return True
        read = self._read_back(live)
        if not self._makes or any(Change(made, None, None).property in read.denied for made in self._makes):
            return False
        return not self._unmet(read) or self._is_cleared(read)

    def _is_cleared(self, read: LiveTable) -> bool:
        """Whether the setting that this step turns off, for a later one to set it anew, is off."""
        path = self._step.path
        if self._step.makes or path.name is None or path.key is not None:
            return False
        value = getattr(read.spec, path.name)
        return value is None or is_off(value)

    def look(self) -> LiveTable | None:
        """The table as DescribeTable shows it."""
        return self._read(lambda: look(self._database, self._step.table))

    def _read_back(self, live: LiveTable) -> LiveTable:
        return self._read(lambda: with_settings(self._database, live, self._focus))

    def _unmet(self, read: LiveTable) -> list[Change]:
        """What this step is to make and what is not so, as far as it could be read."""
        return [
            change
            for change in diff(self._focus, read.spec)
            if self._is_ours(change) and change.property not in read.denied
        ]

    def _is_ours(self, change: Change) -> bool:
        if change.undeclared:
            return change.path in self._makes
        if self._step.makes and any(step.covers(change.path) for step in self._later):
            return False
        return any(made.covers(change.path) for made in self._makes)

    def _focused(self) -> TableSpec:
        """The declaration with only those settings that this step makes: others need not be asked for."""
        settings = [PropertyPath(row.property) for row in COMPANIONS]
        left: dict[str, Any] = {
            str(path): None
            for path in settings
            if not any(made.covers(path) or path.covers(made) for made in self._makes)
            or (self._step.makes and any(step.covers(path) for step in self._later))
        }
        return replace(self._wanted, **left)

    def until_true(self, told: LiveTable | None) -> None:
        """Waits until the table is at rest and reading it shows what the step makes.

        Args:
            told: the table as it is known already.
        """
        shown_by = 0.0

        def busy() -> str | None:
            nonlocal shown_by, told
            live, told = told or self.look(), None
            if restless := self._restless(live):
                shown_by = 0.0
                return restless
            if live is None or not self._step.makes or not (unmet := self._unmet(self._read_back(live))):
                return None
            shown_by = shown_by or self._sender.now() + self._patience
            if self._sender.now() > shown_by:
                paths = ", ".join(str(change.path) for change in unmet)
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
        index = self._step.deleted_index
        return live.busy_with or (f"index {index} DELETING" if index in live.indexes else "")

    def until(self, busy: Callable[[], str | None]) -> None:
        """Waits until it is not busy any more."""
        for delay in _delays():
            if (doing := busy()) is None:
                return
            self._check_stuck(doing)
            self._tell(doing)
            if self._sender.now() + delay > self._deadline:
                raise self._late(doing)
            self._sender.pause(delay)

    def _late(self, doing: str) -> StepError:
        return StepError(
            f"still {doing} after {self._sender.timeout:.0f} s",
            cure="it goes on by itself: run the same command again later, or give it more --timeout",
        )

    def _check_stuck(self, doing: str) -> None:
        if self._database.engine is not DYNAMODB_LOCAL or not doing.startswith("index "):
            return
        waited = self._sender.now() - self._began
        if waited > self._look_for_room:
            self._look_for_room = waited + _SLOW
            if told := self._sender.turn(self._sender.expiry.make_room):
                self._tell(f"{doing}; {told}")
                self._began, self._look_for_room = self._sender.now(), _ROOM_AGAIN
                return
        if doing.endswith("DELETING") and waited > _STUCK:
            raise StepError(
                f"DynamoDB Local does not come to an end: {doing}",
                cure="a defect of its own (see DROP INDEX in `inv db.logs`): `inv db.replace` recreates the table and "
                "keeps its items",
            )

    def _read(self, read: Callable[[], T]) -> T:
        for tried, delay in enumerate(_delays(), start=1):
            try:
                return self._sender.turn(read)
            except (CallError, Interrupted) as error:
                if not passes(error, tried) or self._sender.now() + delay > self._deadline:
                    raise
            self._sender.pause(delay)
        raise AssertionError("unreachable: the delays have no end")


def _delays() -> Iterator[float]:
    """Quick at first, patient later, and never in step with someone else's."""
    delay = _FIRST_WAIT
    while True:
        yield delay * random.uniform(0.8, 1.2)
        delay = min(delay * 1.5, _LONGEST_WAIT)
