"""The environments of a config: `local`, `aws`, and those that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..aws.target import LOCAL, Credentials

BUILT_IN = (LOCAL, "aws")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An entry of `environments`; absent keys have defaults.

    Attributes:
        disposable: whether destructive changes need no second confirmation.
        params: strings, and lists and maps, which files in other formats get as JSON.
        tables: the unparsed overrides by table; `Config.tables_of` returns the tables with them.
    """

    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None
    table_prefix: str | None = None
    credentials: Credentials | None = None
    disposable: bool | None = None
    params: Mapping[str, Any] | None = None
    stack: str | None = None
    tables: Mapping[str, Mapping[str, Any]] | None = None
