"""Settings with separate operations: Time to Live, backups, contributor insights, Kinesis destinations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .answers import Parameters, Refusal, Shape, in_use, invalid, not_found
from .store import Store
from .table import Setting, View


def _to_write(view: View) -> View:
    if view.status == "DELETING":
        raise in_use(f"Table is being deleted: {view.table.name}")
    return view


def describe_ttl(store: Store, parameters: Parameters) -> dict[str, Any]:
    view = store.find(parameters["TableName"])
    if view.status in ("CREATING", "DELETING"):
        raise invalid(
            f"Cannot describe time to live while table is in {view.status} state: Current table state is {view.status}"
        )
    return {"TimeToLiveDescription": _ttl(view)}


def _ttl(view: View) -> dict[str, str]:
    """Documented: a change takes up to an hour (API_UpdateTimeToLive.html). The attribute is absent while disabled."""
    ttl = view.table.ttl
    if ttl is None:
        return {"TimeToLiveStatus": "DISABLED"}
    changing = view.at < view.table.ttl_changed + view.pace.ttl_change
    if not ttl["Enabled"] and not changing:
        return {"TimeToLiveStatus": "DISABLED"}
    status = {(True, True): "ENABLING", (True, False): "ENABLED", (False, True): "DISABLING"}[ttl["Enabled"], changing]
    return {"TimeToLiveStatus": status, "AttributeName": ttl["AttributeName"]}


def update_ttl(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Documented: once an hour (API_UpdateTimeToLive.html); reported: half an hour, and the message."""
    view = _to_write(store.find(parameters["TableName"]))
    if view.status == "CREATING":
        raise store.not_ready(view, not_found(f"Table: {view.table.name}"))
    asked, current = parameters["TimeToLiveSpecification"], view.table.ttl
    on = current is not None and current["Enabled"]
    if on and current and asked["AttributeName"] != current["AttributeName"]:
        raise invalid(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {current['AttributeName']}"
        )
    if asked["Enabled"] == on:
        raise invalid(f"TimeToLive is already {'enabled' if on else 'disabled'}")
    if view.at < view.table.ttl_changed + store.ttl_interval:
        raise invalid("Time to live has been modified multiple times within a fixed interval")
    store.write(replace(view.table, ttl=asked, ttl_changed=view.at))
    return {"TimeToLiveSpecification": asked}


def _with_backups(store: Store, name: str) -> View:
    """Reported: backup operations have a separate error code for a table that is CREATING."""
    refusal = Refusal("TableNotFoundException", f"Table not found: {name}")
    if name not in store.tables:
        raise refusal
    view = store.find(name)
    if view.status == "CREATING":
        raise store.not_ready(view, refusal)
    return view


def _backups(view: View) -> dict[str, Any]:
    ready = view.at >= view.table.born + view.pace.creating + view.pace.pitr_delay
    pitr: Shape = view.table.pitr or {}
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED" if ready else "DISABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED", **pitr},
        }
    }


def describe_backups(store: Store, parameters: Parameters) -> dict[str, Any]:
    return _backups(_with_backups(store, parameters["TableName"]))


