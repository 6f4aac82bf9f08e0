"""What became of a plan: told while it happens, summed up at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import DynamotasksError
from .plantext import plan_json
from .report import Report, count
from .steps import Mark, Plan, Step

if TYPE_CHECKING:
    from .runner import Kind, Progress

_PAST = {
    "change": "changed",
    "create": "created",
    "delete": "deleted",
    "lift": "lifted",
    "remove": "removed",
    "turn": "turned",
    "wait": "waited",
}
_OPEN = {"withheld": "withheld", "pending": "pending", "stopped": "stopped before its end"}


@dataclass(slots=True)
class Outcome:
    """What became of a plan, gathered from its events."""

    plan: Plan
    shown: Callable[[str], str]
    ends: dict[int, tuple[Step, Kind]] = field(default_factory=dict)
    errors: dict[int, DynamotasksError] = field(default_factory=dict)
    details: dict[int, str] = field(default_factory=dict)
    _under_way: dict[str, str] = field(default_factory=dict)

    def follow(self, report: Report, events: Iterable[Progress], elapsed: Callable[[], float]) -> None:
        """Prints what happens while it happens: lines that move on a terminal, a line an event elsewhere."""
        for event in events:
            self._take(report, event)
            if self._under_way:
                left = f"{count(len(self._under_way), 'table')} under way, {elapsed():.0f} s"
                report.progress([*(f"{name}: {doing}" for name, doing in self._under_way.items()), left])

    def _take(self, report: Report, event: Progress) -> None:
        name, step = self.shown(event.table), event.step
        if step is None:  # it is finished
            self._under_way.pop(name, None)
            return
        title = step.title.split(" (")[0]
        if event.kind in ("started", "waiting"):
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
            report.remark(f"! {name}: {title} failed: {event.error}")
        else:
            detail = f" ({event.detail})" if event.detail else ""
            mark: Mark = "=" if event.kind == "pending" else "!"
            report.line(mark, f"{name}: {title}: {_OPEN[event.kind]}{detail}")

    def steps(self, kind: Kind) -> list[Step]:
        """The steps that ended so."""
        return [step for step, end in self.ends.values() if end == kind]

    @property
    def ok(self) -> bool:
        """Nothing failed, was withheld or stopped."""
        return {end for _, end in self.ends.values()} <= {"done", "pending"}

    def summary(self, seconds: float) -> str:
        """One line that tells all: `3 tables created, 1 skipped (exist) in 0.8 s`."""
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
                (sum(not table.steps for table in self.plan.tables), "skipped (exist)"),
                (len({step.table for step in self.steps("failed")}), "failed"),
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
