"""Convert a `TableSpec` to and from the shapes of DynamoDB's API: names in PascalCase, `None` for absent members."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

from .table_spec import Encryption, GlobalSecondaryIndex, TableSpec, VectorIndex
from .type_hints import ListOf, Record, Shape, fields_of

T = TypeVar("T")

_DEFAULT_KEY = "alias/aws/dynamodb"
_ACRONYMS = {"sse": "SSE", "kms": "KMS"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an AWS API: the operation in AWS's spelling, such as `CreateTable`, and its parameters."""

    operation: str
    parameters: Mapping[str, Any]


@cache
def api_name(field_name: str) -> str:
    """Return the API's name of a field: `sse_type` -> `SSEType`."""
    return "".join(_ACRONYMS.get(word, word.capitalize()) for word in field_name.split("_"))


def to_api(value: Any) -> Any:
    """Return the API's shape of a part of a spec, without fields that are `None`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {api_name(f.name): to_api(part) for f in fields(value) if (part := getattr(value, f.name)) is not None}
    if isinstance(value, tuple):
        return [to_api(part) for part in value]
    return value


def from_api(kind: type[T], shape: Mapping[str, Any]) -> T:
    """Return a part of a spec from the API's shape; members without a field are dropped."""
    known = ((field, api_name(field.name)) for field in fields_of(cast("type", kind)))
    return kind(**{field.name: _value(field.shape, shape[name]) for field, name in known if name in shape})


def _value(shape: Shape, raw: Any) -> Any:
    match shape:
        case Record(kind):
            return from_api(kind, raw)
        case ListOf(item):
            return tuple(_value(item, part) for part in raw)
        case _:
            return raw


def create_table_call(spec: TableSpec) -> Call:
    """Return the CreateTable call for a spec, without the settings that need other calls."""
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
        if (value := getattr(spec, name)) not in (None, ()):  # CreateTable rejects an empty list
            parameters[api_name(name)] = to_api(value)
    if spec.global_secondary_indexes:
        parameters["GlobalSecondaryIndexes"] = [index_to_api(index) for index in spec.global_secondary_indexes]
    if spec.sse_specification is not None:
        parameters["SSESpecification"] = encryption_to_api(spec.sse_specification)
    # CreateTable rejects a disabled stream without a view type; a new table has no stream anyway
    if spec.stream_specification is not None and spec.stream_specification.stream_enabled:
        parameters["StreamSpecification"] = to_api(spec.stream_specification)
    if spec.tags:
        parameters["Tags"] = [{"Key": key, "Value": value} for key, value in spec.tags.items()]
    if spec.resource_policy is not None:
        parameters["ResourcePolicy"] = json.dumps(spec.resource_policy)
    return Call("CreateTable", parameters)


def encryption_to_api(encryption: Encryption) -> dict[str, Any]:
    """Return the API's shape of encryption, without the default key, which the API expects to be omitted.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html
    """
    shape: dict[str, Any] = to_api(encryption)
    if shape.get("KMSMasterKeyId") == _DEFAULT_KEY:
        del shape["KMSMasterKeyId"]
    return shape


def index_to_api(index: GlobalSecondaryIndex | VectorIndex) -> dict[str, Any]:
    """Return the API's shape of a new index, without contributor insights, which need another call."""
    shape: dict[str, Any] = to_api(index)
    shape.pop("ContributorInsightsSpecification", None)
    return shape
