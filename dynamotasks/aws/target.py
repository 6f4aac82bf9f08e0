"""The database that a command connects to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

LOCAL = "local"
DEFAULT_ENDPOINT = "http://localhost:8000"

Credentials: TypeAlias = Literal["dummy", "chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The one database that a task talks to.

    Attributes:
        env: the environment's name.
        endpoint: a URL, or `None` for AWS's own of the Region.
        region: `None` leaves it to boto3, which may know one from the profile.
        table_prefix: stands before each declared name there.
        assumed: nothing says where it is: the endpoint is the default one.
        moved: why a `disposable` of the config may not cover it: something else chose the database.
    """

    env: str
    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None
    table_prefix: str = ""
    credentials: Credentials = "chain"
    disposable: bool = False
    endpoint_assumed: bool = False
    overridden_by: str | None = None

    @property
    def location(self) -> str:
        """Where it is, in a word: the endpoint, else the Region."""
        return self.endpoint or f"AWS {self.region or 'default Region'}"
