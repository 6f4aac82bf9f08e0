"""UpdateTable: one concern a call. Rules and messages are reported, unless another source is named.

A refused call applies nothing: each concern makes a new table of the old one, and only the last is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .answers import Parameters, Shape, bad_value, in_use, invalid, limit_exceeded
from .capacity import change_capacity, warm_up
from .describing import description
from .indexing import change_index, structural
from .shapes import encryption
from .store import Store
from .table import EncryptionStatus, Table, View
from .tables import encrypted

_DAY = 24 * 3600.0
_CONCERNS = (
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "VectorIndexUpdates",
    "SSESpecification",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
    "TableClass",
)
# in the order in which they are shown
_ALONE = {
    "SSESpecification": "Server-Side Encryption modification",
    "TableClass": "TableClass modification",
    "DeletionProtectionEnabled": "DeletionProtection modification",
    "WarmThroughput": "WarmThroughput",
}


def update_table(store: Store, parameters: Parameters) -> dict[str, Any]:
    asked = {name: parameters[name] for name in _CONCERNS if parameters.get(name) not in (None, [])}
    _refuse_mixtures(asked)
    view = store.find_idle(parameters["TableName"])
    table = view.table
    for members, change in _CHANGES:
        if any(member in asked for member in members):
            table = change(View(table, store, view.at), parameters)
    if table.changed == view.at:
        store.begin("updating", table.name)
    return {"TableDescription": description(store.write(table))}


def _refuse_mixtures(asked: Parameters) -> None:
    if not asked:
        raise invalid(f"At least one of {', '.join(_CONCERNS[:-1])} or {_CONCERNS[-1]} is required")
    for member, what in _ALONE.items():
        if member in asked and len(asked) > 1:
            raise bad_value(f"{what} must be the only operation in the request")
    if _warms_an_index_and_more(asked):
        raise bad_value("WarmThroughput must be the only operation in the request")
    capacity = "ProvisionedThroughput" in asked or asked.get("BillingMode") == "PROVISIONED"
    if "OnDemandThroughput" in asked and len(asked) > 1 and "BillingMode" not in asked:
        raise bad_value("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
    if "StreamSpecification" in asked and capacity:
        raise bad_value("You cannot modify stream status while updating table IOPS")
    if structural(asked) and capacity:
        raise bad_value("You cannot create or delete index while updating table IOPS")
    if structural(asked) and "StreamSpecification" in asked:
        raise bad_value("You cannot create or delete index while changing stream status")


def _warms_an_index_and_more(asked: Parameters) -> bool:
    """The warm throughput of each index is a separate concern."""
    updates = [update.get("Update", {}) for update in asked.get("GlobalSecondaryIndexUpdates", ())]
    if not any("WarmThroughput" in update for update in updates):
        return False
    return len(asked) > 1 or len(updates) > 1 or set(updates[0]) != {"IndexName", "WarmThroughput"}


def _change_stream(view: View, asked: Parameters) -> Table:
    stream, name, on = asked["StreamSpecification"], view.table.name, "StreamSpecification" in view.table.shape
    if stream["StreamEnabled"] and "StreamViewType" not in stream:
        raise bad_value("If stream is being enabled then UpdateViewType is required")
    if not stream["StreamEnabled"] and "StreamViewType" in stream:
        raise bad_value("If stream is being disabled, then UpdateViewType must not be specified")
    if stream["StreamEnabled"] and on:
        raise invalid(f"Table already has an enabled stream: TableName: {name}")
    if not stream["StreamEnabled"] and view.table.replicas and view.table.consistency != "STRONG":
        raise bad_value("Disabling Stream is not allowed for a Global Table replica.")
    if not stream["StreamEnabled"] and not on:
        raise invalid(f"Table has no stream to disable: TableName: {name}")
    shape = {member: value for member, value in view.table.shape.items() if member != "StreamSpecification"}
    if not stream["StreamEnabled"]:
        return replace(view.table, shape=shape, before=None, changed=view.at)
    shape["StreamSpecification"] = stream
    return replace(view.table, shape=shape, before=None, changed=view.at, stream_label=f"changed-{view.at}")


def _change_encryption(view: View, asked: Parameters) -> Table:
    """Only SSEDescription changes, not TableStatus. 4 times in 24 h (then once in 6 h, which is not simulated)."""
    for mistake in encryption(asked):
        raise mistake
    table, specification = view.table, asked["SSESpecification"]
    wanted: Shape | None = encrypted(specification)
    current: Shape | None = table.shape.get("Encryption")
    if view.encrypting:
        raise in_use("Server-Side Encryption is still being updated")
    if wanted is None and current is None:
        raise bad_value("Table is already encrypted by default")
    if wanted and current and specification.get("KMSMasterKeyId") == current["KMSMasterKeyArn"]:
        raise bad_value(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to "
            "change Master Key"
        )
    if _recent(table.encryptions, view.at - _DAY) >= 4:
        raise limit_exceeded("Encryption mode changes are limited in the 24h window.")
    shape = {member: value for member, value in table.shape.items() if member != "Encryption"}
    if wanted:
        shape["Encryption"] = wanted
    kind: EncryptionStatus = "DISABLING" if wanted is None else "UPDATING" if current else "ENABLING"
    return replace(table, shape=shape, encryptions=(*table.encryptions, view.at), encrypting=kind)


def _change_class(view: View, asked: Parameters) -> Table:
    """Documented too: twice in 30 days (ServiceQuotas.html). Setting the default class is not a change."""
    table, wanted = view.table, asked["TableClass"]
    if wanted == "STANDARD" and "TableClass" not in table.shape:
        return table
    if _recent(table.class_changes, view.at - 30 * _DAY) >= 2:
        raise limit_exceeded("Updates to TableClass are limited to 2 times in 30 day(s).")
    return replace(
        table,
        shape={**table.shape, "TableClass": wanted},
        before=table.shape,
        changed=view.at,
        class_changes=(*table.class_changes, view.at),
    )


def _change_protection(view: View, asked: Parameters) -> Table:
    """Immediate; setting the same value again is allowed."""
    protected = {"DeletionProtectionEnabled": asked["DeletionProtectionEnabled"]}
    return replace(view.table, shape={**view.table.shape, **protected})


def _recent(times: tuple[float, ...], since: float) -> int:
    return sum(time > since for time in times)


_CHANGES: tuple[tuple[tuple[str, ...], Callable[[View, Parameters], Table]], ...] = (
    (("GlobalSecondaryIndexUpdates", "VectorIndexUpdates"), change_index),
    (("BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "GlobalSecondaryIndexUpdates"), change_capacity),
    (("StreamSpecification",), _change_stream),
    (("SSESpecification",), _change_encryption),
    (("TableClass",), _change_class),
    (("DeletionProtectionEnabled",), _change_protection),
    (("WarmThroughput",), warm_up),
)
