"""`TableSpec` to and from the shapes of DynamoDB's API: names in PascalCase, absent for `None`.

PURE: data in, data out.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from .table_spec import Encryption, GlobalSecondaryIndex, TableSpec, VectorIndex

T = TypeVar("T")

MANAGED_KEY = "alias/aws/dynamodb"
_ACRONYMS = {"sse": "SSE", "kms": "KMS"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of DynamoDB's API: the operation's name as AWS writes it, and its parameters."""

    operation: str
    parameters: Mapping[str, Any]


@cache
def api_name(field_name: str) -> str:
    """The API's name of a field: `sse_type` -> `SSEType`."""
    return "".join(_ACRONYMS.get(word, word.capitalize()) for word in field_name.split("_"))


def to_api(value: Any) -> Any:
    """The API's shape of a part of a spec; fields that are `None` are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {api_name(f.name): to_api(part) for f in fields(value) if (part := getattr(value, f.name)) is not None}
    if isinstance(value, tuple):
        return [to_api(part) for part in value]
    return value


@cache
def _plain_hints(kind: Hashable) -> dict[str, Any]:
    return {name: _without_none(type_hint) for name, type_hint in get_type_hints(kind).items()}


def _without_none(type_hint: Any) -> Any:
    options = [option for option in get_args(type_hint) if option is not NoneType]
    return options[0] if NoneType in get_args(type_hint) and len(options) == 1 else type_hint


def from_api(kind: type[T], shape: Mapping[str, Any]) -> T:
    """A part of a spec from the API's shape; members that the vocabulary does not know are dropped."""
    type_hints = _plain_hints(cast("Hashable", kind))
    return kind(
        **{
            name: _value(type_hint, shape[api_name(name)])
            for name, type_hint in type_hints.items()
            if api_name(name) in shape
        }
    )


def _value(type_hint: Any, raw: Any) -> Any:
    if is_dataclass(type_hint) and isinstance(type_hint, type):
        return from_api(type_hint, raw)
    if get_origin(type_hint) is tuple:
        return tuple(_value(get_args(type_hint)[0], part) for part in raw)
    return raw


def create_table_call(spec: TableSpec) -> Call:
    """The CreateTable call for a spec; what CreateTable cannot carry has rows in `companions`."""
    parameters: dict[str, Any] = {
        "TableName": spec.name,
        "AttributeDefinitions": [{"AttributeName": a.name, "AttributeType": a.type} for a in spec.defined_attributes()],
        "KeySchema": to_api(spec.key_schema),
        "BillingMode": spec.effective_billing_mode(),
    }
    for name in (
        "provisioned_throughput",
        "on_demand_throughput",
        "warm_throughput",
        "local_secondary_indexes",
        "vector_indexes",
        "table_class",
        "deletion_protection_enabled",
    ):
        if (value := getattr(spec, name)) not in (None, ()):  # CreateTable refuses an empty list
            parameters[api_name(name)] = to_api(value)
    if spec.global_secondary_indexes:
        parameters["GlobalSecondaryIndexes"] = [index_to_api(index) for index in spec.global_secondary_indexes]
    if spec.sse_specification is not None:
        parameters["SSESpecification"] = encryption_to_api(spec.sse_specification)
    # CreateTable refuses a StreamSpecification that is off and carries no view type: a new table has no stream anyway.
    if spec.stream_specification is not None and spec.stream_specification.stream_enabled:
        parameters["StreamSpecification"] = to_api(spec.stream_specification)
    if spec.tags:
        parameters["Tags"] = [{"Key": key, "Value": value} for key, value in spec.tags.items()]
    if spec.resource_policy is not None:
        parameters["ResourcePolicy"] = json.dumps(spec.resource_policy)
    return Call("CreateTable", parameters)


def encryption_to_api(wanted: Encryption) -> dict[str, Any]:
    """The API's shape of an encryption; the key that AWS manages is not to be named.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html
    """
    shape: dict[str, Any] = to_api(wanted)
    if shape.get("KMSMasterKeyId") == MANAGED_KEY:
        del shape["KMSMasterKeyId"]
    return shape


def index_to_api(index: GlobalSecondaryIndex | VectorIndex) -> dict[str, Any]:
    """The API's shape of a new index; contributor insights have a call of their own."""
    shape: dict[str, Any] = to_api(index)
    shape.pop("ContributorInsightsSpecification", None)
    return shape
