"""Stream records as AWS Lambda passes them to a function.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html. What engines leave out or write in another way is
computed by DynamoDB's rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

from ..data.item_size import item_size
from .boto3_items import to_json

Event: TypeAlias = dict[str, Any]
Record: TypeAlias = Mapping[str, Any]

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
TTL_IDENTITY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
_IMAGES = {
    "NEW_AND_OLD_IMAGES": ("NewImage", "OldImage"),
    "NEW_IMAGE": ("NewImage",),
    "OLD_IMAGE": ("OldImage",),
    "KEYS_ONLY": (),
}
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
_SEQUENCE_DIGITS = 21


def lambda_record(record: Record, arn: str, region: str) -> Event:
    """Return a stream record in the form in which Lambda passes it: JSON with binary values in base64.

    Args:
        record: as boto3 returns it from GetRecords.
        arn: of the stream.
        region: of the table; engines have names of their own.
    """
    change = record["dynamodb"]
    keys = to_json(change["Keys"])
    images = {name: to_json(change[name]) for name in _IMAGES[change["StreamViewType"]] if name in change}
    return {
        "eventID": hashlib.sha256(f"{arn} {change['SequenceNumber']}".encode()).hexdigest()[:32],
        "eventName": record["eventName"],
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region,
        "dynamodb": {
            "ApproximateCreationDateTime": int(change["ApproximateCreationDateTime"].timestamp()),
            "Keys": keys,
            **images,
            "SequenceNumber": change["SequenceNumber"].zfill(_SEQUENCE_DIGITS),
            "SizeBytes": item_size(keys) + sum(map(item_size, images.values())),
            "StreamViewType": change["StreamViewType"],
        },
        "eventSourceARN": arn,
    }


def add_record(events: list[Event], record: Record, arn: str, region: str) -> None:
    """Add a stream record to events, unless DynamoDB would not have written it.

    Measured: moto and dynoxide also write a record for a write that changes nothing, and moto writes an INSERT of the
    key before that of the item that UpdateItem creates.

    Args:
        events: of one shard.
        record: as boto3 returns it from GetRecords.
        arn: of the stream.
        region: of the table; engines have names of their own.
    """
    change = record["dynamodb"]
    old, new = change.get("OldImage"), change.get("NewImage")
    if record["eventName"] == "MODIFY" and old == new and old is not None:
        return
    event = lambda_record(record, arn, region)
    if events and event["eventName"] == "INSERT" and _subject(events[-1]) == _subject(event):
        events.pop()
    events.append(event)


def _subject(event: Event) -> tuple[str, Any]:
    return event["eventName"], event["dynamodb"]["Keys"]
