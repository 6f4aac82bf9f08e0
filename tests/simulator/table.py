"""A table as a value, and its state at a time: states change with time, without writes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .answers import Shape

NEVER = -math.inf
Status = Literal["CREATING", "UPDATING", "DELETING", "ACTIVE"]
EncryptionStatus = Literal["ENABLING", "UPDATING", "DISABLING"]
IndexMember = Literal["GlobalSecondaryIndexes", "VectorIndexes"]


@dataclass(kw_only=True)
class Pace:
    """Delays of the service in seconds, and its limits.

    Attributes:
        creating: time for which a new table is CREATING.
        indexing: time for which an index is CREATING after its table, or backfills after its allocation.
        updating: time for which a table, an index or a setting is changing.
        deleting: time for which a deleted table is DELETING.
        ttl_change: time for which Time to Live is ENABLING or DISABLING.
        ttl_interval: minimum time between two changes of Time to Live.
        pitr_delay: time from ACTIVE until backups are available.
        sse_change, warming: time for which encryption and warm throughput change; default `updating`.
        sse_by_change: changing encryption is ENABLING or DISABLING instead of UPDATING, also of a new table.
            API_SSEDescription.html lists these values, but says that only UPDATING occurs.
        replica_lag: time for which replicas are UPDATING after their table.
        unready: the error of settings operations while the table is CREATING; both are reported.
        tag_lock, policy_lock: time for which a write blocks other writes.
        tag_page: tags in a page of ListTagsOfResource; pages are documented, and moto has 10.
        stale: age of eventually consistent reads.
        limit: maximum number of tables that are CREATING, UPDATING or DELETING.
        indexed_limit: maximum number of tables with secondary indexes that are CREATING.
        quota: maximum number of tables.
        items: the ItemCount of every table.
        held: the actual number of items, which ItemCount shows hours later; default `items`.
    """

    creating: float = 0.0
    indexing: float = 0.0
    updating: float = 0.0
    deleting: float = 0.0
    ttl_change: float = 0.0
    ttl_interval: float = 3600.0
    pitr_delay: float = 0.0
    sse_change: float | None = None
    warming: float | None = None
    sse_by_change: bool = False
    replica_lag: float = 0.0
    unready: Literal["not found", "invalid"] = "not found"
    tag_lock: float = 1.6
    policy_lock: float = 1.6
    tag_page: int = 10
    stale: float = 0.0
    limit: int = 500
    indexed_limit: int = 250
    quota: int = 2500
    items: int = 0
    held: int | None = None


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary or vector index.

    Attributes:
        shape: the creation parameters with later updates.
        born: when it was added to its table; `NEVER` if it was created with the table.
    """

    shape: Shape
    member: IndexMember
    born: float = NEVER
    changed: float = NEVER
    warmed: float = NEVER
    deleted: float = math.inf

    @property
    def name(self) -> str:
        return str(self.shape["IndexName"])


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting with a state separate from the table: contributor insights, a Kinesis destination."""

    on: bool
    detail: str
    since: float


@dataclass(frozen=True, kw_only=True)
class Table:
    """The complete state of a table. Times are on the clock of the plane.

    Attributes:
        shape: the parameters of CreateTable with later updates.
        before: the shape that is still shown while the table is UPDATING.
        switches, class_changes, encryptions: times of the changes that have a quota.
        encrypting: the status during the last change of encryption.
        replicas: the Regions of a global table, with the ReplicaStatus of those that are not ACTIVE.
    """

    name: str
    id: str
    born: float
    shape: Shape
    before: Shape | None = None
    indexes: tuple[Index, ...] = ()
    changed: float = NEVER
    deleted: float = math.inf
    warmed: float = NEVER
    stream_label: str | None = None
    was_on_demand: bool = False
    switches: tuple[float, ...] = ()
    class_changes: tuple[float, ...] = ()
    encryptions: tuple[float, ...] = ()
    encrypting: EncryptionStatus = "ENABLING"
    replicas: Mapping[str, str | None] = field(default_factory=dict)
    global_version: str | None = None
    consistency: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    tagged: float = NEVER
    policy: str | None = None
    policy_revision: int = 0
    policy_written: float = NEVER
    ttl: Shape | None = None
    ttl_changed: float = NEVER
    pitr: Shape | None = None
    insights: Mapping[str | None, Setting] = field(default_factory=dict)
    kinesis: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """A table at a point in time."""

    table: Table
    pace: Pace
    at: float

    @property
    def gone(self) -> bool:
        return self.at >= self.table.deleted + self.pace.deleting

    @property
    def status(self) -> Status:
        if self.at >= self.table.deleted:
            return "DELETING"
        if self.at < self.table.born + self.pace.creating:
            return "CREATING"
        return "UPDATING" if self.changing(self.table.changed) else "ACTIVE"

    def changing(self, since: float) -> bool:
        return self.at < since + self.pace.updating

    @property
    def shape(self) -> Shape:
        """Return what DescribeTable shows: throughput, billing mode and class change at the end (reported)."""
        return self.table.before if self.table.before and self.status == "UPDATING" else self.table.shape

    @property
    def encrypting(self) -> EncryptionStatus | None:
        """Return the kind of change in progress."""
        lasts = self.pace.updating if self.pace.sse_change is None else self.pace.sse_change
        begun = max(self.table.encryptions, default=NEVER)
        if begun == NEVER and self.pace.sse_by_change and "Encryption" in self.table.shape:
            begun = self.table.born + self.pace.creating
        if self.at >= begun + lasts:
            return None
        return self.table.encrypting if self.pace.sse_by_change else "UPDATING"

    @property
    def warming(self) -> bool:
        return self.is_warming(self.table.warmed)

    def is_warming(self, since: float) -> bool:
        """Return the status of the table or of an index."""
        return self.at < since + (self.pace.updating if self.pace.warming is None else self.pace.warming)

    @property
    def replicas_changing(self) -> bool:
        return self.at < self.table.changed + self.pace.updating + self.pace.replica_lag

    @property
    def indexes(self) -> list[Index]:
        return [index for index in self.table.indexes if self.at < index.deleted + self.pace.updating]

    def index(self, name: str) -> Index | None:
        return next((index for index in self.indexes if index.name == name), None)

    def index_status(self, index: Index) -> Status:
        if self.at >= index.deleted:
            return "DELETING"
        if self.at < self._index_ready(index):
            return "CREATING"
        return "UPDATING" if self.changing(index.changed) else "ACTIVE"

    def _index_ready(self, index: Index) -> float:
        if index.born == NEVER:
            return self.table.born + self.pace.creating + self.pace.indexing
        return index.born + self.pace.updating + self.pace.indexing

    def backfilling(self, index: Index) -> bool | None:
        """Return `None` if the member is absent: an index created with its table, or an ACTIVE one (reported)."""
        if index.born == NEVER or self.index_status(index) != "CREATING":
            return None
        return not self.changing(index.born)

    @property
    def restless_indexes(self) -> list[Index]:
        return [index for index in self.indexes if self.index_status(index) != "ACTIVE"]

    @property
    def attributes(self) -> list[Shape]:
        """Return the attribute definitions in use: deleting an index removes its own."""
        used = set(used_names({**self.table.shape, **by_member(self.indexes)}))
        return [each for each in self.table.shape["AttributeDefinitions"] if each["AttributeName"] in used]


def by_member(indexes: list[Index]) -> dict[str, list[Shape]]:
    members: dict[str, list[Shape]] = {"GlobalSecondaryIndexes": [], "VectorIndexes": []}
    for index in indexes:
        members[index.member].append(index.shape)
    return members


def used_names(shape: Shape) -> Iterator[str]:
    """Return the attributes that require a definition: those of keys and of vector search schemas."""
    keyed = [shape, *shape.get("GlobalSecondaryIndexes", ()), *shape.get("LocalSecondaryIndexes", ())]
    schemas = [part["KeySchema"] for part in keyed if "KeySchema" in part]
    schemas += [part.get("SearchSchema", ()) for part in shape.get("VectorIndexes", ())]
    return (element["AttributeName"] for schema in schemas for element in schema)
