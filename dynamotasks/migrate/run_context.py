"""What all steps of a run share."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..aws.client import Database
from .call_gate import CallGate
from .local_ttl import LocalTtl


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """The database and the settings of a run.

    Attributes:
        timeout: the seconds that a table may take in all.
        allow_destructive: whether steps may lose data or protection.
        wait: whether to wait for the last change of a table, such as an index backfill.
        prune: whether undeclared indexes and tags are removed.
        fixed: whether only the steps of the reviewed plan may be sent.
        created: the tables that this run created; they can have no items of others.
    """

    database: Database
    gate: CallGate
    local_ttl: LocalTtl
    timeout: float
    allow_destructive: bool
    wait: bool
    prune: bool
    fixed: bool
    created: set[str] = field(default_factory=set)
