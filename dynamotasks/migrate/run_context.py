"""What the operations of a run share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..aws.client import Database
from ..schema.live_table import LiveTable
from .call_gate import CallGate
from .events import WaitStatus
from .local_ttl import LocalTtl
from .table_reader import read_description, with_settings
from .verification import OperationGoal
from .waits import consistency_delay


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """The database and the settings of a run.

    Attributes:
        timeout: the maximum seconds for each table.
        wait: whether to wait for the last change of a table, such as an index backfill.
        is_reviewed: whether only the operations of the reviewed plan may be sent.
        created: the tables that this run created; they can have no items of others.
    """

    database: Database
    gate: CallGate
    local_ttl: LocalTtl
    timeout: float
    allow_destructive: bool
    wait: bool
    prune: bool
    is_reviewed: bool
    created: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationContext:
    """One operation of a run.

    Attributes:
        deadline: in monotonic seconds.
        waits: whether to wait until the table and its indexes are idle.
        notify: receives what the operation waits for.
    """

    run: RunContext
    goal: OperationGoal
    deadline: float
    waits: bool
    notify: Callable[[WaitStatus], None]

    @property
    def consistency(self) -> float:
        """The seconds after which reads show every earlier change."""
        return consistency_delay(self.run.database.engine)

    def now(self) -> float:
        """Return monotonic time in seconds."""
        return self.run.gate.now()

    def read(self) -> LiveTable | None:
        """Return the table as DescribeTable shows it."""
        return self.run.gate.read(lambda: read_description(self.run.database, self.goal.operation.table))

    def read_settings(self, live: LiveTable) -> LiveTable:
        """Return the table with the settings that the operation makes."""
        return self.run.gate.read(lambda: with_settings(self.run.database, live, self.goal.focus))
