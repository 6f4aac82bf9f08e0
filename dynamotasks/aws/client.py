"""The only room that makes AWS clients: where to, with which credentials, how with_retries.

They come from botocore, the core of boto3, because what boto3 adds (resources, S3 transfers) is not used here and costs
a tenth of a short command's time. Even so it is imported when a database is talked to, not before.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from ..errors import CallError, TargetError, Unrecognized
from ..schema.serialization import Call
from .capabilities import AWS, UNKNOWN, Engine, recognize_engine
from .endpoints import (
    endpoint_problem,
    in_aws_domain,
    inherited_endpoint_error,
    is_aws,
    is_loopback,
    redact_credentials,
)
from .error_translation import translate_error, unrecognized_response
from .response_checks import install_response_checks
from .sdk_support import setting, unknown
from .sessions import LOOPBACK_LIMITS, PROBE_LIMITS, REMOTE_LIMITS, RetryLimits, config_of, load_credentials, session_of
from .target import Target

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient

# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
_ELSEWHERE = "AWS_ENDPOINT_URL_*, AWS_ENDPOINT_URL or the AWS profile"
_UNSET = "unset AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL, and remove `endpoint_url` from the profile"


class Database:
    """One DynamoDB to talk to. Made without a call on the network; calls may come from several threads.

    Args:
        target: which one, and as whom.
        patience: by default that for this machine or for the network.

    Raises:
        TargetError: no such profile or Region, or an endpoint outside AWS that the environment inherited from a
            variable or an AWS profile although its entry does not name it.
    """

    def __init__(self, target: Target, patience: RetryLimits | None = None) -> None:
        from botocore.exceptions import BotoCoreError

        self.target = target
        self.engine: Engine = UNKNOWN
        self._others: dict[str, Any] = {}
        self._others_lock = Lock()
        local = is_loopback(target.endpoint)
        patience = patience or (LOOPBACK_LIMITS if local else REMOTE_LIMITS)
        # a proxy for the internet is not the way to this machine
        config = config_of(patience, proxies={} if local else None)
        try:
            self._session = session_of(target)
            install_response_checks(self._session, target)
            load_credentials(self._session, target)
            self.region: str = target.region or self._session.get_config_variable("region") or "us-east-1"
            self.client = cast(
                "DynamoDBClient",
                self._session.create_client(
                    "dynamodb", region_name=self.region, endpoint_url=target.endpoint, config=config
                ),
            )
            _ = urlsplit(self.client.meta.endpoint_url).port  # raises where it is none
        except BotoCoreError as error:
            raise translate_error(error, target) from error
        except (ValueError, TypeError, AttributeError) as error:  # what is written there is of another shape
            where = f"endpoint {target.endpoint}" if target.endpoint else "the AWS configuration"
            raise TargetError(
                f"{where} cannot be used: {redact_credentials(str(error))}",
                hint="check this profile, its `services`, `endpoint_url` and `region`, in ~/.aws/config (or "
                "AWS_CONFIG_FILE)"
                if target.endpoint is None
                else "write http://host:port",
            ) from None
        self.target = replace(target, region=self.region)
        self.endpoint = self.client.meta.endpoint_url
        self._client_error: tuple[type[Exception], ...] = (BotoCoreError, self.client.exceptions.ClientError)
        if problem := endpoint_problem(self.endpoint):
            raise TargetError(f"{problem[0]}, from {_ELSEWHERE}", hint=problem[1])
        if target.endpoint is None and not is_aws(self.endpoint):
            raise inherited_endpoint_error(target.env, self.endpoint, _ELSEWHERE, _UNSET)

    def call(self, call: Call) -> dict[str, Any]:
        """The answer to one call.

        Raises:
            CallError: DynamoDB refused it, or the installed botocore does not know it.
            TargetError: it could not be asked at all.
        """
        from botocore import xform_name

        self.check_sdk_support(call)
        try:
            answer: dict[str, Any] = getattr(self.client, xform_name(call.operation))(**call.parameters)
        except self._client_error as error:
            self._recognise(getattr(error, "response", None) or {})
            raise translate_error(error, self.target) from error
        self._recognise(answer)
        return answer

    def check_sdk_support(self, call: Call) -> None:
        """Check that the installed botocore can send a call.

        Raises:
            CallError: it is too old for it.
        """
        from botocore import __version__

        if missing := unknown(self.client.meta.service_model, call):
            needs = setting(missing[1:]) or missing[0]
            raise CallError(
                f"{needs} requires a newer boto3: botocore {__version__} does not support {'.'.join(missing)}",
                code="UnknownToBotocore",
                hint="upgrade it: python -m pip install --upgrade boto3",
            )

    def _recognise(self, answer: Mapping[str, Any]) -> None:
        """Notes which engine answers; its errors tell it, too."""
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if "server" in headers:
            self.engine = recognize_engine(headers)

    def credentials(self) -> tuple[Literal["ok", "bad"], str, str]:
        """Which kind they are, never what they are: a state, words and a hint."""
        from botocore.exceptions import BotoCoreError, NoCredentialsError

        if self.target.credentials == "dummy":
            return "ok", "dummy", ""
        try:
            found = self._session.get_credentials()
        except BotoCoreError as error:
            told = translate_error(error, self.target)
            return "bad", told.what, str(told.hint)
        if found is None:
            told = translate_error(NoCredentialsError(), self.target)
            return "bad", told.what, str(told.hint)
        profile = self._session.get_config_variable("profile")
        return "ok", f"from {found.method}" + (f", profile {profile}" if profile else ""), ""

    def call_related_service(self, service: str, call: Call) -> dict[str, Any] | None:
        """The answer of another AWS service about a table; `None` where there is no AWS, or it may not be asked."""
        if not self.has_related_services:
            return None
        from botocore import xform_name
        from botocore.parsers import ResponseParserError

        try:
            with self._others_lock:
                if service not in self._others:
                    client = self._session.create_client(
                        service, region_name=self.region, config=config_of(PROBE_LIMITS)
                    )
                    self._others[service] = client
            if self._leaves_aws(self._others[service]):
                return None
            answer: dict[str, Any] = getattr(self._others[service], xform_name(call.operation))(**call.parameters)
        except self._client_error:
            return None
        except (ResponseParserError, Unrecognized):
            return None
        return answer

    def account_id(self) -> str | None:
        """The account there, as the environment declares it or AWS tells it; `None` where neither does."""
        if self.target.account_id is not None:
            return self.target.account_id
        answer = self.call_related_service("sts", Call("GetCallerIdentity", {}))
        return answer.get("Account") if answer else None

    @property
    def has_related_services(self) -> bool:
        """Whether other AWS services know the tables."""
        return self.engine == AWS and self.target.credentials != "dummy"

    def close(self) -> None:
        """Closes the connections."""
        for client in (self.client, *self._others.values()):
            client.close()

    def check_reachable(self) -> None:
        """Says at once when nothing listens on this machine, where retries would only make the reader wait.

        Raises:
            TargetError: the port is closed.
        """
        if not is_loopback(self.endpoint):
            return
        url = urlsplit(self.endpoint)
        try:
            socket.create_connection((url.hostname, url.port or 80), timeout=LOOPBACK_LIMITS.connect).close()
        except OSError:
            hint = (
                "start it with `inv db.up`" if self.target.env == "local" else "start the engine, or check --endpoint"
            )
            raise TargetError("nothing listens there", hint=hint, where=self.target.location) from None

    def table_names(self) -> Iterator[str]:
        """The names of all tables, in the order DynamoDB gives them; 100 a call."""
        start: dict[str, str] = {}
        seen: set[str] = set()
        while True:
            answer = self.call(Call("ListTables", start))
            yield from answer["TableNames"]
            last = answer.get("LastEvaluatedTableName")
            if not last:
                return
            if last in seen:
                raise unrecognized_response("ListTables", f"the page after {last!r} again and again", self.target)
            seen.add(last)
            start = {"ExclusiveStartTableName": last}

    def check_account(self, arns: Iterable[str]) -> None:
        """Compares the environment's `account_id` with the account of live tables and of the credentials.

        Args:
            arns: of tables that were found there; credentials of one account may write to another's tables.

        Raises:
            TargetError: they differ, or STS cannot tell.
        """
        wanted = self._declared_account
        if wanted is None:
            return
        self.check_table_accounts(arns)
        account = self._account_of_credentials()
        if account != wanted:
            raise self._other_account("these credentials are", account)

    def check_table_accounts(self, arns: Iterable[str]) -> None:
        """Compare the environment's `account_id` with the account of tables that were read; sends nothing.

        Raises:
            TargetError: they differ.
        """
        wanted = self._declared_account
        for arn in arns if wanted is not None else ():
            if (account := account_in_arn(arn)) != wanted:
                raise self._other_account("the tables there are", account or "unknown")

    @property
    def _declared_account(self) -> str | None:
        return None if self.target.credentials == "dummy" else self.target.account_id

    def _account_of_credentials(self) -> str:
        from botocore.parsers import ResponseParserError

        sts = cast("STSClient", self._session.create_client("sts", region_name=self.region))
        if self._leaves_aws(sts):
            raise inherited_endpoint_error(
                self.target.env, sts.meta.endpoint_url, f"STS's endpoint in {_ELSEWHERE}", _UNSET
            )
        there = replace(self.target, endpoint=sts.meta.endpoint_url)
        try:
            return sts.get_caller_identity().get("Account", "unknown")
        except self._client_error as error:
            raise translate_error(error, there) from error
        except ResponseParserError:
            raise unrecognized_response("GetCallerIdentity", "a response that is not XML", there) from None

    def _leaves_aws(self, client: BaseClient) -> bool:
        """Whether a service beside DynamoDB would be an engine's where DynamoDB is AWS's own."""
        return is_aws(self.endpoint) and not in_aws_domain(client.meta.endpoint_url)

    def _other_account(self, what: str, account: str) -> TargetError:
        return TargetError(
            f"{what} of account {account}, environment {self.target.env} is account {self.target.account_id}",
            hint="choose another --profile, or correct `account_id` in the config",
        )

    def is_ready(self) -> bool:
        """Whether a signed ListTables is answered now: what "ready" means for an engine."""
        try:
            self.call(Call("ListTables", {"Limit": 1}))
        except (TargetError, CallError):  # an engine that cannot open its data answers 500
            return False
        return True


def account_in_arn(arn: str) -> str:
    """Return the account in an ARN; empty where there is none."""
    return next(iter(arn.split(":")[4:5]), "")
