"""Keep the tables of one worker as declared, empty or seeded, before each test."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Literal, TypeAlias

from ..errors import CallError, EngineError, UsageError
from ..schema.table_spec import TableSpec
from .changes import ChangeReader, Changes, Item
from .engine_tables import EngineTables
from .leftovers import LeftoverCheck
from .recorder import SentCall, install
from .started_processes import ProcessWatch
from .wire import Wire

Strategy: TypeAlias = Literal["auto", "keys", "recreate", "none"]

_OTHER_SDKS = ("aiodynamo",)  # clients whose writes botocore's events do not show
_MOST_KEYS = 16  # of one table; re-creating it is faster from 10 (DynamoDB Local), 20 (dynoxide) or 50 (moto): measured
_WAIT_FOR_CALLS = 0.2  # seconds for calls of other threads that have no response yet
_MOST_CLEANINGS = 3  # of the changes of a call that never ended, such as that of a cancelled task


class Isolation:
    """Keep the tables of one worker as declared: empty or seeded before each test.

    Calls that other threads send after `end` are recorded as well, and the next `begin` removes what they wrote.

    Args:
        endpoint: URL of a local engine that separates access keys, or is this worker's alone: all tables are deleted.
        access_key: of the worker; letters and digits only.
        region: of the worker.
        tables: the declared tables.
        strategy: `keys` deletes the items that were written and re-creates tables where that is not enough; `recreate`
            re-creates all tables after each test, also for writes that this process does not see; `none` keeps all.
            `auto` is `keys`.
        debug: check after each test that nothing is left.

    Raises:
        UsageError: the endpoint is invalid or belongs to AWS.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        region: str,
        tables: Sequence[TableSpec],
        *,
        strategy: Strategy = "auto",
        debug: bool = False,
    ) -> None:
        self._declared = {table.name: table for table in tables}
        self._scope = (access_key, region)
        self._strategy = strategy
        self._wire = Wire(endpoint, access_key, region)
        self._tables = EngineTables(self._wire)
        self._check = LeftoverCheck(self._wire) if debug else None
        self._reader = ChangeReader(tables, access_key, region)
        self._recorder = install()
        self._log = self._recorder.watch(endpoint)
        self._processes = ProcessWatch()
        self._created: set[str] = set()
        self._seeded: dict[str, list[Item]] = {}
        self._is_closed = False
        self._other_tests = False
        self._cleaning_failed = False
        self.tests = 0
        """How often `begin` was called."""

    def begin(self, names: Iterable[str] | None = None, seed: Mapping[str, Sequence[Item]] | None = None) -> None:
        """Create and delete tables until those that the test asks for exist, put the seed, and start to record.

        Args:
            names: declared tables; by default all.
            seed: items in DynamoDB's JSON by table; those of other tables are omitted.

        Raises:
            UsageError: a table is not declared.
            EngineError: the engine does not respond, or had tables with items before the first test.
            CallError: the engine refuses a table or an item of the seed.
        """
        wanted = list(self._declared if names is None else names)
        for name in (*wanted, *(seed or ())):
            if name not in self._declared:
                declared = ", ".join(self._declared) or "none"
                raise UsageError(f"table {name!r} is not declared", hint=f"declared tables: {declared}")
        if self.tests == 0:
            self._remove_empty_tables()
        self.tests += 1
        self._remove_writes_before_test()
        self._provide(wanted)
        self._log.separate_tokens()
        self._seeded = {name: list(items) for name, items in (seed or {}).items() if name in wanted}
        if self._seeded:
            self._tables.put_items(self._seeded)

    def end(self) -> None:
        """Remove everything that was written since `begin`: items, and tables that were created or altered.

        Raises:
            EngineError: the engine does not respond.
            CallError: the engine refuses to delete or create a table.
        """
        if self._strategy == "none":
            self._log.take()
            return
        self._wait_for_calls()
        self._clean(self._log.take())

    def remove_other_writes(self) -> list[str]:
        """Remove what a test wrote that did not call `begin`; return the operations that it sent.

        Raises:
            EngineError: the engine does not respond.
            CallError: the engine refuses to delete or create a table.
        """
        self._wait_for_calls()
        calls = self._log.take()
        operations = {call.operation for call in calls if not call.cleanings}
        self._other_tests = True
        if calls and self._strategy != "none" and not self._is_closed:
            self._clean(calls)
        return sorted(operations)

    def close(self) -> None:
        """Stop recording and close the connection."""
        self._is_closed = True
        self._recorder.unwatch(self._log)
        self._wire.close()

    def _remove_empty_tables(self) -> None:
        """Delete the empty declared tables of an earlier run; refuse to delete anything else."""
        existing = self._tables.names()
        for name in existing:
            if name not in self._declared or self._wire.call("Scan", {"TableName": name, "Limit": 1}).get("Items"):
                raise EngineError(
                    f"table {name!r} exists before the first test, and tests would delete it",
                    hint="use an engine for tests alone, or delete the table",
                    where=self._wire.endpoint,
                )
        for name in existing:
            self._tables.delete(name)

    def _remove_writes_before_test(self) -> None:
        """Remove what threads, fixtures of a wider scope and tests without `begin` wrote since the last test."""
        calls, others = self._log.take(), self._other_tests
        self._other_tests = False
        if others and self._processes.may_have_written():
            self._clean(calls, "a test before this one started a process")
        elif calls or self._cleaning_failed:
            self._clean(calls)

    def _provide(self, names: Iterable[str]) -> None:
        """Create and delete declared tables until exactly these exist."""
        wanted = set(names)
        if self._strategy != "none":
            for name in sorted(self._created - wanted):
                self._tables.delete(name)
                self._created.remove(name)
        for name in sorted(wanted - self._created):
            self._create(name)

    def _wait_for_calls(self) -> None:
        deadline = time.monotonic() + _WAIT_FOR_CALLS
        while self._log.has_calls_without_response() and time.monotonic() < deadline:
            time.sleep(0.001)

    def _clean(self, calls: list[SentCall], reason: str | None = None) -> None:
        changes = self._reader.read(calls)
        failed, self._cleaning_failed = self._cleaning_failed, True
        if reason := reason or ("the last reset failed" if failed else self._unseen_writes()):
            changes.everything = reason
        self._add_seed(changes)
        self._remove(changes)
        self._cleaning_failed = False
        self._log.keep([call for call in calls if not call.ended], _MOST_CLEANINGS)
        if self._check:
            self._check.check(self._tables.names(), self._created)

    def _unseen_writes(self) -> str | None:
        if self._strategy == "recreate":
            return "the strategy is recreate"
        if self._processes.may_have_written():
            return "the test started a process"
        for module in _OTHER_SDKS:
            if module in sys.modules:
                return f"{module} is imported"
        return None

    def _add_seed(self, changes: Changes) -> None:
        for name, items in self._seeded.items():
            for item in items:
                self._reader.add_key(changes, name, item)
        self._seeded = {}

    def _remove(self, changes: Changes) -> None:
        """Delete items where that is enough, and re-create tables where it is not."""
        if changes.everything is None:
            written = {name: list(keys.values()) for name, keys in changes.keys.items() if name in self._created}
            recreated = {name for name in written if self._must_recreate(name, len(written[name]))} | changes.tables
            try:
                self._recreate(recreated)
                self._tables.delete_items({name: keys for name, keys in written.items() if name not in recreated})
                return
            except CallError:
                pass  # a table changed in a way that was not recorded
        self._reset(changes.elsewhere)

    def _must_recreate(self, name: str, items: int) -> bool:
        stream = self._declared[name].stream_specification
        return items > _MOST_KEYS or (stream is not None and stream.stream_enabled)  # old stream records would remain

    def _recreate(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            self._tables.delete(name)
            if name in self._created:
                self._create(name)

    def _create(self, name: str) -> None:
        self._tables.create(self._declared[name])
        self._created.add(name)
        if self._check:
            self._check.remember(name)

    def _reset(self, elsewhere: Iterable[tuple[str, str]] = ()) -> None:
        """Delete all tables, and create those that tests have used."""
        for access_key, region in elsewhere:
            with closing(Wire(self._wire.endpoint, access_key, region)) as wire:
                other = EngineTables(wire)
                for name in other.names():
                    other.delete(name)
        self._recreate({*self._tables.names(), *self._created})
