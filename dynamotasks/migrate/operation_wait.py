"""Wait until the change that an operation made is visible."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import Hint, StepError, Task
from ..schema.live_table import Activity, LiveTable
from .events import Reading, WaitStatus
from .local_ttl import IndexWatch
from .run_context import OperationContext
from .verification import unmet, unread
from .waits import poll

_TRANSIENT = ("CREATING", "UPDATING", "DELETING")


def timed_out(status: WaitStatus, timeout: float) -> StepError:
    """Return the error of an operation that still waits after `timeout` seconds."""
    hint = "DynamoDB continues: run the same command again later, or raise --timeout"
    return StepError(f"still {status} after {timeout:.0f} s", hint=hint)


class OperationWait:
    """The wait after an operation."""

    def __init__(self, context: OperationContext, watch: IndexWatch) -> None:
        self._context, self._goal, self._watch = context, context.goal, watch
        self._answered: LiveTable | None = None
        self._first: LiveTable | None = None
        self._by_others = False
        self._missing_since: float | None = None
        self._visible_by: float | None = None
        self._deleting_at = context.now()
        self._unread: tuple[str, ...] = ()

    def until_deleted(self, answered: LiveTable | None) -> None:
        """Wait until the table is deleted; another one may have its name by then.

        Args:
            answered: the deleted table, as the response shows it.
        """
        deleted = answered if answered and (answered.id or answered.created) else self._goal.planned

        def look() -> Activity | None:
            live = self._context.read()
            gone = live is None or (deleted is not None and live.replaces(deleted))
            return None if gone else Activity(status="DELETING")

        self._poll(look)

    def until_visible(self, answered: LiveTable | None, *, by_others: bool) -> StepError | None:
        """Wait until the table is idle and reads show what the operation makes.

        Args:
            answered: the table, if the response shows it.
            by_others: whether another process did what the operation does.

        Returns:
            The error of a change that was accepted, but may not be read.

        Raises:
            StepError: it timed out, or another process changed the table, or the engine ignored the call.
        """
        self._answered = self._first = answered
        self._by_others = by_others
        self._poll(self._unfinished)
        if not self._unread:
            return None
        hint = Hint("allow the read, then see ", Task("status"))
        return StepError(f"accepted, but could not be read back: {'; '.join(self._unread)}", hint=hint)

    def _unfinished(self) -> WaitStatus | None:
        """Return what the table is still busy with, or that the change is not visible."""
        live = self._next()
        self._first = self._first or live
        if activity := self._activity(live) if live else Activity(status="CREATING"):
            self._visible_by = None
            return activity
        return self._invisible(live) if live and self._goal.operation.makes else None

    def _next(self) -> LiveTable | None:
        live, self._answered = self._answered or self._context.read(), None
        now = self._context.now()
        self._missing_since = None if live else now if self._missing_since is None else self._missing_since
        if self._missing_since is not None and now - self._missing_since > self._context.consistency:
            raise StepError("the table no longer exists: another process deleted it", hint="run the same command again")
        return live

    def _activity(self, live: LiveTable) -> Activity | None:
        if live.status not in ("ACTIVE", *_TRANSIENT):
            raise StepError(f"the table is {live.status}", hint="check it in the AWS console; waiting does not help")
        if not self._goal.operation.until_idle:
            return None
        index = self._goal.deleted_index
        if index is not None and not self._is_deleted(index, live):
            return Activity(status="DELETING", index=index)
        return live.activity

    def _is_deleted(self, index: str, live: LiveTable) -> bool:
        """Return whether the index that the operation deletes is gone; another one may have its name by now.

        Reads may show the old index for a while: ACTIVE, or as it was when this was planned.
        """
        status, planned = live.indexes.get(index), self._goal.planned
        if status in (None, "DELETING"):
            self._deleting_at = self._context.now()
            return status is None
        was_creating = planned is not None and planned.indexes.get(index) == "CREATING"
        is_stale = self._context.now() - self._deleting_at <= self._context.consistency
        if is_stale and (status != "CREATING" or was_creating):
            return False
        if self._goal.operation.makes:
            hint = Hint("see ", Task("plan"), ", then run the same command again")
            raise StepError(f"another process recreated index {index} while it was being deleted", hint=hint)
        return True

    def _invisible(self, live: LiveTable) -> Reading | None:
        """Return that the change is not visible yet."""
        read = self._context.read_settings(live)
        if not (left := unmet(self._goal, read)):
            self._unread = unread(self._goal, read)
            return None
        now = self._context.now()
        self._visible_by = now + self._context.consistency if self._visible_by is None else self._visible_by
        if now > self._visible_by:
            raise self._ignored(live, ", ".join(str(change.path) for change in left))
        return Reading.AFTER

    def _ignored(self, live: LiveTable, paths: str) -> StepError:
        if self._by_others or (self._first and not self._first.is_same(live)):
            hint = "run the same command again when it has finished"
            return StepError(f"another process is changing the table: {paths} differs from the config", hint=hint)
        hint_ = Hint(
            "see ", Task("status"), "; if the engine does not support it, declare it only for environments that do"
        )
        return StepError(f"{self._context.run.database.engine.name} accepted the call and ignored {paths}", hint=hint_)

    def _poll(self, look: Callable[[], WaitStatus | None]) -> None:
        def watched() -> WaitStatus | None:
            status = look()
            if isinstance(status, Activity):
                self._watch.check(status)
            return status

        context = self._context
        if status := poll(watched, context.run.gate, context.deadline, context.notify):
            raise timed_out(status, context.run.timeout)
