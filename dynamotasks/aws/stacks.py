"""Read the tables of a CloudFormation stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import CallError, TargetError
from .endpoints import is_aws
from .error_translation import translate_error, unrecognized_response
from .target import Target

if TYPE_CHECKING:
    from botocore.session import Session

_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")


def table_names(session: Session, target: Target, stack: str) -> dict[str, str]:
    """Return the names of the tables of a stack by their logical ids.

    Uses ListStackResources, because DescribeStackResources returns at most 100 resources
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html).

    Args:
        session: has the credentials.
        target: its Region is the stack's.
        stack: name or ARN.

    Raises:
        TargetError: the stack does not exist, or CloudFormation cannot be called.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    # a server that is not AWS, such as LocalStack, has all services at one endpoint
    endpoint = target.endpoint if target.endpoint and not is_aws(target.endpoint) else None
    client = session.create_client("cloudformation", region_name=target.region, endpoint_url=endpoint)
    where = f"stack {stack}"
    try:
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [resource for page in pages for resource in page.get("StackResourceSummaries", [])]
    except ResponseParserError:
        raise unrecognized_response("ListStackResources", "a response that is not XML", target) from None
    except (BotoCoreError, ClientError) as error:
        translated = translate_error(error, target)
        if isinstance(translated, CallError):
            hint = translated.hint or "check --stack, --region and --profile"
            raise TargetError(translated.what, hint=hint, where=where) from error
        raise translated from error
    finally:
        client.close()
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources
        if resource.get("ResourceType") in _TABLES and resource.get("PhysicalResourceId")
    }
