"""What became of a plan: told while it happens, summed up at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import DynamotasksError
from .plan import Plan, Step
from .report import Report, count, plan_json

if TYPE_CHECKING:
    from .apply import Progress

_PAST = {"create": "created", "delete": "deleted", "lift": "lifted"}


@dataclass(slots=True)
class Outcome:
    """What became of a plan, gathered from its events."""

    plan: Plan
    shown: Callable[[str], str]
    done: list[Step] = field(default_factory=list)
    failed: dict[str, DynamotasksError] = field(default_factory=dict)
    withheld: list[Step] = field(default_factory=list)
    stopped: list[Step] = field(default_factory=list)

    def follow(self, report: Report, events: Iterable[Progress], elapsed: Callable[[], float]) -> None:
        """Prints what happens while it happens."""
        under_way: dict[str, str] = {}
        for event in events:
            name = self.shown(event.table)
            title = event.step.title.split(" (")[0] if event.step else ""
            match event.kind:
                case "started" | "waiting":
                    under_way[name] = f"{title} {event.detail}".strip()
                case "finished":
                    under_way.pop(name, None)
                case "done" if event.step:
                    self.done.append(event.step)
                    report.line(event.step.mark, f"{name}: {_past(title)}")
                case "failed" if event.error:
                    self.failed[event.table] = event.error
                    report.remark(f"! {name}: {title} failed: {event.error}")
                case "withheld" if event.step:
                    self.withheld.append(event.step)
                    report.line("!", f"{name}: {title}: withheld" + (f" ({event.detail})" if event.detail else ""))
                case "stopped" if event.step:
                    self.stopped.append(event.step)
                    report.line("!", f"{name}: {title}: stopped before its end")
            if under_way:
                first, doing = next(iter(under_way.items()))
                more = f" and {len(under_way) - 1} more" if len(under_way) > 1 else ""
                report.progress(f"{first}: {doing}{more} ({elapsed():.0f} s)")

    @property
    def ok(self) -> bool:
        """Nothing failed, was withheld or stopped."""
        return not (self.failed or self.withheld or self.stopped)

    def summary(self, seconds: float) -> str:
        """One line that tells all: `3 tables created, 1 skipped in 0.8 s`."""
        created = sum(step.call.operation == "CreateTable" for step in self.done)
        changed = {step.table for step in self.done} - {
            step.table for step in self.done if step.call.operation == "CreateTable"
        }
        skipped = sum(not table.steps for table in self.plan.tables)
        parts = [f"{count(created, 'table')} created"]
        parts += [
            f"{number} {word}"
            for number, word in (
                (len(changed - self.failed.keys()), "changed"),
                (skipped, "skipped (exist)"),
                (len(self.failed), "failed"),
                (len({step.table for step in self.withheld} - self.failed.keys()), "withheld"),
                (len({step.table for step in self.stopped}), "stopped"),
            )
            if number
        ]
        return f"{', '.join(parts)} in {seconds:.1f} s"

    def json(self, seconds: float) -> Mapping[str, Any]:
        """The same as data."""
        document = plan_json(self.plan, self.shown)
        document.pop("in_sync")  # that was before
        for table, planned in zip(document["tables"], self.plan.tables, strict=True):
            results = {id(s): "done" for s in self.done} | {id(s): "withheld" for s in self.withheld}
            results |= {id(s): "stopped" for s in self.stopped}
            table["before"] = table.pop("state")
            for shape, step in zip(table["steps"], planned.steps, strict=True):
                shape["result"] = results.get(id(step), "failed")
            if error := self.failed.get(planned.table):
                table["error"] = str(error)
        document["ok"] = self.ok
        document["seconds"] = round(seconds, 3)
        return document


def _past(title: str) -> str:
    verb, _, rest = title.partition(" ")
    return f"{_PAST.get(verb, verb)} {rest}"
