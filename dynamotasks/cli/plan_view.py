"""Plans as a person and as a program reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..migrate.plan import Plan, Step, TablePlan
from ..migrate.status import Status, TableStatus
from ..schema.diff import Change, in_words
from ..schema.serialization import to_api
from .formatting import count, few, size
from .output import Output
from .task_names import text_of

Shown = Callable[[str], str]
"""A table's name as the config has it."""


def show_plan(report: Output, plan: Plan, shown: Shown, engine: str, *, permitted: bool = False) -> None:
    """The steps, marked like a diff, and what else there is to know; on a terminal under their table's name."""
    grouped = report.on_terminal
    for table in plan.tables:
        name = shown(table.table)
        if grouped and table.steps:
            report.heading(name)
        indent, named = ("  ", "") if grouped else ("", f"{name}: ")
        for step in table.steps:
            facts = "; ".join(_facts(step, table))
            report.line(step.mark, f"{named}{step.title}" + (f"  [{facts}]" if facts else ""), indent)
            if step.hint:
                report.text(f"    {indent}{step.hint}")
    show_others(report, plan, shown, engine)
    if unchanged := sum(table.unchanged for table in plan.tables):
        report.line("=", f"{unchanged} unchanged")
    show_unmanaged(report, plan, shown)
    report.text(_sum(plan, permitted))


def _facts(step: Step, table: TablePlan) -> Iterator[str]:
    if step.reason:
        yield f"{step.kind}{' in place' * (step.kind == 'impossible')}: {step.reason}"
    if step.slow:
        live = table.live
        yield f"slow: fills it from {count(live.items, 'item')}, {size(live.size)}" if live else "slow"
    if step.limit:
        yield step.limit
    if step.elsewhere:
        yield step.elsewhere


def _sum(plan: Plan, permitted: bool) -> str:
    if not plan.steps:
        return "nothing to do"
    parts = [f"{count(len(plan.steps), 'step')} for {count(sum(bool(t.steps) for t in plan.tables), 'table')}"]
    needs = "" if permitted else ", which need --allow-destructive"
    for kind, hint in (("destructive", needs), ("impossible", " in place")):
        if number := sum(step.kind == kind for step in plan.steps):
            parts.append(f"{number} {kind}{hint}")
    return "; ".join(parts)


def show_others(report: Output, plan: Plan, shown: Shown, engine: str) -> None:
    """The tables that nothing is done to although they differ, and what the reader should know beside the steps."""
    gaps: dict[str, list[str]] = {}
    for table in plan.tables:
        name = shown(table.table)
        if not table.steps and not table.unchanged:
            report.line("!", f"{name}: exists, {table.state}")
        for change in table.undeclared:
            fate = "goes only with its table" if change.property == "local_secondary_indexes" else "--prune removes it"
            report.note(f"  {name}: {change.path} is not declared: left as it is ({fate})", once=True)
        for note in table.notes:
            report.note(f"  {name}: {note}", once=True)
        for gap in {path.rpartition(".")[2]: None for path in table.skipped}:
            gaps.setdefault(gap, []).append(name)
    if gaps:
        parts = (f"{gap} ({few(names, 'table')})" for gap, names in gaps.items())
        report.note(f"  not supported by {engine}, skipped: {', '.join(parts)}", once=True)


def show_unmanaged(report: Output, plan: Plan, shown: Shown) -> None:
    """The tables that nothing declares, and what could not be known."""
    for name in plan.unmanaged:
        report.note(f"  {shown(name)}: exists and is not in the config", once=True)
    show_unmanaged_hint(report, plan)
    if plan.note:
        report.note(f"  {plan.note}", once=True)


def show_unmanaged_hint(report: Output, plan: Plan) -> None:
    """What can be done about the tables that nothing declares."""
    if plan.unmanaged:
        report.note(
            "  unmanaged: `inv db.drop --table NAME` drops one; to adopt one, add what `inv db.describe --table NAME` "
            "prints to the config",
            once=True,
        )


def status_row(table: TableStatus) -> list[str]:
    """Return a table as a row of `db.status`."""
    if table.state == "unmanaged":
        return [table.name, table.state, "not in the config"]
    notes = [*map(change_text, table.changes), *(f"{change.path} is not declared" for change in table.undeclared)]
    return [table.name, table.state, "; ".join((*notes, *_status_notes(table))) or "-"]


def status_json(status: Status, shown: Shown) -> dict[str, Any]:
    """Return the state of the declared tables as data: their plan, with the progress of backfilling indexes."""
    document = plan_json(status.plan, shown)
    for entry, table in zip(document["tables"], status.tables, strict=False):  # unmanaged tables come last
        entry["notes"] = _status_notes(table)
    return document


def _status_notes(table: TableStatus) -> list[str]:
    return [*table.notes, *(f"index {index} is {percent} % backfilled" for index, percent in table.backfill.items())]


def change_text(change: Change) -> str:
    """A difference in words."""
    if change.live is None:
        return f"{change.path} is missing"
    if change.wanted is None:
        return f"{change.path} is not declared"
    return f"{change.path} is {in_words(change.live)}, declared {in_words(change.wanted)}"


def step_json(step: Step, shown: Shown) -> dict[str, Any]:
    """A step with the exact call."""
    call = step.call
    return {
        "table": shown(step.table),
        "title": step.title,
        "mark": step.mark,
        "path": str(step.path),
        "kind": step.kind,
        "reason": step.reason,
        "hint": text_of(step.hint),
        "slow": step.slow,
        "limit": step.limit,
        "elsewhere": step.elsewhere,
        "operation": call.operation if call else None,
        "parameters": dict(call.parameters) if call else None,
    }


def plan_json(plan: Plan, shown: Shown) -> dict[str, Any]:
    """The plan as data."""
    return {
        "in_sync": plan.in_sync,
        "tables": [
            {
                "name": shown(table.table),
                "state": table.state,
                "steps": [step_json(step, shown) for step in table.steps],
                "differences": [
                    {"path": str(change.path), "live": to_api(change.live), "declared": to_api(change.wanted)}
                    for change in table.changes
                ],
                "undeclared": [str(change.path) for change in table.undeclared],
                "skipped": list(table.skipped),
                "notes": list(table.notes),
                "unread": dict(table.unread),
                "replicas": dict(table.live.replicas) if table.live else {},
            }
            for table in plan.tables
        ],
        "unmanaged": [shown(name) for name in plan.unmanaged],
    }
