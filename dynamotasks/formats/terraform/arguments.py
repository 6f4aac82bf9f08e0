"""Convert the arguments of Terraform's DynamoDB resources to the properties of a table.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_global_secondary_index
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from ..value import Unresolved, Value

# what does not describe the table, or is only computed
_IGNORED = frozenset(
    {
        "arn",
        "connection",
        "count",
        "depends_on",
        "for_each",
        "id",
        "provider",
        "provisioner",
        "stream_arn",
        "stream_label",
        "table_name",
        "tags_all",
        "timeouts",
    }
)
# properties by argument
_UNITS = {"read_capacity": "ReadCapacityUnits", "write_capacity": "WriteCapacityUnits"}
_UNIT_BLOCK = {"read_capacity_units": "ReadCapacityUnits", "write_capacity_units": "WriteCapacityUnits"}
_WARM = {"read_units_per_second": "ReadUnitsPerSecond", "write_units_per_second": "WriteUnitsPerSecond"}
_ON_DEMAND = {"max_read_request_units": "MaxReadRequestUnits", "max_write_request_units": "MaxWriteRequestUnits"}
_PROJECTION = {"projection_type": "ProjectionType", "non_key_attributes": "NonKeyAttributes"}
_STREAM = {"stream_enabled": "StreamEnabled", "stream_view_type": "StreamViewType"}
_ATTRIBUTE = {"name": "AttributeName", "type": "AttributeType"}
_ATTRIBUTE_OF_KEY = {"attribute_name": "AttributeName", "attribute_type": "AttributeType"}
_KEY = {"attribute_name": "AttributeName", "key_type": "KeyType"}
_TTL = {"attribute_name": "AttributeName", "enabled": "Enabled"}
_RECOVERY = {"enabled": "PointInTimeRecoveryEnabled", "recovery_period_in_days": "RecoveryPeriodInDays"}
_ENCRYPTION = {"enabled": "SSEEnabled", "kms_master_key_id": "KMSMasterKeyId", "kms_key_arn": "KMSMasterKeyId"}
_KEY_TYPES = {"hash_key": "HASH", "range_key": "RANGE"}
# properties of arguments that are not in a block
_GROUPS = {"ProvisionedThroughput": _UNITS, "Projection": _PROJECTION, "StreamSpecification": _STREAM}
_APART = _IGNORED.union(*_GROUPS.values(), _KEY_TYPES, ["tags"])


class _Property(NamedTuple):
    """The property of an argument.

    Attributes:
        convert: returns its value.
    """

    name: str
    convert: Callable[[Value], Value] = lambda value: value


def table_properties(arguments: Value) -> Value:
    """Return the properties of an `aws_dynamodb_table`; arguments that no property takes keep their names."""
    if arguments.text_at("billing_mode") == "PAY_PER_REQUEST":
        arguments = _without_capacity(arguments)
    local_index = _each(partial(_local_index, arguments.get("hash_key")))
    local_indexes = {"local_secondary_index": _Property("LocalSecondaryIndexes", local_index)}
    found = _properties(arguments, _TABLE | local_indexes)
    for name in ("tags", "tags_all"):  # the second includes the default tags of the provider
        if tags := given(arguments, name):
            found["Tags"] = _tags(tags)
    if not (enabled := given(arguments, "stream_enabled")):
        found.pop("StreamSpecification", None)
    elif enabled.data is False:
        found["StreamSpecification"] = enabled.with_data({"StreamEnabled": enabled})
    if "ProvisionedThroughput" in found:
        found.setdefault("BillingMode", arguments.with_data("PROVISIONED"))
    return Value(found, arguments.place)


def index_properties(arguments: Value) -> tuple[Value, list[Value]]:
    """Return the properties of an `aws_dynamodb_global_secondary_index`, and the definitions of its key attributes."""
    attributes = [key.with_data(selected(key, _ATTRIBUTE_OF_KEY)) for key in blocks(arguments.get("key_schema"))]
    return Value(_properties(arguments, _INDEX_RESOURCE), arguments.place), attributes


def blocks(value: Value | None) -> list[Value]:
    """Return the blocks of one type: a list, or a single one."""
    if value is None:
        return []
    return [value] if isinstance(value.data, dict) else [*value.items()]


def is_set(value: Value) -> bool:
    """Return whether an argument has a value: plans and states contain zero, "" and [] for those that have none."""
    return isinstance(value.data, bool) or value.data not in (None, "", 0, [], {})


def given(arguments: Value, name: str) -> Value | None:
    """Return an argument that has a value."""
    value = arguments.get(name)
    return value if value is not None and is_set(value) else None


def selected(arguments: Value, names: Mapping[str, str]) -> dict[str, Value]:
    """Return the arguments that have a value and a property, by the name of the property."""
    return {name: value for written, name in names.items() if (value := given(arguments, written))}


def _properties(arguments: Value, properties: Mapping[str, _Property]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if keys := [_key(value, kind) for name, kind in _KEY_TYPES.items() if (value := given(arguments, name))]:
        found["KeySchema"] = keys[0].with_data([*keys])
    for name, names in _GROUPS.items():
        if parts := selected(arguments, names):
            found[name] = next(iter(parts.values())).with_data({**parts})
    for name, value in arguments.entries():
        if name in _APART or not is_set(value):
            continue
        to, convert = properties.get(name, _Property(name))
        if is_set(converted := value if isinstance(value.data, Unresolved) else convert(value)):
            found[to] = converted
    return found


def _key(attribute: Value, kind: str) -> Value:
    return attribute.with_data({"AttributeName": attribute, "KeyType": attribute.with_data(kind)})


def _without_capacity(arguments: Value) -> Value:
    """Return the arguments of a table or index without the capacity that an on-demand table ignores."""
    entries = {name: part for name, part in arguments.entries() if name not in _UNITS}
    if (indexes := entries.get("global_secondary_index")) and not isinstance(indexes.data, Unresolved):
        entries["global_secondary_index"] = _each(_without_capacity)(indexes)
    return arguments.with_data(entries)


def _once(names: Mapping[str, str]) -> Callable[[Value], Value]:
    """Return a function that converts a block that can occur once."""
    return lambda value: _renamed(names, next(iter(blocks(value)), value))


def _each(convert: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """Return a function that converts blocks that can repeat."""
    return lambda value: value.with_data(
        [convert(part) if isinstance(part.data, dict) else part for part in blocks(value)]
    )


def _index(block: Value) -> Value:
    return block.with_data(_properties(block, _INDEX))


def _local_index(hash_key: Value | None, block: Value) -> Value:
    """Return a local index, which has the hash key of its table."""
    return _index(block.with_data({**({"hash_key": hash_key} if hash_key else {}), **dict(block.entries())}))


def _renamed(names: Mapping[str, str], block: Value) -> Value:
    if not isinstance(block.data, dict):
        return block
    return block.with_data({names.get(name, name): part for name, part in block.entries() if is_set(part)})


def _time_to_live(value: Value) -> Value:
    block = _once(_TTL)(value)
    if isinstance(block.data, dict):  # the default of the provider is false
        return block.with_data({"Enabled": block.with_data(False)} | block.data)
    return block


def _tags(value: Value) -> Value:
    tags = next(iter(blocks(value)), value)  # Terraform 0.11 accepts a block
    if not isinstance(tags.data, dict):
        return value
    return value.with_data({name: _tag(part) for name, part in tags.entries() if part.data is not None})


def _tag(value: Value) -> Value:
    return value if value.text is None else value.with_data(value.text)


_THROUGHPUT = {
    "on_demand_throughput": _Property("OnDemandThroughput", _once(_ON_DEMAND)),
    "warm_throughput": _Property("WarmThroughput", _once(_WARM)),
}
_INDEX = {
    "name": _Property("IndexName"),
    "key_schema": _Property("KeySchema", _each(lambda block: block.with_data({**selected(block, _KEY)}))),
    **_THROUGHPUT,
}
_INDEX_RESOURCE = {
    "index_name": _Property("IndexName"),
    "key_schema": _INDEX["key_schema"],
    "projection": _Property("Projection", _once(_PROJECTION)),
    "provisioned_throughput": _Property("ProvisionedThroughput", _once(_UNIT_BLOCK)),
    **_THROUGHPUT,
}
_TABLE = {
    "name": _Property("TableName"),
    "billing_mode": _Property("BillingMode"),
    "table_class": _Property("TableClass"),
    "deletion_protection_enabled": _Property("DeletionProtectionEnabled"),
    "attribute": _Property("AttributeDefinitions", _each(partial(_renamed, _ATTRIBUTE))),
    "global_secondary_index": _Property("GlobalSecondaryIndexes", _each(_index)),
    "ttl": _Property("TimeToLiveSpecification", _time_to_live),
    "point_in_time_recovery": _Property("PointInTimeRecoverySpecification", _once(_RECOVERY)),
    "server_side_encryption": _Property("SSESpecification", _once(_ENCRYPTION)),
    **_THROUGHPUT,
}
_ALL_NAMES = (*_GROUPS.values(), _WARM, _ON_DEMAND, _TTL, _RECOVERY, _ENCRYPTION)
# the arguments of properties, for messages; a dotted name is that of a property in another
ARGUMENTS: Mapping[str, str] = {
    **{name: argument for names in _ALL_NAMES for argument, name in names.items()},
    **{f"{group}.{name}": argument for group, names in _GROUPS.items() for argument, name in names.items()},
    **{to.name: argument for argument, to in _TABLE.items()},
    "LocalSecondaryIndexes": "local_secondary_index",
    "IndexName": "name",
    "Projection": "projection_type",
    "KeySchema": "hash_key",
    "KeySchema.AttributeName": "hash_key or range_key",
    "AttributeDefinitions.AttributeName": "attribute.name",
    "AttributeDefinitions.AttributeType": "attribute.type",
    "Tags": "tags",
    "ResourcePolicy": "policy",
}
