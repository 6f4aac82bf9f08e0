"""Recognize the tool that deploys a template."""

from __future__ import annotations

from ...schema.table_spec import Tool
from ..value import Value

_SAM = "AWS::Serverless-2016-10-31"
_CDK_PATH = "aws:cdk:path"


def tool_of(root: Value) -> Tool:
    """Return the tool that deploys a template: the CDK and SAM produce CloudFormation stacks."""
    transform, section = root.get("Transform"), root.get("Resources")
    resources = [resource for _, resource in section.entries()] if section else []
    if transform is not None and any(part.text == _SAM for part in (transform, *transform.items())):
        return "sam"
    if any((resource.text_at("Type") or "").startswith("AWS::Serverless::") for resource in resources):
        return "sam"
    return "cdk" if any(_is_of_cdk(resource) for resource in resources) else "cloudformation"


def _is_of_cdk(resource: Value) -> bool:
    metadata = resource.get("Metadata")
    return metadata is not None and metadata.get(_CDK_PATH) is not None
