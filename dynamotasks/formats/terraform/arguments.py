"""Convert the arguments of Terraform's DynamoDB resources to the properties of a table.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_global_secondary_index
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

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
        "tags_all",
        "timeouts",
    }
)
_UNITS = {"read_capacity": "ReadCapacityUnits", "write_capacity": "WriteCapacityUnits"}
_WARM = {"read_units_per_second": "ReadUnitsPerSecond", "write_units_per_second": "WriteUnitsPerSecond"}
_ON_DEMAND = {"max_read_request_units": "MaxReadRequestUnits", "max_write_request_units": "MaxWriteRequestUnits"}
_PROJECTION = {"projection_type": "ProjectionType", "non_key_attributes": "NonKeyAttributes"}
_KEYS = {"hash_key": "HASH", "range_key": "RANGE"}
_LOWEST_WARM = {"read_units_per_second": 12_000, "write_units_per_second": 4_000}  # of each on-demand table


def table_properties(arguments: Value) -> Value:
    """Return the properties of an `aws_dynamodb_table`; arguments that no property takes keep their names."""
    found = dict(_properties(arguments, _TABLE))
    found.pop("tags", None)
    for tags in (arguments.get("tags"), arguments.get("tags_all")):  # the second includes the provider's default tags
        if tags is not None and is_set(tags):
            found["Tags"] = _tags(tags)
    _add_stream(found, arguments)
    if "ProvisionedThroughput" in found:
        found.setdefault("BillingMode", arguments.with_data("PROVISIONED"))
    hash_key = arguments.get("hash_key")
    if hash_key is not None and (local := found.get("LocalSecondaryIndexes")) and isinstance(local.data, list):
        key = hash_key.with_data({"AttributeName": hash_key, "KeyType": hash_key.with_data("HASH")})
        found["LocalSecondaryIndexes"] = local.with_data([_with_key(index, key) for index in local.data])
    return Value(found, arguments.place)


def index_properties(arguments: Value) -> tuple[Value, list[Value]]:
    """Return the properties of an `aws_dynamodb_global_secondary_index`, and the definitions of its key attributes."""
    found = dict(_properties(arguments, _INDEX_RESOURCE))
    found.pop("table_name", None)
    for written, block, names in (
        ("projection", "Projection", _PROJECTION),
        ("provisioned_throughput", "ProvisionedThroughput", _UNIT_BLOCK),
    ):
        if written in found:
            found[block] = _block(found.pop(written), names)
    attributes = [
        _renamed(key, {"attribute_name": "AttributeName", "attribute_type": "AttributeType"})
        for key in blocks(arguments.get("key_schema"))
    ]
    kept = ("AttributeName", "AttributeType")
    return (
        Value(found, arguments.place),
        [
            attribute.with_data({name: part for name, part in attribute.entries() if name in kept})
            for attribute in attributes
        ],
    )


def blocks(value: Value | None) -> list[Value]:
    """Return the blocks of one type: a list, or a single one."""
    if value is None:
        return []
    return [value] if isinstance(value.data, dict) else [part for part in value.items() if isinstance(part.data, dict)]


def is_set(value: Value | None) -> bool:
    """Return whether an argument has a value: plans and states contain zero, "" and [] for those that have none."""
    if value is None:
        return False
    return isinstance(value.data, bool) or value.data not in (None, "", 0, [], {})


def _properties(arguments: Value, converters: Mapping[str, _Converter]) -> Iterator[tuple[str, Value]]:
    on_demand = (mode := arguments.get("billing_mode")) is not None and mode.data == "PAY_PER_REQUEST"
    units = {} if on_demand else _renamed_some(arguments, _UNITS)
    if units:
        yield "ProvisionedThroughput", next(iter(units.values())).with_data(units)
    if keys := list(_key_schema(arguments)):
        yield "KeySchema", keys[0].with_data([*keys])
    if projection := _renamed_some(arguments, _PROJECTION):
        yield "Projection", next(iter(projection.values())).with_data(projection)
    for name, value in arguments.entries():
        if name in _IGNORED or name in _UNITS or name in _KEYS or name in _PROJECTION or not is_set(value):
            continue
        if (converter := converters.get(name)) is None:
            yield name, value
            continue
        converted = converter.convert(_without_capacity(value) if on_demand else value)
        if is_set(converted):
            yield converter.name, converted


class _Converter:
    """The property of an argument, and how its value is converted."""

    def __init__(self, name: str, convert: Callable[[Value], Value] = lambda value: value) -> None:
        self.name, self.convert = name, convert


def _key_schema(arguments: Value) -> Iterator[Value]:
    for name, kind in _KEYS.items():
        value = arguments.get(name)
        if value is not None and is_set(value):
            yield value.with_data({"AttributeName": value, "KeyType": value.with_data(kind)})


def _with_key(index: Value, key: Value) -> Value:
    schema = index.get("KeySchema")
    keys = [key, *(schema.items() if schema else ())]
    return index.with_data(dict(index.entries()) | {"KeySchema": index.with_data(keys)})


def _without_capacity(value: Value) -> Value:
    """Return blocks without the capacity that an on-demand table ignores."""
    if not isinstance(value.data, list):
        return value
    parts = [
        part.with_data({name: entry for name, entry in part.entries() if name not in _UNITS})
        if isinstance(part.data, dict)
        else part
        for part in value.data
    ]
    return value.with_data([*parts])


def _add_stream(found: dict[str, Value], arguments: Value) -> None:
    enabled, view = found.pop("stream_enabled", None), found.pop("stream_view_type", None)
    if enabled is None:
        return
    parts = {"StreamEnabled": enabled}
    if view is not None and enabled.data is not False:
        parts["StreamViewType"] = view
    found["StreamSpecification"] = enabled.with_data(dict(parts))


def _renamed_some(value: Value, names: Mapping[str, str]) -> dict[str, Value]:
    parts = ((name, value.get(written)) for written, name in names.items())
    return {name: part for name, part in parts if part is not None and is_set(part)}


def _renamed(value: Value, names: Mapping[str, str]) -> Value:
    if not isinstance(value.data, dict):
        return value
    return value.with_data({names.get(name, name): part for name, part in value.entries() if is_set(part)})


def _block(value: Value, names: Mapping[str, str]) -> Value:
    """Return a block that can occur once; an empty value if it is absent."""
    if isinstance(value.data, Unresolved):
        return value
    found = blocks(value)
    return value.with_data(dict(_renamed(found[0], names).entries())) if found else value.with_data(None)


def _once(name: str, names: Mapping[str, str]) -> _Converter:
    return _Converter(name, lambda value: _block(value, names))


def _each(name: str, convert: Callable[[Value], Value]) -> _Converter:
    def converted(value: Value) -> Value:
        if isinstance(value.data, Unresolved):
            return value
        return value.with_data([convert(part) for part in blocks(value)])

    return _Converter(name, converted)


def _index(value: Value) -> Value:
    return value.with_data(dict(_properties(value, _INDEX)))


def _time_to_live(value: Value) -> Value:
    block = _block(value, {"attribute_name": "AttributeName", "enabled": "Enabled"})
    if isinstance(block.data, dict) and "Enabled" not in block.data:  # the provider's default is false
        return block.with_data(block.data | {"Enabled": block.with_data(False)})
    return block


def _warm_throughput(value: Value) -> Value:
    """Return warm throughput; nothing for the lowest, which a state contains although nothing declares it."""
    found = blocks(value)
    if found and {name: part.data for name, part in found[0].entries()} == _LOWEST_WARM:
        return value.with_data(None)
    return _block(value, _WARM)


def _tags(value: Value) -> Value:
    for block in blocks(value):  # Terraform 0.11 accepts a block
        return value.with_data({name: _tag(part) for name, part in block.entries() if part.data is not None})
    return value


def _tag(value: Value) -> Value:
    text = str(value.data).lower() if isinstance(value.data, bool) else value.text
    return value if text is None else value.with_data(text)


_KEY = {"attribute_name": "AttributeName", "key_type": "KeyType"}
_UNIT_BLOCK = {"read_capacity_units": "ReadCapacityUnits", "write_capacity_units": "WriteCapacityUnits"}
_THROUGHPUT = {
    "on_demand_throughput": _once("OnDemandThroughput", _ON_DEMAND),
    "warm_throughput": _Converter("WarmThroughput", _warm_throughput),
}


def _key(value: Value) -> Value:
    return _renamed(value.with_data({name: part for name, part in value.entries() if name in _KEY}), _KEY)


_INDEX = {
    "name": _Converter("IndexName"),
    "key_schema": _each("KeySchema", _key),
    **_THROUGHPUT,
}
_INDEX_RESOURCE = {
    "index_name": _Converter("IndexName"),
    "key_schema": _each("KeySchema", _key),
    **_THROUGHPUT,
}
_TABLE = {
    "name": _Converter("TableName"),
    "billing_mode": _Converter("BillingMode"),
    "table_class": _Converter("TableClass"),
    "deletion_protection_enabled": _Converter("DeletionProtectionEnabled"),
    "attribute": _each(
        "AttributeDefinitions", lambda value: _renamed(value, {"name": "AttributeName", "type": "AttributeType"})
    ),
    "global_secondary_index": _each("GlobalSecondaryIndexes", _index),
    "local_secondary_index": _each("LocalSecondaryIndexes", _index),
    "ttl": _Converter("TimeToLiveSpecification", _time_to_live),
    "point_in_time_recovery": _once(
        "PointInTimeRecoverySpecification",
        {"enabled": "PointInTimeRecoveryEnabled", "recovery_period_in_days": "RecoveryPeriodInDays"},
    ),
    "server_side_encryption": _once(
        "SSESpecification",
        {"enabled": "SSEEnabled", "kms_key_arn": "KMSMasterKeyId", "kms_master_key_id": "KMSMasterKeyId"},
    ),
    **_THROUGHPUT,
}
