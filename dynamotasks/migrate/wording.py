"""Describe operations, differences and tables in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ..schema.diff import INDEX_LISTS, Change, is_off
from ..schema.table_spec import TableSpec, VectorIndex
from .operations import indexes, properties, settings, tables
from .operations.base import Impossible, Operation
from .operations.indexes import Index
from .plan import TablePlan
from .risks import Risk

_IRREGULAR_PAST = {"copy": "copied", "set": "set"}


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
        regular = self.verb + ("d" if self.verb.endswith("e") else "ed")
        return f"{_IRREGULAR_PAST.get(self.verb, regular)} {self.object}".rstrip()

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
    if table.wanted.renamed_from:
        yield f"the rename from {table.wanted.renamed_from} is pending"
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
    return words if is_exact else f"about {words}, as of up to 6 hours ago"


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


def _changes(*changes: Change) -> tuple[str, ...]:
    differences = [(str(change.path), f"{_value(change.live)} -> {_value(change.wanted)}") for change in changes]
    if len(differences) == 1:
        return "change", *differences[0]
    return "change", "; ".join(f"{path} ({difference})" for path, difference in differences)


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
    if operation.risk is Risk.REPLICAS_REMAIN:
        return "delete", "table"
    if operation.risk is Risk.TABLE_RENAMED:
        return "rename", f"table {', '.join(operation.blockers)}"
    if operation.risk is Risk.INDEX_UNDELETABLE:
        return "delete", f"index {operation.path.key}"
    return "change", str(operation.path)


def _backups(change: Change) -> tuple[str, ...]:
    if is_off(change.wanted):
        return "disable", "point-in-time recovery"
    days = change.wanted.recovery_period_in_days
    return "enable" if is_off(change.live) else "change", "point-in-time recovery", f"{days} days" if days else ""


def _insights(change: Change) -> tuple[str, ...]:
    name = "contributor insights" if change.index is None else f"contributor insights of index {change.index}"
    return "enable" if change.wanted.enabled else "disable", name, change.wanted.mode or ""


# verb, object and detail of each operation `o`
_TITLES: dict[type[Operation], Callable[[Any], tuple[str, ...]]] = {
    tables.CreateTable: lambda o: ("create", "table", _table(o.spec)),
    tables.DeleteTable: lambda o: ("delete", "table", item_count(o.items, o.is_exact)),
    tables.WaitUntilIdle: lambda o: ("wait", "", str(o.activity)),
    tables.CopyItems: lambda o: ("copy", item_count(o.items, is_exact=True), f"to {o.file}"),
    tables.RestoreItems: lambda o: ("restore", item_count(o.items, is_exact=True), "and verify them"),
    Impossible: _impossible,
    indexes.AddIndex: lambda o: ("create", _index(o.index), _index_detail(o.index)),
    indexes.DeleteIndex: lambda o: ("delete", _index(o.index), "to rebuild it" if o.prepares else ""),
    properties.ChangeDeletionProtection: lambda o: ("enable" if o.enabled else "disable", "deletion protection"),
    properties.EnableStream: lambda o: ("enable", "stream", o.stream.stream_view_type),
    properties.DisableStream: lambda o: ("disable", "stream", o.stream.stream_view_type),
    properties.ChangeTableClass: lambda o: _changes(o.change),
    properties.ChangeEncryption: lambda o: _changes(o.change),
    properties.ChangeCapacity: lambda o: _changes(*o.changes),
    properties.RaiseWarmThroughput: lambda o: _changes(*o.changes),
    settings.EnableTimeToLive: lambda o: ("enable", f"TTL on {o.attribute}"),
    settings.DisableTimeToLive: lambda o: ("disable", f"TTL on {o.attribute}"),
    settings.ChangeBackups: lambda o: _backups(o.change),
    settings.SetTags: lambda o: ("set", "tags", ", ".join(o.tags)),
    settings.RemoveTags: lambda o: ("remove", "tags", ", ".join(o.keys)),
    settings.PutResourcePolicy: lambda o: ("set", "resource policy"),
    settings.ChangeContributorInsights: lambda o: _insights(o.change),
    settings.ChangeKinesisStream: lambda o: (o.action.lower(), f"Kinesis stream {o.stream.stream_arn}"),
}
