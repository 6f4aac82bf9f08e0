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
    entries = dict(found.value.entries())
    for source in (found.related, entries):
        for name, (property, convert) in _CONVERSIONS.items():
            if (part := source.get(name)) is not None:
                entries.pop(name, None)
                entries.setdefault(property, convert(part))
    if "BillingMode" not in entries and (mode := _billing_mode(entries, found)) is not None:
        entries["BillingMode"] = found.value.with_data(mode)
    raised = ("WarmThroughput",) if found.is_response else ()  # AWS raises it with the traffic
    for name in _INDEXES:
        if name in entries:
            entries[name] = _indexes(entries[name], (*_INDEX_STATE, *raised))
    table = _without_state(found.value.with_data(entries), (*_TABLE_STATE, *raised))
    return _without_blanks(table) or found.value


def _billing_mode(entries: dict[str, Value], found: Found) -> str | None:
    """Return the billing mode that the capacity shows: an on-demand table has zero units; `None` if it is open."""
    units = [part.text for _, part in entries.get("ProvisionedThroughput", found.value.with_data(None)).entries()]
    if "0" in units and set(units) <= {"0", None}:
        return "PAY_PER_REQUEST"
    return "PROVISIONED" if found.is_response and units else None


def _indexes(value: Value, state: tuple[str, ...]) -> Value:
    """Return indexes without their state and without those that are being deleted."""
    if not isinstance(value.data, list):
        return value
    kept = [index for index in value.data if index.text_at("IndexStatus") != "DELETING"]
    return value.with_data([_without_state(index, state) for index in kept])


def _without_state(value: Value, state: tuple[str, ...]) -> Value:
    """Return a table, index or throughput without what only responses have."""
    if not isinstance(value.data, dict):
        return value
    kept = {key: part for key, part in value.data.items() if key not in state}
    throughputs = {key: _without_state(kept[key], _THROUGHPUT_STATE) for key in _THROUGHPUTS if key in kept}
    return value.with_data({**kept, **throughputs})


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
    is_on = value.text_at("Status") in _ON
    key = _renamed(value, SSEType="SSEType", KMSMasterKeyArn="KMSMasterKeyId") if is_on else {}
    return value.with_data({"SSEEnabled": value.with_data(is_on), **key})


def _time_to_live(value: Value) -> Value:
    is_on = value.text_at("TimeToLiveStatus") in _ON
    return value.with_data({"Enabled": value.with_data(is_on), **_renamed(value, AttributeName="AttributeName")})


def _backups(value: Value) -> Value:
    recovery = value.get("PointInTimeRecoveryDescription") or value
    is_on = recovery.text_at("PointInTimeRecoveryStatus") in _ON
    period = _renamed(recovery, RecoveryPeriodInDays="RecoveryPeriodInDays") if is_on else {}
    return recovery.with_data({"PointInTimeRecoveryEnabled": recovery.with_data(is_on), **period})


def _renamed(value: Value, **names: str) -> dict[str, Value]:
    """Return entries of a map by their new names."""
    return {new: part for name, new in names.items() if (part := value.get(name)) is not None}


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
