"""Calls for tests of the simulator, and a simulation on a virtual clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from dynamotasks.errors import CallError
from dynamotasks.schema.serialization import Call

from .direct import DirectDatabase
from .model import ControlPlane

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/users"
KINESIS = "arn:aws:kinesis:us-east-1:123456789012:stream/changes"
KEY = "arn:aws:kms:us-east-1:123456789012:key/mine"
HOUR, DAY = 3600.0, 24 * 3600.0

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
MORE_UNITS = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 5}
WARM = {"ReadUnitsPerSecond": 15000}
ALL = {"ProjectionType": "ALL"}
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
NO_STREAM = {"StreamEnabled": False}
KMS = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}


def define(*names: str, **types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": types.get(name, "S")} for name in names]


def schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": n, "KeyType": kind} for n, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def index(name: str, *key: str, **members: Any) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": schema(*(key or ("x",))), "Projection": ALL, **members}


def vector(name: str, *search: str) -> dict[str, Any]:
    elements = [{"AttributeName": each, "SearchSchemaElementType": "INLINE_FILTER"} for each in search]
    return {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "embedding"},
        "Projection": ALL,
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
        **({"SearchSchema": elements} if elements else {}),
    }


def create(**members: Any) -> Call:
    shape = {"TableName": "users", "BillingMode": "PAY_PER_REQUEST", "KeySchema": schema("id"), **members}
    return Call("CreateTable", {"AttributeDefinitions": define("id"), **shape})


def provisioned(**members: Any) -> Call:
    return create(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, **members)


def on(operation: str, **members: Any) -> Call:
    return Call(operation, {"TableName": "users", **members})


def at_arn(operation: str, **members: Any) -> Call:
    return Call(operation, {"ResourceArn": ARN, **members})


def update(**members: Any) -> Call:
    return on("UpdateTable", **members)


def warmer(**members: Any) -> dict[str, Any]:
    return {"Update": {"IndexName": "by_x", "WarmThroughput": WARM, **members}}


def add(shape: dict[str, Any], *names: str, member: str = "GlobalSecondaryIndexUpdates", **types: str) -> Call:
    definitions = {"AttributeDefinitions": define(*names, **types)} if names else {}
    return update(**{member: [{"Create": shape}]}, **definitions)


def drop(name: str, member: str = "GlobalSecondaryIndexUpdates") -> Call:
    return update(**{member: [{"Delete": {"IndexName": name}}]})


def ttl(attribute: str = "expires", enabled: bool = True) -> Call:
    return on("UpdateTimeToLive", TimeToLiveSpecification={"AttributeName": attribute, "Enabled": enabled})


def pitr(enabled: bool = True, **days: int) -> Call:
    specification = {"PointInTimeRecoveryEnabled": enabled, **days}
    return on("UpdateContinuousBackups", PointInTimeRecoverySpecification=specification)


def tag(*names: str) -> Call:
    return at_arn("TagResource", Tags=[{"Key": name, "Value": "x"} for name in names])


def policy(document: str = '{"Statement": [{}]}', **members: Any) -> Call:
    return at_arn("PutResourcePolicy", Policy=document, **members)


def insights(action: str = "ENABLE", **members: Any) -> Call:
    return on("UpdateContributorInsights", ContributorInsightsAction=action, **members)


def to_kinesis(action: str, arn: str = KINESIS, **members: Any) -> Call:
    return on(f"{action}KinesisStreamingDestination", StreamArn=arn, **members)


TABLE = create()
INDEXED = create(AttributeDefinitions=define("id", "x"), GlobalSecondaryIndexes=[index("by_x")])
PROVISIONED_INDEXED = provisioned(
    AttributeDefinitions=define("id", "x"), GlobalSecondaryIndexes=[index("by_x", ProvisionedThroughput=UNITS)]
)
DELETE = on("DeleteTable")
ADD = add(index("by_x"), "id", "x")
ADD_VECTOR = add(vector("near"), member="VectorIndexUpdates")
ON_DEMAND = update(BillingMode="PAY_PER_REQUEST")
TO_PROVISIONED = update(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
PROTECT = update(DeletionProtectionEnabled=True)
INFREQUENT = update(TableClass="STANDARD_INFREQUENT_ACCESS")
START_STREAM, STOP_STREAM = update(StreamSpecification=STREAM), update(StreamSpecification=NO_STREAM)
ROUND_TRIP: list[Call | float] = [ON_DEMAND, 5, TO_PROVISIONED, 5]
RECLASSED: list[Call | float] = [INFREQUENT, 5]
ENCRYPT, DECRYPT = update(SSESpecification=KMS), update(SSESpecification={"Enabled": False})
RE_ENCRYPTED: list[Call | float] = [ENCRYPT, 5, DECRYPT, 5]

V, IN_USE, LIMIT, GONE = (
    "ValidationException",
    "ResourceInUseException",
    "LimitExceededException",
    "ResourceNotFoundException",
)

# earlier calls and seconds between them, the call, its error code (None if it is allowed), a part of the message
Rule: TypeAlias = tuple[list[Call | float], Call, str | None, str]


class Clock:
    """A clock that a test advances."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Simulation:
    """A control plane on a virtual clock: a creation takes 10 s, an update 5 s, a backfill 100 s."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.plane = ControlPlane(
            clock=self.clock, creating=10, updating=5, indexing=100, deleting=3, ttl_change=60, pitr_delay=4
        )
        self.database = DirectDatabase(self.plane)

    def run(self, *steps: Call | float) -> dict[str, Any]:
        """Send calls, let the given seconds pass between them, and return the last response."""
        answer: dict[str, Any] = {}
        for step in steps:
            if isinstance(step, Call):
                answer = self.database.call(step)
            else:
                self.clock.now += step
        return answer

    def table(self, name: str = "users") -> dict[str, Any]:
        table: dict[str, Any] = self.run(Call("DescribeTable", {"TableName": name}))["Table"]
        return table

    def statuses(self) -> tuple[str, ...]:
        table = self.table()
        indexes = [*table.get("GlobalSecondaryIndexes", ()), *table.get("VectorIndexes", ())]
        return table["TableStatus"], *(each["IndexStatus"] for each in indexes)

    def keeps(self, before: list[Call | float], call: Call, code: str | None, words: str) -> None:
        """Check that the call is refused without any effect, or allowed."""
        self.run(*before)
        tables = dict(self.plane.tables)
        if code is None:
            self.run(call)
            return
        with pytest.raises(CallError) as refused:
            self.run(call)
        assert (refused.value.code, words in str(refused.value)) == (code, True), refused.value
        assert self.plane.tables == tables, "a refused call had an effect"
