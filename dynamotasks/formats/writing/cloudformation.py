"""Write tables as a CloudFormation template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent
from typing import Any

from ...config.yaml12 import dump
from ...escaping import comment
from ...schema.serialization import create_table_call, to_api
from ...schema.table_spec import TableSpec
from .names import Identifiers, camel_case

TITLE = "a CloudFormation template"
OMITTED = frozenset({"seed"})
# settings with separate calls in the API, which names their members
_SETTINGS = {
    "time_to_live_specification": "TimeToLiveSpecification",
    "point_in_time_recovery_specification": "PointInTimeRecoverySpecification",
    "contributor_insights_specification": "ContributorInsightsSpecification",
    "kinesis_stream_specification": "KinesisStreamSpecification",
}


def write(tables: Sequence[TableSpec]) -> str:
    """Return a template in YAML; descriptions are comments.

    Tables have a DeletionPolicy of Retain, without which a stack cannot import existing tables
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html).
    """
    logical_ids = Identifiers(separator="")
    parts = ['AWSTemplateFormatVersion: "2010-09-09"\nResources:\n']
    for table in tables:
        resource = {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": _properties(table),
        }
        # the limit of a logical ID is 255 characters
        logical_id = logical_ids.unique(table.logical_id or camel_case(table.name)[:250])
        parts.append(indent(comment(table.description or "") + dump({logical_id: resource}), "  "))
    return "".join(parts)


def _properties(table: TableSpec) -> dict[str, Any]:
    properties = dict(create_table_call(table).parameters)
    if stream := properties.get("StreamSpecification"):
        properties["StreamSpecification"] = {"StreamViewType": stream["StreamViewType"]}
    if encryption := properties.get("SSESpecification"):
        enabled = {"SSEEnabled": encryption.pop("Enabled")}
        properties["SSESpecification"] = {**enabled, **encryption}
    if table.resource_policy is not None:
        properties["ResourcePolicy"] = {"PolicyDocument": table.resource_policy}
    indexes, written = table.global_secondary_indexes or (), properties.get("GlobalSecondaryIndexes", ())
    for index, entries in zip(indexes, written, strict=True):
        if index.contributor_insights_specification is not None:
            entries["ContributorInsightsSpecification"] = to_api(index.contributor_insights_specification)
    for key, name in _SETTINGS.items():
        if (value := getattr(table, key)) is not None:
            properties[name] = to_api(value)
    return properties
