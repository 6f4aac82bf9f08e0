"""Convert global tables to tables of one Region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
"""

from __future__ import annotations

from collections.abc import Iterator

from ..foreign_table import Definitions
from ..value import Value

# what each replica has for itself
_OF_REPLICA = (
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "KinesisStreamSpecification",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "TableClass",
    "Tags",
)
_READ, _WRITE = "ReadProvisionedThroughputSettings", "WriteProvisionedThroughputSettings"
_MAX_READ, _MAX_WRITE = "ReadOnDemandThroughputSettings", "WriteOnDemandThroughputSettings"
_COMBINED = ("Region", "SSESpecification", "GlobalSecondaryIndexes", _READ, _MAX_READ)  # with those of the table
_CONVERTED = frozenset({"Replicas", _READ, _WRITE, _MAX_READ, _MAX_WRITE})


def global_table(label: str, properties: Value, region: str, definitions: Definitions) -> Value:
    """Return the properties that an `AWS::DynamoDB::Table` of the same form has in one Region.

    Args:
        label: names the table in notes.
        properties: of the `AWS::DynamoDB::GlobalTable`.
        region: the Region; if it has no replica, the settings of the first replica apply.
        definitions: receives the notes.
    """
    replica = _replica(label, properties, region, definitions)
    entries = _with_throughput(properties, replica)
    entries |= {key: part for key, part in replica.entries() if key in _OF_REPLICA}
    if (encryption := replica.get("SSESpecification")) is not None:
        common = properties.get("SSESpecification")
        entries["SSESpecification"] = encryption.with_data({**_entries(common), **_entries(encryption)})
    indexes = properties.get("GlobalSecondaryIndexes")
    if indexes is not None and isinstance(indexes.data, list):
        entries["GlobalSecondaryIndexes"] = indexes.with_data([_index(index, replica) for index in indexes.data])
    if any(_scaling(properties, replica)):
        definitions.note(properties.place, f"{label}: autoscaling is not managed; its minimum is used as capacity")
    return properties.with_data(entries)


def _replica(label: str, properties: Value, region: str, definitions: Definitions) -> Value:
    """Return the replica in a Region; note the others."""
    replicas = {replica.text_at("Region") or "": replica for replica in properties.items_at("Replicas")}
    if not replicas:
        return properties.with_data({})
    place = properties.get("Replicas") or properties
    chosen = region if region in replicas else next(iter(replicas))
    if chosen != region:
        definitions.note(place.place, f"{label} has no replica in {region}: the settings in {chosen} apply")
    if others := ", ".join(other for other in replicas if other != chosen):
        definitions.note(place.place, f"{label}: replicas are not managed: {others}")
    for key, part in replicas[chosen].entries():
        if key not in (*_OF_REPLICA, *_COMBINED):
            definitions.note(part.place, f"{label}: {key} of a replica is not managed")
    return replicas[chosen]


def _index(index: Value, replica: Value) -> Value:
    """Return a global secondary index with the settings of the replica."""
    name = index.text_at("IndexName")
    found = (part for part in replica.items_at("GlobalSecondaryIndexes") if part.text_at("IndexName") == name)
    of_replica = next(found, index.with_data({}))
    entries = _with_throughput(index, of_replica)
    if (insights := of_replica.get("ContributorInsightsSpecification")) is not None:
        entries["ContributorInsightsSpecification"] = insights
    return index.with_data(entries)


def _with_throughput(value: Value, replica: Value) -> dict[str, Value]:
    """Return the entries of a table or index with the throughput as a table in one Region has it."""
    entries = {key: part for key, part in value.entries() if key not in _CONVERTED}
    provisioned = {
        "ReadCapacityUnits": _units(replica.get(_READ) or value.get(_READ), "Read"),
        "WriteCapacityUnits": _units(value.get(_WRITE), "Write"),
    }
    maximum = {
        "MaxReadRequestUnits": _part(replica.get(_MAX_READ) or value.get(_MAX_READ), "MaxReadRequestUnits"),
        "MaxWriteRequestUnits": _part(value.get(_MAX_WRITE), "MaxWriteRequestUnits"),
    }
    for key, units in (("ProvisionedThroughput", provisioned), ("OnDemandThroughput", maximum)):
        if known := {name: part for name, part in units.items() if part is not None}:
            entries[key] = next(iter(known.values())).with_data(known)
    return entries


def _units(throughput: Value | None, kind: str) -> Value | None:
    """Return the capacity of settings: fixed units or, with autoscaling, the minimum."""
    if throughput is None or not isinstance(throughput.data, dict):
        return throughput  # unresolved
    scaling = throughput.get(f"{kind}CapacityAutoScalingSettings")
    return throughput.get(f"{kind}CapacityUnits") or _part(scaling, "MinCapacity")


def _scaling(properties: Value, replica: Value) -> Iterator[Value]:
    """Yield the autoscaling settings of a table and its indexes."""
    for part in (properties, replica):
        for owner in (part, *part.items_at("GlobalSecondaryIndexes")):
            for key, kind in ((_READ, "Read"), (_WRITE, "Write")):
                if (scaling := _part(owner.get(key), f"{kind}CapacityAutoScalingSettings")) is not None:
                    yield scaling


def _part(value: Value | None, key: str) -> Value | None:
    """Return a part of a map; the value itself if it is unresolved."""
    return value.get(key) if value is not None and isinstance(value.data, dict) else value


def _entries(value: Value | None) -> dict[str, Value]:
    return dict(value.entries()) if value else {}
