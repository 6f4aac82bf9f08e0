"""(wanted, live) -> a Plan: ordered steps under DynamoDB's rules, as data. PURE.

A plan can be printed, written as JSON, checked and carried out; it knows nothing of boto3, Invoke or the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .companions import COMPANIONS
from .diff import Change, diff
from .spec import LiveTable, TableSpec
from .wire import Call, create_table

State = Literal["missing", "in sync", "differs", "busy"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A declared table as one engine can have it.

    Attributes:
        spec: without what the engine cannot do.
        skipped: config paths that were taken out for that.
    """

    spec: TableSpec
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One call and what it is for.

    Attributes:
        mark: `+` makes, `~` changes, `-` removes.
        settles: the table (or the deletion) has to come to rest before the next step of that table.
        property: the one property that the step sets, where it is not the whole table.
    """

    table: str
    mark: Literal["+", "~", "-"]
    title: str
    call: Call
    destructive: bool = False
    settles: bool = False
    property: str = ""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What a run would do to one table.

    Attributes:
        state: how the live table stands to the declared one.
        steps: in the order they must be carried out.
        differences: what differs and is left as it is.
        undeclared: what is live, of an owned list, and not declared.
        skipped: config paths that this engine cannot do.
        notes: what else the reader should know.
    """

    table: str
    state: State
    steps: tuple[Step, ...] = ()
    differences: tuple[Change, ...] = ()
    undeclared: tuple[Change, ...] = ()
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for all declared tables, and the names of live tables that nothing declares."""

    tables: tuple[TablePlan, ...]
    unmanaged: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, table by table."""
        return tuple(step for table in self.tables for step in table.steps)

    @property
    def in_sync(self) -> bool:
        """Nothing to do and nothing that differs."""
        return all(table.state == "in sync" for table in self.tables)


def plan(wanted: Sequence[Wanted], live: Mapping[str, LiveTable | None], names: Iterable[str] = ()) -> Plan:
    """What has to be done so that each declared table stands.

    Args:
        wanted: the declared tables.
        live: the live table of each declared name, `None` where there is none.
        names: all tables that exist there, to tell the unmanaged ones.
    """
    declared = {table.spec.name for table in wanted}
    return Plan(
        tables=tuple(plan_table(table, live.get(table.spec.name)) for table in wanted),
        unmanaged=tuple(sorted(set(names) - declared)),
    )


def plan_table(wanted: Wanted, live: LiveTable | None) -> TablePlan:
    """The steps for one table: create what is absent, then set what has a call of its own."""
    spec = wanted.spec
    if live is None:
        steps = (_create(spec), *_settings(spec, None, _missing_settings(spec)))
        return TablePlan(spec.name, "missing", steps, skipped=wanted.skipped)
    changes = diff(spec, live.spec)
    undeclared = tuple(change for change in changes if change.undeclared)
    changes = tuple(change for change in changes if not change.undeclared and change.property not in live.denied)
    notes = [f"{name} could not be read: {why}" for name, why in live.denied.items()]
    if live.status == "DELETING":
        return TablePlan(spec.name, "busy", notes=(*notes, "is being deleted"), skipped=wanted.skipped)
    own_calls = {change.property for change in changes} & {row.property for row in COMPANIONS}
    steps = tuple(_settings(spec, live, own_calls))
    carried = {step.property for step in steps}
    differences = tuple(change for change in changes if change.property not in carried)
    if live.status != "ACTIVE":
        notes.append(f"is {live.status}")
    state: State = "differs" if changes else "busy" if not live.settled else "in sync"
    return TablePlan(spec.name, state, steps, differences, undeclared, wanted.skipped, tuple(notes))


def _missing_settings(spec: TableSpec) -> set[str]:
    return {row.property for row in COMPANIONS if not row.in_create and _declares(spec, row.property)}


def _declares(spec: TableSpec, name: str) -> bool:
    if name == "contributor_insights_specification":
        indexes = spec.global_secondary_indexes or ()
        return any(getattr(part, name) is not None for part in (spec, *indexes))
    return getattr(spec, name) is not None


def _create(spec: TableSpec) -> Step:
    return Step(spec.name, "+", f"create table {_summary(spec)}", create_table(spec), settles=True)


def _summary(spec: TableSpec) -> str:
    parts = [", ".join(f"{key.attribute_name} {key.key_type}" for key in spec.key_schema)]
    for kind, word in (
        ("global_secondary_indexes", "GSI"),
        ("local_secondary_indexes", "LSI"),
        ("vector_indexes", "vector index"),
    ):
        parts += [f"{word} {index.index_name}" for index in getattr(spec, kind) or ()]
    if spec.stream_specification and spec.stream_specification.stream_enabled:
        parts.append("stream")
    return f"({'; '.join(parts)})"


def _settings(spec: TableSpec, live: LiveTable | None, properties: set[str]) -> Iterable[Step]:
    for row in COMPANIONS:
        if row.property not in properties:
            continue
        for call in row.write(spec, live.spec if live else None, live.arn if live else ""):
            yield Step(
                spec.name,
                "~" if live else "+",
                f"set {row.property}",
                call,
                destructive=_turns_off(call),
                property=row.property,
            )


def _turns_off(call: Call) -> bool:
    specification: Any = next((v for k, v in call.parameters.items() if k.endswith("Specification")), {})
    off = (specification.get("Enabled"), specification.get("PointInTimeRecoveryEnabled"))
    return False in off or call.parameters.get("ContributorInsightsAction") == "DISABLE"


def reset(wanted: Sequence[Wanted], live: Mapping[str, LiveTable | None]) -> Plan:
    """Drop each declared table that stands, lifting its deletion protection first, and create all of them again."""
    tables = []
    for table in wanted:
        drop: list[Step] = []
        if (standing := live.get(table.spec.name)) is not None:
            drop = _drop(standing)
        again = plan_table(table, None)
        state: State = "differs" if drop else "missing"
        tables.append(TablePlan(table.spec.name, state, (*drop, *again.steps), skipped=table.skipped))
    return Plan(tuple(tables))


def _drop(live: LiveTable) -> list[Step]:
    name = live.spec.name
    steps = []
    if live.spec.deletion_protection_enabled:
        lift = Call("UpdateTable", {"TableName": name, "DeletionProtectionEnabled": False})
        steps.append(Step(name, "-", "lift deletion protection", lift, destructive=True, settles=True))
    items = f"{live.items} item{'' if live.items == 1 else 's'}"
    delete = Call("DeleteTable", {"TableName": name})
    steps.append(Step(name, "-", f"delete table ({items})", delete, destructive=True, settles=True))
    return steps
