"""What became of a plan: told while it happens, summed up at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import DynamotasksError, StepError, TargetError
from ..migrate.events import (
    ApplyEvent,
    Cause,
    Outcome,
    StepEnded,
    StepStarted,
    StepWaiting,
    TableFinished,
    TableReplanned,
)
from ..migrate.plan import Mark, Plan, Step, TablePlan
from ..schema.limits import TTL_CHANGE_SECONDS
from .formatting import count, few
from .output import Output
from .plan_view import plan_json

_PAST = {
    "change": "changed",
    "create": "created",
    "delete": "deleted",
    "lift": "lifted",
    "remove": "removed",
    "turn": "turned",
    "wait": "waited",
}


@dataclass(slots=True)
class RunView:
    """What became of a plan, gathered from its events."""

    plan: Plan
    shown: Callable[[str], str]
    ends: dict[int, StepEnded] = field(default_factory=dict)
    _under_way: dict[str, str] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)
    _failed: dict[str, list[str]] = field(default_factory=dict)
    _cut_off: set[str] = field(default_factory=set)

    def follow(self, report: Output, events: Iterable[ApplyEvent], elapsed: Callable[[], float]) -> None:
        """Prints what happens while it happens: lines that move on a terminal, a line an event elsewhere."""
        total, finished = sum(bool(table.steps) for table in self.plan.tables), 0
        for event in events:
            self._take(report, event)
            finished += isinstance(event, TableFinished)
            if self._under_way:
                done = f"{finished}/{total} tables, {elapsed():.0f} s"
                report.progress([*(f"{name}: {doing}" for name, doing in self._under_way.items()), done])
        for names in self._failed.values():
            if len(names) > 1:
                report.note(f"! the same failed for {few(names[1:], 'more table')}")
        self._show_how_to_continue(report)

    def _show_how_to_continue(self, report: Output) -> None:
        if stopped := self.steps(Outcome.INTERRUPTED):
            begun = [step for step in stopped if id(step) in self._begun]
            left = f"{count(len(stopped) - len(begun), 'step')} not started"
            if begun:
                names = few([f"{self.shown(step.table)}: {step.title.split(' (')[0]}" for step in begun], "table")
                left += f", {count(len(begun), 'step')} under way may still complete ({names})"
            report.note(f"interrupted: {left}; run the same command again to continue")
        elif any(isinstance(end.error, TargetError) for end in self.ends.values()):
            report.note("  run the same command again to continue: what is done is not repeated")

    def _take(self, report: Output, event: ApplyEvent) -> None:
        name = self.shown(event.table)
        match event:
            case TableReplanned():
                self._replan(report, event.plan)
            case TableFinished():
                self._under_way.pop(name, None)
            case StepStarted():
                self._begun.add(id(event.step))
                self._under_way[name] = _brief(event.step)
            case StepWaiting():
                doing = f"{_brief(event.step)}: {event.status}"
                if self._under_way.get(name) != doing:
                    report.event(f"  {name}: {doing}")
                self._under_way[name] = doing
            case StepEnded():
                self._end(report, name, event)

    def _end(self, report: Output, name: str, event: StepEnded) -> None:
        self.ends[id(event.step)] = event
        title, outcome = _brief(event.step), event.outcome
        mark: Mark = "!" if outcome is Outcome.BLOCKED else "="
        if outcome is Outcome.DONE:
            report.line(event.step.mark, f"{name}: {_past(title)}")
        elif outcome is Outcome.CONTINUES:
            report.line(event.step.mark, f"{name}: {title}: started, continues in the background")
        elif error := _error(event):
            self._show_failure(report, name, title, error)
        elif outcome is not Outcome.INTERRUPTED and name not in self._cut_off:
            detail = f" ({_detail(event)})" if _detail(event) else ""
            report.line(mark, f"{name}: {title}: {outcome.value}{detail}")

    def _show_failure(self, report: Output, name: str, title: str, error: DynamotasksError) -> None:
        """What fails alike for many tables is told once; where nothing can be reached, the rest goes without saying."""
        if isinstance(error, TargetError):
            self._cut_off.add(name)
        alike = self._failed.setdefault(str(error), [])
        if not alike:
            report.failure(f"! {name}: {title} failed", error)
        if name not in alike:
            alike.append(name)

    def _replan(self, report: Output, planned: TablePlan) -> None:
        tables = (planned if table.table == planned.table else table for table in self.plan.tables)
        self.plan = replace(self.plan, tables=tuple(tables))
        for why in planned.unread.values():
            report.note(f"! {self.shown(planned.table)}: could not be read: {why}")

    def steps(self, *outcomes: Outcome) -> list[Step]:
        """Return the steps with one of the outcomes."""
        return [end.step for end in self.ends.values() if end.outcome in outcomes]

    @property
    def ok(self) -> bool:
        """Whether no step failed, was blocked or interrupted, and everything declared could be read."""
        unread = any(table.unread for table in self.plan.tables)
        return not unread and not self.steps(Outcome.FAILED, Outcome.BLOCKED, Outcome.INTERRUPTED)

    def summary(self, seconds: float) -> str:
        """One line that tells all: `3 tables created, 1 unchanged in 0.8 s`."""
        done = [(step.table, step.call.operation) for step in self.steps(Outcome.DONE, Outcome.CONTINUES) if step.call]
        created = {table for table, operation in done if operation == "CreateTable"}
        dropped = {table for table, operation in done if operation == "DeleteTable"} - created
        changed = {table for table, _ in done} - created - dropped
        ends = ((created, "created"), (dropped, "dropped"))
        parts = [f"{count(len(tables), 'table')} {end}" for tables, end in ends if tables]
        parts += [
            f"{number} {word}"
            for number, word in (
                (len(changed), "changed"),
                (sum(table.unchanged for table in self.plan.tables), "unchanged"),
                (len({step.table for step in self.steps(Outcome.FAILED)}), "failed"),
                (sum(bool(table.unread) for table in self.plan.tables), "unknown"),
            )
            if number
        ]
        others = (Outcome.SKIPPED, Outcome.BLOCKED, Outcome.PENDING, Outcome.INTERRUPTED)
        parts += [f"{count(len(steps), 'step')} {each.value}" for each in others if (steps := self.steps(each))]
        return f"{', '.join(parts) or 'nothing to do'} in {seconds:.1f} s"

    def json(self, seconds: float) -> Mapping[str, Any]:
        """The same as data."""
        document = plan_json(self.plan, self.shown)
        document.pop("in_sync")  # that was before
        for table, planned in zip(document["tables"], self.plan.tables, strict=True):
            table["before"] = table.pop("state")
            for shape, step in zip(table["steps"], planned.steps, strict=True):
                end = self.ends.get(id(step)) or StepEnded(step.table, step, Outcome.INTERRUPTED)
                shape["result"] = end.outcome.value
                if detail := _detail(end):
                    shape["detail"] = detail
                if error := _error(end):
                    shape["error"] = str(error)
                    table.setdefault("error", str(error))
        document["ok"] = self.ok
        document["seconds"] = round(seconds, 3)
        return document


def _brief(step: Step) -> str:
    return step.title.split(" (")[0]


def _error(end: StepEnded) -> DynamotasksError | None:
    if end.cause is Cause.IMPOSSIBLE:
        return StepError(f"impossible in place: {end.step.reason}", hint=end.step.hint)
    return end.error if end.outcome is Outcome.FAILED else None


def _detail(end: StepEnded) -> str | None:
    if end.cause is Cause.TTL_LIMIT:
        retry = time.strftime("%H:%M", time.localtime(time.time() + TTL_CHANGE_SECONDS))
        return f"{end.detail}: run it again at {retry}"
    return "already as declared" if end.outcome is Outcome.SKIPPED else end.detail


def _past(title: str) -> str:
    verb, _, rest = title.partition(" ")
    return f"{_PAST.get(verb, verb)} {rest}".strip()
