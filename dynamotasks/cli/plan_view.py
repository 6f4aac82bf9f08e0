"""Show a plan: on a terminal, in a pipe, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..aws.client import Database
from ..migrate.operations.base import Operation
from ..migrate.plan import Plan, TablePlan, TableState
from ..migrate.plan_document import plan_document
from ..migrate.risk_wording import advice, caution, reason
from ..migrate.risks import Severity
from ..migrate.status import TableStatus
from ..migrate.wording import change_text, notes, replica_effect, title
from ..schema.property_path import PropertyPath
from .formatting import count, few, size
from .output import Output
from .prompts import consent_flags
from .task_names import command_line, render


class PlanView:
    """A plan, shown for one command."""

    def __init__(self, out: Output, plan: Plan, database: Database) -> None:
        self._out, self._plan, self._database = out, plan, database

    def name(self, table: str) -> str:
        """Return the name of a table as the config has it, without the environment's prefix."""
        return table.removeprefix(self._database.target.table_prefix)

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return plan_document(self._plan, self._database, render)

    def show(self, *, has_consent: bool = False) -> None:
        """Show the operations, marked like a diff, and all notes; on a terminal grouped by table."""
        for table in self._plan.tables:
            self._show_operations(table)
        self.show_notes()
        if unchanged := sum(table.is_unchanged for table in self._plan.tables):
            self._out.line("=", f"{unchanged} unchanged")
        self._show_unmanaged()
        self._out.text(self._summary(has_consent))

    def _show_operations(self, table: TablePlan) -> None:
        grouped = self._out.on_terminal
        name = self.name(table.table)
        if grouped and table.operations:
            self._out.heading(name)
        indent, prefix = ("  ", "") if grouped else ("", f"{name}: ")
        for operation in table.operations:
            facts = "; ".join(_facts(operation, table))
            text = f"{prefix}{title(operation)}" + (f"  [{facts}]" if facts else "")
            self._out.line(operation.sign.value, text, indent)
            if hint := advice(operation, table, self._database.target.table_prefix):
                self._out.text(f"    {indent}{hint.render(render)}")

    def _summary(self, has_consent: bool) -> str:
        operations = self._plan.operations
        if not operations:
            return "nothing to do"
        tables = sum(bool(table.operations) for table in self._plan.tables)
        parts = [f"{count(len(operations), 'operation')} on {count(tables, 'table')}"]
        if destructive := sum(operation.is_destructive for operation in operations):
            required = "" if has_consent else f" (requires {consent_flags(self._database.target)})"
            parts.append(f"{destructive} destructive{required}")
        if impossible := sum(operation.is_impossible for operation in operations):
            parts.append(f"{impossible} impossible in place")
        return "; ".join(parts)

    def show_notes(self) -> None:
        """Show tables and entries that are kept, notes of tables, and unsupported settings."""
        unsupported: dict[PropertyPath, list[str]] = {}
        for table in self._plan.tables:
            name = self.name(table.table)
            if not table.operations and not table.is_unchanged:
                self._out.line("!", f"{name}: {table.state.value}")
            for change in table.undeclared:
                is_local = change.property == "local_secondary_indexes"
                fate = "only deleted with its table" if is_local else "--prune removes it"
                self._out.note(f"  {name}: {change.path} is not declared and is kept ({fate})", once=True)
            for note in notes(table):
                self._out.note(f"  {name}: {note}", once=True)
            for gap in dict.fromkeys(replace(path, key=None) if path.inner else path for path in table.skipped):
                unsupported.setdefault(gap, []).append(name)
        if unsupported:
            parts = (f"{gap} ({few(names, 'table')})" for gap, names in unsupported.items())
            engine = self._database.engine.name
            self._out.note(f"  not supported by {engine}, skipped: {', '.join(parts)}", once=True)

    def _show_unmanaged(self) -> None:
        for name in self._plan.unmanaged:
            self._out.note(f"  {self.name(name)}: not in the config (unmanaged)", once=True)
        self.show_unmanaged_hint()
        if self._plan.list_error:
            self._out.note(f"  {self._plan.list_error}: each declared table is read by name", once=True)

    def show_unmanaged_hint(self) -> None:
        """Show what can be done about unmanaged tables."""
        if self._plan.unmanaged:
            drop, describe = (command_line(name, "--table NAME") for name in ("drop", "describe"))
            text = f"  unmanaged tables: {drop} deletes one; to manage one, add the output of {describe} to the config"
            self._out.note(text, once=True)


def status_row(table: TableStatus) -> list[str]:
    """Return a table as a row of `db.status`."""
    if table.state is TableState.UNMANAGED:
        return [table.name, table.state.value, "not in the config"]
    undeclared = (f"{change.path} is not declared" for change in table.undeclared)
    facts = (*map(change_text, table.changes), *undeclared, *table.notes)
    return [table.name, table.state.value, "; ".join(facts) or "-"]


def _facts(operation: Operation, table: TablePlan) -> Iterator[str]:
    if risk := operation.risk:
        severity = "destructive" if risk.severity is Severity.DESTRUCTIVE else "impossible in place"
        yield f"{severity} {risk.code}: {reason(operation, table)}"
    if operation.is_slow and table.live:
        yield f"slow: backfills {count(table.live.items, 'item')}, {size(table.live.size)}"
    elif operation.is_slow:
        yield "slow"
    yield from filter(None, (caution(operation), replica_effect(operation)))
