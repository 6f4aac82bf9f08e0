"""The names of CloudFormation and DynamoDB's API for the keys of a config file.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ..schema import table_spec as spec
from ..schema.type_hints import ListOf, Record, Shape, fields_of

# the names that differ from a key in more than the case, by the dataclass that has the key
_OTHER_NAMES: Mapping[type, Mapping[str, str]] = {
    spec.TableSpec: {"TableName": "name", "AttributeDefinitions": "attributes"},
    spec.Attribute: {"AttributeName": "name", "AttributeType": "type"},
    spec.Encryption: {
        "SSEEnabled": "enabled",
        "Enabled": "enabled",
        "SSEType": "sse_type",
        "KMSMasterKeyId": "kms_master_key_id",
    },
}
# keys of a config file that a definition in another format cannot have
_OWN = {
    spec.TableSpec: ("name", "attributes", "description", "seed", "managed_by", "logical_id"),
    spec.Attribute: ("name", "type"),
}


@cache
def names_of(kind: type) -> dict[str, str]:
    """Return the keys of a dataclass by AWS's names."""
    own = _OWN.get(kind, ())
    names = {_aws_name(field.name): field.name for field in fields_of(kind) if field.name not in own}
    if kind is spec.Encryption:
        names = {}
    return names | dict(_OTHER_NAMES.get(kind, {}))


def _aws_name(key: str) -> str:
    return "".join(part.upper() if part == "sse" else part.capitalize() for part in key.split("_"))


def _all_names(kind: type, found: dict[str, str]) -> dict[str, str]:
    names = names_of(kind)
    for field in fields_of(kind):
        for name, key in names.items():
            if key == field.name and key not in ("name", "type", "enabled", "mode"):
                found.setdefault(key, name)
        if (nested := record_of(field.shape)) is not None:
            _all_names(nested, found)
    return found


def record_of(shape: Shape) -> type | None:
    """Return the dataclass of a value, or of the items of a list."""
    item = shape.item if isinstance(shape, ListOf) else shape
    return item.kind if isinstance(item, Record) else None


_NAMES = _all_names(spec.TableSpec, {})
_KEY = re.compile(r"(?<![\w.])(" + "|".join(sorted(_NAMES, key=len, reverse=True)) + r")(?!\w)")


def with_property_names(message: str, names: Mapping[str, str]) -> str:
    """Return a message about a key of a config file with the name of the property.

    Args:
        message: the message.
        names: a file's names of properties; by default those of AWS.
    """
    return _KEY.sub(lambda found: names.get(_NAMES[found[1]], _NAMES[found[1]]), message)
