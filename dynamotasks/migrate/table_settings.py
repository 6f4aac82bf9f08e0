"""The settings that have calls of their own, one row each: how to read, how to understand the answer, how to write.

A new setting is a new row, not a new path through the code. PURE: calls are data, `live` and `runner` send them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..schema.diff import Change, is_off
from ..schema.limits import DEFAULT_RECOVERY_PERIOD_DAYS, TAGS
from ..schema.property_path import PropertyPath
from ..schema.resource_policy import may_revoke_access
from ..schema.serialization import Call, from_api, to_api
from ..schema.table_spec import ContributorInsights, KinesisStream, PointInTimeRecovery, TableSpec, TimeToLive
from .plan import ChangeSet, Mark, Step

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableSetting:
    """A property of a table that DescribeTable does not tell and UpdateTable does not take.

    Attributes:
        property: the field of `TableSpec`.
        read: the call that asks for it, from the table's name and ARN.
        parse: the property's value from that call's answer; off is a value too.
        steps: what ends the differences in it.
        absent: error codes that mean "not set".
        off: its value in a new table, where CreateTable does not take it.
        in_create: CreateTable takes it.
    """

    property: str
    read: Callable[[str, str], Call]
    parse: Callable[[Answer], Any]
    steps: Callable[[ChangeSet, tuple[Change, ...]], Iterator[Step]]
    absent: frozenset[str] = frozenset()
    off: Any = None
    in_create: bool = False


def created(spec: TableSpec) -> TableSpec:
    """What stands once CreateTable was carried out: the settings that it does not take are off."""
    off: dict[str, Any] = {row.property: row.off for row in TABLE_SETTINGS if not row.in_create}
    indexes = spec.global_secondary_indexes
    if indexes is not None:
        quiet = ContributorInsights(enabled=False)
        indexes = tuple(replace(index, contributor_insights_specification=quiet) for index in indexes)
    return replace(spec, global_secondary_indexes=indexes, **off)


def settings_steps(case: ChangeSet) -> Iterator[Step]:
    """The steps of all settings that differ."""
    for row in TABLE_SETTINGS:
        if changes := case.of(row.property):
            yield from row.steps(case, changes)


def _by_name(operation: str) -> Callable[[str, str], Call]:
    return lambda name, arn: Call(operation, {"TableName": name})


def _by_arn(operation: str) -> Callable[[str, str], Call]:
    return lambda name, arn: Call(operation, {"ResourceArn": arn})


def _step(case: ChangeSet, change: Change, call: Call, detail: str = "", **more: Any) -> Step:
    """Sets a property, to be read back."""
    title = f"set {change.path}" + (f" ({detail})" if detail else "")
    mark: Mark = "+" if change.live is None or is_off(change.live) else "~"
    return Step(table=case.name, mark=mark, title=title, path=change.path, call=call, makes=(change.path,), **more)


def _loss(real: bool, reason: str, hint: str = "") -> dict[str, Any]:
    """What a step needs consent for, if it does."""
    return {"kind": "destructive", "reason": reason, "hint": hint} if real else {}


def _off(case: ChangeSet, change: Change, call: Call, reason: str, **more: Any) -> Step:
    title = f"turn off {change.path}"
    more = {"makes": (change.path,), **more}
    return Step(
        table=case.name, mark="-", title=title, path=change.path, call=call, kind="destructive", reason=reason, **more
    )


def _parse_ttl(answer: Answer) -> TimeToLive:
    description = answer["TimeToLiveDescription"]
    # ENABLING and DISABLING are the intended state already; they end by themselves within the hour.
    if description.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        return TimeToLive(attribute_name=description["AttributeName"])
    return TimeToLive(attribute_name=description.get("AttributeName"), enabled=False)


_TTL_LIMIT = "AWS allows one change an hour"


def _ttl_steps(case: ChangeSet, changes: tuple[Change, ...]) -> Iterator[Step]:
    (change,) = changes
    live, wanted = change.live, change.wanted

    def call(enabled: bool, attribute: str) -> Call:
        specification = {"Enabled": enabled, "AttributeName": attribute}
        return Call("UpdateTimeToLive", {"TableName": case.name, "TimeToLiveSpecification": specification})

    if live.enabled:
        # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html: another attribute
        # is refused until TTL is off, and a second call until an hour has passed
        yield _off(
            case,
            change,
            call(False, live.attribute_name),
            f"items no longer expire by {live.attribute_name}",
            limit=_TTL_LIMIT,
            makes=() if wanted.enabled else (change.path,),
        )
    if wanted.enabled:
        attribute = wanted.attribute_name
        loss = _loss(
            not case.live.empty,
            f"items whose {attribute} is in the past will be deleted",
            f"check first that {attribute} holds the time of expiry, in seconds since 1970",
        )
        yield _step(case, change, call(True, attribute), attribute, limit=_TTL_LIMIT, **loss)


def _parse_pitr(answer: Answer) -> PointInTimeRecovery:
    description = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return PointInTimeRecovery(
        point_in_time_recovery_enabled=description.get("PointInTimeRecoveryStatus") == "ENABLED",
        recovery_period_in_days=description.get("RecoveryPeriodInDays"),
    )


def _pitr_steps(case: ChangeSet, changes: tuple[Change, ...]) -> Iterator[Step]:
    (change,) = changes
    live, wanted = change.live, change.wanted
    call = Call("UpdateContinuousBackups", {"TableName": case.name, "PointInTimeRecoverySpecification": to_api(wanted)})
    days = wanted.recovery_period_in_days
    if not wanted.point_in_time_recovery_enabled:
        yield _off(case, change, call, "all restore points are lost")
    else:
        before = live.recovery_period_in_days or DEFAULT_RECOVERY_PERIOD_DAYS
        shorter = live.point_in_time_recovery_enabled and days < before
        loss = _loss(shorter, f"restore points older than {days} days are lost")
        yield _step(case, change, call, f"{days} days" if days else "", **loss)


def _parse_tags(answer: Answer) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags", []) if not tag["Key"].startswith("aws:")}


def _tag_steps(case: ChangeSet, changes: tuple[Change, ...]) -> Iterator[Step]:
    """New tags first, so that nothing is lost for a while; where they would be too many, the old ones make room."""
    given = [change for change in changes if change.wanted is not None]
    gone = [change for change in changes if change.wanted is None]
    crowded = len({*(case.live.spec.tags or {}), *(change.path.key for change in given)}) > TAGS
    for make, some in ((_untag, gone), (_tag, given)) if crowded else ((_tag, given), (_untag, gone)):
        if some:
            yield make(case, some)


def _tag(case: ChangeSet, given: list[Change]) -> Step:
    tags = [{"Key": str(change.path.key), "Value": change.wanted} for change in given]
    return Step(
        table=case.name,
        mark="~",
        title=f"set tags ({', '.join(tag['Key'] for tag in tags)})",
        path=PropertyPath("tags"),
        call=Call("TagResource", {"ResourceArn": case.live.arn, "Tags": tags}),
        makes=tuple(change.path for change in given),
    )


def _untag(case: ChangeSet, gone: list[Change]) -> Step:
    keys = [str(change.path.key) for change in gone]
    return Step(
        table=case.name,
        mark="-",
        title=f"remove tags ({', '.join(keys)})",
        path=PropertyPath("tags"),
        call=Call("UntagResource", {"ResourceArn": case.live.arn, "TagKeys": keys}),
        makes=tuple(change.path for change in gone),
        kind="destructive",
        reason="what counts costs or grants access by them no longer finds the table",
    )


def _policy_steps(case: ChangeSet, changes: tuple[Change, ...]) -> Iterator[Step]:
    """Refused by DynamoDB where it is not the policy that was read that would be replaced."""
    (change,) = changes
    parameters = {
        "ResourceArn": case.live.arn,
        "Policy": json.dumps(change.wanted),
        "ExpectedRevisionId": case.live.policy_revision,
    }
    loss = _loss(may_revoke_access(change.live, change.wanted), "who has access now may lose it")
    yield _step(case, change, Call("PutResourcePolicy", parameters), **loss)


def _parse_insights(answer: Answer) -> ContributorInsights:
    return ContributorInsights(
        enabled=answer.get("ContributorInsightsStatus") in ("ENABLED", "ENABLING"),
        mode=answer.get("ContributorInsightsMode"),
    )


def insights_step(case: ChangeSet, change: Change, **more: Any) -> Step:
    """Sets contributor insights, of the table or of an index of it."""
    wanted: ContributorInsights = change.wanted
    parameters: dict[str, Any] = {"TableName": case.name}
    if change.index is not None:
        parameters["IndexName"] = change.index
    parameters["ContributorInsightsAction"] = "ENABLE" if wanted.enabled else "DISABLE"
    if wanted.enabled and wanted.mode is not None:
        parameters["ContributorInsightsMode"] = wanted.mode
    call = Call("UpdateContributorInsights", parameters)
    if wanted.enabled:
        return _step(case, change, call, wanted.mode or "", **more)
    return _off(case, change, call, "CloudWatch no longer counts its keys")


def _insights_steps(case: ChangeSet, changes: tuple[Change, ...]) -> Iterator[Step]:
    for change in changes:
        yield insights_step(case, change)


def _parse_kinesis(answer: Answer) -> KinesisStream | None:
    for destination in answer.get("KinesisDataStreamDestinations", []):
        if destination.get("DestinationStatus") in ("ACTIVE", "ENABLING", "UPDATING"):
            return from_api(KinesisStream, destination)
    return None


def _kinesis_steps(case: ChangeSet, changes: tuple[Change, ...]) -> Iterator[Step]:
    (change,) = changes
    live, wanted = change.live, change.wanted

    def call(verb: str, stream: KinesisStream, member: str) -> Call:
        parameters: dict[str, Any] = {"TableName": case.name, "StreamArn": stream.stream_arn}
        if member and stream.approximate_creation_date_time_precision is not None:
            precision = {"ApproximateCreationDateTimePrecision": stream.approximate_creation_date_time_precision}
            parameters[member] = precision
        return Call(f"{verb}KinesisStreamingDestination", parameters)

    if live is not None and live.stream_arn == wanted.stream_arn:
        yield _step(case, change, call("Update", wanted, "UpdateKinesisStreamingConfiguration"))
        return
    if live is not None:
        lost = f"changes no longer go to {live.stream_arn}"
        yield _off(case, change, call("Disable", live, ""), lost, makes=())
    yield _step(case, change, call("Enable", wanted, "EnableKinesisStreamingConfiguration"), wanted.stream_arn)


TABLE_SETTINGS = (
    TableSetting("tags", _by_arn("ListTagsOfResource"), _parse_tags, _tag_steps, in_create=True),
    TableSetting(
        "resource_policy",
        _by_arn("GetResourcePolicy"),
        lambda answer: json.loads(answer["Policy"]),
        _policy_steps,
        absent=frozenset({"PolicyNotFoundException"}),
        in_create=True,
    ),
    TableSetting(
        "time_to_live_specification",
        _by_name("DescribeTimeToLive"),
        _parse_ttl,
        _ttl_steps,
        off=TimeToLive(enabled=False),
    ),
    TableSetting(
        "point_in_time_recovery_specification",
        _by_name("DescribeContinuousBackups"),
        _parse_pitr,
        _pitr_steps,
        off=PointInTimeRecovery(point_in_time_recovery_enabled=False),
    ),
    TableSetting(
        "contributor_insights_specification",
        _by_name("DescribeContributorInsights"),
        _parse_insights,
        _insights_steps,
        off=ContributorInsights(enabled=False),
    ),
    TableSetting(
        "kinesis_stream_specification",
        _by_name("DescribeKinesisStreamingDestination"),
        _parse_kinesis,
        _kinesis_steps,
    ),
)
