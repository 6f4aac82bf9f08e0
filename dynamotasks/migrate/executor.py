"""Apply a plan: tables in parallel, the operations of each table in order.

The live tables are the only state: a run that was interrupted is completed by planning and applying again.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

from ..aws.client import Database
from ..schema.limits import TABLES_AT_ONCE
from .call_gate import CallGate
from .clock import TIMEOUT, Clock, SystemClock
from .events import ApplyEvent, TableFinished
from .local_ttl import LocalTtl
from .plan import Plan, TablePlan
from .run_context import RunContext
from .table_run import TableRun


def apply(  # noqa: PLR0913 - the options of a run, by keyword
    plan: Plan,
    database: Database,
    *,
    allow_destructive: bool = False,
    wait: bool = True,
    timeout: float = TIMEOUT,
    stop: Event | None = None,
    clock: Clock | None = None,
) -> Iterator[ApplyEvent]:
    """Apply a plan; a table that fails does not stop the others.

    Args:
        plan: what `plan` returned.
        database: the one that it was planned for.
        allow_destructive: permits operations that lose data or protection; otherwise they, and what requires them, are
            blocked.
        wait: `False` does not wait after the last call of a table; operations that have to wait for it are pending.
        timeout: the maximum seconds for each table.
        stop: when set, no more calls are sent.
        clock: the time of the run, by default that of this machine.

    Yields:
        Events of all tables, as they happen. Closing the generator stops the run after the calls in progress.

    Raises:
        TargetError: before the first call, if the account is not that of the environment.
    """
    tables = [table for table in plan.tables if table.operations]
    if not tables:
        return
    database.check_account(table.live.arn for table in plan.tables if table.live)
    gate = CallGate(clock or SystemClock(), stop or Event())
    local_ttl = LocalTtl(database, plan.tables)
    run = RunContext(
        database=database,
        gate=gate,
        local_ttl=local_ttl,
        timeout=timeout,
        allow_destructive=allow_destructive,
        wait=wait,
        prune=plan.prune,
        is_reviewed=plan.is_reviewed,
    )
    try:
        yield from _side_by_side(tables, run)
    finally:
        local_ttl.restore()


def _side_by_side(tables: list[TablePlan], run: RunContext) -> Iterator[ApplyEvent]:
    events: SimpleQueue[ApplyEvent] = SimpleQueue()

    def execute(table: TablePlan) -> None:
        try:
            TableRun(run, table, events.put).execute()
        finally:
            events.put(TableFinished(table.table))

    unfinished = len(tables)
    with ThreadPoolExecutor(min(unfinished, TABLES_AT_ONCE), "dynamotasks") as pool:
        try:
            running = [pool.submit(execute, table) for table in tables]
            while unfinished:
                event = events.get()
                unfinished -= isinstance(event, TableFinished)
                yield event
        finally:
            if unfinished:  # the generator was closed, or the process is interrupted
                run.gate.stop.set()
    for table in running:
        table.result()  # a bug in a thread must not go unnoticed