def update_backups(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Documented: 1 to 35 days, default 35 (API_PointInTimeRecoverySpecification.html)."""
    view = _to_write(_with_backups(store, parameters["TableName"]))
    asked = parameters["PointInTimeRecoverySpecification"]
    days = asked.get("RecoveryPeriodInDays")
    if view.at < view.table.born + store.creating + store.pitr_delay:
        name = view.table.name
        message = f"Backups are being enabled for the table: {name}. Please retry later"
        raise Refusal("ContinuousBackupsUnavailableException", message)
    if days is not None and not 1 <= days <= 35:
        raise invalid(
            f"1 validation error detected: Value '{days}' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' "
            "failed to satisfy constraint: Member must have value between 1 and 35"
        )
    if not asked["PointInTimeRecoveryEnabled"]:
        if days is not None:
            raise invalid("Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")
        return _backups(store.write(replace(view.table, pitr=None)))
    pitr = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35 if days is None else days}
    return _backups(store.write(replace(view.table, pitr=pitr)))


def _insights(view: View, index: str | None) -> dict[str, Any]:
    setting = view.table.insights.get(index)
    shown = {"TableName": view.table.name, **({"IndexName": index} if index else {})}
    if setting is None or not (setting.on or view.changing(setting.since)):
        return {**shown, "ContributorInsightsStatus": "DISABLED"}
    status = ("ENABLING" if setting.on else "DISABLING") if view.changing(setting.since) else "ENABLED"
    return {**shown, "ContributorInsightsStatus": status, "ContributorInsightsMode": setting.detail}


def _for_insights(store: Store, parameters: Parameters) -> View:
    view, index = store.find(parameters["TableName"]), parameters.get("IndexName")
    if index is not None and view.index(index) is None:
        raise not_found(f"Index: {index}")
    if view.status == "CREATING" and store.unready == "invalid":
        raise store.not_ready(view, invalid(""))
    return view


def describe_insights(store: Store, parameters: Parameters) -> dict[str, Any]:
    return _insights(_for_insights(store, parameters), parameters.get("IndexName"))


def update_insights(store: Store, parameters: Parameters) -> dict[str, Any]:
    view, name = _for_insights(store, parameters), parameters.get("IndexName")
    on, index = parameters["ContributorInsightsAction"] == "ENABLE", view.index(name) if name else None
    states = {"TableStatus": view.status, **({"IndexStatus": view.index_status(index)} if index else {})}
    for what, status in states.items():
        if on and status != "ACTIVE":
            raise invalid(
                f"Table or Index is not in a valid state to update Key Access Insights: {what} must be ACTIVE to "
                "enable ContributorInsights."
            )
    mode = parameters.get("ContributorInsightsMode", "ACCESSED_AND_THROTTLED_KEYS")
    insights = {**view.table.insights, name: Setting(on=on, detail=mode, since=view.at)}
    return _insights(store.write(replace(view.table, insights=insights)), name)


_STATUSES = {(True, True): "ENABLING", (True, False): "ACTIVE", (False, True): "DISABLING", (False, False): "DISABLED"}
_PRECISION = "ApproximateCreationDateTimePrecision"


def _destinations(view: View) -> dict[str, str]:
    return {arn: _STATUSES[each.on, view.changing(each.since)] for arn, each in view.table.kinesis.items()}


def _for_kinesis(store: Store, name: str) -> View:
    view = store.find(name)
    if view.status == "CREATING":
        raise store.not_ready(view, not_found(f"Table: {name}"))
    return view


def describe_kinesis(store: Store, parameters: Parameters) -> dict[str, Any]:
    view = _for_kinesis(store, parameters["TableName"])
    shown = [
        {"StreamArn": arn, "DestinationStatus": status, _PRECISION: view.table.kinesis[arn].detail}
        for arn, status in _destinations(view).items()
    ]
    return {"TableName": view.table.name, "KinesisDataStreamDestinations": shown}


def enable_kinesis(store: Store, parameters: Parameters) -> dict[str, Any]:
    """Reported: one destination at a time."""
    view = _for_kinesis(store, parameters["TableName"])
    if any(status != "DISABLED" for status in _destinations(view).values()):
        raise _wrong_kinesis_state(
            "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
        )
    precision = parameters.get("EnableKinesisStreamingConfiguration", {}).get(_PRECISION, "MILLISECOND")
    return _write_kinesis(store, view, parameters["StreamArn"], on=True, precision=precision)


def disable_kinesis(store: Store, parameters: Parameters) -> dict[str, Any]:
    view, arn = _for_kinesis(store, parameters["TableName"]), parameters["StreamArn"]
    if _destinations(view).get(arn) != "ACTIVE":
        raise _wrong_kinesis_state("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
    return _write_kinesis(store, view, arn, on=False, precision=view.table.kinesis[arn].detail)


def update_kinesis(store: Store, parameters: Parameters) -> dict[str, Any]:
    view, arn = _for_kinesis(store, parameters["TableName"]), parameters["StreamArn"]
    if _destinations(view).get(arn) != "ACTIVE":
        raise _wrong_kinesis_state(
            "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
            f"TableName: {view.table.name}, kdsArn: {arn}"
        )
    precision = parameters["UpdateKinesisStreamingConfiguration"][_PRECISION]
    if precision == view.table.kinesis[arn].detail:
        raise invalid(
            f"Invalid Request: Precision is already set to the desired value of {precision} for "
            f"tableId: {view.table.id}, kdsArn: {arn}"
        )
    return {**_write_kinesis(store, view, arn, on=True, precision=precision), "DestinationStatus": "UPDATING"}


def _write_kinesis(store: Store, view: View, arn: str, *, on: bool, precision: str) -> dict[str, Any]:
    kinesis = {**view.table.kinesis, arn: Setting(on=on, detail=precision, since=view.at)}
    written = store.write(replace(_to_write(view).table, kinesis=kinesis))
    return {"TableName": view.table.name, "StreamArn": arn, "DestinationStatus": _destinations(written)[arn]}


def _wrong_kinesis_state(why: str) -> Refusal:
    return invalid(f"Table is not in a valid state to enable Kinesis Streaming Destination: {why}")
