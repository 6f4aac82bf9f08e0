"""Makes room for index jobs on DynamoDB Local, whose TTL jobs can hold all of its background threads.

DynamoDB Local 3.3.1 works on indexes and TTL with one pool of ten threads; three are always taken, and each table with
TTL keeps one as long as TTL is on. Measured: with six such tables an index is created in a second, with seven or more
it stays CREATING (or DELETING) for ever; turned off, TTL gives its thread back within ten seconds. No flag of Java's or
of the engine's own changes the pool.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from ..aws.client import Database
from ..errors import CallError, DynamotasksError, StepError
from ..schema.property_path import PropertyPath
from ..schema.serialization import Call
from .plan import Step, TablePlan

_MOST = 6  # tables with TTL beside which an index job still finds a thread
_SPARE = 1  # more than needed, so that one table that gets TTL meanwhile does no harm
_TTL = PropertyPath("time_to_live_specification")


class Expiry:
    """TTL of the tables of a run on DynamoDB Local: turned off where it is in the way, and on again at the end.

    Args:
        database: where.
        tables: what the run is about.
    """

    def __init__(self, database: Database, tables: Iterable[TablePlan]) -> None:
        self._database = database
        self._lock = Lock()
        self._off: dict[str, str] = {}
        self._planned: dict[str, bool] = {}
        self._declared: dict[str, str] = {}
        for table in tables:
            self._planned[table.table] = any(map(_concerns, table.steps))
            ttl = table.wanted.time_to_live_specification
            if ttl and ttl.enabled and ttl.attribute_name:
                self._declared[table.table] = ttl.attribute_name

    def done(self, table: str, later: Iterable[Step]) -> None:
        """Note that of this table's steps only those in `later` are left."""
        self._planned[table] = any(map(_concerns, later))

    def make_room(self) -> str:
        """Turn TTL off on as many tables as are in the way; return what was done, empty for nothing.

        Raises:
            StepError: the tables in the way are not in the plan, or have a TTL that is not declared.
        """
        with self._lock:
            on = self._enabled()
            if len(on) <= _MOST:
                return ""
            # should this process be killed, only what is declared is reported and turned on again by a later run
            mine = {name for name, attribute in on.items() if self._declared.get(name) == attribute}
            # a step of this run that sets or turns off TTL must find it as it was planned
            busy = {name for name in on if self._planned.get(name)}
            others = on.keys() - mine - busy
            if len(others) > _MOST:
                raise StepError(
                    f"DynamoDB Local never finishes an index while more than {_MOST} tables have TTL: {len(on)} have "
                    f"it, and this run may not turn it off on {_some(others)}",
                    hint=f"turn TTL off on {len(others) - _MOST} of them and run the same command again; where the "
                    "config declares them with that TTL, leave --table away; or restart the engine, if it keeps its "
                    "data: an index that is under way is finished at its start",
                )
            chosen = sorted(mine - busy)[: len(on) - _MOST + _SPARE]
            for name in chosen:
                self._off[name] = on[name]  # first: a call whose answer is lost may have done it
                self._set(name, on[name], enabled=False)
            if not chosen:
                return ""
            return f"TTL is off on {_some(chosen)} until the end of this run: it holds the threads that indexes need"

    def restore(self) -> None:
        """Turn TTL on again where `make_room` turned it off.

        Raises:
            StepError: the engine does not answer any more.
        """
        with self._lock:
            for name, attribute in list(self._off.items()):
                try:
                    self._set(name, attribute, enabled=True)
                except DynamotasksError as error:
                    what = f"TTL is still off on {_some(self._off)}: {error.what}"
                    hint = "run `inv db.migrate --allow-destructive` when the engine answers again"
                    raise StepError(what, hint=hint) from error
                del self._off[name]

    def _enabled(self) -> dict[str, str]:
        found = {}
        for name in self._database.table_names():
            try:
                answer = self._database.call(Call("DescribeTimeToLive", {"TableName": name}))
            except CallError:  # it was dropped meanwhile
                continue
            description = answer.get("TimeToLiveDescription", {})
            if description.get("TimeToLiveStatus") == "ENABLED":
                found[name] = str(description["AttributeName"])
        return found

    def _set(self, name: str, attribute: str, *, enabled: bool) -> None:
        specification = {"Enabled": enabled, "AttributeName": attribute}
        call = Call("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": specification})
        try:
            self._database.call(call)
        except CallError as error:
            # so already, or the table was dropped meanwhile
            if error.code not in ("ValidationException", "ResourceNotFoundException"):
                raise


def _concerns(step: Step) -> bool:
    return step.call is not None and step.path.covers(_TTL)


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""
    return ", ".join(listed[:5]) + more
