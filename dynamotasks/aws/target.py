"""The database that a command connects to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

LOCAL = "local"
DEFAULT_ENDPOINT = "http://localhost:8000"

Credentials: TypeAlias = Literal["dummy", "chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database, and the credentials to use there.

    Attributes:
        env: the environment's name.
        endpoint: a URL; `None` for AWS's endpoint of the Region.
        region: `None` for boto3's default, such as the profile's.
        table_prefix: begins the name of each table there.
        stack: the CloudFormation stack of tables whose templates have no names.
        access_key: the dummy key id, by which some engines separate tables; `None` for the usual one.
        endpoint_assumed: nothing declares the endpoint, so it is the default one.
        overridden_by: what replaced the database that the config declares as disposable.
    """

    env: str
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None
    table_prefix: str = ""
    stack: str | None = None
    credentials: Credentials = "chain"
    access_key: str | None = None
    disposable: bool = False
    endpoint_assumed: bool = False
    overridden_by: str | None = None

    @property
    def location(self) -> str:
        """The endpoint, or the Region."""
        return self.endpoint or f"AWS {self.region or 'default Region'}"
