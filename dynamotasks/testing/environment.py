"""Environment variables that point AWS SDKs to the engine of a test run, and away from real credentials."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

# https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html and the sources of botocore 1.44.8
_ENDPOINTS = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "DYNAMO_ENDPOINT")
_REMOVED = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ACCOUNT_ID",
    "AWS_CREDENTIAL_FILE",
    *("AWS_ACCESS_KEY", "AWS_SECRET_KEY"),  # older SDKs of Java and Go read these names
    "AWS_ENDPOINT_DISCOVERY_ENABLED",  # an engine answers with the endpoint of AWS (measured)
    "AWS_ENDPOINT_URL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
_REMOVED_PREFIX = "AWS_BEARER_TOKEN_"  # one for each service
_HOSTS_WITHOUT_PROXY = ("NO_PROXY", "no_proxy")


class SdkEnvironment:
    """The variables of this process; changes last until `restore`."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] = {}
        self._values: dict[str, str] = {}

    def apply(self, endpoint: str, region: str, access_key: str) -> Mapping[str, str]:
        """Point new clients of AWS SDKs to an engine; return the variables that are set.

        Args:
            endpoint: the engine's URL.
            region: the Region of the tables.
            access_key: the key id, which is also the secret key.
        """
        values = {
            **dict.fromkeys(_ENDPOINTS, endpoint),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": access_key,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "BOTO_CONFIG": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **_direct_connection(endpoint),
        }
        self._values = values
        self._set()
        return values

    def ensure(self) -> None:
        """Set the variables again if the code of a test changed them."""
        changed = any(os.environ.get(name) != value for name, value in self._values.items())
        if self._values and (changed or not _removed().isdisjoint(os.environ)):
            self._set()

    def _set(self) -> None:
        removed = _removed()
        for name in (*removed, *self._values):
            self._before.setdefault(name, os.environ.get(name))
        for name in removed:
            os.environ.pop(name, None)
        os.environ.update(self._values)
        _forget_default_session()

    def restore(self) -> None:
        """Restore the variables that `apply` changed."""
        if not self._before:
            return
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._before.clear()
        self._values.clear()
        _forget_default_session()


def _removed() -> set[str]:
    """Return the names of the variables to remove."""
    return {*_REMOVED, *(name for name in os.environ if name.startswith(_REMOVED_PREFIX))}


def _direct_connection(endpoint: str) -> dict[str, str]:
    """Return the variables with which a proxy is not used for the endpoint."""
    host = endpoint.partition("://")[2].rpartition(":")[0] or endpoint
    return {name: _with_host(os.environ.get(name, ""), host) for name in _HOSTS_WITHOUT_PROXY}


def _with_host(hosts: str, host: str) -> str:
    return hosts if host in hosts.split(",") else ",".join(filter(None, (hosts, host)))


def _forget_default_session() -> None:
    """Forget the session that boto3.client() uses: it keeps the credentials and the config file that it read."""
    if boto3 := sys.modules.get("boto3"):
        boto3.DEFAULT_SESSION = None  # type: ignore[attr-defined]
