"""Check that nothing of a test is left in the tables of a worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import CallError, EngineError
from .wire import Wire

_CAUSE = "a client wrote that is not botocore's, or another process: set dynamodb_isolation = recreate"
# what changes on its own, or with each creation
_VOLATILE = frozenset(
    {
        *("CreationDateTime", "IndexArn", "IndexSizeBytes", "ItemCount", "LastDecreaseDateTime"),
        *("LastIncreaseDateTime", "LastUpdateToPayPerRequestDateTime", "LatestStreamArn"),
        *("LatestStreamLabel", "NumberOfDecreasesToday", "TableArn", "TableId", "TableSizeBytes"),
    }
)


class LeftoverCheck:
    """Compares the tables of a worker with their state when they were created."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._settings: dict[str, Any] = {}

    def remember(self, name: str) -> None:
        """Remember the settings of a table that was just created."""
        self._settings[name] = self._read_settings(name)

    def check(self, existing: Iterable[str], created: Iterable[str]) -> None:
        """Raise `EngineError` if a table has items or other settings, is missing, or should not exist.

        Args:
            existing: names of the tables that exist.
            created: names of the tables that should exist.
        """
        found, expected = set(existing), set(created)
        for name in sorted(found - expected):
            raise self._error(name, "exists after the test, and no test asked for it")
        for name in sorted(expected - found):
            raise self._error(name, "does not exist any more after the test")
        for name in sorted(expected):
            if items := self._wire.call("Scan", {"TableName": name, "Limit": 1}).get("Items"):
                raise self._error(name, f"has items after the test, such as {items[0]}")
            if self._read_settings(name) != self._settings.get(name):
                raise self._error(name, "has other settings than when it was created")

    def _error(self, name: str, what: str) -> EngineError:
        return EngineError(f"table {name!r} {what}", hint=_CAUSE, where=self._wire.endpoint)

    def _read_settings(self, name: str) -> Any:
        settings = []
        for operation in ("DescribeTable", "DescribeTimeToLive"):
            try:
                settings.append(_stable(self._wire.call(operation, {"TableName": name})))
            except CallError as error:
                settings.append(error.code)
        return settings


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stable(part) for name, part in value.items() if name not in _VOLATILE}
    if isinstance(value, list):  # AttributeDefinitions and indexes are sets
        return sorted((_stable(part) for part in value), key=repr)
    return value
