"""The tables that only SAM has.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
"""

from __future__ import annotations

from ..value import Value

_TYPES = {"String": "S", "Number": "N", "Binary": "B"}


def simple_table(properties: Value, common: Value) -> Value:
    """Return the properties that SAM gives an `AWS::DynamoDB::Table` in place of an `AWS::Serverless::SimpleTable`.

    Args:
        properties: of the resource.
        common: those that the template's `Globals` declare; maps are merged.
    """
    key = properties.get("PrimaryKey") or properties.with_data({})
    name = key.get("Name") or key.with_data("id")
    kind = key.get("Type") or key.with_data("String")
    attribute = {"AttributeName": name, "AttributeType": kind.with_data(_TYPES.get(kind.text or "", kind.data))}
    entries = dict(_merged(common, properties).entries())
    entries.pop("PrimaryKey", None)
    entries["AttributeDefinitions"] = key.with_data([key.with_data(dict(attribute))])
    entries["KeySchema"] = key.with_data([key.with_data({"AttributeName": name, "KeyType": key.with_data("HASH")})])
    if "ProvisionedThroughput" not in entries:
        entries["BillingMode"] = key.with_data("PAY_PER_REQUEST")
    if (tags := entries.get("Tags")) and isinstance(tags.data, dict):
        pairs = [tags.with_data({"Key": tags.with_data(tag), "Value": value}) for tag, value in tags.entries()]
        entries["Tags"] = tags.with_data(pairs)
    return properties.with_data(entries)


def _merged(common: Value, own: Value) -> Value:
    """Return maps merged key by key; for other values, the second.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
    """
    if not (isinstance(common.data, dict) and isinstance(own.data, dict)):
        return own
    entries = dict(common.data)
    for key, part in own.data.items():
        entries[key] = _merged(entries[key], part) if key in entries else part
    return own.with_data(entries)
