"""The connection to one DynamoDB.

Clients come from botocore, because importing boto3 would add a tenth to the time of a short command. botocore itself is
imported when a connection is created.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ..errors import CallError, Hint, TargetError, Task
from ..schema.serialization import Call
from .capabilities import AWS, UNKNOWN, Engine, recognize_engine
from .data_files import share_data_files
from .endpoints import (
    endpoint_problem,
    inherited_endpoint_error,
    is_aws,
    is_loopback,
    redact_credentials,
)
from .error_translation import translate_error, unrecognized_response
from .items import use_encoded_body
from .regions import DEFAULT_REGION
from .response_checks import install_response_checks
from .sdk_support import find_unsupported
from .service_clients import ENDPOINT_SOURCES, UNSET_ENDPOINT, ServiceClients, send
from .sessions import (
    LOOPBACK_LIMITS,
    REMOTE_LIMITS,
    RetryLimits,
    client_config,
    create_session,
    load_credentials,
)
from .target import LOCAL, Target

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MAX_PAGES = 1_000  # of 100 tables


class Database:
    """A connection to one DynamoDB, as a context manager that closes it.

    Creating one sends nothing. Several threads can use it at the same time.

    Args:
        target: the database and the credentials.
        limits: timeouts and attempts; by default those for this machine or for the network.

    Raises:
        TargetError: the profile or Region does not exist, or a variable or an AWS profile sets an endpoint outside AWS
            that the environment does not declare.
    """

    def __init__(self, target: Target, limits: RetryLimits | None = None) -> None:
        from botocore.exceptions import BotoCoreError

        self.engine: Engine = UNKNOWN
        try:
            self._connect(target, limits)
        except BotoCoreError as error:
            raise translate_error(error, target) from error
        except (ValueError, TypeError, AttributeError) as error:  # raised by botocore for malformed settings
            raise _malformed(error, target) from None
        self.target = replace(target, region=self.region)
        self.endpoint = self.client.meta.endpoint_url
        self._services = ServiceClients(self._session, self.target, self.endpoint)
        if problem := endpoint_problem(self.endpoint):
            raise TargetError(f"{problem.what}, from {ENDPOINT_SOURCES}", hint=problem.hint)
        if target.endpoint is None and not is_aws(self.endpoint):
            raise inherited_endpoint_error(target.env, self.endpoint, ENDPOINT_SOURCES, UNSET_ENDPOINT)

    def _connect(self, target: Target, limits: RetryLimits | None) -> None:
        local = is_loopback(target.endpoint)
        limits = limits or (LOOPBACK_LIMITS if local else REMOTE_LIMITS)
        config = client_config(limits, proxies={} if local else None)  # a proxy does not reach this machine
        self._session = create_session(target)
        share_data_files(self._session)
        install_response_checks(self._session, target)
        load_credentials(self._session, target)
        self.region: str = target.region or self._session.get_config_variable("region") or DEFAULT_REGION
        client = self._session.create_client(
            "dynamodb", region_name=self.region, endpoint_url=target.endpoint, config=config
        )
        client.meta.events.register("before-call.dynamodb", use_encoded_body)
        self.client = cast("DynamoDBClient", client)
        _ = urlsplit(self.client.meta.endpoint_url).port  # raises ValueError if invalid

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self._services.close()

    def call(self, call: Call) -> dict[str, Any]:
        """Return the response to a call.

        Raises:
            CallError: DynamoDB responded with an error, or the installed botocore does not support the call.
            TargetError: the database cannot be reached or used.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        self.check_sdk_support(call)
        try:
            response = send(self.client, call)
        except (BotoCoreError, ClientError) as error:
            self._recognize(getattr(error, "response", None) or {})
            raise translate_error(error, self.target) from error
        self._recognize(response)
        return response

    def check_sdk_support(self, call: Call) -> None:
        """Check that the installed botocore can send a call.

        Raises:
            CallError: botocore is too old.
        """
        from botocore import __version__

        if missing := find_unsupported(self.client.meta.service_model, call):
            raise CallError(
                f"{missing.setting} requires a newer boto3: botocore {__version__} does not support {missing}",
                code="UnknownToBotocore",
                hint="upgrade it: python -m pip install --upgrade boto3",
            )

    def _recognize(self, response: Mapping[str, Any]) -> None:
        headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if "server" in headers:
            self.engine = recognize_engine(headers)

    def credentials_source(self) -> str:
        """Return where the credentials come from, never their values.

        Raises:
            TargetError: boto3 finds no credentials, or cannot retrieve them.
        """
        from botocore.exceptions import BotoCoreError, NoCredentialsError

        if self.target.credentials == "dummy":
            return "dummy"
        try:
            found = self._session.get_credentials()
            if found is None:
                raise NoCredentialsError
        except BotoCoreError as error:
            raise translate_error(error, self.target) from error
        profile = self._session.get_config_variable("profile")
        return f"from {found.method}" + (f", profile {profile}" if profile else "")

    @cached_property
    def stack_tables(self) -> dict[str, str]:
        """The names of the tables of the target's stack by logical id; none without a stack.

        Raises:
            TargetError: the stack does not exist, or CloudFormation cannot be called.
        """
        from .stacks import table_names

        return table_names(self._session, self.target, self.target.stack) if self.target.stack else {}

    @property
    def has_related_services(self) -> bool:
        """Whether other AWS services can be called about the tables."""
        return self.engine == AWS and self.target.credentials != "dummy"

    def call_related_service(self, service: str, call: Call) -> dict[str, Any] | None:
        """Return another AWS service's response, or `None` outside AWS and where the call fails."""
        return self._services.call(service, call) if self.has_related_services else None

    def check_reachable(self) -> None:
        """Check that a port on this machine is open, instead of retrying for seconds.

        Raises:
            TargetError: the port is closed.
        """
        if not is_loopback(self.endpoint):
            return
        url = urlsplit(self.endpoint)
        try:
            socket.create_connection((url.hostname, url.port or 80), timeout=LOOPBACK_LIMITS.connect).close()
        except OSError:
            start = Hint("start it with ", Task("up"))
            hint = start if self.target.env == LOCAL else Hint("start the engine, or check --endpoint")
            raise TargetError("connection refused", hint=hint, where=self.target.location) from None

    def is_ready(self) -> bool:
        """Return whether a signed ListTables succeeds now."""
        try:
            self.call(Call("ListTables", {"Limit": 1}))
        except (TargetError, CallError):  # DynamoDB Local responds with HTTP 500 if it cannot open its files
            return False
        return True

    def table_names(self) -> Iterator[str]:
        """Yield the names of all tables, in DynamoDB's order."""
        start: dict[str, str] = {}
        seen: set[str] = set()
        while len(seen) < _MAX_PAGES:
            page = self.call(Call("ListTables", start))
            yield from page["TableNames"]
            last = page.get("LastEvaluatedTableName")
            if not last:
                return
            if last in seen:
                raise unrecognized_response("ListTables", f"the page after {last!r} again", self.target)
            seen.add(last)
            start = {"ExclusiveStartTableName": last}
        raise unrecognized_response("ListTables", f"more than {_MAX_PAGES:,} pages", self.target)

    def account_id(self) -> str | None:
        """Return the declared account or the account of the credentials; `None` if AWS does not return one."""
        if self.target.account_id is not None:
            return self.target.account_id
        response = self.call_related_service("sts", Call("GetCallerIdentity", {}))
        return response.get("Account") if response else None

    def check_account(self, arns: Iterable[str]) -> None:
        """Check that live tables and the credentials belong to the environment's `account_id`.

        Args:
            arns: of live tables; the credentials of one account may write to tables of another.

        Raises:
            TargetError: an account differs, or STS cannot be called.
        """
        if self._declared_account is None:
            return
        self.check_table_accounts(arns)
        account = self._services.account_of_credentials()
        if account != self._declared_account:
            raise self._account_mismatch("the credentials", account)

    def check_table_accounts(self, arns: Iterable[str]) -> None:
        """Check that live tables belong to the environment's `account_id`, without a call.

        Raises:
            TargetError: an account differs.
        """
        if self._declared_account is None:
            return
        for account in map(account_in_arn, arns):
            if account != self._declared_account:
                raise self._account_mismatch("the tables", account)

    @property
    def _declared_account(self) -> str | None:
        return None if self.target.credentials == "dummy" else self.target.account_id

    def _account_mismatch(self, what: str, account: str | None) -> TargetError:
        return TargetError(
            f"{what} belong to account {account or 'unknown'}, but environment {self.target.env} declares account "
            f"{self.target.account_id}",
            hint="choose another --profile, or correct `account_id` in the config",
        )


def _malformed(error: Exception, target: Target) -> TargetError:
    reason = redact_credentials(str(error))
    if target.endpoint is not None:
        return TargetError(f"invalid endpoint {target.endpoint}: {reason}", hint="expected http://host:port")
    hint = "check this profile, its `services`, `endpoint_url` and `region`, in ~/.aws/config (or AWS_CONFIG_FILE)"
    return TargetError(f"invalid AWS configuration: {reason}", hint=hint)


def account_in_arn(arn: str) -> str | None:
    """Return the account in an ARN, or `None`."""
    return next(iter(arn.split(":")[4:5]), None) or None
