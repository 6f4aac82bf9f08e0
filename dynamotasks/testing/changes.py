"""Find out what recorded calls may have changed: the keys of items, tables, or anything."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any, TypeAlias

from ..schema.table_spec import TableSpec
from .recorder import SentCall

Item: TypeAlias = Mapping[str, Mapping[str, Any]]
KeyValue: TypeAlias = tuple[str, str | Decimal | bytes]

_WRITES = {"PutItem": "Item", "UpdateItem": "Key", "DeleteItem": "Key"}
_WRITES_OF_BATCH = {"PutRequest": "Item", "DeleteRequest": "Key"}
_WRITES_OF_TRANSACTION = {"Put": "Item", "Update": "Key", "Delete": "Key"}
_STATEMENTS = {
    "ExecuteStatement": None,
    "BatchExecuteStatement": "Statements",
    "ExecuteTransaction": "TransactStatements",
}
# the parameter that names the table which a call creates, changes or deletes
_TABLE_PARAMETERS = {
    **dict.fromkeys(("TagResource", "UntagResource", "PutResourcePolicy", "DeleteResourcePolicy"), "ResourceArn"),
    **dict.fromkeys(("RestoreTableFromBackup", "RestoreTableToPointInTime"), "TargetTableName"),
    **dict.fromkeys(
        (
            *("CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive", "UpdateContinuousBackups"),
            *("UpdateContributorInsights", "EnableKinesisStreamingDestination", "DisableKinesisStreamingDestination"),
            *("UpdateKinesisStreamingDestination", "UpdateTableReplicaAutoScaling"),
        ),
        "TableName",
    ),
}
_LONGEST_KEY = {
    "HASH": 2048,
    "RANGE": 1024,
}  # bytes; https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_NUMBERS = Context(prec=38, Emin=-130, Emax=125, traps=[Inexact, InvalidOperation, Overflow, Subnormal])
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


@dataclass(slots=True)
class Changes:
    """What may differ from the declared, empty tables.

    Attributes:
        keys: of items by table, without duplicates.
        tables: created, deleted or altered, or written in a way that keys do not describe.
        everything: why anything may have changed, else `None`.
        elsewhere: access keys and Regions, other than the worker's, with tables of the same engine.
    """

    keys: dict[str, dict[tuple[KeyValue, ...], Item]] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    everything: str | None = None
    elsewhere: set[tuple[str, str]] = field(default_factory=set)


class ChangeReader:
    """Reads recorded calls.

    Args:
        tables: the declared tables, with their keys.
        access_key: of the worker.
        region: of the worker.
    """

    def __init__(self, tables: Iterable[TableSpec], access_key: str, region: str) -> None:
        self._tables = {table.name: _KeyReader(table) for table in tables}
        self._scope = (access_key, region)

    def read(self, calls: Iterable[SentCall]) -> Changes:
        """Return what the calls may have changed, whether they succeeded or not."""
        changes = Changes()
        for call in calls:
            scope = (call.access_key or self._scope[0], call.region or self._scope[1])
            if scope != self._scope:
                changes.elsewhere.add(scope)
                changes.everything = f"{call.operation} was sent with another access key or Region"
                continue
            try:
                self._add(changes, call.operation, call.body)
            except _UNREADABLE:
                changes.everything = f"{call.operation} was sent in a form that this version cannot read"
        return changes

    def _add(self, changes: Changes, operation: str, body: bytes) -> None:
        sent = json.loads(body)
        if operation in _WRITES:
            self.add_key(changes, sent["TableName"], sent[_WRITES[operation]])
        elif operation == "BatchWriteItem":
            for table, requests in sent["RequestItems"].items():
                for request in requests:
                    self._add_write(changes, request, _WRITES_OF_BATCH, table)
        elif operation == "TransactWriteItems":
            for request in sent["TransactItems"]:
                self._add_write(changes, request, _WRITES_OF_TRANSACTION)
        elif operation in _TABLE_PARAMETERS:
            changes.tables.add(table_name(sent[_TABLE_PARAMETERS[operation]]))
        elif not (operation in _STATEMENTS and _only_selects(sent, _STATEMENTS[operation])):
            changes.everything = f"{operation} may change any table"

    def _add_write(
        self, changes: Changes, request: Mapping[str, Any], members: Mapping[str, str], table: str | None = None
    ) -> None:
        for kind, write in request.items():
            if kind in members:
                self.add_key(changes, table or write["TableName"], write[members[kind]])
            elif kind != "ConditionCheck":
                raise ValueError(kind)

    def add_key(self, changes: Changes, table: str, item: Item) -> None:
        """Add the key of an item, or its table if the key is invalid."""
        name = table_name(table)
        reader = self._tables.get(name)
        if reader is None:
            changes.tables.add(name)
            return
        try:
            key = reader.read(item)
        except _UNREADABLE:
            changes.tables.add(name)  # the engine probably refused it, but that differs between engines
            return
        changes.keys.setdefault(name, {}).setdefault(key, {part: item[part] for part in reader.names})


class _KeyReader:
    def __init__(self, table: TableSpec) -> None:
        types = {attribute.name: attribute.type for attribute in table.attributes}
        self._parts = [
            (key.attribute_name, types[key.attribute_name], _LONGEST_KEY[key.key_type]) for key in table.key_schema
        ]
        self.names = tuple(name for name, _, _ in self._parts)

    def read(self, item: Item) -> tuple[KeyValue, ...]:
        """Return a key in a form in which equal keys are equal: 1 and 1.0 are the same number."""
        return tuple(_value(type_, item[name], longest) for name, type_, longest in self._parts)


def _value(type_: str, value: Mapping[str, Any], longest: int) -> KeyValue:
    ((found, text),) = value.items()
    if found != type_ or not isinstance(text, str):
        raise ValueError(found)
    if type_ == "N":
        number = Decimal(text).normalize(_NUMBERS)
        if not number.is_finite():
            raise ValueError(text)
        return type_, number
    content: str | bytes = base64.b64decode(text, validate=True) if type_ == "B" else text
    size = len(content if isinstance(content, bytes) else content.encode())
    if not 0 < size <= longest:
        raise ValueError(size)
    return type_, content


def table_name(name_or_arn: str) -> str:
    """Return the name of a table from its name or from an ARN of it, its streams or its indexes."""
    if name_or_arn.startswith("arn:"):
        return name_or_arn.split(":", 5)[5].split("/")[1]
    return name_or_arn


def _only_selects(sent: Mapping[str, Any], member: str | None) -> bool:
    statements = sent[member] if member else [sent]
    return all(statement["Statement"].lstrip().upper().startswith("SELECT") for statement in statements)
