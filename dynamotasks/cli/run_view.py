"""Show the progress and the result of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..aws.client import Database
from ..errors import DynamotasksError, StepError, TargetError
from ..migrate.events import (
    ApplyEvent,
    Cause,
    OperationEnded,
    OperationStarted,
    OperationWaiting,
    Outcome,
    TableFinished,
    TableReplanned,
)
from ..migrate.operations.base import Operation
from ..migrate.operations.tables import CreateTable, DeleteTable
from ..migrate.plan import Plan, TablePlan
from ..migrate.risk_wording import advice, reason
from ..migrate.wording import title
from ..schema.limits import TTL_CHANGE_SECONDS
from .formatting import count, few
from .output import Output
from .plan_view import PlanView
from .task_names import error_text


class RunView:
    """A run of a plan, from its events."""

    def __init__(self, out: Output, plan: Plan, database: Database) -> None:
        self._out, self._plan, self._database = out, plan, database
        self._prefix = database.target.table_prefix
        self._ends: dict[int, OperationEnded] = {}  # by the identity of the operation
        self._in_progress: dict[str, str] = {}
        self._started: set[int] = set()
        self._failed_tables: dict[str, list[str]] = {}
        self._unreachable: set[str] = set()

    def follow(self, events: Iterable[ApplyEvent], elapsed: Callable[[], float]) -> None:
        """Show events as they happen: as moving lines on a terminal, as one line per event elsewhere."""
        total, finished = sum(bool(table.operations) for table in self._plan.tables), 0
        for event in events:
            self._take(event)
            finished += isinstance(event, TableFinished)
            if self._in_progress:
                tables = (f"{name}: {text}" for name, text in self._in_progress.items())
                self._out.progress([*tables, f"{finished}/{total} tables, {elapsed():.0f} s"])
        for names in self._failed_tables.values():
            if len(names) > 1:
                self._out.note(f"! same error for {few(names[1:], 'more table')}")
        self._show_how_to_continue()

    def _take(self, event: ApplyEvent) -> None:
        name = event.table.removeprefix(self._prefix)
        match event:
            case TableReplanned():
                self._replan(event.plan)
            case TableFinished():
                self._in_progress.pop(name, None)
            case OperationStarted():
                self._started.add(id(event.operation))
                self._in_progress[name] = title(event.operation).short
            case OperationWaiting():
                text = f"{title(event.operation).short}: {event.status}"
                if self._in_progress.get(name) != text:
                    self._out.event(f"  {name}: {text}")
                self._in_progress[name] = text
            case OperationEnded():
                self._ends[id(event.operation)] = event
                self._show_end(name, event)

    def _show_end(self, name: str, event: OperationEnded) -> None:
        words, outcome, sign = title(event.operation), event.outcome, event.operation.sign.value
        if outcome is Outcome.DONE:
            self._out.line(sign, f"{name}: {words.done}")
        elif outcome is Outcome.CONTINUES:
            self._out.line(sign, f"{name}: {words.short}: started, continues in the background")
        elif error := self._error(event):
            self._show_failure(name, words.short, error)
        elif outcome is not Outcome.INTERRUPTED and name not in self._unreachable:
            detail = _detail(event)
            sign = "!" if outcome is Outcome.BLOCKED else "="
            self._out.line(sign, f"{name}: {words.short}: {outcome.value}" + (f" ({detail})" if detail else ""))

    def _show_failure(self, name: str, text: str, error: DynamotasksError) -> None:
        """Show an error once for all tables that it affects."""
        if isinstance(error, TargetError):
            self._unreachable.add(name)
        tables = self._failed_tables.setdefault(str(error), [])
        if not tables:
            self._out.failure(f"! {name}: {text} failed", error)
        if name not in tables:
            tables.append(name)

    def _replan(self, planned: TablePlan) -> None:
        tables = (planned if table.table == planned.table else table for table in self._plan.tables)
        self._plan = replace(self._plan, tables=tuple(tables))
        if planned.read_error is not None:
            name = planned.table.removeprefix(self._prefix)
            self._out.note(f"! {name}: could not be read: {planned.read_error}")

    def _show_how_to_continue(self) -> None:
        if interrupted := self.operations(Outcome.INTERRUPTED):
            started = [operation for operation in interrupted if id(operation) in self._started]
            text = f"{count(len(interrupted) - len(started), 'operation')} not started"
            if started:
                names = [f"{o.table.removeprefix(self._prefix)}: {title(o).short}" for o in started]
                text += f", {count(len(started), 'operation')} in progress may still complete ({few(names, 'table')})"
            self._out.note(f"interrupted: {text}; run the same command again to continue")
        elif any(isinstance(end.error, TargetError) for end in self._ends.values()):
            self._out.note("  run the same command again to continue; completed operations are not repeated")

    def operations(self, *outcomes: Outcome) -> list[Operation]:
        """Return the operations with this outcome."""
        return [end.operation for end in self._ends.values() if end.outcome in outcomes]

    @property
    def ok(self) -> bool:
        """Whether nothing failed, was blocked or interrupted, and everything declared could be read."""
        complete = not any(table.is_incomplete for table in self._plan.tables)
        return complete and not self.operations(Outcome.FAILED, Outcome.BLOCKED, Outcome.INTERRUPTED)

    def summary(self, seconds: float) -> str:
        """Return the result in one line, such as `3 tables created, 1 unchanged in 0.8 s`."""
        done = self.operations(Outcome.DONE, Outcome.CONTINUES)
        created = {operation.table for operation in done if isinstance(operation, CreateTable)}
        deleted = {operation.table for operation in done if isinstance(operation, DeleteTable)} - created
        changed = {operation.table for operation in done if operation.call} - created - deleted
        tables = ((created, "created"), (deleted, "deleted"))
        parts = [f"{count(len(names), 'table')} {word}" for names, word in tables if names]
        numbers = (
            (len(changed), "changed"),
            (sum(table.is_unchanged for table in self._plan.tables), "unchanged"),
            (len({operation.table for operation in self.operations(Outcome.FAILED)}), "failed"),
            (sum(table.is_incomplete for table in self._plan.tables), "unknown"),
        )
        parts += [f"{number} {word}" for number, word in numbers if number]
        for outcome in (Outcome.SKIPPED, Outcome.BLOCKED, Outcome.PENDING, Outcome.INTERRUPTED):
            if operations := self.operations(outcome):
                parts.append(f"{count(len(operations), 'operation')} {outcome.value}")
        return f"{', '.join(parts) or 'nothing to do'} in {seconds:.1f} s"

    def document(self, seconds: float) -> dict[str, Any]:
        """Return the result as JSON values: the plan with the outcome of each operation."""
        document = PlanView(self._out, self._plan, self._database).document()
        del document["in_sync"]  # it describes the state before the run
        for entry, table in zip(document["tables"], self._plan.tables, strict=True):
            for item, operation in zip(entry["operations"], table.operations, strict=True):
                end = self._ends.get(id(operation)) or OperationEnded(table.table, operation, Outcome.INTERRUPTED)
                item["result"] = end.outcome.value
                if detail := _detail(end):
                    item["detail"] = detail
                if error := self._error(end):
                    item["error"] = error_text(error)
                    entry.setdefault("error", error_text(error))
        return {**document, "ok": self.ok, "seconds": round(seconds, 3)}

    def _error(self, end: OperationEnded) -> DynamotasksError | None:
        if end.cause is Cause.IMPOSSIBLE:
            table = next(table for table in self._plan.tables if table.table == end.table)
            hint = advice(end.operation, table, self._prefix)
            return StepError(f"impossible in place: {reason(end.operation, table)}", hint=hint)
        return end.error if end.outcome is Outcome.FAILED else None


def _detail(end: OperationEnded) -> str | None:
    if end.cause is Cause.TTL_LIMIT:
        retry = time.strftime("%H:%M", time.localtime(time.time() + TTL_CHANGE_SECONDS))
        return f"{end.detail}: run the same command again at {retry}"
    return "already as declared" if end.outcome is Outcome.SKIPPED else end.detail
