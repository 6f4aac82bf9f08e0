"""A plan as data: what would be done to which table, in which order, and what there is to know about it. PURE.

A plan can be printed, written as JSON, reviewed and carried out elsewhere; it knows nothing of boto3 or Invoke.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..schema.diff import Change
from ..schema.live_table import LiveTable
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from ..schema.serialization import Call
from ..schema.table_spec import TableSpec

TableState = Literal["missing", "in sync", "differs", "busy", "unknown"]
Mark = Literal["+", "~", "-", "!", "="]
Kind = Literal["safe", "destructive", "impossible"]


def item_count(items: int, exact: bool) -> str:
    """Return a number of items in words.

    Args:
        items: as DescribeTable counts them.
        exact: whether the engine counts at once; AWS does about every six hours
            (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html).
    """
    words = f"{items} item{'' if items == 1 else 's'}"
    return words if exact else f"about {words}, as of up to 6 hours ago"


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A declared table as one engine can have it.

    Attributes:
        spec: without what the engine cannot do.
        skipped: config paths that were taken out for that.
    """

    spec: TableSpec
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call and what there is to know about it.

    Attributes:
        mark: `+` makes, `~` changes, `-` removes, `!` cannot be done, `=` only waits.
        path: what it is about. A step that did not reach its end stops the
            later ones of its path, and one of the whole table stops all.
        call: `None` for a step that only waits, and for one that is impossible.
        makes: what must no longer differ afterwards; the whole table means all that no later step makes.
        needs: other paths whose steps must have been done.
        settles: the table and its indexes have to come to rest before the next step.
        kind: `destructive` loses data, protection or a reader's source; `impossible` in place.
        reason: why it is destructive or impossible.
        hint: the way out of that, or around it.
        slow: AWS builds an index, which takes minutes to hours.
        limit: how often AWS allows it.
        elsewhere: what it does to the replicas in other Regions.
    """

    table: str
    mark: Mark
    title: str
    path: PropertyPath = WHOLE_TABLE
    call: Call | None = None
    makes: tuple[PropertyPath, ...] = ()
    needs: tuple[PropertyPath, ...] = ()
    settles: bool = False
    kind: Kind = "safe"
    reason: str = ""
    hint: str = ""
    slow: bool = False
    limit: str = ""
    elsewhere: str = ""

    @property
    def destructive(self) -> bool:
        """Needs consent."""
        return self.kind == "destructive"

    @property
    def deleted_index(self) -> str | None:
        """The index that its call deletes."""
        parameters = self.call.parameters if self.call else {}
        for member in ("GlobalSecondaryIndexUpdates", "VectorIndexUpdates"):
            for update in parameters.get(member, ()):
                if "Delete" in update:
                    return str(update["Delete"]["IndexName"])
        return None

    @property
    def expires_by(self) -> str:
        """The attribute by whose time items are deleted from then on; empty where its call enables no TTL."""
        if self.call is None or self.call.operation != "UpdateTimeToLive":
            return ""
        asked = self.call.parameters["TimeToLiveSpecification"]
        return str(asked["AttributeName"]) if asked["Enabled"] else ""

    def covers(self, path: PropertyPath) -> bool:
        """Whether a difference at that path is this step's to end."""
        return any(made.covers(path) for made in self.makes)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What a run would do to one table.

    Attributes:
        wanted: the declaration that the steps make true.
        live: the table as it was when this was planned.
        state: how the live table stands to the declared one.
        steps: in the order they must be carried out.
        changes: what differs.
        undeclared: what is live, of an owned list, not declared, and left alone.
        skipped: config paths that this engine cannot do.
        notes: what else the reader should know.
        unread: what could not be read, with the reason: declared properties, or `table` for all of it.
    """

    wanted: TableSpec
    live: LiveTable | None
    state: TableState
    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()
    undeclared: tuple[Change, ...] = ()
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The physical name."""
        return self.wanted.name

    @property
    def unchanged(self) -> bool:
        """In sync, with nothing to do."""
        return not self.steps and self.state == "in sync"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for all declared tables.

    Attributes:
        tables: in the order of the config.
        unmanaged: the names of live tables that nothing declares.
        note: what could not be known.
        prune: whether it removes what is not declared.
        fixed: nothing but its steps may be carried out, because they were reviewed.
    """

    tables: tuple[TablePlan, ...]
    unmanaged: tuple[str, ...] = ()
    note: str = ""
    prune: bool = False
    fixed: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, table by table."""
        return tuple(step for table in self.tables for step in table.steps)

    @property
    def failed(self) -> bool:
        """A table could not be read at all."""
        return any("table" in table.unread for table in self.tables)

    @property
    def in_sync(self) -> bool:
        """Nothing to do and nothing that differs."""
        return all(table.state == "in sync" for table in self.tables)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One table that exists and what has to change: what steps are made of.

    Attributes:
        wanted: the declared table.
        live: the table that stands.
        changes: the differences to end.
    """

    wanted: TableSpec
    live: LiveTable
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """The physical name."""
        return self.wanted.name

    def of(self, property: str) -> tuple[Change, ...]:
        """The differences in one property of the table."""
        return tuple(change for change in self.changes if change.property == property)
