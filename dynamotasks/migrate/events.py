"""The events of applying a plan, as typed data. PURE: the command line renders them as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..errors import DynamotasksError
from ..schema.live_table import Activity
from .operations.base import Operation
from .plan import TablePlan


class Outcome(str, Enum):
    """How an operation ended.

    Attributes:
        SKIPPED: the table was already as declared, so nothing was sent.
        CONTINUES: it was sent, and DynamoDB completes it after the run.
        BLOCKED: it lacks consent, is no longer safe, or requires an operation that was not completed.
        PENDING: a later run can do it.
        INTERRUPTED: the run was stopped before the operation was completed.
    """

    DONE = "done"
    SKIPPED = "skipped"
    CONTINUES = "continues"
    FAILED = "failed"
    BLOCKED = "blocked"
    PENDING = "pending"
    INTERRUPTED = "interrupted"


class Cause(str, Enum):
    """Why an operation ended as it did, where no error and no activity explains it. The values are English phrases."""

    IMPOSSIBLE = "impossible in place"
    UNVERIFIED = "sent, but could not be read back"
    NEEDS_CONSENT = "destructive"
    PREREQUISITE = "requires an operation that was not completed"
    NOT_IN_PLAN = "not in the original plan: plan again"
    HAS_ITEMS = "the table now has items, and expired ones would be deleted: plan again"
    ITEMS_UNKNOWN = "the table may now have items, and expired ones would be deleted: plan again"
    TTL_LIMIT = "TTL can be changed once per hour"
    NO_WAIT = "run the same command again later"
    AFTER_PENDING = "after the previous operation"
    STARTED = "continues in the background"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """DynamoDB refused a call for a while, such as with `ThrottlingException`."""

    code: str

    def __str__(self) -> str:
        return self.code


class Reading(str, Enum):
    """Reads are eventually consistent: the table is read again before or after a call."""

    BEFORE = "checking the table again"
    AFTER = "reading the change back"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class TtlSuspended:
    """TTL is off on some tables of the run, so that DynamoDB Local finishes an index (see `local_ttl`)."""

    waiting_for: Activity
    tables: tuple[str, ...]

    def __str__(self) -> str:
        held = "it occupies the threads that indexes need"
        return f"{self.waiting_for}; TTL is off on {some(self.tables)} until the end of this run: {held}"


WaitStatus = Activity | ErrorResponse | Reading | TtlSuspended


@dataclass(frozen=True, slots=True)
class ApplyEvent:
    """The base of all events. `table` is the physical name."""

    table: str


@dataclass(frozen=True, slots=True)
class OperationStarted(ApplyEvent):
    """An operation is about to be sent."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class OperationWaiting(ApplyEvent):
    """An operation is waiting."""

    operation: Operation
    status: WaitStatus


@dataclass(frozen=True, slots=True)
class OperationEnded(ApplyEvent):
    """An operation ended.

    Attributes:
        cause: an `Activity` is what the operation must wait for.
        error: of an operation that failed, or of the call that could not exclude a loss.
    """

    operation: Operation
    outcome: Outcome
    cause: Cause | Activity | None = None
    error: DynamotasksError | None = None

    @property
    def detail(self) -> str | None:
        """The cause in English; `None` if the outcome or the error explains it."""
        if isinstance(self.cause, Activity):
            return f"after {self.cause}"
        blocked = self.error is not None and self.outcome is Outcome.BLOCKED
        return self.cause and self.cause.value + (f" ({self.error.what})" if self.error and blocked else "")


@dataclass(frozen=True, slots=True)
class TableReplanned(ApplyEvent):
    """A table was busy, is idle now, and was planned again."""

    plan: TablePlan


@dataclass(frozen=True, slots=True)
class TableFinished(ApplyEvent):
    """All operations of a table have ended."""


def some(names: Iterable[str]) -> str:
    """Return the first five names and the number of the others."""
    listed = sorted(names)
    more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""
    return ", ".join(listed[:5]) + more
