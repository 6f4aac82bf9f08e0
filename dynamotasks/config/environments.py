"""The environments of a config: `local`, `aws`, and those that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..aws.target import LOCAL, Credentials

BUILT_IN = (LOCAL, "aws")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One entry of a config's `environments:`; what is absent falls to the defaults.

    Attributes:
        credentials: `dummy` for engines that check none, `chain` for boto3's own search.
        disposable: its tables may be dropped without a second confirmation.
        tables: what is different there, by table, as it is written; `Config.tables_of` has the tables with it.
    """

    endpoint: str | None = None
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None
    table_prefix: str | None = None
    credentials: Credentials | None = None
    disposable: bool | None = None
    tables: Mapping[str, Mapping[str, Any]] | None = None
