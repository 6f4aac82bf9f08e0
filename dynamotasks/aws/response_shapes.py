"""Check that a response is one that DynamoDB gives, against botocore's own model of its operations. PURE.

Another server may listen at an endpoint, a proxy's login page, a broken engine. botocore's parser takes a page of HTML
for an empty document and fails on other pages with errors of Python's, so the raw response is checked before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

# What is read without asking whether it is there, beside what botocore's model itself requires, by the model's shapes.
_REQUIRED = {
    "ListTablesOutput": ("TableNames",),
    "DescribeTableOutput": ("Table",),
    "CreateTableOutput": ("TableDescription",),
    "UpdateTableOutput": ("TableDescription",),
    "DeleteTableOutput": ("TableDescription",),
    "TableDescription": ("TableName", "TableStatus"),
    "GlobalSecondaryIndexDescription": ("IndexName", "KeySchema"),
    "LocalSecondaryIndexDescription": ("IndexName", "KeySchema"),
    "VectorIndexDescription": ("IndexName",),
    "ProvisionedThroughputDescription": ("ReadCapacityUnits", "WriteCapacityUnits"),
    "DescribeTimeToLiveOutput": ("TimeToLiveDescription",),
    "TimeToLiveDescription": ("TimeToLiveStatus",),
    "DescribeContinuousBackupsOutput": ("ContinuousBackupsDescription",),
    "DescribeContributorInsightsOutput": ("ContributorInsightsStatus",),
    "GetResourcePolicyOutput": ("Policy",),
    "KinesisDataStreamDestination": ("StreamArn",),
    "DescribeKeyResponse": ("KeyMetadata",),
    "KeyMetadata": ("Arn",),
}
# AWS tells no more than name and status of a table that is being deleted
_OF_TABLES = ("KeySchema", "AttributeDefinitions", "TableArn")
_PROJECTED = {
    "GlobalSecondaryIndexDescription": ("Projection",),
    "LocalSecondaryIndexDescription": ("Projection",),
    "VectorIndexDescription": ("VectorAttribute", "Dimensions", "DistanceFunction", "Projection"),
}
_LATEST = 253402300800.0  # seconds from 1970 to the year 10000, where Python's dates end
_MOST_SHOWN = 60
_WORD = re.compile(r"[\w.:/ -]+")  # values of an enumeration, also those that botocore does not know yet


def find_mismatch(status: int, body: bytes, shape: Any) -> str:
    """Return how a response differs from what DynamoDB answers; empty where it does not.

    Args:
        status: of HTTP.
        body: as it came.
        shape: botocore's model of the operation's output; `None` for an operation that answers nothing.
    """
    try:
        document = json.loads(body.decode("utf-8")) if body else None
    except (ValueError, RecursionError):
        return f"HTTP {status} with {_excerpt(body)}, which is not JSON"
    if status >= 300:
        return _unlike_an_error(status, document)
    if document is None:
        return "" if shape is None and not body else f"HTTP {status} without a document"
    if not isinstance(document, dict):
        return f"HTTP {status} with {_excerpt(body)}, which is not a document"
    return next(_mistakes(shape, document, "") if shape is not None else iter(()), "")


def _unlike_an_error(status: int, document: Any) -> str:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html#Programming.LowLevelAPI.ErrorResponse"""
    if not isinstance(document, dict) or not isinstance(document.get("__type"), str):
        return f"HTTP {status} without an error code"
    if not all(isinstance(document.get(member, ""), (str, type(None))) for member in ("message", "Message")):
        return f"HTTP {status} with a message that is not text"
    return ""


def _excerpt(body: bytes) -> str:
    text = body[:_MOST_SHOWN].decode("utf-8", "replace")
    return repr(text + "..." * (len(body) > _MOST_SHOWN))


def _mistakes(shape: Any, value: Any, place: str) -> Iterator[str]:
    """A value that is null counts as absent, as botocore has it."""
    check = _CHECKS.get(shape.name) or _CHECKS.get(shape.type_name)
    if check is None:
        return
    if not check(value):
        yield f"{place or 'the answer'} is {_excerpt(json.dumps(value).encode())}, not a valid {shape.type_name}"
    elif getattr(shape, "enum", ()) and not _WORD.fullmatch(value):
        yield f"{place} is {_excerpt(value.encode())}"
    elif shape.type_name == "structure":
        yield from _missing(shape, value, place)
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _mistakes(member, value[name], f"{place}.{name}" if place else name)
    elif shape.type_name == "list":
        for number, part in enumerate(value):
            yield from _mistakes(shape.member, part, f"{place}[{number}]")
    elif shape.type_name == "map":
        for name, part in value.items():
            yield from _mistakes(shape.value, part, f"{place}.{name}")


def _missing(shape: Any, value: dict[str, Any], place: str) -> Iterator[str]:
    required = (*shape.required_members, *_REQUIRED.get(shape.name, ()))
    if shape.name == "TableDescription" and value.get("TableStatus") != "DELETING":
        required += _OF_TABLES
    if shape.name in _PROJECTED and value.get("IndexStatus") != "DELETING":
        required += _PROJECTED[shape.name]
    if shape.name == "TimeToLiveDescription" and value.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        required += ("AttributeName",)
    for name in required:
        if value.get(name) is None:
            yield f"{place or 'the answer'} has no {name}"


def _is_text(value: Any) -> bool:
    """Half of a surrogate pair is no text: it cannot be printed or sent."""
    return isinstance(value, str) and value.encode("utf-8", "replace").decode() == value


def _is_policy(value: Any) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except (TypeError, ValueError, RecursionError):
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "structure": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "map": lambda value: isinstance(value, dict),
    "string": _is_text,
    "ResourcePolicy": _is_policy,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "long": lambda value: _is_number(value) and value == value // 1,
    "double": _is_number,
    "float": _is_number,
    "timestamp": lambda value: _is_number(value) and 0 <= value < _LATEST,
}
