"""A table that exists: its definition and its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .property_path import PropertyPath
from .table_spec import TableSpec

# the revision to expect of a policy that does not exist yet
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html)
NO_POLICY = "NO_POLICY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A change in progress: of the table or, where one is named, of an index, a setting or a replica.

    Attributes:
        status: DynamoDB's status, such as UPDATING.
        region: of the replica.
    """

    status: str
    index: str | None = None
    backfilling: bool = False
    setting: PropertyPath | None = None
    region: str | None = None

    def __str__(self) -> str:
        if self.index is not None:
            return f"index {self.index} {self.status}{', backfilling' if self.backfilling else ''}"
        if self.region is not None:
            return f"replica {self.region} {self.status}"
        return self.status if self.setting is None else f"{self.setting} {self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTable:
    """A table that exists.

    Attributes:
        status: TableStatus.
        indexes: IndexStatus of each global secondary and vector index.
        items, size: ItemCount and TableSizeBytes; AWS refreshes them about every six hours.
        denied: properties that could not be read, with the reason.
        backfilling: indexes that are being filled.
        scaled: capacities that Application Auto Scaling sets.
        undeletable: indexes that the engine would never finish deleting.
        id: TableId; a recreated table has another one.
        created: seconds since 1970.
        changing: the status of each setting that is changing while the table is ACTIVE.
        replicas: ReplicaStatus of the replicas in other Regions.
        global_table_version: of a global table.
        multi_region_consistency: of a global table, EVENTUAL or STRONG.
        streamed: it has or had a stream.
        empty: it has no items, as a read has just shown; `items` may be six hours old.
        policy_revision: RevisionId of its resource policy.
    """

    spec: TableSpec
    status: str
    arn: str
    indexes: Mapping[str, str] = field(default_factory=dict)
    items: int = 0
    size: int = 0
    denied: Mapping[str, str] = field(default_factory=dict)
    backfilling: frozenset[str] = frozenset()
    scaled: frozenset[PropertyPath] = frozenset()
    undeletable: frozenset[str] = frozenset()
    id: str | None = None
    created: float | None = None
    changing: Mapping[PropertyPath, str] = field(default_factory=dict)
    replicas: Mapping[str, str] = field(default_factory=dict)
    global_table_version: str | None = None
    multi_region_consistency: str | None = None
    streamed: bool = False
    empty: bool = False
    policy_revision: str = NO_POLICY

    def is_same(self, other: LiveTable) -> bool:
        """Return whether both are one table, not two that were created under the same name."""
        if self.id and other.id:
            return self.id == other.id
        return self.created is None or other.created is None or self.created == other.created

    def replaces(self, other: LiveTable) -> bool:
        """Return whether it was created after the other one was dropped; a read may also return an older state."""
        return not self.is_same(other) and (self.created or 0.0) >= (other.created or 0.0)

    @property
    def activity(self) -> Activity | None:
        """The first change in progress; `None` when the table is idle."""
        if self.status != "ACTIVE":
            return Activity(status=self.status)
        for name, status in self.indexes.items():
            if status != "ACTIVE":
                return Activity(status=status, index=name, backfilling=name in self.backfilling)
        for path, status in self.changing.items():
            return Activity(status=status, setting=path)
        for region, status in self.replicas.items():
            if status in ("CREATING", "UPDATING", "DELETING"):
                return Activity(status=status, region=region)
        return None

    @property
    def idle(self) -> bool:
        """Whether nothing of it is changing."""
        return self.activity is None
