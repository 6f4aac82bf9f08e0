"""Billing mode and throughput of a table and its indexes.

The rules and words are reported, save where a source is named.
"""

from __future__ import annotations

from dataclasses import replace

from .answers import Parameters, Refusal, Shape, bad_value, in_use, invalid, limit_exceeded
from .describing import warmth
from .table import Index, Table, View

_DAY = 24 * 3600.0
_SWITCHES = 4


def change_capacity(view: View, asked: Parameters) -> Table:
    """Return what changes with it: the throughput of indexes, and on-demand maxima."""
    updates = _index_updates(asked)
    current: str = view.table.shape["BillingMode"]
    wanted: str = asked.get("BillingMode", current)
    if not updates and not {"BillingMode", "ProvisionedThroughput", "OnDemandThroughput"} & set(asked):
        return view.table
    _refuse_wrong_mode(asked, wanted)
    if wanted != current:
        _refuse_switch(view, wanted, updates)
    _refuse_no_change(view, asked, wanted != current)
    table = replace(view.table, indexes=_updated_indexes(view, wanted, updates))
    shape = _capacity(table.shape, asked, wanted)
    if shape["BillingMode"] == current and shape.get("ProvisionedThroughput") == table.shape.get(
        "ProvisionedThroughput"
    ):
        return replace(table, shape=shape)  # the maxima of on-demand change at once
    on_demand = wanted == "PAY_PER_REQUEST"
    switched = (view.at,) if on_demand and wanted != current else ()
    return replace(
        table,
        shape=shape,
        before=table.shape,
        changed=view.at,
        was_on_demand=table.was_on_demand or on_demand,
        switches=(*table.switches, *switched),
    )


def _index_updates(asked: Parameters) -> dict[str, Shape]:
    updates = [update["Update"] for update in asked.get("GlobalSecondaryIndexUpdates", ()) if "Update" in update]
    return {update["IndexName"]: update for update in updates}


def _capacity(shape: Shape, asked: Parameters, wanted: str) -> Shape:
    changed = {**shape, "BillingMode": wanted}
    changed.pop("ProvisionedThroughput" if wanted == "PAY_PER_REQUEST" else "OnDemandThroughput", None)
    # warm throughput never decreases, whatever the billing mode
    changed["WarmThroughput"] = warmth(shape, shape["BillingMode"])
    if "ProvisionedThroughput" in asked:
        changed["ProvisionedThroughput"] = asked["ProvisionedThroughput"]
    if "OnDemandThroughput" in asked:
        changed["OnDemandThroughput"] = {**shape.get("OnDemandThroughput", {}), **asked["OnDemandThroughput"]}
    return changed


def _refuse_wrong_mode(asked: Parameters, wanted: str) -> None:
    given = "ProvisionedThroughput" in asked
    if wanted == "PAY_PER_REQUEST" and given:
        raise bad_value(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if asked.get("BillingMode") == "PROVISIONED" and not given:
        raise bad_value("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    if wanted == "PROVISIONED" and "OnDemandThroughput" in asked:
        raise bad_value(
            "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
        )


def _refuse_switch(view: View, wanted: str, updates: dict[str, Shape]) -> None:
    """Documented: to on-demand 4 times in 24 hours (bp-switching-capacity-modes.html).

    To PROVISIONED with the throughput of all indexes.
    """
    if wanted == "PAY_PER_REQUEST":
        if sum(switch > view.at - _DAY for switch in view.table.switches) >= _SWITCHES:
            raise limit_exceeded(f"Update to PayPerRequest mode are limited to {_SWITCHES} times in 1 day(s).")
        return
    for index in view.indexes:
        if index.member == "VectorIndexes":
            raise bad_value("Vector indexes are only supported for PAY_PER_REQUEST tables")
        if "ProvisionedThroughput" not in updates.get(index.name, {}):
            raise bad_value(f"ProvisionedThroughput must be specified for index: {index.name}")


def _refuse_no_change(view: View, asked: Parameters, switched: bool) -> None:
    """Setting on-demand again is allowed and changes nothing."""
    if not switched and asked.get("ProvisionedThroughput") and _same(view.table.shape, asked):
        raise invalid(_will_not_change("table", asked["ProvisionedThroughput"]))


def _same(shape: Shape, asked: Shape) -> bool:
    return bool(shape.get("ProvisionedThroughput") == asked["ProvisionedThroughput"])


def _will_not_change(what: str, units: Shape) -> str:
    read, write = units["ReadCapacityUnits"], units["WriteCapacityUnits"]
    return (
        f"The provisioned throughput for the {what} will not change. The requested value equals the current value. "
        f"Current ReadCapacityUnits provisioned for the {what}: {read}. Requested ReadCapacityUnits: {read}. "
        f"Current WriteCapacityUnits provisioned for the {what}: {write}. Requested WriteCapacityUnits: {write}. "
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )


def _updated_indexes(view: View, wanted: str, updates: dict[str, Shape]) -> tuple[Index, ...]:
    for name in updates:
        if view.index(name) is None:
            raise Refusal("ResourceNotFoundException", "Requested resource not found")
    switched = wanted != view.table.shape["BillingMode"]
    return tuple(_updated_index(view, index, wanted, updates.get(index.name), switched) for index in view.indexes)


def _updated_index(view: View, index: Index, wanted: str, update: Shape | None, switched: bool) -> Index:
    drop = ("ProvisionedThroughput",) if wanted == "PAY_PER_REQUEST" else ("OnDemandThroughput",)
    shape = {name: value for name, value in index.shape.items() if name not in drop}
    if update is None:
        return replace(index, shape=shape)
    where = f"Table: {view.table.name} Index: {index.name}"
    if (status := view.index_status(index)) != "ACTIVE":
        raise in_use(f"Index is being {status.replace('ING', 'ED').lower()}. {where}")
    if wanted == "PAY_PER_REQUEST" and "ProvisionedThroughput" in update:
        raise bad_value(
            f"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {index.name} when "
            "BillingMode is PAY_PER_REQUEST"
        )
    if not switched and "ProvisionedThroughput" in update and _same(index.shape, update):
        raise invalid(_will_not_change(f"index {index.name}", update["ProvisionedThroughput"]))
    if "WarmThroughput" in update:
        _refuse_cooling(index.shape, view.table.shape["BillingMode"], update, f"index {index.name}")
        index = replace(index, warmed=view.at)
    return replace(index, shape={**shape, **update}, changed=view.at)


def warm_up(view: View, asked: Parameters) -> Table:
    """The table stays ACTIVE while its warm throughput is UPDATING."""
    shape = view.table.shape
    _refuse_cooling(shape, shape["BillingMode"], asked, "table")
    warm = {**warmth(shape, shape["BillingMode"]), **asked["WarmThroughput"]}
    return replace(view.table, shape={**shape, "WarmThroughput": warm}, warmed=view.at)


def _refuse_cooling(shape: Shape, billing: str, asked: Shape, what: str) -> None:
    current = warmth(shape, billing)
    for name, value in asked["WarmThroughput"].items():
        if value < current[name]:
            raise bad_value(
                f"Requested {name} for WarmThroughput for {what} is lower than current WarmThroughput, "
                "decreasing WarmThroughput is not supported"
            )
