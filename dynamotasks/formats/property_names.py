"""The names of CloudFormation and DynamoDB's API for the keys of a config file.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from ..schema import table_spec as spec
from ..schema.type_hints import ListOf, Record, fields_of

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
# keys of a config file that a definition in another format does not have under AWS's form of their name
_OWN = {
    spec.TableSpec: ("name", "attributes", "description", "seed", "renamed_from", "managed_by", "logical_id"),
    spec.Attribute: ("name", "type"),
    spec.Encryption: ("enabled", "sse_type", "kms_master_key_id"),
}
_TYPE_TO_ADD = re.compile(r"add \{name: (.+), type: S\} to")
_AMBIGUOUS = ("name", "type", "enabled", "mode")  # in messages


@cache
def names_of(kind: type) -> Mapping[str, str]:
    """Return the keys of a dataclass by AWS's names."""
    own = _OWN.get(kind, ())
    names = {_aws_name(field.name): field.name for field in fields_of(kind) if field.name not in own}
    return {**names, **_OTHER_NAMES.get(kind, {})}


def _aws_name(key: str) -> str:
    return "".join(part.upper() if part == "sse" else part.capitalize() for part in key.split("_"))


def _all_names(kind: type) -> Iterator[tuple[str, str]]:
    """Yield the keys of a dataclass, and of those in it, with AWS's names."""
    for name, key in names_of(kind).items():
        if key not in _AMBIGUOUS:
            yield key, name
    for field in fields_of(kind):
        item = field.shape.item if isinstance(field.shape, ListOf) else field.shape
        if isinstance(item, Record):
            yield from _all_names(item.kind)


_NAMES = dict(_all_names(spec.TableSpec))
KEYS: Mapping[str, str] = {name: key for key, name in _NAMES.items()}
_KEY = re.compile(r"(?<![\w.])(" + "|".join(sorted(_NAMES, key=len, reverse=True)) + r")(?!\w)")


def with_property_names(message: str, names: Mapping[str, str]) -> str:
    """Return a message about a key of a config file with the name of the property.

    Args:
        message: the message.
        names: a file's names of properties; by default those of AWS.
    """
    message = _TYPE_TO_ADD.sub(r"declare the type of \1 in", message)  # in the form of a config
    return _KEY.sub(lambda found: names.get(_NAMES[found[1]], _NAMES[found[1]]), message)
