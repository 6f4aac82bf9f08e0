"""The tables that only SAM has.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
"""

from __future__ import annotations

from ..value import Value

_TYPES = {"String": "S", "Number": "N", "Binary": "B"}


def simple_table(properties: Value) -> Value:
    """Return the properties that SAM gives an `AWS::DynamoDB::Table` in place of an `AWS::Serverless::SimpleTable`."""
    key = properties.get("PrimaryKey") or properties.with_data({})
    name = key.get("Name") or key.with_data("id")
    kind = key.get("Type") or key.with_data("String")
    attribute = {"AttributeName": name, "AttributeType": kind.with_data(_TYPES.get(kind.text or "", kind.data))}
    entries = {part: value for part, value in properties.entries() if part != "PrimaryKey"}
    entries["AttributeDefinitions"] = key.with_data([key.with_data(dict(attribute))])
    entries["KeySchema"] = key.with_data([key.with_data({"AttributeName": name, "KeyType": key.with_data("HASH")})])
    if "ProvisionedThroughput" not in entries:
        entries["BillingMode"] = key.with_data("PAY_PER_REQUEST")
    if (tags := entries.get("Tags")) and isinstance(tags.data, dict):
        pairs = [tags.with_data({"Key": tags.with_data(tag), "Value": value}) for tag, value in tags.entries()]
        entries["Tags"] = tags.with_data(pairs)
    return properties.with_data(entries)
