"""The settings with separate API calls, one row each: how to read, parse and change it.

DescribeTable does not return them and UpdateTable does not accept them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..schema.diff import Change
from ..schema.limits import TAGS
from ..schema.serialization import Call, from_api
from ..schema.table_spec import ContributorInsights, KinesisStream, PointInTimeRecovery, TableSpec, TimeToLive
from .operations import settings
from .operations.base import Operation
from .plan import ChangeSet

Response = Mapping[str, Any]
_Plan = Callable[[ChangeSet, tuple[Change, ...]], Iterator[Operation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSetting:
    """A setting with separate API calls.

    Attributes:
        property: the field of `TableSpec`.
        read: returns the call that reads it, for a table's name and ARN.
        parse: returns the value in the response to that call; "off" is a value.
        plan: yields the operations that resolve the differences.
        not_set: the error codes that mean that it is not set.
        off: its value in a new table, where CreateTable does not accept it.
        in_create: whether CreateTable accepts it.
    """

    property: str
    read: Callable[[str, str], Call]
    parse: Callable[[Response], Any]
    plan: _Plan
    not_set: frozenset[str] = frozenset()
    off: Any = None
    in_create: bool = False


def spec_after_creation(spec: TableSpec) -> TableSpec:
    """Return the spec of a table that was just created: settings that CreateTable does not accept are off."""
    off: dict[str, Any] = {row.property: row.off for row in TABLE_SETTINGS if not row.in_create}
    indexes = spec.global_secondary_indexes
    if indexes is not None:
        disabled = ContributorInsights(enabled=False)
        indexes = tuple(replace(index, contributor_insights_specification=disabled) for index in indexes)
    return replace(spec, global_secondary_indexes=indexes, **off)


def plan_settings(changes: ChangeSet) -> Iterator[Operation]:
    """Yield the operations of all settings that differ."""
    for row in TABLE_SETTINGS:
        if differing := changes.of(row.property):
            yield from row.plan(changes, differing)


def _by_name(operation: str) -> Callable[[str, str], Call]:
    return lambda name, arn: Call(operation, {"TableName": name})


def _by_arn(operation: str) -> Callable[[str, str], Call]:
    return lambda name, arn: Call(operation, {"ResourceArn": arn})


def _parse_tags(response: Response) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in response.get("Tags", []) if not tag["Key"].startswith("aws:")}


def _plan_tags(changes: ChangeSet, differing: tuple[Change, ...]) -> Iterator[Operation]:
    """Plan new tags first, so that no tag is missing meanwhile; unless the old ones have to make room."""
    tags = {str(change.path.key): change.wanted for change in differing if change.wanted is not None}
    keys = tuple(str(change.path.key) for change in differing if change.wanted is None)
    set_ = [settings.SetTags(table=changes.table, arn=changes.live.arn, tags=tags)] if tags else []
    remove = [settings.RemoveTags(table=changes.table, arn=changes.live.arn, keys=keys)] if keys else []
    too_many = len({*(changes.live.spec.tags or {}), *tags}) > TAGS
    yield from (*remove, *set_) if too_many else (*set_, *remove)


def _plan_policy(changes: ChangeSet, differing: tuple[Change, ...]) -> Iterator[Operation]:
    for change in differing:
        live = changes.live
        yield settings.PutResourcePolicy(
            table=changes.table, change=change, arn=live.arn, revision=live.policy_revision
        )


def _parse_ttl(response: Response) -> TimeToLive:
    description = response["TimeToLiveDescription"]
    # ENABLING and DISABLING end within the hour, and are the intended state already
    enabled = description.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return TimeToLive(attribute_name=description.get("AttributeName"), enabled=enabled)


def _plan_ttl(changes: ChangeSet, differing: tuple[Change, ...]) -> Iterator[Operation]:
    for change in differing:
        live, wanted, table = change.live, change.wanted, changes.table
        if live.enabled:
            yield settings.DisableTimeToLive(table=table, attribute=live.attribute_name, prepares=wanted.enabled)
        if wanted.enabled:
            yield settings.EnableTimeToLive(table=table, attribute=wanted.attribute_name, is_empty=changes.live.empty)


def _parse_backups(response: Response) -> PointInTimeRecovery:
    description = response["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return PointInTimeRecovery(
        point_in_time_recovery_enabled=description.get("PointInTimeRecoveryStatus") == "ENABLED",
        recovery_period_in_days=description.get("RecoveryPeriodInDays"),
    )


def _parse_insights(response: Response) -> ContributorInsights:
    enabled = response.get("ContributorInsightsStatus") in ("ENABLED", "ENABLING")
    return ContributorInsights(enabled=enabled, mode=response.get("ContributorInsightsMode"))


def _parse_kinesis(response: Response) -> KinesisStream | None:
    for destination in response.get("KinesisDataStreamDestinations", []):
        if destination.get("DestinationStatus") in ("ACTIVE", "ENABLING", "UPDATING"):
            return from_api(KinesisStream, destination)
    return None


def _plan_kinesis(changes: ChangeSet, differing: tuple[Change, ...]) -> Iterator[Operation]:
    for change in differing:
        live, wanted, table = change.live, change.wanted, changes.table
        is_same = live is not None and live.stream_arn == wanted.stream_arn
        if live is not None and not is_same:
            yield settings.ChangeKinesisStream(table=table, stream=live, action="Disable", prepares=True)
        yield settings.ChangeKinesisStream(table=table, stream=wanted, action="Update" if is_same else "Enable")


def _one_each(kind: type[settings.ChangeBackups | settings.ChangeContributorInsights]) -> _Plan:
    return lambda changes, differing: (kind(table=changes.table, change=change) for change in differing)


TABLE_SETTINGS = (
    TableSetting(
        property="tags", read=_by_arn("ListTagsOfResource"), parse=_parse_tags, plan=_plan_tags, in_create=True
    ),
    TableSetting(
        property="resource_policy",
        read=_by_arn("GetResourcePolicy"),
        parse=lambda response: json.loads(response["Policy"]),
        plan=_plan_policy,
        not_set=frozenset({"PolicyNotFoundException"}),
        in_create=True,
    ),
    TableSetting(
        property="time_to_live_specification",
        read=_by_name("DescribeTimeToLive"),
        parse=_parse_ttl,
        plan=_plan_ttl,
        off=TimeToLive(enabled=False),
    ),
    TableSetting(
        property="point_in_time_recovery_specification",
        read=_by_name("DescribeContinuousBackups"),
        parse=_parse_backups,
        plan=_one_each(settings.ChangeBackups),
        off=PointInTimeRecovery(point_in_time_recovery_enabled=False),
    ),
    TableSetting(
        property="contributor_insights_specification",
        read=_by_name("DescribeContributorInsights"),
        parse=_parse_insights,
        plan=_one_each(settings.ChangeContributorInsights),
        off=ContributorInsights(enabled=False),
    ),
    TableSetting(
        property="kinesis_stream_specification",
        read=_by_name("DescribeKinesisStreamingDestination"),
        parse=_parse_kinesis,
        plan=_plan_kinesis,
    ),
)
