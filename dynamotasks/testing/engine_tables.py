"""Create, empty and delete the tables of one worker in a local engine."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ..aws.capabilities import MOTO, UNKNOWN, omit_unsupported
from ..errors import CallError, EngineError
from ..schema.serialization import create_table_call
from ..schema.table_spec import TableSpec
from .changes import Item
from .wire import Wire

BATCH = 25  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
_PATIENCE = 10.0  # seconds until a table that is being created or deleted is expected to be ready
_PAUSE = 0.02
_PAGE = 100  # names; https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
_MOST_PAGES = 100  # four times the tables that a Region can have by default
_PATIENCE_WITH_PAGES = 30.0  # seconds

_Write: TypeAlias = tuple[str, Mapping[str, Any]]


class EngineTables:
    """The tables of one access key and Region in an engine, which need not separate them."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def names(self) -> list[str]:
        """Return the names of all tables.

        Raises:
            EngineError: the engine does not respond, or its pages do not end.
        """
        found: list[str] = []
        last: str | None = None
        starts: set[str] = set()
        deadline = time.monotonic() + _PATIENCE_WITH_PAGES
        while True:
            page = self._wire.call("ListTables", {} if last is None else {"ExclusiveStartTableName": last})
            found += self._names_of(page)
            last = page.get("LastEvaluatedTableName")
            if last is None:
                return found
            if not isinstance(last, str) or last in starts:
                raise self._wire.unexpected("ListTables", f"LastEvaluatedTableName is {last!r}")
            starts.add(last)
            if len(starts) == _MOST_PAGES or time.monotonic() > deadline:
                raise self._wire.unexpected("ListTables", f"{len(starts)} pages and no end")

    def _names_of(self, page: Mapping[str, Any]) -> list[str]:
        names = page.get("TableNames")
        if not isinstance(names, list) or len(names) > _PAGE or not all(isinstance(name, str) for name in names):
            raise self._wire.unexpected("ListTables", f"TableNames is {str(names)[:100]}")
        return names

    def create(self, table: TableSpec) -> None:
        """Create a table, without what the engine does not support, and wait until it is ACTIVE."""
        if self._wire.engine is None:
            self.names()
        call = create_table_call(omit_unsupported(table, self._wire.engine or UNKNOWN)[0])
        answer = self._repeat("CreateTable", call.parameters, while_code="ResourceInUseException")
        description = answer.get("TableDescription")
        deadline, pause = time.monotonic() + _PATIENCE, 0.0  # dynoxide's first DescribeTable makes it ACTIVE
        while not isinstance(description, dict) or description.get("TableStatus") != "ACTIVE":
            if time.monotonic() > deadline:
                raise EngineError(f"table {table.name!r} did not become ACTIVE", where=self._wire.endpoint)
            time.sleep(pause)
            pause = _PAUSE
            description = self._wire.call("DescribeTable", {"TableName": table.name}).get("Table")

    def delete(self, name: str) -> None:
        """Delete a table, also a protected one; do nothing if it does not exist."""
        parameters = {"TableName": name}
        try:
            self._wire.call("DeleteTable", parameters)
        except CallError as error:
            if error.not_found:
                return
            self._unprotect(name)
            self._repeat("DeleteTable", parameters, while_code="ResourceInUseException")

    def delete_items(self, keys: Mapping[str, Iterable[Item]]) -> None:
        """Delete items by their keys; those that do not exist are ignored."""
        self._write([(table, {"DeleteRequest": {"Key": key}}) for table, found in keys.items() for key in found])

    def put_items(self, items: Mapping[str, Iterable[Item]]) -> None:
        """Put items."""
        self._write([(table, {"PutRequest": {"Item": item}}) for table, found in items.items() for item in found])

    def _write(self, writes: Sequence[_Write]) -> None:
        for part in self._separable(writes):
            for start in range(0, len(part), BATCH):
                requests: dict[str, list[Any]] = {}
                for table, request in part[start : start + BATCH]:
                    requests.setdefault(table, []).append(request)
                self._write_batch(requests)

    def _separable(self, writes: Sequence[_Write]) -> Iterable[Sequence[_Write]]:
        """Return the writes in parts for separate batches: moto 5.2.5 refuses equal keys of two tables."""
        if self._wire.engine != MOTO:
            return [writes]
        parts: defaultdict[int, list[_Write]] = defaultdict(list)
        seen: Counter[str] = Counter()
        for write in writes:
            content = json.dumps(write[1], sort_keys=True)
            parts[seen[content]].append(write)
            seen[content] += 1
        return parts.values()

    def _write_batch(self, requests: dict[str, list[Any]]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while requests:
            rest = self._wire.call("BatchWriteItem", {"RequestItems": requests}).get("UnprocessedItems", {})
            if not isinstance(rest, dict) or not all(
                table in requests and isinstance(part, list) and part for table, part in rest.items()
            ):
                raise self._wire.unexpected("BatchWriteItem", f"UnprocessedItems is {rest!r}")
            if rest and time.monotonic() > deadline:
                raise EngineError(f"cannot write to tables {', '.join(map(repr, rest))}", where=self._wire.endpoint)
            if rest:
                time.sleep(_PAUSE)
            requests = rest

    def _unprotect(self, name: str) -> None:
        try:
            self._wire.call("UpdateTable", {"TableName": name, "DeletionProtectionEnabled": False})
        except CallError:
            return  # it is not protected, or busy: the next DeleteTable reports what is wrong

    def _repeat(self, operation: str, parameters: Mapping[str, Any], *, while_code: str) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._wire.call(operation, parameters)
            except CallError as error:
                if error.code != while_code or time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE)
