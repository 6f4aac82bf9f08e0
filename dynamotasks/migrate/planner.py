"""(wanted, live) -> a Plan: ordered steps under DynamoDB's rules. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..schema.diff import INDEX_LISTS, INSIGHTS, Change, diff
from ..schema.live_table import LiveTable
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from ..schema.serialization import Call, create_table_call
from ..schema.table_spec import TableSpec
from .plan import ChangeSet, Plan, Step, TablePlan, TableState, TargetTable, item_count
from .plan_indexes import blocked, fixed_attributes, index_steps, rebuilt
from .plan_properties import BILLING_MODE, is_capacity, lift_protection, unfit, update_steps
from .table_settings import created, settings_steps

_STREAM = PropertyPath("stream_specification")
# What a global table keeps in sync in all Regions, of what is changed in steps, save for the legacy version
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html)
_SHARED = (
    "billing_mode",
    "global_secondary_indexes",
    "vector_indexes",
    "sse_specification",
    "stream_specification",
    "time_to_live_specification",
    "warm_throughput",
)
_LEGACY = "2017.11.29"
_ANOTHER_TABLE = (
    "declare it as a new table under another name and move the items; in disposable environments `inv db.replace` "
    "recreates the table and keeps its items, `inv db.reset` drops them"
)


def plan(
    wanted: Sequence[TargetTable],
    live: Mapping[str, LiveTable | None],
    names: Iterable[str] = (),
    *,
    prune: bool = False,
    failed: Mapping[str, str] | None = None,
) -> Plan:
    """What has to be done so that each declared table stands as it is declared.

    Args:
        wanted: the declared tables.
        live: the live table of each declared name, `None` where there is none.
        names: all tables that exist there, to tell the unmanaged ones.
        prune: removes what is live of an owned list (indexes, tags) and not declared.
        failed: why a table could not be read, by its name.
    """
    unread = failed or {}
    declared = {table.spec.name for table in wanted}
    return Plan(
        tables=tuple(
            _unknown(table, unread[table.spec.name])
            if table.spec.name in unread
            else plan_table(table, live.get(table.spec.name), prune=prune)
            for table in wanted
        ),
        unmanaged=tuple(sorted(set(names) - declared)),
        prune=prune,
    )


def _unknown(table: TargetTable, why: str) -> TablePlan:
    """Nothing is done to a table that cannot be seen."""
    notes = (f"could not be read: {why}",)
    return TablePlan(table.spec, None, "unknown", skipped=table.skipped, notes=notes, unread={"table": why})


def plan_table(wanted: TargetTable, live: LiveTable | None, *, prune: bool = False) -> TablePlan:
    """The steps for one table."""
    spec = wanted.spec
    if live is None or live.status == "DELETING":
        notes = ("is being deleted: it is created again after that",) if live else ()
        return TablePlan(spec, None, "missing", tuple(_made(spec)), skipped=wanted.skipped, notes=notes)
    if live.status == "CREATING":
        # its settings cannot be read yet: what there is to do is planned when it is ACTIVE
        return TablePlan(
            spec, live, "busy", tuple(_with_rest(spec.name, live, [])), (), (), wanted.skipped, _notes(live)
        )
    told = [
        change
        for change in diff(spec, live.spec)
        if change.property not in live.denied and not any(path.covers(change.path) for path in live.changing)
    ]
    changes = tuple(c for c in told if (prune or not c.undeclared) and c.path not in live.scaled)
    steps = _ordered(ChangeSet(spec, live, changes))
    state: TableState = "differs" if changes else "busy" if not live.idle else "unknown" if live.denied else "in sync"
    return TablePlan(
        spec,
        live,
        state,
        tuple(_with_rest(spec.name, live, steps)),
        changes,
        () if prune else tuple(change for change in told if change.undeclared),
        wanted.skipped,
        _notes(live, told),
        live.denied,
    )


def _notes(live: LiveTable, told: Iterable[Change] = ()) -> tuple[str, ...]:
    return tuple(_noted(live, told))


def _noted(live: LiveTable, told: Iterable[Change]) -> Iterator[str]:
    if live.replicas:
        replicas = ", ".join(f"{region} ({status})" for region, status in live.replicas.items())
        yield f"is a global table, with replicas in {replicas}"
    for name, why in live.denied.items():
        yield f"{name} could not be read: {why}"
    for change in told:
        if change.path in live.scaled:
            yield f"{change.path} is set by Application Auto Scaling: left as it is"
    if live.activity:
        yield f"is busy: {live.activity}"


def _made(spec: TableSpec) -> Iterator[Step]:
    yield Step(
        table=spec.name,
        mark="+",
        title=f"create table {_summary(spec)}",
        call=create_table_call(spec),
        makes=(WHOLE_TABLE,),
        settles=True,
    )
    fresh = LiveTable(spec=created(spec), status="ACTIVE", arn="", empty=True)
    yield from settings_steps(ChangeSet(spec, fresh, diff(spec, fresh.spec)))


def _summary(spec: TableSpec) -> str:
    parts = [", ".join(f"{key.attribute_name} {key.key_type}" for key in spec.key_schema)]
    for kind, word in zip(INDEX_LISTS, ("GSI", "LSI", "vector index"), strict=True):
        parts += [f"{word} {index.index_name}" for index in getattr(spec, kind) or ()]
    if spec.stream_specification and spec.stream_specification.stream_enabled:
        parts.append("stream")
    return f"({'; '.join(parts)})"


def _ordered(case: ChangeSet) -> list[Step]:
    """What cannot be done first, to be read first; then cheap steps, which wait for no index; then the indexes."""
    impossible = list(_impossible(case))
    told = {step.path for step in impossible}
    if BILLING_MODE in told:
        case = replace(case, changes=tuple(c for c in case.changes if not is_capacity(c)))
    if _STREAM in told:
        case = replace(case, changes=tuple(c for c in case.changes if c.path != _STREAM))
    again = rebuilt(case)
    in_place = replace(case, changes=tuple(c for c in case.changes if c.index is None or c.index not in again))
    steps = (*update_steps(in_place), *settings_steps(in_place), *index_steps(case))
    return [*impossible, *(replace(step, elsewhere=_elsewhere(step, case.live)) for step in steps)]


def _elsewhere(step: Step, live: LiveTable) -> str:
    regions = ", ".join(live.replicas)
    if not regions or step.path.field == INSIGHTS or step.path.name not in _SHARED:
        return ""
    if live.global_table_version == _LEGACY:
        return f"the replicas in {regions} keep theirs: change them, too"
    if step.path == _STREAM and live.multi_region_consistency == "STRONG":
        return ""
    return f"in {regions}, too"


def _with_rest(table: str, live: LiveTable, steps: list[Step]) -> Iterator[Step]:
    """Waits for what the table is busy with: before the steps where the table itself is, else after them."""
    rest = Step(table=table, mark="=", title=f"wait ({live.activity})", settles=True)
    first = live.status != "ACTIVE" or bool(live.changing)
    if first:
        yield rest
    yield from steps
    if not first and not live.idle and not (steps and steps[-1].settles):
        yield rest


def _impossible(case: ChangeSet) -> Iterator[Step]:
    fixed = fixed_attributes(case)
    for change in case.changes:
        if change.property == "key_schema":
            yield _refusal(case, change.path, "a table's key is chosen when it is made", _ANOTHER_TABLE)
        elif change.property == "attributes" and change.path.key in fixed:
            reason = "the type of a key attribute is chosen when the table is made"
            yield _refusal(case, change.path, reason, _ANOTHER_TABLE)
        elif change.property == "local_secondary_indexes":
            reason = "a local secondary index is made, and goes, only with its table"
            yield _refusal(case, change.path, reason, f"make it a global one; or {_ANOTHER_TABLE}")
        elif change.path == _STREAM and change.live.stream_enabled and _replicates_by_stream(case.live):
            reason = f"the replicas in {', '.join(case.live.replicas)} are fed by the stream, so AWS refuses it"
            yield _refusal(case, change.path, reason, "remove the replicas first, or declare the stream as it is")
    for path, reason, hint in blocked(case):
        yield _refusal(case, path, reason, hint)
    vectors = [index.index_name for index in case.live.spec.vector_indexes or ()]
    if vectors and any(change.path == BILLING_MODE and change.wanted == "PROVISIONED" for change in case.changes):
        reason = f"a PROVISIONED table takes no vector index, and it has {', '.join(vectors)}"
        yield _refusal(case, BILLING_MODE, reason, "remove what has no place there first, or stay on-demand")
    if unfit(case):
        standing = case.live.spec.billing_mode
        reason = f"the live table is {standing}, and the config, which does not say billing_mode, counts on the other"
        yield _refusal(case, BILLING_MODE, reason, f"declare billing_mode: {case.wanted.effective_billing_mode()}")


def _replicates_by_stream(live: LiveTable) -> bool:
    """Return whether AWS refuses to turn the stream off, which another view type needs, too.

    "Disabling Stream is not allowed for a Global Table replica": https://github.com/hashicorp/terraform-provider-aws/issues/20019;
    with strong consistency nothing is replicated by it (V2globaltables_HowItWorks.html).
    """
    return bool(live.replicas) and live.multi_region_consistency != "STRONG"


def _refusal(case: ChangeSet, path: PropertyPath, reason: str, hint: str) -> Step:
    return Step(
        table=case.name, mark="!", title=f"change {path}", path=path, kind="impossible", reason=reason, hint=hint
    )


def reset(
    wanted: Sequence[TargetTable],
    live: Mapping[str, LiveTable | None],
    failed: Mapping[str, str] | None = None,
    *,
    exact: bool = True,
) -> Plan:
    """Drop each declared table that stands, lifting its deletion protection first, and create all of them again.

    A table with replicas stays: only the replica of this Region would go, and the new table would not be one of them.

    Args:
        wanted: the declared tables.
        live: the live table of each declared name.
        failed: why, by physical name, of the tables that could not be read.
        exact: whether the engine's item counts are those of now.
    """
    tables = []
    unread = failed or {}
    for table in wanted:
        if table.spec.name in unread:
            tables.append(_unknown(table, unread[table.spec.name]))
            continue
        standing = live.get(table.spec.name)
        drop = _drop(standing, exact) if standing else []
        state: TableState = "differs" if drop else "missing"
        refused = any(step.kind == "impossible" for step in drop)
        steps = tuple(drop) if refused else (*drop, *_made(table.spec))
        tables.append(TablePlan(table.spec, standing, state, steps, skipped=table.skipped))
    return Plan(tuple(tables))


def drop(live: Iterable[LiveTable], *, exact: bool = True) -> Plan:
    """Drop live tables, whatever declares them.

    Args:
        live: the tables.
        exact: whether the engine's item counts are those of now.
    """
    return Plan(tuple(TablePlan(table.spec, table, "differs", tuple(_drop(table, exact))) for table in live))


def _drop(live: LiveTable, exact: bool) -> list[Step]:
    title = f"delete table ({item_count(live.items, exact)})"
    if live.replicas:
        return [
            Step(
                table=live.spec.name,
                mark="!",
                title=title,
                kind="impossible",
                reason=f"the replicas in {', '.join(live.replicas)} would stay, and no longer be replicated here",
                hint="remove the replicas first",
            )
        ]
    delete = Step(
        table=live.spec.name,
        mark="-",
        title=title,
        call=Call("DeleteTable", {"TableName": live.spec.name}),
        settles=True,
        kind="destructive",
        reason="its items are lost",
    )
    protected = live.spec.deletion_protection_enabled
    return [lift_protection(live.spec.name), delete] if protected else [delete]
