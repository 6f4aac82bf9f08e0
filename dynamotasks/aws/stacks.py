"""Read the tables of a CloudFormation stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ..errors import CallError, TargetError
from .endpoints import in_aws_domain, inherited_endpoint_error, is_aws, is_loopback
from .error_translation import translate_error, unrecognized_response
from .service_clients import ENDPOINT_SOURCES
from .sessions import LOOPBACK_LIMITS, REMOTE_LIMITS, client_config
from .target import Target

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_cloudformation import CloudFormationClient

_OPERATION = "ListStackResources"
_MAX_PAGES = 100  # of 100 resources; a stack has at most 500
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
        TargetError: the stack does not exist, CloudFormation cannot be called, or its endpoint is outside AWS although
            that of DynamoDB is not.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    client = _client(session, target)
    try:
        resources = [resource for page in _pages(client, target, stack) for resource in _resources(page)]
    except ResponseParserError:
        raise unrecognized_response(_OPERATION, "a response that is not XML", target) from None
    except (BotoCoreError, ClientError) as error:
        translated = translate_error(error, target)
        if isinstance(translated, CallError):
            hint = translated.hint or "check --stack, --region and --profile"
            raise TargetError(translated.what, hint=hint, where=f"stack {stack}") from error
        raise translated from error
    finally:
        client.close()
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources
        if resource.get("ResourceType") in _TABLES and {"LogicalResourceId", "PhysicalResourceId"} <= resource.keys()
    }


def _client(session: Session, target: Target) -> CloudFormationClient:
    # a server that is not AWS, such as LocalStack, has all services at one endpoint
    endpoint = target.endpoint if target.endpoint and not is_aws(target.endpoint) else None
    is_local = is_loopback(endpoint)
    config = client_config(LOOPBACK_LIMITS if is_local else REMOTE_LIMITS, proxies={} if is_local else None)
    client = cast(
        "CloudFormationClient",
        session.create_client("cloudformation", region_name=target.region, endpoint_url=endpoint, config=config),
    )
    if endpoint is None and not in_aws_domain(client.meta.endpoint_url):
        source = f"CloudFormation's endpoint in {ENDPOINT_SOURCES}"
        raise inherited_endpoint_error(
            target.env, client.meta.endpoint_url, source, "unset AWS_ENDPOINT_URL_CLOUDFORMATION and AWS_ENDPOINT_URL"
        )
    return client


def _pages(client: CloudFormationClient, target: Target, stack: str) -> Iterator[Mapping[str, Any]]:
    token: dict[str, str] = {}
    for _ in range(_MAX_PAGES):
        page = client.list_stack_resources(StackName=stack, **token)
        yield page
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}
    raise unrecognized_response(_OPERATION, f"more than {_MAX_PAGES} pages", target)


def _resources(page: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    found: Sequence[Mapping[str, str]] = page.get("StackResourceSummaries") or ()
    return found
