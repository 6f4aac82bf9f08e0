"""A plan as JSON, the one form for `--json`, plan files and results; docs/plan.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from ..aws.client import Database
from ..errors import Task
from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.serialization import from_api, to_api
from ..schema.table_spec import TableSpec
from .operations.base import Operation
from .plan import Plan, TablePlan, TargetTable
from .planner import plan_table
from .risk_wording import advice, caution, reason
from .wording import notes, replica_effect, title

VERSION = 3


def plan_document(plan: Plan, database: Database, write_task: Callable[[Task], str] = str) -> dict[str, Any]:
    """Return a plan as JSON values; `write_task` returns a task as the reader can call it."""
    prefix = database.target.table_prefix
    return {
        "version": VERSION,
        "target": target_document(database),
        "prune": plan.prune,
        "in_sync": plan.in_sync,
        "tables": [_table(table, prefix, write_task) for table in plan.tables],
        "unmanaged": [name.removeprefix(prefix) for name in plan.unmanaged],
    }


def target_document(database: Database) -> dict[str, Any]:
    """Return what identifies a database."""
    target = database.target
    return {
        "environment": target.env,
        "endpoint": database.endpoint,
        "region": database.region,
        "profile": target.profile,
        "table_prefix": target.table_prefix,
    }


def _table(table: TablePlan, prefix: str, write_task: Callable[[Task], str]) -> dict[str, Any]:
    live = table.live
    return {
        "name": table.table.removeprefix(prefix),
        "state": table.state.value,
        "operations": [_operation(operation, table, prefix, write_task) for operation in table.operations],
        "differences": [
            {"path": str(change.path), "live": to_api(change.live), "declared": to_api(change.wanted)}
            for change in table.changes
        ],
        "undeclared": [str(change.path) for change in table.undeclared],
        "skipped": list(map(str, table.skipped)),
        "notes": list(notes(table)),
        "read_error": table.read_error,
        "unread": dict(live.denied) if live else {},
        "replicas": dict(live.replicas) if live else {},
        # both sides of the comparison, for tables that a plan file changes
        "declared": to_api(table.wanted) if table.operations else None,
        "live": _live(live) if live and table.operations else None,
    }


def _operation(
    operation: Operation, table: TablePlan, prefix: str, write_task: Callable[[Task], str]
) -> dict[str, Any]:
    risk, call = operation.risk, operation.call
    document = {
        "operation": type(operation).__name__,
        "sign": operation.sign.value,
        "title": str(title(operation)),
        "path": str(operation.path),
        "risk": risk and {"code": risk.code, "name": risk.label, "severity": risk.severity.value},
        "reason": reason(operation, table),
        "hint": advice(operation, table, prefix).render(write_task),
        "caution": caution(operation),
        "slow": operation.is_slow,
        "replicas": replica_effect(operation),
        "call": call and {"operation": call.operation, "parameters": call.parameters},
    }
    plain: dict[str, Any] = json.loads(json.dumps(document))
    return plain


def plan_of(document: Mapping[str, Any]) -> Plan:
    """Return the plan in a document, with the operations that its tables need now.

    Raises:
        ValueError: its operations differ: it was edited, or another version of this package wrote it.
        KeyError, TypeError, AttributeError: a part is missing or has the wrong type.
    """
    tables, prefix = [], document["target"]["table_prefix"]
    for part in document["tables"]:
        if not part["operations"]:
            continue
        wanted = from_api(TableSpec, part["declared"])
        table = plan_table(TargetTable(wanted), _live_table(part["live"]), prune=document["prune"])
        if [_operation(operation, table, prefix, str) for operation in table.operations] != part["operations"]:
            raise ValueError(f"the operations of table {wanted.name} were edited or written by another version")
        tables.append(table)
    return Plan(tuple(tables), prune=document["prune"], is_reviewed=True)


def _live(live: LiveTable) -> dict[str, Any]:
    values = {field.name: getattr(live, field.name) for field in fields(LiveTable)}
    return values | {
        "spec": to_api(live.spec),
        "indexes": dict(live.indexes),
        "backfilling": sorted(live.backfilling),
        "undeletable": sorted(live.undeletable),
        "scaled": [asdict(path) for path in sorted(live.scaled, key=str)],
        "changing": [[asdict(path), status] for path, status in live.changing.items()],
    }


def _live_table(document: Mapping[str, Any] | None) -> LiveTable | None:
    if document is None:
        return None
    values = {
        "spec": from_api(TableSpec, document["spec"]),
        "backfilling": frozenset(document["backfilling"]),
        "undeletable": frozenset(document["undeletable"]),
        "scaled": frozenset(map(_path, document["scaled"])),
        "changing": {_path(path): status for path, status in document["changing"]},
    }
    return LiveTable(**{**document, **values})


def _path(document: Mapping[str, Any]) -> PropertyPath:
    return PropertyPath(document["name"], document["key"], tuple(document["inner"]))
