"""Error responses of the service.

The messages are those of AWS. In this package "reported" means reported of the live service by others (October 2026),
"documented" means https://docs.aws.amazon.com/amazondynamodb/latest/, and "measured" on DynamoDB Local 3.3.1.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Parameters: TypeAlias = dict[str, Any]
Shape: TypeAlias = dict[str, Any]

_TYPE = "com.amazonaws.dynamodb.v20120810#"


def error(status: int, code: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"__type": _TYPE + code, "message": message}


class Refusal(Exception):
    """An operation that is rejected; no part of it is applied."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.answer = error(status, code, message)


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def bad_value(message: str) -> Refusal:
    return invalid(f"One or more parameter values were invalid: {message}")


def in_use(message: str) -> Refusal:
    return Refusal("ResourceInUseException", f"Attempt to change a resource which is still in use: {message}")


def limit_exceeded(message: str) -> Refusal:
    return Refusal("LimitExceededException", f"Subscriber limit exceeded: {message}")


def not_found(what: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"Requested resource not found: {what} not found")
