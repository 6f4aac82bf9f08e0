"""The tables and their past. Knows who is busy without looking at every table."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from .answers import Refusal, in_use, invalid, limit_exceeded, not_found
from .describing import table_arn
from .table import Pace, Table, View

Work = Literal["creating", "updating", "deleting"]


@dataclass(kw_only=True, eq=False, repr=False)
class Store(Pace):
    """Tables under a clock.

    Attributes:
        clock: the only time there is.
        wavering: with it an eventually consistent read is behind by any time up to `stale`, so that a later read may
            show an earlier state; without it every read is behind by `stale`.
        tables: those that exist, by name.
        most: the highest number of tables that were busy at once.
    """

    clock: Callable[[], float] = time.monotonic
    wavering: random.Random | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    most: int = 0
    _past: dict[str, list[tuple[float, Table]]] = field(default_factory=dict)
    # by kind of work, in the order of their ends: of one kind, who began first ends first
    _busy: dict[Work, dict[str, float]] = field(
        default_factory=lambda: {"creating": {}, "updating": {}, "deleting": {}}
    )

    def settle(self) -> None:
        """Takes note of what time has finished."""
        now = self.clock()
        for work, began in self._busy.items():
            lasts: float = getattr(self, work)
            while began and began[name := next(iter(began))] + lasts <= now:
                del began[name]
                if work == "deleting":
                    del self.tables[name]

    def begin(self, work: Work, name: str) -> None:
        """Makes a table busy.

        Documented: up to 500 tables may be CREATING, UPDATING or DELETING
        (API_CreateTable.html, LimitExceededException). The words are those reported with the older limit of 10.
        """
        if sum(map(len, self._busy.values())) >= self.limit:
            raise limit_exceeded(f"Only {self.limit} tables can be created, updated, or deleted simultaneously")
        self._busy[work].pop(name, None)
        self._busy[work][name] = self.clock()
        self.most = max(self.most, sum(map(len, self._busy.values())))

    def busy(self, work: Work) -> Iterable[Table]:
        return (self.tables[name] for name in self._busy[work])

    def write(self, table: Table) -> View:
        self.tables[table.name] = table
        self._past.setdefault(table.name, []).append((self.clock(), table))
        return View(table, self, self.clock())

    def find(self, name: str) -> View:
        if name not in self.tables:
            raise not_found(f"Table: {name}")
        return View(self.tables[name], self, self.clock())

    def find_idle(self, name: str) -> View:
        """The table, where neither a creation, an update nor a deletion of it goes on (the words are reported)."""
        view = self.find(name)
        if view.status == "CREATING":
            raise in_use(f"Table is being created: {name}")
        if view.status == "DELETING":
            raise in_use(f"Table is being deleted: {name}")
        if view.status == "UPDATING":
            raise in_use(f"Table: {name} is in the process of being updated.")
        return view

    def look(self, name: str) -> View:
        """The table as an eventually consistent read shows it.

        Documented: a DescribeTable right after a CreateTable may answer ResourceNotFoundException
        (API_DescribeTable.html).
        """
        behind = self.wavering.uniform(0, self.stale) if self.wavering else self.stale
        at = self.clock() - behind
        then = next((table for since, table in reversed(self._past.get(name, ())) if since <= at), None)
        if then is None or View(then, self, at).gone:
            raise not_found(f"Table: {name}")
        return View(then, self, at)

    def of_arn(self, arn: str, find: Callable[[str], View]) -> View:
        """The table of an ARN; calls by ARN do not know one that is CREATING (reported)."""
        name = arn.rpartition(":table/")[2]
        try:
            view = find(name)
        except Refusal:
            raise not_found(f"ResourceArn: {arn}") from None
        if table_arn(name) != arn:
            raise not_found(f"ResourceArn: {arn}")
        if view.status == "CREATING":
            raise self.not_ready(view, not_found(f"ResourceArn: {arn}"))
        return view

    def not_ready(self, view: View, missing: Refusal) -> Refusal:
        """What a call about a setting of a table meets that is CREATING."""
        if self.unready == "invalid":
            return invalid(f"The table {view.table.name} is in {view.status} state")
        return missing

    @property
    def ttl(self) -> dict[str, dict[str, Any]]:
        """The last TimeToLiveSpecification of each table that had one."""
        return {name: table.ttl for name, table in self.tables.items() if table.ttl}
