"""The steps that change what UpdateTable changes in place, indexes aside. PURE.

UpdateTable takes one concern a call, and refuses a call that changes nothing
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..schema.diff import Change, in_words
from ..schema.limits import ENCRYPTION_QUOTA, TABLE_CLASS_QUOTA, TO_ON_DEMAND_QUOTA
from ..schema.property_path import PropertyPath
from ..schema.serialization import Call, api_name, encryption_to_api, to_api
from ..schema.table_spec import GlobalSecondaryIndex, OnDemandThroughput, WarmThroughput
from .plan import ChangeSet, Step

BILLING_MODE = PropertyPath("billing_mode")
_CAPACITIES = ("provisioned_throughput", "on_demand_throughput")


def update_steps(case: ChangeSet) -> Iterator[Step]:
    """The steps of one table, cheap ones first."""
    for name, make in _SIMPLE.items():
        for change in case.of(name):
            yield from make(case, change)
    yield from _capacity(case)
    yield from _warm(case)


def _update(case: ChangeSet, change: Change, parameters: dict[str, Any], **more: Any) -> Step:
    words: dict[str, Any] = {
        "mark": "~",
        "title": f"change {change.path} ({in_words(change.live)} -> {in_words(change.wanted)})",
        "path": change.path,
        "makes": (change.path,),
    }
    call = Call("UpdateTable", {"TableName": case.name, **parameters})
    return Step(**{"table": case.name, "call": call, "settles": True, **words, **more})


def _protection(case: ChangeSet, change: Change) -> Iterator[Step]:
    parameters = {"DeletionProtectionEnabled": change.wanted}
    if change.wanted:
        yield _update(case, change, parameters, mark="+", title="set deletion_protection_enabled")
    else:
        yield lift_protection(case.name, makes=(change.path,))


def lift_protection(table: str, makes: tuple[PropertyPath, ...] = ()) -> Step:
    """Lets a table be deleted."""
    return Step(
        table=table,
        mark="-",
        title="lift deletion protection",
        path=PropertyPath("deletion_protection_enabled"),
        call=Call("UpdateTable", {"TableName": table, "DeletionProtectionEnabled": False}),
        makes=makes,
        settles=True,
        kind="destructive",
        reason="the table can be deleted from then on",
    )


def _class(case: ChangeSet, change: Change) -> Iterator[Step]:
    yield _update(case, change, {"TableClass": change.wanted}, limit=f"AWS allows {TABLE_CLASS_QUOTA}")


def _encryption(case: ChangeSet, change: Change) -> Iterator[Step]:
    limit = f"AWS allows {ENCRYPTION_QUOTA}"
    loss = {
        "kind": "destructive",
        "reason": "its items are encrypted with a key of AWS, not of this account, from then on",
    }
    more = {} if change.wanted.enabled else loss
    yield _update(case, change, {"SSESpecification": encryption_to_api(change.wanted)}, limit=limit, **more)


def _stream(case: ChangeSet, change: Change) -> Iterator[Step]:
    # Only a stream that is off can be turned on, so another view type is a new stream
    # (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html).
    live, wanted = change.live, change.wanted
    if live.stream_enabled:
        yield _update(
            case,
            change,
            {"StreamSpecification": {"StreamEnabled": False}},
            mark="-",
            title=f"turn off stream_specification ({live.stream_view_type})",
            makes=() if wanted.stream_enabled else (change.path,),
            kind="destructive",
            reason="its readers get no more changes" + "; the new stream has another ARN" * wanted.stream_enabled,
        )
    if wanted.stream_enabled:
        title = f"set stream_specification ({wanted.stream_view_type})"
        yield _update(case, change, {"StreamSpecification": to_api(wanted)}, mark="+", title=title)


_SIMPLE = {
    "deletion_protection_enabled": _protection,
    "stream_specification": _stream,
    "sse_specification": _encryption,
    "table_class": _class,
}


def is_capacity(change: Change) -> bool:
    """Whether it is of the billing mode or of what only one billing mode has."""
    return change.path.field in ("billing_mode", *_CAPACITIES)


def _capacity(case: ChangeSet) -> Iterator[Step]:
    """Billing mode and the capacities of the table and its indexes.

    One call, as AWS wants a switch to PROVISIONED to be. Maxima of the table and of its indexes are two concerns.
    """
    changes = [change for change in case.changes if is_capacity(change)]
    if not changes:
        return
    switch = next((change for change in changes if change.path == BILLING_MODE), None)
    mode = switch.wanted if switch else case.live.spec.billing_mode
    member = _CAPACITIES[mode == "PAY_PER_REQUEST"]
    own: dict[str, Any] = {"BillingMode": mode} if switch else {}
    if any(change.path == PropertyPath(member) for change in changes):
        own[api_name(member)] = _whole(getattr(case.wanted, member), getattr(case.live.spec, member))
    declared = {index.index_name: index for index in case.wanted.global_secondary_indexes or ()}
    updates = []
    for index in case.live.spec.global_secondary_indexes or ():
        capacity = getattr(declared.get(index.index_name), member, None)
        if switch and mode == "PROVISIONED":
            # every index needs one then; one that is not declared gets the table's
            capacity = capacity or case.wanted.provisioned_throughput
        elif not any(c.index == index.index_name and c.path.field == member for c in changes):
            continue
        updates.append({"IndexName": index.index_name, api_name(member): _whole(capacity, getattr(index, member))})
    if mode == "PROVISIONED" or not own or not updates:
        yield _capacity_step(case, changes, own | _index_updates(updates))
    else:
        yield _capacity_step(case, [change for change in changes if change.index is None], own)
        yield _capacity_step(case, [change for change in changes if change.index is not None], _index_updates(updates))


def _capacity_step(case: ChangeSet, changes: list[Change], parameters: dict[str, Any]) -> Step:
    return _update(
        case,
        changes[0],
        parameters,
        title=_title(changes),
        path=BILLING_MODE,
        makes=tuple(change.path for change in changes),
        limit=f"AWS allows {TO_ON_DEMAND_QUOTA}" * (parameters.get("BillingMode") == "PAY_PER_REQUEST")
        or "AWS allows few decreases a day" * any(map(_decreases, changes)),
    )


def _whole(wanted: Any, live: Any) -> dict[str, int]:
    """A capacity with both halves: a maximum that is not declared stays as it is, and -1 where there is none."""
    none = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1} if isinstance(wanted, OnDemandThroughput) else {}
    return {**none, **(to_api(live) if live and none else {}), **to_api(wanted)}


def _decreases(change: Change) -> bool:
    if change.live is None or change.path.field != "provisioned_throughput":
        return False
    return any(
        getattr(change.wanted, part) < getattr(change.live, part)
        for part in ("read_capacity_units", "write_capacity_units")
    )


def _title(changes: list[Change]) -> str:
    texts = [f"{change.path} ({in_words(change.live)} -> {in_words(change.wanted)})" for change in changes]
    return f"change {'; '.join(texts)}"


def _warm(case: ChangeSet) -> Iterator[Step]:
    """The table and each index in a call of its own: AWS takes warm throughput with nothing else."""
    changes = [change for change in case.changes if change.path.field == "warm_throughput"]
    if own := [change for change in changes if change.index is None]:
        yield _warm_step(case, own, {"WarmThroughput": _raised(case.wanted, case.live.spec)})
    standing = {index.index_name: index for index in case.live.spec.global_secondary_indexes or ()}
    for index in case.wanted.global_secondary_indexes or ():
        name = index.index_name
        if its := [change for change in changes if change.index == name]:
            update = {"IndexName": name, "WarmThroughput": _raised(index, standing[name])}
            yield _warm_step(case, its, _index_updates([update]))


def _warm_step(case: ChangeSet, changes: list[Change], parameters: dict[str, Any]) -> Step:
    return _update(
        case,
        changes[0],
        parameters,
        title=_title(changes),
        makes=tuple(change.path for change in changes),
        limit="it costs once, and cannot be lowered again",
    )


def _raised(wanted: Any, live: Any) -> dict[str, int]:
    """Warm throughput as declared, where that is more than what is there already."""
    parts: dict[str, int] = to_api(wanted.warm_throughput)
    before: dict[str, int] = to_api(live.warm_throughput or WarmThroughput())
    return {name: max(units, before.get(name, 0)) for name, units in parts.items()}


def _index_updates(updates: Iterable[dict[str, Any]]) -> dict[str, Any]:
    listed = [{"Update": update} for update in updates]
    return {"GlobalSecondaryIndexUpdates": listed} if listed else {}


def unfit(case: ChangeSet) -> bool:
    """Whether the declaration counts on a billing mode that the live table does not have and that it does not say."""
    return (
        case.wanted.billing_mode is None
        and case.wanted.effective_billing_mode() != case.live.spec.billing_mode
        and any(is_capacity(change) or _new(change) for change in case.changes)
    )


def _new(change: Change) -> bool:
    return change.live is None and isinstance(change.wanted, GlobalSecondaryIndex)
