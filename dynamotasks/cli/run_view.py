"""What became of a plan: told while it happens, summed up at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..errors import DynamotasksError, TargetError
from ..migrate.plan import Mark, Plan, Step, TablePlan
from .output import Output, count, few
from .plan_view import plan_json

if TYPE_CHECKING:
    from ..migrate.executor import ApplyEvent, Kind

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
    ends: dict[int, tuple[Step, Kind]] = field(default_factory=dict)
    errors: dict[int, DynamotasksError] = field(default_factory=dict)
    details: dict[int, str] = field(default_factory=dict)
    _under_way: dict[str, str] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)
    _failed: dict[str, list[str]] = field(default_factory=dict)
    _cut_off: set[str] = field(default_factory=set)

    def follow(self, report: Output, events: Iterable[ApplyEvent], elapsed: Callable[[], float]) -> None:
        """Prints what happens while it happens: lines that move on a terminal, a line an event elsewhere."""
        total, finished = sum(bool(table.steps) for table in self.plan.tables), 0
        for event in events:
            self._take(report, event)
            finished += event.kind == "finished"
            if self._under_way:
                done = f"{finished}/{total} tables, {elapsed():.0f} s"
                report.progress([*(f"{name}: {doing}" for name, doing in self._under_way.items()), done])
        for names in self._failed.values():
            if len(names) > 1:
                report.note(f"! the same failed for {few(names[1:], 'more table')}")
        self._show_how_to_continue(report)

    def _show_how_to_continue(self, report: Output) -> None:
        if stopped := self.steps("stopped"):
            begun = [step for step in stopped if id(step) in self._begun]
            left = f"{count(len(stopped) - len(begun), 'step')} not started"
            if begun:
                names = few([f"{self.shown(step.table)}: {step.title.split(' (')[0]}" for step in begun], "table")
                left += f", {count(len(begun), 'step')} under way may still complete ({names})"
            report.note(f"interrupted: {left}; run the same command again to continue")
        elif any(isinstance(error, TargetError) for error in self.errors.values()):
            report.note("  run the same command again to continue: what is done is not repeated")

    def _take(self, report: Output, event: ApplyEvent) -> None:
        name, step = self.shown(event.table), event.step
        if event.plan is not None:
            self._replan(report, event.plan)
            return
        if step is None:  # it is finished
            self._under_way.pop(name, None)
            return
        title = step.title.split(" (")[0]
        if event.kind in ("started", "waiting"):
            self._begun.add(id(step))
            doing = f"{title}: {event.detail}" if event.detail else title
            if event.kind == "waiting" and self._under_way.get(name) != doing:
                report.event(f"  {name}: {doing}")
            self._under_way[name] = doing
            return
        self.ends[id(step)] = step, event.kind
        self.details[id(step)] = event.detail
        if event.kind == "done":
            report.line(step.mark, f"{name}: {event.detail or _past(title)}")
        elif event.error:
            self.errors[id(step)] = event.error
            self._show_failure(report, name, title, event.error)
        elif event.kind != "stopped" and name not in self._cut_off:
            detail = f" ({event.detail})" if event.detail else ""
            mark: Mark = "=" if event.kind == "pending" else "!"
            report.line(mark, f"{name}: {title}: {event.kind}{detail}")

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

    def steps(self, kind: Kind) -> list[Step]:
        """The steps that ended so."""
        return [step for step, end in self.ends.values() if end == kind]

    @property
    def ok(self) -> bool:
        """Nothing failed, was withheld or stopped, and all that is declared could be read."""
        unread = any(table.unread for table in self.plan.tables)
        return not unread and {end for _, end in self.ends.values()} <= {"done", "pending"}

    def summary(self, seconds: float) -> str:
        """One line that tells all: `3 tables created, 1 unchanged in 0.8 s`."""
        done = [(step.table, step.call.operation) for step in self.steps("done") if step.call]
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
                (len({step.table for step in self.steps("failed")}), "failed"),
                (sum(bool(table.unread) for table in self.plan.tables), "unknown"),
            )
            if number
        ]
        open_: tuple[Kind, ...] = ("withheld", "pending", "stopped")
        parts += [f"{count(len(steps), 'step')} {kind}" for kind in open_ if (steps := self.steps(kind))]
        return f"{', '.join(parts) or 'nothing to do'} in {seconds:.1f} s"

    def json(self, seconds: float) -> Mapping[str, Any]:
        """The same as data."""
        document = plan_json(self.plan, self.shown)
        document.pop("in_sync")  # that was before
        for table, planned in zip(document["tables"], self.plan.tables, strict=True):
            table["before"] = table.pop("state")
            for shape, step in zip(table["steps"], planned.steps, strict=True):
                shape["result"] = self.ends[id(step)][1] if id(step) in self.ends else "stopped"
                if detail := self.details.get(id(step)):
                    shape["detail"] = detail
                if error := self.errors.get(id(step)):
                    shape["error"] = str(error)
                    table.setdefault("error", str(error))
        document["ok"] = self.ok
        document["seconds"] = round(seconds, 3)
        return document


def _past(title: str) -> str:
    verb, _, rest = title.partition(" ")
    return f"{_PAST.get(verb, verb)} {rest}".strip()
