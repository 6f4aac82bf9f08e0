"""The settings that have calls of their own, one row each: how to read, how to understand the answer, how to write.

A new setting is a new row, not a new path through the code. PURE: calls are data, `live` and `apply` send them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .spec import ContributorInsights, KinesisStream, PointInTimeRecovery, TableSpec, TimeToLive
from .wire import Call, from_wire, to_wire

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Companion:
    """A property of a table that DescribeTable does not tell and CreateTable does not take in full.

    Attributes:
        property: the field of `TableSpec`.
        read: the call that asks for it, from the table's name and ARN.
        parse: the property's value from that call's answer; off is a value too.
        absent: error codes that mean "not set".
        write: the calls that make `wanted` true where `live` is.
        in_create: CreateTable takes it, so a new table needs no call of its own.
    """

    property: str
    read: Callable[[str, str], Call]
    parse: Callable[[Answer], Any]
    write: Callable[[TableSpec, TableSpec | None, str], list[Call]]
    absent: frozenset[str] = frozenset()
    in_create: bool = False


def _by_name(operation: str) -> Callable[[str, str], Call]:
    return lambda name, arn: Call(operation, {"TableName": name})


def _by_arn(operation: str) -> Callable[[str, str], Call]:
    return lambda name, arn: Call(operation, {"ResourceArn": arn})


def _parse_ttl(answer: Answer) -> TimeToLive:
    description = answer["TimeToLiveDescription"]
    # ENABLING and DISABLING are the intended state already; they end by themselves within the hour.
    if description.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        return TimeToLive(attribute_name=description["AttributeName"])
    return TimeToLive(attribute_name=description.get("AttributeName"), enabled=False)


def _write_ttl(wanted: TableSpec, live: TableSpec | None, arn: str) -> list[Call]:
    ttl = wanted.time_to_live_specification
    assert ttl is not None
    before = live.time_to_live_specification if live else None
    if not ttl.enabled and (before is None or not before.enabled):
        return []
    if ttl.enabled and before is not None and before.enabled:
        return []  # another attribute: refused until TTL was off for up to an hour
    attribute = ttl.attribute_name if ttl.enabled else (before or ttl).attribute_name
    specification = {"Enabled": ttl.enabled, "AttributeName": attribute}
    return [Call("UpdateTimeToLive", {"TableName": wanted.name, "TimeToLiveSpecification": specification})]


def _parse_pitr(answer: Answer) -> PointInTimeRecovery:
    description = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return PointInTimeRecovery(
        point_in_time_recovery_enabled=description.get("PointInTimeRecoveryStatus") == "ENABLED",
        recovery_period_in_days=description.get("RecoveryPeriodInDays"),
    )


def _write_pitr(wanted: TableSpec, live: TableSpec | None, arn: str) -> list[Call]:
    pitr = wanted.point_in_time_recovery_specification
    assert pitr is not None
    if live is None and not pitr.point_in_time_recovery_enabled:
        return []
    parameters = {"TableName": wanted.name, "PointInTimeRecoverySpecification": to_wire(pitr)}
    return [Call("UpdateContinuousBackups", parameters)]


def _parse_tags(answer: Answer) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags", []) if not tag["Key"].startswith("aws:")}


def _write_tags(wanted: TableSpec, live: TableSpec | None, arn: str) -> list[Call]:
    before = (live.tags if live else None) or {}
    tags = [{"Key": key, "Value": value} for key, value in (wanted.tags or {}).items() if before.get(key) != value]
    return [Call("TagResource", {"ResourceArn": arn, "Tags": tags})] if tags else []


def _write_policy(wanted: TableSpec, live: TableSpec | None, arn: str) -> list[Call]:
    return [Call("PutResourcePolicy", {"ResourceArn": arn, "Policy": json.dumps(wanted.resource_policy)})]


def _parse_insights(answer: Answer) -> ContributorInsights:
    return ContributorInsights(
        enabled=answer.get("ContributorInsightsStatus") in ("ENABLED", "ENABLING"),
        mode=answer.get("ContributorInsightsMode"),
    )


def _write_insights(wanted: TableSpec, live: TableSpec | None, arn: str) -> list[Call]:
    calls = []
    for index_name, insights in [
        (None, wanted.contributor_insights_specification),
        *((i.index_name, i.contributor_insights_specification) for i in wanted.global_secondary_indexes or ()),
    ]:
        if insights is None or (live is None and not insights.enabled):
            continue
        parameters: dict[str, Any] = {"TableName": wanted.name}
        if index_name is not None:
            parameters["IndexName"] = index_name
        parameters["ContributorInsightsAction"] = "ENABLE" if insights.enabled else "DISABLE"
        if insights.enabled and insights.mode is not None:
            parameters["ContributorInsightsMode"] = insights.mode
        calls.append(Call("UpdateContributorInsights", parameters))
    return calls


def _parse_kinesis(answer: Answer) -> KinesisStream | None:
    for destination in answer.get("KinesisDataStreamDestinations", []):
        if destination.get("DestinationStatus") in ("ACTIVE", "ENABLING", "UPDATING"):
            return from_wire(KinesisStream, destination)
    return None


def _write_kinesis(wanted: TableSpec, live: TableSpec | None, arn: str) -> list[Call]:
    stream = wanted.kinesis_stream_specification
    assert stream is not None
    parameters: dict[str, Any] = {"TableName": wanted.name, "StreamArn": stream.stream_arn}
    if stream.approximate_creation_date_time_precision is not None:
        parameters["EnableKinesisStreamingConfiguration"] = {
            "ApproximateCreationDateTimePrecision": stream.approximate_creation_date_time_precision
        }
    return [Call("EnableKinesisStreamingDestination", parameters)]


COMPANIONS = (
    Companion("time_to_live_specification", _by_name("DescribeTimeToLive"), _parse_ttl, _write_ttl),
    Companion("point_in_time_recovery_specification", _by_name("DescribeContinuousBackups"), _parse_pitr, _write_pitr),
    Companion("tags", _by_arn("ListTagsOfResource"), _parse_tags, _write_tags, in_create=True),
    Companion(
        "resource_policy",
        _by_arn("GetResourcePolicy"),
        lambda answer: json.loads(answer["Policy"]),
        _write_policy,
        absent=frozenset({"PolicyNotFoundException"}),
        in_create=True,
    ),
    Companion(
        "contributor_insights_specification",
        _by_name("DescribeContributorInsights"),
        _parse_insights,
        _write_insights,
    ),
    Companion(
        "kinesis_stream_specification",
        _by_name("DescribeKinesisStreamingDestination"),
        _parse_kinesis,
        _write_kinesis,
    ),
)
