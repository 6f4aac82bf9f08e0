"""The tables and their history, with an index of busy tables."""

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
    """Tables on a clock.

    Attributes:
        clock: returns the current time.
        wavering: makes each eventually consistent read old by a random time up to `stale`, so that a later read may
            show an earlier state; without it every read is old by `stale`.
        tables: the existing tables by name.
        most: the highest number of tables that were busy at the same time.
    """

    clock: Callable[[], float] = time.monotonic
    wavering: random.Random | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    most: int = 0
    _past: dict[str, list[tuple[float, Table]]] = field(default_factory=dict)
    # in order of completion: work of one kind completes in the order of its start
    _busy: dict[Work, dict[str, float]] = field(
        default_factory=lambda: {"creating": {}, "updating": {}, "deleting": {}}
    )

    def settle(self) -> None:
        """Complete the work that is due."""
        now = self.clock()
        for work, began in self._busy.items():
            lasts: float = getattr(self, work)
            while began and began[name := next(iter(began))] + lasts <= now:
                del began[name]
                if work == "deleting":
                    del self.tables[name]

    def begin(self, work: Work, name: str) -> None:
        """Mark a table as busy.

        Documented: up to 500 tables may be CREATING, UPDATING or DELETING
        (API_CreateTable.html, LimitExceededException). The message is the one reported with the older limit of 10.
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
        """Return a table that is neither created, updated nor deleted; otherwise raise an error (reported)."""
        view = self.find(name)
        if view.status == "CREATING":
            raise in_use(f"Table is being created: {name}")
        if view.status == "DELETING":
            raise in_use(f"Table is being deleted: {name}")
        if view.status == "UPDATING":
            raise in_use(f"Table: {name} is in the process of being updated.")
        return view

    def look(self, name: str) -> View:
        """Return the table as an eventually consistent read shows it.

        Documented: a DescribeTable right after a CreateTable may return ResourceNotFoundException
        (API_DescribeTable.html).
        """
        behind = self.wavering.uniform(0, self.stale) if self.wavering else self.stale
        at = self.clock() - behind
        then = next((table for since, table in reversed(self._past.get(name, ())) if since <= at), None)
        if then is None or View(then, self, at).gone:
            raise not_found(f"Table: {name}")
        return View(then, self, at)

    def of_arn(self, arn: str, find: Callable[[str], View]) -> View:
        """Return the table of an ARN; operations by ARN do not find a table that is CREATING (reported)."""
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
        """Return the error of a settings operation on a table that is CREATING."""
        if self.unready == "invalid":
            return invalid(f"The table {view.table.name} is in {view.status} state")
        return missing

    @property
    def ttl(self) -> dict[str, dict[str, Any]]:
        """Return the last TimeToLiveSpecification of each table that has one."""
        return {name: table.ttl for name, table in self.tables.items() if table.ttl}
