"""A table that exists: what it is, and what state it is in. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .property_path import PropertyPath
from .table_spec import TableSpec

NO_POLICY = "NO_POLICY"  # the revision of a policy that does not exist (API_PutResourcePolicy.html)


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table that exists.

    Attributes:
        spec: what it is.
        status: DynamoDB's TableStatus.
        indexes: IndexStatus of each global secondary and vector index.
        items, size: DynamoDB's own count and bytes, refreshed about every six hours on AWS.
        denied: properties that could not be read, with the reason.
        backfilling: the indexes that are being filled.
        scaled: config paths of the capacities that Application Auto Scaling sets.
        undeletable: the indexes that the engine would never finish deleting.
        id: DynamoDB's TableId: another one for a table that was dropped and created again; empty where none is told.
        created: when, in seconds since 1970; 0 where none is told.
        changing: the status of each setting, by its config path, that is on its way while the table is ACTIVE.
        replicas: ReplicaStatus of the global table's replicas in other Regions.
        global_table_version: of a global table; the legacy 2017.11.29 keeps no settings in sync.
        multi_region_consistency: EVENTUAL, STRONG, or empty.
        streamed: it has a stream or once had one.
        empty: certainly without items. `items` is too old to tell.
        policy_revision: of its resource policy, in DynamoDB's words.
    """

    spec: TableSpec
    status: str
    arn: str
    indexes: Mapping[str, str]
    items: int
    size: int
    denied: Mapping[str, str]
    backfilling: frozenset[str] = frozenset()
    scaled: frozenset[PropertyPath] = frozenset()
    id: str = ""
    undeletable: frozenset[str] = frozenset()
    created: float = 0.0
    changing: Mapping[PropertyPath, str] = field(default_factory=dict)
    replicas: Mapping[str, str] = field(default_factory=dict)
    global_table_version: str = ""
    multi_region_consistency: str = ""
    streamed: bool = False
    empty: bool = False
    policy_revision: str = NO_POLICY

    def is_same(self, other: LiveTable) -> bool:
        """Return whether it is that table, not another one that was created under its name."""
        if self.id and other.id:
            return self.id == other.id
        return not (self.created and other.created) or self.created == other.created

    def replaces(self, other: LiveTable) -> bool:
        """Return whether it was created under the other's name after that one was dropped; reads may be behind."""
        return not self.is_same(other) and self.created >= other.created

    @property
    def settled(self) -> bool:
        """Neither the table nor an index or replica of it is on its way to another state."""
        return not self.busy_with

    @property
    def busy_with(self) -> str:
        """What the table, an index or a replica of it is still on its way to; empty at rest."""
        if self.status != "ACTIVE":
            return self.status
        for name, status in self.indexes.items():
            if status != "ACTIVE":
                return f"index {name} {status}" + (", backfilling" if name in self.backfilling else "")
        for path, status in self.changing.items():
            return f"{path} {status}"
        for region, status in self.replicas.items():
            if status in ("CREATING", "UPDATING", "DELETING"):
                return f"replica {region} {status}"
        return ""
