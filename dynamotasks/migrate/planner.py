"""Plan the operations for each table, under DynamoDB's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..schema.diff import INSIGHTS, Change, diff
from ..schema.live_table import LiveTable
from ..schema.property_path import PropertyPath
from ..schema.table_spec import TableSpec
from .impossible import impossible_changes
from .operations.base import Impossible, Operation, ReplicaEffect
from .operations.indexes import BILLING_MODE
from .operations.properties import STREAM, ChangeDeletionProtection
from .operations.tables import CreateTable, DeleteTable, WaitUntilIdle
from .plan import ChangeSet, Plan, TablePlan, TableState, TargetTable
from .plan_indexes import plan_indexes, rebuilt_indexes
from .plan_properties import is_capacity, plan_properties
from .risks import Risk
from .table_settings import plan_settings, spec_after_creation

# DynamoDB applies changes of these to all replicas, except those of the legacy version
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html)
_REPLICATED = (
    "billing_mode",
    "global_secondary_indexes",
    "vector_indexes",
    "sse_specification",
    "stream_specification",
    "time_to_live_specification",
    "warm_throughput",
)
_LEGACY_VERSION = "2017.11.29"


def plan(
    wanted: Sequence[TargetTable],
    live: Mapping[str, LiveTable | None],
    names: Iterable[str] = (),
    *,
    prune: bool = False,
    read_errors: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan that makes each live table match its declaration.

    Args:
        wanted: the declared tables.
        live: the live table of each declared name; `None` where it does not exist.
        names: all live tables, to report the unmanaged ones.
        prune: remove live indexes and tags that are not declared.
        read_errors: why a table could not be read, by name.
    """
    errors = read_errors or {}
    declared = {table.spec.name for table in wanted}
    return Plan(
        tables=tuple(
            unreadable(table, errors[table.spec.name])
            if table.spec.name in errors
            else plan_table(table, live.get(table.spec.name), prune=prune)
            for table in wanted
        ),
        unmanaged=tuple(sorted(set(names) - declared)),
        prune=prune,
    )


def unreadable(table: TargetTable, why: str) -> TablePlan:
    """Return a plan without operations for a table that could not be read."""
    return TablePlan(wanted=table.spec, state=TableState.UNKNOWN, skipped=table.skipped, read_error=why)


def plan_table(wanted: TargetTable, live: LiveTable | None, *, prune: bool = False) -> TablePlan:
    """Return the plan for one table; `renamed_from` in its spec means that the table of that name exists."""
    planned = _plan_table(wanted, live, prune=prune)
    earlier = wanted.spec.renamed_from
    if earlier is None:
        return planned
    path = PropertyPath("renamed_from")
    rename = Impossible(table=wanted.spec.name, path=path, risk=Risk.TABLE_RENAMED, blockers=(earlier,))
    if planned.state is TableState.MISSING:
        return replace(planned, operations=(rename,))
    return replace(planned, state=TableState.DIFFERS, operations=(rename, *planned.operations))


def _plan_table(wanted: TargetTable, live: LiveTable | None, *, prune: bool) -> TablePlan:
    spec = wanted.spec
    plan = TablePlan(wanted=spec, state=TableState.MISSING, skipped=wanted.skipped)
    if live is None or live.status == "DELETING":
        return replace(plan, operations=tuple(_creation(spec)), after_deletion=live is not None)
    if live.status == "CREATING":  # its settings cannot be read yet; it is planned again when it is ACTIVE
        operations = tuple(_with_wait(spec.name, live, ()))
        return replace(plan, live=live, state=TableState.BUSY, operations=operations)
    differences = [change for change in diff(spec, live.spec) if not _is_unknown(change, live)]
    changes = tuple(
        change for change in differences if (prune or not change.undeclared) and change.path not in live.scaled
    )
    return replace(
        plan,
        live=live,
        state=_state(live, changes),
        operations=tuple(_with_wait(spec.name, live, _ordered(ChangeSet(spec, live, changes)))),
        changes=changes,
        undeclared=() if prune else tuple(change for change in differences if change.undeclared),
        scaled=tuple(change.path for change in differences if change.path in live.scaled),
    )


def _is_unknown(change: Change, live: LiveTable) -> bool:
    """Return whether the live value could not be read or is changing."""
    return change.property in live.denied or any(path.covers(change.path) for path in live.changing)


