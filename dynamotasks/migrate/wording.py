"""Describe operations, differences and tables in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ..schema.diff import INDEX_LISTS, Change, is_off
from ..schema.table_spec import TableSpec, VectorIndex
from .operations import (
    AddIndex,
    ChangeBackups,
    ChangeCapacity,
    ChangeContributorInsights,
    ChangeEncryption,
    ChangeTableClass,
    CopyItems,
    CreateTable,
    DeleteIndex,
    DeleteTable,
    DisableDeletionProtection,
    DisableKinesisStream,
    DisableStream,
    DisableTimeToLive,
    EnableDeletionProtection,
    EnableKinesisStream,
    EnableStream,
    EnableTimeToLive,
    Impossible,
    Index,
    Operation,
    PutResourcePolicy,
    RaiseWarmThroughput,
    RemoveTags,
    RestoreItems,
    SetTags,
    UpdateKinesisStream,
    WaitUntilIdle,
)
from .plan import TablePlan
from .risks import Risk

_PAST = {
    "create": "created",
    "delete": "deleted",
    "change": "changed",
    "copy": "copied",
    "restore": "restored",
    "enable": "enabled",
    "disable": "disabled",
    "set": "set",
    "remove": "removed",
    "update": "updated",
    "wait": "waited",
}


@dataclass(frozen=True, slots=True)
class Title:
    """An operation in words: `create` `index by_email` (`email HASH`)."""

    verb: str
    object: str = ""
    detail: str = ""

    @property
    def short(self) -> str:
        """Without the detail."""
        return f"{self.verb} {self.object}".rstrip()

    @property
    def done(self) -> str:
        """In the past tense, without the detail."""
        return f"{_PAST[self.verb]} {self.object}".rstrip()

    def __str__(self) -> str:
        return f"{self.short} ({self.detail})" if self.detail else self.short


def title(operation: Operation) -> Title:
    """Return what an operation does."""
    return Title(*_TITLES[type(operation)](operation))


def replica_effect(operation: Operation) -> str:
    """Return what an operation means for the replicas of a global table; may be empty."""
    effect = operation.replica_effect
    if effect is None:
        return ""
    regions = ", ".join(effect.regions)
    return f"also in {regions}" if effect.applied else f"not in {regions}: change the replicas there as well"


def notes(table: TablePlan) -> Iterator[str]:
    """Yield further facts about a table: replicas, unread settings, activity."""
    live = table.live
    if table.read_error is not None:
        yield f"could not be read: {table.read_error}"
    if table.after_deletion:
        yield "is being deleted; it is recreated afterwards"
    if live is None:
        return
    if live.replicas:
        replicas = ", ".join(f"{region} ({status})" for region, status in live.replicas.items())
        yield f"global table with replicas in {replicas}"
    for name, why in live.denied.items():
        yield f"{name} could not be read: {why}"
    for path in table.scaled:
        yield f"{path} is managed by Application Auto Scaling and not changed"
    if live.activity:
        yield f"busy: {live.activity}"


def change_text(change: Change) -> str:
    """Return a difference in words."""
    if change.live is None:
        return f"{change.path} is missing"
    if change.wanted is None:
        return f"{change.path} is not declared"
    return f"{change.path} is {_value(change.live)}, declared {_value(change.wanted)}"


def item_count(items: int, is_exact: bool) -> str:
    """Return a number of items in words.

    Args:
        items: ItemCount of DescribeTable.
        is_exact: whether it is current. AWS refreshes it about every six hours
            (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html).
    """
    words = f"{items} item{'' if items == 1 else 's'}"
    return words if is_exact else f"about {words}, up to 6 hours ago"


def _value(value: Any) -> str:
    """Return a value of a spec in words: `none`, `off`, `stream_view_type NEW_IMAGE`."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if is_dataclass(value):
        parts = ((field.name, getattr(value, field.name)) for field in fields(value))
        set_parts = [f"{name} {_value(part)}" for name, part in parts if part not in (None, True)]
        return "off" if is_off(value) else ", ".join(set_parts) or "on"
    if isinstance(value, Mapping):
        return "a document"
    return f"[{'; '.join(map(_value, value))}]" if isinstance(value, tuple) else str(value)


def _difference(change: Change) -> str:
    return f"{_value(change.live)} -> {_value(change.wanted)}"


def _change(operation: ChangeTableClass | ChangeEncryption) -> tuple[str, ...]:
    return "change", str(operation.path), _difference(operation.change)


