"""Convert requests and responses of DynamoDB's API to properties as CloudFormation names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..value import Data, Value
from .finding import Found

# what responses add to the settings of a table, an index or a throughput
_TABLE_STATE = (
    "TableStatus",
    "CreationDateTime",
    "TableSizeBytes",
    "ItemCount",
    "TableArn",
    "TableId",
    "LatestStreamLabel",
    "LatestStreamArn",
    "RestoreSummary",
    "ArchivalSummary",
    "GlobalTableVersion",
    "GlobalTableSettingsReplicationMode",
)
_INDEX_STATE = ("IndexStatus", "IndexSizeBytes", "IndexArn", "ItemCount", "Backfilling")
_THROUGHPUT_STATE = ("NumberOfDecreasesToday", "LastIncreaseDateTime", "LastDecreaseDateTime", "Status")
_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes")
_THROUGHPUTS = ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
_ON = ("ENABLED", "ENABLING", "UPDATING")


def properties_of(found: Found) -> Value:
    """Return the properties of a table; for a response, only settings that users can set."""
    entries = {key: part for key, part in found.value.entries() if key not in _TABLE_STATE}
    for source in (found.related, entries):
        for name, (property, convert) in _CONVERSIONS.items():
            if (part := source.get(name)) is not None:
                entries.pop(name, None)
                entries.setdefault(property, convert(part))
    if "BillingMode" not in entries and (mode := _billing_mode(entries, found)) is not None:
        entries["BillingMode"] = found.value.with_data(mode)
    if found.is_response:
        entries.pop("WarmThroughput", None)  # AWS raises it with the traffic
    for name in _INDEXES:
        if name in entries:
            entries[name] = _indexes(entries[name], found.is_response)
    blank_free = _without_blanks(found.value.with_data(_throughputs(entries)))
    return blank_free or found.value


def _billing_mode(entries: dict[str, Value], found: Found) -> str | None:
    """Return the billing mode that the capacity shows: an on-demand table has zero units; `None` if it is open."""
    units = [part.text for _, part in entries.get("ProvisionedThroughput", found.value.with_data(None)).entries()]
    if "0" in units and set(units) <= {"0", None}:
        return "PAY_PER_REQUEST"
    return "PROVISIONED" if found.is_response and units else None


def _indexes(value: Value, of_response: bool) -> Value:
    """Return indexes without their state and, in a response, without those that are being deleted."""
    if not isinstance(value.data, list):
        return value
    status = ((part, part.get("IndexStatus")) for part in value.items())
    kept = [part for part, state in status if state is None or state.data != "DELETING"]
    left_out = (*_INDEX_STATE, "WarmThroughput") if of_response else _INDEX_STATE
    return value.with_data([_index(_without(part, left_out)) for part in kept])


def _index(value: Value) -> Value:
    if not isinstance(value.data, dict):
        return value
    return value.with_data(_throughputs(value.data))


def _throughputs(entries: dict[str, Value]) -> dict[str, Value]:
    return {key: _without(part, _THROUGHPUT_STATE) if key in _THROUGHPUTS else part for key, part in entries.items()}


def _without(value: Value, names: tuple[str, ...]) -> Value:
    if not isinstance(value.data, dict):
        return value
    return value.with_data({key: part for key, part in value.entries() if key not in names})


def _without_blanks(value: Value) -> Value | None:
    """Return a value without what is blank in the skeletons of the AWS CLI: empty strings, and indexes of no name."""
    match value.data:
        case "":
            return None
        case dict() as entries if _is_blank(value):
            return None if entries else value
        case dict() as entries:
            kept: Data = {key: part for key, whole in entries.items() if (part := _unless_blank(key, whole))}
        case list() as items:
            kept = [part for whole in items if (part := _without_blanks(whole))]
        case _:
            return value
    return value.with_data(kept) if kept or not value.data else None


def _unless_blank(key: str, value: Value) -> Value | None:
    if key in ("OnDemandThroughput", "WarmThroughput") and all(part.data == 0 for _, part in value.entries()):
        return None
    is_whole = key == "Value" or (key == "ResourcePolicy" and value.data != "")
    return value if is_whole else _without_blanks(value)


def _is_blank(value: Value) -> bool:
    named = [part for name in ("IndexName", "Key") if (part := value.get(name)) is not None]
    return any(part.data == "" for part in named)


def _encryption(value: Value) -> Value:
    status = value.get("Status")
    is_on = status is not None and status.text in _ON
    enabled: dict[str, Value] = {"SSEEnabled": value.with_data(is_on)}
    for name, property in (("SSEType", "SSEType"), ("KMSMasterKeyArn", "KMSMasterKeyId")):
        if is_on and (part := value.get(name)) is not None:
            enabled[property] = part
    return value.with_data(enabled)


def _time_to_live(value: Value) -> Value:
    status, attribute = value.get("TimeToLiveStatus"), value.get("AttributeName")
    enabled: dict[str, Value] = {"Enabled": value.with_data(status is not None and status.text in _ON)}
    return value.with_data(enabled | ({"AttributeName": attribute} if attribute else {}))


def _backups(value: Value) -> Value:
    recovery = value.get("PointInTimeRecoveryDescription") or value
    status, days = recovery.get("PointInTimeRecoveryStatus"), recovery.get("RecoveryPeriodInDays")
    is_on = status is not None and status.text in _ON
    enabled: dict[str, Value] = {"PointInTimeRecoveryEnabled": recovery.with_data(is_on)}
    return value.with_data(enabled | ({"RecoveryPeriodInDays": days} if days and is_on else {}))


def _same(value: Value) -> Value:
    return value


def _member(name: str) -> Callable[[Value], Value]:
    return lambda value: value.get(name) or value


# how other calls and responses name a property, and its value
_CONVERSIONS: Mapping[str, tuple[str, Callable[[Value], Value]]] = {
    "BillingModeSummary": ("BillingMode", _member("BillingMode")),
    "TableClassSummary": ("TableClass", _member("TableClass")),
    "SSEDescription": ("SSESpecification", _encryption),
    "TimeToLiveDescription": ("TimeToLiveSpecification", _time_to_live),
    "TimeToLiveSpecification": ("TimeToLiveSpecification", _same),
    "ContinuousBackupsDescription": ("PointInTimeRecoverySpecification", _backups),
    "Tags": ("Tags", _same),
}
