"""One step on its way: sent through throttles, others' work and lost answers, and read back until it is true."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..aws.capabilities import AWS, DYNAMODB_LOCAL, MOTO, UNKNOWN
from ..aws.client import Database
from ..aws.retries import backoff_delays
from ..aws.retry_policy import TABLE_IN_USE, is_retryable, is_ttl_limit
from ..errors import CallError, Interrupted, StepError
from ..schema.diff import INDEX_LISTS
from ..schema.limits import TTL_CHANGE_SECONDS
from ..schema.live_table import Activity, LiveTable
from ..schema.property_path import WHOLE_TABLE
from ..schema.table_description import from_description
from .plan import TablePlan
from .safety_checks import counts_on_no_items, send
from .verification import Verification

if TYPE_CHECKING:
    from .call_gate import CallGate

Notify = Callable[[str], None]

# seconds after which what reads show is how it is: AWS's are eventually consistent, local engines' are not
_CONSISTENT, _LOCALLY = 60.0, 2.0
# DynamoDB Local 3.3.1 deletes an index within a second, in 15 with -delayTransientStatuses, or never: some that share a
# key attribute with the table or another index (measured; see `engines.undeletable`)
_STUCK = 25.0
# its index jobs start within a second, if they find a thread (see `expiry`)
_SLOW, _ROOM_AGAIN = 3.0, 15.0
_TRANSIENT = ("CREATING", "UPDATING", "DELETING")


class Cancelled(Exception):
    """The user asked to stop; `under_way` tells whether the step was sent."""

    under_way = False


class Pending(Exception):
    """AWS does it only later; says when."""


class StepRun(Verification):
    """One step on its way."""

    def __init__(
        self,
        sender: CallGate,
        database: Database,
        table: TablePlan,
        number: int,
        deadline: float,
        tell: Notify,
    ) -> None:
        super().__init__(sender, database, table, number)
        self._deadline, self._tell = deadline, tell
        self._began = self._at_rest_since = self._sent_since = self._sender.now()
        self._look_for_room = _SLOW
        self._invalid = 0
        self.skipped = ""

    def send(self, wait: bool) -> LiveTable | None:
        """Sends the step's call, again and again where that can help; not where its aim is reached already.

        Args:
            wait: whether to wait until an index that is on its way lets the table take it.

        Returns:
            The table that the answer shows, where that is as good as reading it: a new one of a local engine, and one
            that is deleted.

        Raises:
            StepError: what a destructive step is about is neither as it was planned nor as it is declared.
            Withheld: it is no longer as safe as it was planned.
        """
        if (call := self._step.call) is None:
            return None
        looks = self._step.destructive or self._comes_after_a_loss
        looks = looks or counts_on_no_items(self._step, self._sender.created)
        for tried, delay in enumerate(backoff_delays(), start=1):
            if looks and self._is_done_already():
                return None
            try:
                answer = self._sender.turn(lambda: send(self._database, self._step, call, self._sender.created))
            except (CallError, Interrupted) as error:
                live = self._seen(error)
                if self._is_reached(live):
                    return None
                if is_ttl_limit(error):
                    latest = time.strftime("%H:%M", time.localtime(time.time() + TTL_CHANGE_SECONDS))
                    raise Pending(f"TTL changes once an hour: run it again at {latest}") from None
                if not self._may_pass(error, live, tried):
                    raise
                activity = live.activity if live else None
                doing = activity or error.code
                if not wait and activity and activity.index:
                    raise Pending(f"after {doing}") from None
                if self._sender.now() + delay > self._deadline:
                    raise self._late(doing) from error
                self._tell(str(doing))
            else:
                if call.operation == "CreateTable":
                    self._sender.created.add(self._step.table)
                local = self._database.engine in (DYNAMODB_LOCAL, MOTO)
                as_read = call.operation == "DeleteTable" or (call.operation == "CreateTable" and local)
                return from_description(answer["TableDescription"]) if as_read else None
            self._sender.pause(delay)
        raise AssertionError("unreachable: backoff_delays() has no end")

    @property
    def _comes_after_a_loss(self) -> bool:
        path = self._step.path
        return path != WHOLE_TABLE and any(step.destructive and step.path == path for step in self._earlier)

    def _is_done_already(self) -> bool:
        """Looks again before something is lost: a plan may be old, and others are at work.

        Raises:
            StepError: it is neither as it was planned nor as it is declared.
        """
        trusted = self._sender.now() + self._patience
        for delay in backoff_delays():
            live = self.look()
            try:
                if self._is_reached(live):
                    self.skipped = "already as declared, skipped"
                    return True
                changed = self._changed(live) if self._step.destructive else ""
            except CallError as error:
                now = self.look() if error.not_found else live
                if now is not None and (live is None or now.is_same(live)):
                    raise
                continue  # the table was dropped while it was read
            if not changed:
                return False
            if self._sender.now() > trusted:
                raise StepError(
                    f"not done, because it has changed since it was planned: {changed}",
                    hint="someone else is at work there: look at it with `inv db.plan`, and run it again",
                )
            self._tell("looking again")
            self._sender.pause(delay)
        raise AssertionError("unreachable: backoff_delays() has no end")

    def _may_pass(self, error: CallError | Interrupted, live: LiveTable | None, tried: int) -> bool:
        """Whether the call may succeed later, by what it met and how the table stands."""
        if live is not None and live.activity:
            self._check_stuck(live.activity)
            self._at_rest_since = self._sender.now()
        if error.code == "ValidationException" and not is_retryable(error, tried):
            # what is going on there, or was a moment ago, can be the reason: it counts from a table at rest, twice
            about_index = self._step.path.name in INDEX_LISTS
            busy = live is not None and (live.status != "ACTIVE" or (about_index and not live.idle))
            self._invalid = 0 if busy else self._invalid + 1
            return live is not None and self._invalid < 2
        if error.code in TABLE_IN_USE:
            # a table at rest that is called busy is not seen as it is, or this engine means something else
            return self._sender.now() - self._at_rest_since <= self._patience
        return is_retryable(error, tried)

    @property
    def _patience(self) -> float:
        return _CONSISTENT if self._database.engine in (AWS, UNKNOWN) else _LOCALLY

    def _seen(self, met: CallError | Interrupted) -> LiveTable | None:
        try:
            return self.look()
        except (CallError, Interrupted):
            raise met from None

    def until_true(self, told: LiveTable | None) -> None:
        """Waits until the table is at rest and reading it shows what the step makes.

        Args:
            told: the table as it is known already.
        """
        shown_by = missing_since = 0.0
        first: LiveTable | None = told

        def busy() -> Activity | str | None:
            nonlocal shown_by, told, missing_since, first
            live, told = told or self.look(), None
            missing_since = 0.0 if live else missing_since or self._sender.now()
            if live is None and self._sender.now() - missing_since > self._patience:
                raise StepError("the table is gone: someone else has dropped it", hint="run it again to create it")
            first = first or live
            if activity := self._activity(live):
                shown_by = 0.0
                return activity
            if live is None or not self._step.makes:
                return None
            read = self._read_back(live)
            if not (unmet := self._unmet(read)):
                self._check_read(read)
                return None
            shown_by = shown_by or self._sender.now() + self._patience
            if self._sender.now() > shown_by:
                paths = ", ".join(str(change.path) for change in unmet)
                if self._theirs or (first and not first.is_same(live)):
                    raise StepError(
                        f"someone else was at work on it: {paths} is not as declared",
                        hint="run it again when they are done",
                    )
                raise StepError(
                    f"{self._database.engine.name} accepted it and did not do it: {paths} still differs",
                    hint="see `inv db.status`; what this engine cannot do can be left to other environments",
                )
            return "reading it back"

        self.until(busy)

    def _activity(self, live: LiveTable | None) -> Activity | None:
        if live is None:  # eventually consistent: not shown yet
            return Activity(status="CREATING")
        if live.status not in ("ACTIVE", *_TRANSIENT):
            raise StepError(f"the table is {live.status}", hint="see it in the AWS console; waiting does not help")
        if not self._step.settles:
            return None
        index = self._step.deleted_index
        if index is not None and not self._is_gone(index, live):
            return Activity(status="DELETING", index=index)
        return live.activity

    def _is_gone(self, index: str, live: LiveTable) -> bool:
        """Whether an index that was deleted is; another one may have its name by now.

        What reads still show for a while is the old one: it is ACTIVE, or what it was when this was planned.
        """
        status = live.indexes.get(index)
        before = self._planned.indexes.get(index, "ACTIVE") if self._planned else "ACTIVE"
        if status is None or status == "DELETING":
            self._sent_since = self._sender.now()
            return status is None
        again = (status == "CREATING" != before) or self._sender.now() - self._sent_since > self._patience
        if again and self._step.makes:
            hint = "see `inv db.plan`; talk to them, then run it again"
            raise StepError(f"someone else has created index {index} again while it was deleted", hint=hint)
        return again

    def until_gone(self, told: LiveTable | None) -> None:
        """Waits until the table is gone; another one may have its name by then.

        Args:
            told: the table that is being deleted, as the answer has it.
        """
        deleted = told if told and (told.id or told.created) else self._planned

        def busy() -> Activity | None:
            live = self.look()
            gone = live is None or (deleted and live.replaces(deleted))
            return None if gone else Activity(status="DELETING")

        self.until(busy)

    def until(self, busy: Callable[[], Activity | str | None]) -> None:
        """Waits until it is not busy any more."""
        for delay in backoff_delays():
            if (doing := busy()) is None:
                return
            if isinstance(doing, Activity):
                self._check_stuck(doing)
            self._tell(str(doing))
            if self._sender.now() + delay > self._deadline:
                raise self._late(doing)
            self._sender.pause(delay)

    def _late(self, doing: Activity | str) -> StepError:
        return StepError(
            f"still {doing} after {self._sender.timeout:.0f} s",
            hint="it goes on by itself: run the same command again later, or give it more --timeout",
        )

    def _check_stuck(self, doing: Activity) -> None:
        if self._database.engine is not DYNAMODB_LOCAL or doing.index is None:
            return
        waited = self._sender.now() - self._began
        if waited > self._look_for_room:
            self._look_for_room = waited + _SLOW
            if told := self._sender.turn(self._sender.expiry.make_room):
                self._tell(f"{doing}; {told}")
                self._began, self._look_for_room = self._sender.now(), _ROOM_AGAIN
                return
        if doing.status == "DELETING" and waited > _STUCK:
            raise StepError(
                f"DynamoDB Local does not come to an end: {doing}",
                hint="a defect of its own (see DROP INDEX in `inv db.logs`): `inv db.replace` recreates the table and "
                "keeps its items",
            )
