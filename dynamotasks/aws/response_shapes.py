"""Check a response against botocore's model of the operation.

Another server, a proxy's sign-in page or a broken engine may respond at an endpoint. botocore parses some HTML pages as
an empty document and raises built-in exceptions for others, so this check comes first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

# members, by shape, that this package relies on and botocore's model does not require
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
# AWS returns only the name and status of a table that is being deleted
_REQUIRED_UNLESS_DELETING = {
    "TableDescription": ("KeySchema", "AttributeDefinitions", "TableArn"),
    "GlobalSecondaryIndexDescription": ("Projection",),
    "LocalSecondaryIndexDescription": ("Projection",),
    "VectorIndexDescription": ("VectorAttribute", "Dimensions", "DistanceFunction", "Projection"),
}
_YEAR_10000 = 253402300800.0  # in seconds since 1970; Python's dates end there
_EXCERPT_BYTES = 60
_ENUM_VALUE = re.compile(r"[\w.:/ -]+")  # botocore's model may lack newer values
_FIRST_ERROR_STATUS = 300


def find_mismatch(status: int, body: bytes, shape: Any) -> str | None:
    """Return how a response differs from DynamoDB's, or `None`.

    Args:
        status: the HTTP status.
        body: the body as received.
        shape: botocore's model of the operation's output; `None` for an operation without output.
    """
    try:
        document = json.loads(body.decode("utf-8")) if body else None
    except (ValueError, RecursionError):
        return f"HTTP {status} with {_excerpt(body)}, which is not JSON"
    if status >= _FIRST_ERROR_STATUS:
        return _error_mismatch(status, document)
    if document is None:
        return None if shape is None and not body else f"HTTP {status} without a JSON object"
    if not isinstance(document, dict):
        return f"HTTP {status} with {_excerpt(body)}, which is not a JSON object"
    return None if shape is None else next(_mismatches(shape, document, ""), None)


def _error_mismatch(status: int, document: Any) -> str | None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html#Programming.LowLevelAPI.ErrorResponse"""
    if not isinstance(document, dict) or not isinstance(document.get("__type"), str):
        return f"HTTP {status} without an error code"
    if not all(isinstance(document.get(member, ""), (str, type(None))) for member in ("message", "Message")):
        return f"HTTP {status} with a message that is not text"
    return None


def _excerpt(body: bytes) -> str:
    text = body[:_EXCERPT_BYTES].decode("utf-8", "replace")
    return repr(text + "..." * (len(body) > _EXCERPT_BYTES))


def _mismatches(shape: Any, value: Any, place: str) -> Iterator[str]:
    """Yield the mismatches of a value; like botocore, treat null as absent."""
    check = _CHECKS.get(shape.name) or _CHECKS.get(shape.type_name)
    if check is None:
        return
    if not check(value):
        yield f"{place or 'a response'} {_excerpt(json.dumps(value).encode())}, which is not a valid {shape.type_name}"
    elif getattr(shape, "enum", ()) and not _ENUM_VALUE.fullmatch(value):
        yield f"{place} {_excerpt(value.encode())}, which is not a valid value"
    else:
        yield from _mismatches_within(shape, value, place)


def _mismatches_within(shape: Any, value: Any, place: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _missing(shape, value, place)
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _mismatches(member, value[name], f"{place}.{name}" if place else name)
    elif shape.type_name == "list":
        for number, part in enumerate(value):
            yield from _mismatches(shape.member, part, f"{place}[{number}]")
    elif shape.type_name == "map":
        for name, part in value.items():
            yield from _mismatches(shape.value, part, f"{place}.{name}")


def _missing(shape: Any, value: dict[str, Any], place: str) -> Iterator[str]:
    required = (*shape.required_members, *_REQUIRED.get(shape.name, ()))
    if "DELETING" not in (value.get("TableStatus"), value.get("IndexStatus")):
        required += _REQUIRED_UNLESS_DELETING.get(shape.name, ())
    if shape.name == "TimeToLiveDescription" and value.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        required += ("AttributeName",)
    for name in required:
        if value.get(name) is None:
            yield f"{place or 'a response'} without {name}"


def _is_text(value: Any) -> bool:
    """Reject half a surrogate pair, which cannot be printed or sent."""
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
    "timestamp": lambda value: _is_number(value) and 0 <= value < _YEAR_10000,
}
