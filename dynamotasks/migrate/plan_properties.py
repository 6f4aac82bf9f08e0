"""Plan the changes that UpdateTable makes in place, except those of indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..schema.diff import Change
from ..schema.property_path import PropertyPath
from ..schema.serialization import api_name, to_api
from ..schema.table_spec import GlobalSecondaryIndex, OnDemandThroughput, TableSpec, WarmThroughput
from .operations import properties
from .operations.base import Operation
from .operations.indexes import BILLING_MODE
from .plan import ChangeSet

_THROUGHPUTS = {"PROVISIONED": "provisioned_throughput", "PAY_PER_REQUEST": "on_demand_throughput"}


def plan_properties(changes: ChangeSet) -> Iterator[Operation]:
    """Yield the operations of one table."""
    table = changes.table
    for change in changes.of("deletion_protection_enabled"):
        yield properties.ChangeDeletionProtection(table=table, enabled=change.wanted)
    for change in changes.of("stream_specification"):
        yield from _stream(table, change)
    for change in changes.of("sse_specification"):
        yield properties.ChangeEncryption(table=table, change=change)
    for change in changes.of("table_class"):
        yield properties.ChangeTableClass(table=table, change=change)
    yield from _capacity(changes)
    yield from _warm_throughput(changes)


def is_capacity(change: Change) -> bool:
    """Return whether a change is of the billing mode or of a throughput that depends on it."""
    return change.path.field in (BILLING_MODE.name, *_THROUGHPUTS.values())


def requires_other_billing_mode(changes: ChangeSet) -> bool:
    """Return whether the declaration requires a billing mode that it omits and the live table does not use."""
    depends_on_it = (
        is_capacity(change) or (change.live is None and isinstance(change.wanted, GlobalSecondaryIndex))
        for change in changes.changes
    )
    is_other = changes.wanted.effective_billing_mode() != changes.live.spec.billing_mode
    return changes.wanted.billing_mode is None and is_other and any(depends_on_it)


def _stream(table: str, change: Change) -> Iterator[Operation]:
    live, wanted = change.live, change.wanted
    if live.stream_enabled:
        yield properties.DisableStream(table=table, stream=live, prepares=wanted.stream_enabled)
    if wanted.stream_enabled:
        yield properties.EnableStream(table=table, stream=wanted)


def _capacity(changes: ChangeSet) -> Iterator[Operation]:
    """Plan the billing mode and the throughputs of the table and its indexes.

    A switch to PROVISIONED needs the throughput of all indexes in the same call
    (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html). On-demand maximums of the
    table and of its indexes are two concerns, which take two calls.
    """
    capacity = tuple(change for change in changes.changes if is_capacity(change))
    if not capacity:
        return
    switch = next((change for change in capacity if change.path == BILLING_MODE), None)
    mode = str(switch.wanted if switch else changes.live.spec.billing_mode)
    own = _table_capacity(changes, capacity, mode, is_switch=switch is not None)
    indexes = _index_capacity(changes, capacity, mode, is_switch=switch is not None)
    if mode == "PROVISIONED" or not own or not indexes:
        yield properties.ChangeCapacity(table=changes.table, changes=capacity, capacity={**own, **indexes})
        return
    for parameters, of_index in ((own, False), (indexes, True)):
        part = tuple(change for change in capacity if (change.index is not None) is of_index)
        yield properties.ChangeCapacity(table=changes.table, changes=part, capacity=parameters)


def _table_capacity(changes: ChangeSet, capacity: tuple[Change, ...], mode: str, *, is_switch: bool) -> dict[str, Any]:
    throughput = _THROUGHPUTS[mode]
    parameters: dict[str, Any] = {"BillingMode": mode} if is_switch else {}
    if any(change.path == PropertyPath(throughput) for change in capacity):
        wanted, live = (getattr(spec, throughput) for spec in (changes.wanted, changes.live.spec))
        parameters[api_name(throughput)] = _complete(wanted, live)
    return parameters


def _index_capacity(changes: ChangeSet, capacity: tuple[Change, ...], mode: str, *, is_switch: bool) -> dict[str, Any]:
    throughput = _THROUGHPUTS[mode]
    differing = {change.index for change in capacity if change.path.field == throughput}
    declared = _global_indexes(changes.wanted)
    updates = []
    for name, index in _global_indexes(changes.live.spec).items():
        wanted = getattr(declared.get(name), throughput, None)
        if is_switch and mode == "PROVISIONED":  # an undeclared index gets the throughput of the table
            wanted = wanted or changes.wanted.provisioned_throughput
        elif name not in differing:
            continue
        units = _complete(wanted, getattr(index, throughput))
        updates.append({"Update": {"IndexName": name, api_name(throughput): units}})
    return {"GlobalSecondaryIndexUpdates": updates} if updates else {}


def _global_indexes(spec: TableSpec) -> Mapping[str, GlobalSecondaryIndex]:
    return {index.index_name: index for index in spec.global_secondary_indexes or ()}


def _throughput_owners(spec: TableSpec) -> Mapping[str | None, TableSpec | GlobalSecondaryIndex]:
    """Return the table itself, with key `None`, and its indexes by name."""
    return {None: spec, **dict(_global_indexes(spec).items())}


def _complete(wanted: Any, live: Any) -> dict[str, int]:
    """Return both units of a throughput: an undeclared maximum keeps its value, which is -1 where it has none."""
    units: dict[str, int] = to_api(wanted)
    if not isinstance(wanted, OnDemandThroughput):
        return units
    return {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1, **(to_api(live) if live else {}), **units}


def _warm_throughput(changes: ChangeSet) -> Iterator[Operation]:
    """Plan the table and each index separately: UpdateTable accepts warm throughput with nothing else."""
    live, wanted = (_throughput_owners(spec) for spec in (changes.live.spec, changes.wanted))
    for index, part in wanted.items():
        own = tuple(c for c in changes.changes if c.path.field == "warm_throughput" and c.index == index)
        if own and part.warm_throughput:
            units = _raised(part.warm_throughput, live[index].warm_throughput)
            yield properties.RaiseWarmThroughput(table=changes.table, changes=own, units=units, index=index)


def _raised(wanted: WarmThroughput, live: WarmThroughput | None) -> dict[str, int]:
    """Return the higher of both values: warm throughput cannot be lowered."""
    declared: dict[str, int] = to_api(wanted)
    actual: dict[str, int] = to_api(live) if live else {}
    return {name: max(units, actual.get(name, 0)) for name, units in declared.items()}
