"""Clients of AWS services other than DynamoDB: STS, KMS, CloudWatch and Application Auto Scaling."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from ..errors import Unrecognized
from ..schema.serialization import Call
from .endpoints import in_aws_domain, inherited_endpoint_error, is_aws
from .error_translation import translate_error, unrecognized_response
from .sessions import PROBE_LIMITS, client_config
from .target import Target

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.session import Session
    from mypy_boto3_sts import STSClient

# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
ENDPOINT_SOURCES = "AWS_ENDPOINT_URL_*, AWS_ENDPOINT_URL or the AWS profile"
UNSET_ENDPOINT = "unset AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL, and remove `endpoint_url` from the profile"


class ServiceClients:
    """Clients of other services, with the session of a connection to DynamoDB.

    Args:
        session: has the credentials.
        target: the database, with its Region.
        endpoint: of DynamoDB.
    """

    def __init__(self, session: Session, target: Target, endpoint: str) -> None:
        self._session, self._target, self._endpoint = session, target, endpoint
        self._clients: dict[str, BaseClient] = {}
        self._lock = Lock()

    def call(self, service: str, call: Call) -> dict[str, Any] | None:
        """Return the response to a call, or `None` if it fails or its endpoint is outside AWS."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            with self._lock:
                if service not in self._clients:
                    self._clients[service] = self._session.create_client(
                        service, region_name=self._target.region, config=client_config(PROBE_LIMITS)
                    )
            client = self._clients[service]
            return None if self._leaves_aws(client) else send(client, call)
        except (BotoCoreError, ClientError, ResponseParserError, Unrecognized):
            return None

    def account_of_credentials(self) -> str | None:
        """Return the account of the credentials, with retries.

        Raises:
            TargetError: STS cannot be called, or its endpoint is outside AWS.
        """
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        sts = cast("STSClient", self._session.create_client("sts", region_name=self._target.region))
        endpoint = sts.meta.endpoint_url
        if self._leaves_aws(sts):
            source = f"STS's endpoint in {ENDPOINT_SOURCES}"
            raise inherited_endpoint_error(self._target.env, endpoint, source, UNSET_ENDPOINT)
        target = replace(self._target, endpoint=endpoint)
        try:
            return sts.get_caller_identity().get("Account")
        except (BotoCoreError, ClientError) as error:
            raise translate_error(error, target) from error
        except ResponseParserError:
            raise unrecognized_response("GetCallerIdentity", "a response that is not XML", target) from None

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def _leaves_aws(self, client: BaseClient) -> bool:
        """Return whether DynamoDB is AWS's own but this service is not."""
        return is_aws(self._endpoint) and not in_aws_domain(client.meta.endpoint_url)


def send(client: Any, call: Call) -> dict[str, Any]:
    """Return the response to a call of any service; errors are botocore's."""
    from botocore import xform_name

    response: dict[str, Any] = getattr(client, xform_name(call.operation))(**call.parameters)
    return response
