"""Free background threads of DynamoDB Local for index jobs while many tables have TTL.

DynamoDB Local 3.3.1 works on indexes and TTL with one pool of ten threads: three are always occupied, and each table
with TTL occupies one. Measured: with six such tables an index is created in a second, with seven or more it stays
CREATING (or DELETING) forever; when TTL is turned off, its thread is free within ten seconds. No option of Java or of
the engine changes the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from threading import Lock

from ..aws.capabilities import DYNAMODB_LOCAL
from ..aws.client import Database
from ..errors import CallError, DynamotasksError, Hint, StepError, Task
from ..schema.live_table import Activity
from ..schema.property_path import PropertyPath
from ..schema.serialization import Call
from .call_gate import CallGate
from .events import TtlSuspended, some
from .operations.base import Operation
from .plan import TablePlan

_MOST = 6  # tables with TTL beside which an index job still finds a thread
_SPARE = 1  # one more than needed, in case another table gets TTL meanwhile
_TTL = PropertyPath("time_to_live_specification")
# an index job starts within a second of a thread becoming free
_SLOW, _AFTER_SUSPENSION = 3.0, 15.0
# DynamoDB Local 3.3.1 deletes an index within a second, in 15 with -delayTransientStatuses, or never: some that share a
# key attribute with the table or another index (measured; see `aws.capabilities.undeletable`)
_STUCK = 25.0


class LocalTtl:
    """TTL of the tables of a run on DynamoDB Local: suspended where it blocks indexes, restored at the end."""

    def __init__(self, database: Database, tables: Iterable[TablePlan]) -> None:
        self.database = database
        self._lock = Lock()
        self._suspended: dict[str, str] = {}
        self._planned: dict[str, bool] = {}
        self._declared: dict[str, str | None] = {}
        for table in tables:
            self.keep(table.table, table.operations)
            ttl = table.wanted.time_to_live_specification
            self._declared[table.table] = ttl.attribute_name if ttl and ttl.enabled else None

    def keep(self, table: str, operations: Iterable[Operation]) -> None:
        """Leave the TTL of a table alone while one of the operations that it still has changes TTL."""
        self._planned[table] = any(
            operation.call is not None and operation.path.covers(_TTL) for operation in operations
        )

    def suspend(self) -> tuple[str, ...]:
        """Turn TTL off on as many tables as necessary and return their names.

        Raises:
            StepError: the run does not include enough tables whose TTL is declared.
        """
        with self._lock:
            enabled = self._enabled()
            if len(enabled) <= _MOST:
                return ()
            # if this process is killed, a later run reports and enables only what is declared
            own = {name for name, attribute in enabled.items() if self._declared.get(name) == attribute}
            changing = {name for name in enabled if self._planned.get(name)}
            if len(others := enabled.keys() - own - changing) > _MOST:
                raise _too_many(len(enabled), others)
            chosen = tuple(sorted(own - changing)[: len(enabled) - _MOST + _SPARE])
            for name in chosen:
                self._suspended[name] = enabled[name]  # before the call, whose response may be lost
                self._set(name, enabled[name], enabled=False)
            return chosen

    def restore(self) -> None:
        """Turn TTL on again on the tables that `suspend` chose.

        Raises:
            StepError: the engine no longer responds.
        """
        with self._lock:
            for name, attribute in list(self._suspended.items()):
                try:
                    self._set(name, attribute, enabled=True)
                except DynamotasksError as error:
                    what = f"TTL is still off on {some(self._suspended)}: {error.what}"
                    hint = Hint("run ", Task("migrate", "--allow-destructive"), " when the engine responds again")
                    raise StepError(what, hint=hint) from error
                del self._suspended[name]

    def _enabled(self) -> dict[str, str]:
        """Return the TTL attribute of each table that has TTL."""
        found = {}
        for name in self.database.table_names():
            try:
                answer = self.database.call(Call("DescribeTimeToLive", {"TableName": name}))
            except CallError:  # deleted meanwhile
                continue
            description = answer.get("TimeToLiveDescription", {})
            if description.get("TimeToLiveStatus") == "ENABLED":
                found[name] = str(description["AttributeName"])
        return found

    def _set(self, name: str, attribute: str, *, enabled: bool) -> None:
        specification = {"Enabled": enabled, "AttributeName": attribute}
        call = Call("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": specification})
        try:
            self.database.call(call)
        except CallError as error:
            # TTL is so already, or the table was deleted meanwhile
            if error.code not in ("ValidationException", "ResourceNotFoundException"):
                raise


class IndexWatch:
    """Notice that DynamoDB Local does not finish an index, and suspend TTL where that helps.

    Args:
        notify: receives the tables on which TTL was suspended.
    """

    def __init__(self, gate: CallGate, local_ttl: LocalTtl, notify: Callable[[TtlSuspended], None]) -> None:
        self._gate, self._local_ttl, self._notify = gate, local_ttl, notify
        self._began = gate.now()
        self._suspend_after = _SLOW

    def check(self, activity: Activity) -> None:
        """Check what an operation waits for.

        Raises:
            StepError: it never ends.
        """
        if self._local_ttl.database.engine is not DYNAMODB_LOCAL or activity.index is None:
            return
        waited = self._gate.now() - self._began
        if waited > self._suspend_after:
            self._suspend_after = waited + _SLOW
            if tables := self._gate.turn(self._local_ttl.suspend):
                self._notify(TtlSuspended(activity, tables))
                self._began, self._suspend_after = self._gate.now(), _AFTER_SUSPENSION
                return
        if activity.status == "DELETING" and waited > _STUCK:
            raise StepError(
                f"DynamoDB Local never finishes (known bug): {activity}",
                hint=Hint("see DROP INDEX in ", Task("logs"), "; ")
                + Hint(Task("replace"), " recreates the table and keeps its items"),
            )


def _too_many(enabled: int, others: Collection[str]) -> StepError:
    return StepError(
        f"DynamoDB Local never finishes an index while more than {_MOST} tables have TTL: {enabled} have it, and this "
        f"run is not allowed to disable it on {some(others)}",
        hint=f"disable TTL on {len(others) - _MOST} of them and run the same command again; or omit --table, if the "
        "config declares their TTL; or restart the engine, if it keeps its data: it finishes indexes when it starts",
    )
