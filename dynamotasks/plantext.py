"""Plans as a person and as a program reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .diff import Change, in_words
from .report import Report, count, size
from .steps import Plan, Step, TablePlan
from .wire import to_wire

Shown = Callable[[str], str]
"""A table's name as the config has it."""


def show_plan(report: Report, plan: Plan, shown: Shown, engine: str) -> None:
    """The steps, marked like a diff, and what else there is to know."""
    for table in plan.tables:
        name = shown(table.table)
        for step in table.steps:
            facts = "; ".join(_facts(step, table))
            report.line(step.mark, f"{name}: {step.title}" + (f"  [{facts}]" if facts else ""))
            if step.cure:
                report.text(f"    {step.cure}")
        show_idle(report, table, name)
        show_notes(report, table, name, engine)
    show_unmanaged(report, plan, shown)
    report.text(_sum(plan))


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


def _sum(plan: Plan) -> str:
    if not plan.steps:
        return "nothing to do"
    parts = [f"{count(len(plan.steps), 'step')} for {count(sum(bool(t.steps) for t in plan.tables), 'table')}"]
    for kind, cure in (("destructive", ", which need --allow-destructive"), ("impossible", " in place")):
        if number := sum(step.kind == kind for step in plan.steps):
            parts.append(f"{number} {kind}{cure}")
    return "; ".join(parts)


def show_idle(report: Report, table: TablePlan, name: str) -> None:
    """A table that nothing is done to."""
    if not table.steps:
        standing = "exists" if table.state == "in sync" else f"exists, {table.state}"
        report.line("=" if table.state == "in sync" else "!", f"{name}: {standing}, skipped")


def show_notes(report: Report, table: TablePlan, name: str, engine: str) -> None:
    """What the reader should know of a table beside its steps."""
    for change in table.undeclared:
        report.remark(f"  {name}: {change.path} is not declared: left as it is (--prune removes it)")
    for note in table.notes:
        report.remark(f"  {name}: {note}")
    if table.skipped:
        report.remark(f"  {name}: not supported by {engine}: {', '.join(table.skipped)}: skipped")


def show_unmanaged(report: Report, plan: Plan, shown: Shown) -> None:
    """The tables that nothing declares, and what could not be known."""
    for name in plan.unmanaged:
        report.remark(f"  {shown(name)}: exists and is not in the config")
    if plan.note:
        report.remark(f"  {plan.note}")


def status_row(table: TablePlan, name: str) -> list[str]:
    """A declared table as a row of `db.status`."""
    notes = [*map(change_text, table.changes), *(f"{change.path} is not declared" for change in table.undeclared)]
    return [name, table.state, "; ".join((*notes, *table.notes)) or "-"]


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
        "cure": step.cure,
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
                    {"path": str(change.path), "live": to_wire(change.live), "declared": to_wire(change.wanted)}
                    for change in table.changes
                ],
                "undeclared": [str(change.path) for change in table.undeclared],
                "skipped": list(table.skipped),
                "notes": list(table.notes),
                "replicas": dict(table.live.replicas) if table.live else {},
            }
            for table in plan.tables
        ],
        "unmanaged": [shown(name) for name in plan.unmanaged],
    }