def _changes(operation: ChangeCapacity | RaiseWarmThroughput) -> tuple[str, ...]:
    if len(operation.changes) == 1:
        (change,) = operation.changes
        return "change", str(change.path), _difference(change)
    return "change", "; ".join(f"{change.path} ({_difference(change)})" for change in operation.changes)


def _table(spec: TableSpec) -> str:
    parts = [_keys(spec.key_schema)]
    for kind, word in zip(INDEX_LISTS, ("GSI", "LSI", "vector index"), strict=True):
        parts += [f"{word} {index.index_name}" for index in getattr(spec, kind) or ()]
    if spec.stream_specification and spec.stream_specification.stream_enabled:
        parts.append("stream")
    return "; ".join(parts)


def _keys(schema: Any) -> str:
    return ", ".join(f"{key.attribute_name} {key.key_type}" for key in schema)


def _index(index: Index) -> str:
    return f"vector index {index.index_name}" if isinstance(index, VectorIndex) else f"index {index.index_name}"


def _index_detail(index: Index) -> str:
    if isinstance(index, VectorIndex):
        return f"{index.vector_attribute.attribute_name}, {index.dimensions} dimensions"
    return _keys(index.key_schema)


def _impossible(operation: Impossible) -> tuple[str, ...]:
    if operation.reason is Risk.REPLICAS_REMAIN:
        return "delete", "table"
    if operation.reason is Risk.INDEX_UNDELETABLE:
        return "delete", f"index {operation.path.key}"
    return "change", str(operation.path)


def _backups(operation: ChangeBackups) -> tuple[str, ...]:
    wanted, name = operation.change.wanted, "point-in-time recovery"
    if is_off(wanted):
        return "disable", name
    days = f"{wanted.recovery_period_in_days} days" if wanted.recovery_period_in_days else ""
    return "enable" if is_off(operation.change.live) else "change", name, days


def _insights(operation: ChangeContributorInsights) -> tuple[str, ...]:
    wanted, index = operation.change.wanted, operation.change.index
    name = "contributor insights" if index is None else f"contributor insights of index {index}"
    return "enable" if wanted.enabled else "disable", name, wanted.mode or ""


_TITLES: dict[type[Operation], Callable[[Any], tuple[str, ...]]] = {
    CreateTable: lambda operation: ("create", "table", _table(operation.spec)),
    DeleteTable: lambda operation: ("delete", "table", item_count(operation.items, operation.is_exact)),
    WaitUntilIdle: lambda operation: ("wait", "", str(operation.activity)),
    Impossible: _impossible,
    AddIndex: lambda operation: ("create", _index(operation.index), _index_detail(operation.index)),
    DeleteIndex: lambda operation: ("delete", _index(operation.index), "to rebuild it" if operation.rebuild else ""),
    EnableDeletionProtection: lambda operation: ("enable", "deletion protection"),
    DisableDeletionProtection: lambda operation: ("disable", "deletion protection"),
    EnableStream: lambda operation: ("enable", "stream", operation.stream.stream_view_type),
    DisableStream: lambda operation: ("disable", "stream", operation.stream.stream_view_type),
    ChangeTableClass: _change,
    ChangeEncryption: _change,
    ChangeCapacity: _changes,
    RaiseWarmThroughput: _changes,
    EnableTimeToLive: lambda operation: ("enable", f"TTL on {operation.attribute}"),
    DisableTimeToLive: lambda operation: ("disable", f"TTL on {operation.attribute}"),
    ChangeBackups: _backups,
    SetTags: lambda operation: ("set", "tags", ", ".join(operation.tags)),
    RemoveTags: lambda operation: ("remove", "tags", ", ".join(operation.keys)),
    PutResourcePolicy: lambda operation: ("set", "resource policy"),
    ChangeContributorInsights: _insights,
    EnableKinesisStream: lambda operation: ("enable", f"Kinesis stream {operation.stream.stream_arn}"),
    UpdateKinesisStream: lambda operation: ("update", f"Kinesis stream {operation.stream.stream_arn}"),
    CopyItems: lambda operation: ("copy", item_count(operation.items, is_exact=True), f"to {operation.file}"),
    RestoreItems: lambda operation: ("restore", item_count(operation.items, is_exact=True), "and verify them"),
    DisableKinesisStream: lambda operation: ("disable", f"Kinesis stream {operation.stream.stream_arn}"),
}