def _state(live: LiveTable, changes: Sequence[Change]) -> TableState:
    if changes:
        return TableState.DIFFERS
    if not live.idle:
        return TableState.BUSY
    return TableState.UNKNOWN if live.denied else TableState.IN_SYNC


def _creation(spec: TableSpec) -> Iterator[Operation]:
    yield CreateTable(table=spec.name, spec=spec)
    created = LiveTable(spec=spec_after_creation(spec), status="ACTIVE", arn="", empty=True)
    yield from plan_settings(ChangeSet(spec, created, diff(spec, created.spec)))


def _ordered(changes: ChangeSet) -> Iterator[Operation]:
    """Yield what is impossible, then what does not wait for indexes, then the indexes."""
    impossible = tuple(impossible_changes(changes))
    yield from impossible
    blocked = {operation.path for operation in impossible}
    if BILLING_MODE in blocked:
        changes = changes.only(lambda change: not is_capacity(change))
    if STREAM in blocked:
        changes = changes.only(lambda change: change.path != STREAM)
    rebuilt = rebuilt_indexes(changes)
    in_place = changes.only(lambda change: change.index not in rebuilt)
    for operation in (*plan_properties(in_place), *plan_settings(in_place), *plan_indexes(changes)):
        yield replace(operation, replica_effect=_replica_effect(operation, changes.live))


def _replica_effect(operation: Operation, live: LiveTable) -> ReplicaEffect | None:
    path = operation.path
    if not live.replicas or path.field == INSIGHTS or path.name not in _REPLICATED:
        return None
    legacy = live.global_table_version == _LEGACY_VERSION
    if not legacy and path == STREAM and live.multi_region_consistency == "STRONG":
        return None
    return ReplicaEffect(tuple(live.replicas), applied=not legacy)


def _with_wait(table: str, live: LiveTable, operations: Iterable[Operation]) -> Iterator[Operation]:
    """Add the wait for a change in progress: first if the table itself is changing, otherwise last."""
    planned = tuple(operations)
    wait = (WaitUntilIdle(table=table, activity=live.activity),) if live.activity else ()
    if live.status != "ACTIVE" or live.changing:
        yield from (*wait, *planned)
    elif planned and planned[-1].until_idle:
        yield from planned
    else:
        yield from (*planned, *wait)


def plan_reset(
    wanted: Sequence[TargetTable],
    live: Mapping[str, LiveTable | None],
    read_errors: Mapping[str, str] | None = None,
    *,
    is_exact: bool = True,
) -> Plan:
    """Return the plan that deletes and recreates each declared table.

    A table with replicas is kept: only the replica in this Region would be deleted, and the new table would not be one.
    The arguments are those of `plan`, and whether the engine's item counts are current.
    """
    errors = read_errors or {}
    return Plan(
        tuple(
            unreadable(table, errors[table.spec.name])
            if table.spec.name in errors
            else _reset_table(table, live.get(table.spec.name), is_exact)
            for table in wanted
        )
    )


def _reset_table(wanted: TargetTable, live: LiveTable | None, is_exact: bool) -> TablePlan:
    deletion = _deletion(live, is_exact) if live else ()
    impossible = any(operation.is_impossible for operation in deletion)
    return TablePlan(
        wanted=replace(wanted.spec, renamed_from=None),
        live=live,
        state=TableState.DIFFERS if live else TableState.MISSING,
        operations=deletion if impossible else (*deletion, *_creation(wanted.spec)),
        skipped=wanted.skipped,
    )


def plan_drop(live: Iterable[LiveTable], *, is_exact: bool = True) -> Plan:
    """Return the plan that deletes live tables; `is_exact`: the engine's item counts are current."""
    return Plan(
        tuple(
            TablePlan(wanted=table.spec, live=table, state=TableState.DIFFERS, operations=_deletion(table, is_exact))
            for table in live
        )
    )


def _deletion(live: LiveTable, is_exact: bool) -> tuple[Operation, ...]:
    name = live.spec.name
    delete = DeleteTable(table=name, items=live.items, is_exact=is_exact)
    if live.replicas:
        return (Impossible(table=name, path=delete.path, risk=Risk.REPLICAS_REMAIN, blockers=tuple(live.replicas)),)
    if live.spec.deletion_protection_enabled:
        return (ChangeDeletionProtection(table=name, enabled=False, prepares=True), delete)
    return (delete,)
