"""Recognize the tool that deploys a template."""

from __future__ import annotations

from ...schema.table_spec import Tool
from ..value import Value

_SAM = "AWS::Serverless-2016-10-31"
_CDK_PATH = "aws:cdk:path"


def tool_of(root: Value) -> Tool:
    """Return the tool that deploys a template: the CDK and SAM produce CloudFormation stacks."""
    transform = root.get("Transform")
    transforms = [transform, *transform.items()] if transform else []
    resources = root.get("Resources")
    kinds = [resource.get("Type") for _, resource in resources.entries()] if resources else []
    if any(part.text == _SAM for part in transforms) or any(_is_of_sam(kind) for kind in kinds):
        return "sam"
    return "cdk" if resources and any(_is_of_cdk(resource) for _, resource in resources.entries()) else "cloudformation"


def _is_of_sam(kind: Value | None) -> bool:
    return kind is not None and (kind.text or "").startswith("AWS::Serverless::")


def _is_of_cdk(resource: Value) -> bool:
    metadata = resource.get("Metadata")
    return metadata is not None and metadata.get(_CDK_PATH) is not None
