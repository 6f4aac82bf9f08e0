"""Operations on settings with separate API calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...schema.diff import is_off
from ...schema.limits import DEFAULT_RECOVERY_PERIOD_DAYS
from ...schema.property_path import PropertyPath
from ...schema.resource_policy import may_revoke_access
from ...schema.serialization import Call, to_api
from ...schema.table_spec import KinesisStream
from ..risks import Caution, Risk
from .base import OneChange, Operation, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class _TimeToLive(Operation):
    attribute: str

    path = PropertyPath("time_to_live_specification")
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    caution = Caution.TIME_TO_LIVE_CHANGES

    def _update(self, *, enabled: bool) -> Call:
        specification = {"Enabled": enabled, "AttributeName": self.attribute}
        return Call("UpdateTimeToLive", {"TableName": self.table, "TimeToLiveSpecification": specification})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableTimeToLive(_TimeToLive):
    """Enable TTL.

    Attributes:
        is_empty: the table has no items that could expire.
    """

    is_empty: bool

    sign = Sign.ADD

    @property
    def call(self) -> Call:
        return self._update(enabled=True)

    @property
    def risk(self) -> Risk | None:
        return None if self.is_empty else Risk.ITEMS_EXPIRE


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableTimeToLive(_TimeToLive):
    """Disable TTL on the live attribute.

    With `prepares`, to enable it on another one, which DynamoDB accepts only when TTL is off
    (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html).
    """

    sign = Sign.REMOVE
    risk = Risk.TIME_TO_LIVE_DISABLED

    @property
    def call(self) -> Call:
        return self._update(enabled=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SettingChange(OneChange):
    @property
    def sign(self) -> Sign:
        if is_off(self.change.wanted):
            return Sign.REMOVE
        return Sign.ADD if self.change.live is None or is_off(self.change.live) else Sign.CHANGE


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBackups(_SettingChange):
    """Turn point-in-time recovery on or off, or change its recovery period."""

    @property
    def call(self) -> Call:
        specification = to_api(self.change.wanted)
        parameters = {"TableName": self.table, "PointInTimeRecoverySpecification": specification}
        return Call("UpdateContinuousBackups", parameters)

    @property
    def risk(self) -> Risk | None:
        live, wanted = self.change.live, self.change.wanted
        if is_off(wanted):
            return Risk.RESTORE_POINTS_DELETED
        days = live.recovery_period_in_days or DEFAULT_RECOVERY_PERIOD_DAYS
        return None if is_off(live) or wanted.recovery_period_in_days >= days else Risk.RECOVERY_PERIOD_SHORTENED


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTags(Operation):
    """Add tags, or change their values."""

    arn: str
    tags: Mapping[str, str]

    path = PropertyPath("tags")

    @property
    def call(self) -> Call:
        tags = [{"Key": key, "Value": value} for key, value in self.tags.items()]
        return Call("TagResource", {"ResourceArn": self.arn, "Tags": tags})

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return tuple(PropertyPath("tags", key) for key in self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTags(Operation):
    """Remove tags."""

    arn: str
    keys: tuple[str, ...]

    sign = Sign.REMOVE
    path = PropertyPath("tags")
    risk = Risk.TAGS_REMOVED

    @property
    def call(self) -> Call:
        return Call("UntagResource", {"ResourceArn": self.arn, "TagKeys": list(self.keys)})

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return tuple(PropertyPath("tags", key) for key in self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutResourcePolicy(_SettingChange):
    """Replace the resource policy.

    Attributes:
        revision: of the live policy; DynamoDB refuses the call if another one is in place
            (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html).
    """

    arn: str
    revision: str

    @property
    def call(self) -> Call:
        policy = json.dumps(self.change.wanted)
        parameters = {"ResourceArn": self.arn, "Policy": policy, "ExpectedRevisionId": self.revision}
        return Call("PutResourcePolicy", parameters)

    @property
    def risk(self) -> Risk | None:
        return Risk.ACCESS_REVOKED if may_revoke_access(self.change.live, self.change.wanted) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContributorInsights(_SettingChange):
    """Turn contributor insights of a table or an index on or off."""

    needs: tuple[PropertyPath, ...] = ()

    @property
    def call(self) -> Call:
        wanted = self.change.wanted
        parameters: dict[str, Any] = {"TableName": self.table}
        if self.change.index is not None:
            parameters["IndexName"] = self.change.index
        parameters["ContributorInsightsAction"] = "ENABLE" if wanted.enabled else "DISABLE"
        if wanted.enabled and wanted.mode is not None:
            parameters["ContributorInsightsMode"] = wanted.mode
        return Call("UpdateContributorInsights", parameters)

    @property
    def risk(self) -> Risk | None:
        return None if self.change.wanted.enabled else Risk.INSIGHTS_DISABLED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKinesisStream(Operation):
    """Send changes to a Kinesis data stream, change the precision of its timestamps, or stop it before another one."""

    stream: KinesisStream
    action: Literal["Enable", "Update", "Disable"]

    path = PropertyPath("kinesis_stream_specification")

    @property
    def sign(self) -> Sign:
        return {"Enable": Sign.ADD, "Update": Sign.CHANGE, "Disable": Sign.REMOVE}[self.action]

    @property
    def call(self) -> Call:
        parameters: dict[str, Any] = {"TableName": self.table, "StreamArn": self.stream.stream_arn}
        precision = self.stream.approximate_creation_date_time_precision
        if self.action != "Disable" and precision is not None:
            configuration = {"ApproximateCreationDateTimePrecision": precision}
            parameters[f"{self.action}KinesisStreamingConfiguration"] = configuration
        return Call(f"{self.action}KinesisStreamingDestination", parameters)

    @property
    def risk(self) -> Risk | None:
        return Risk.KINESIS_STREAM_DISABLED if self.action == "Disable" else None
