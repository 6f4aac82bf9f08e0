"""The functions that the fixtures of streams and Time to Live return: they take the names that the config declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..schema.table_spec import TableSpec
from .expiry import expire_items, ttl_attribute
from .lambda_events import Event
from .streams import BATCH_SIZE, TIMEOUT, StreamReader
from .table_resources import UnknownTable

__tracebackhide__ = True  # pytest shows the line of the test, not those of this module


@dataclass(frozen=True, slots=True)
class StreamEvents:
    """Returns what the test wrote to a table since its start or the last call.

    Attributes:
        reader: of the streams.
        names: the names in the database by declared names.
    """

    reader: StreamReader
    names: Mapping[str, str]

    def __call__(
        self, table: str, *, batch_size: int = BATCH_SIZE, at_least: int = 0, timeout: float = TIMEOUT
    ) -> list[Event]:
        """Return Lambda's events; see `dynamotasks.testing.stream_events`.

        Args:
            table: its declared name, or the name of a table that the test created.
            batch_size: the most records of an event.
            at_least: wait until there are so many records, for writes of other threads and processes.
            timeout: seconds to wait.
        """
        name = self.names.get(table, table)
        if table not in self.names and not self.reader.has_table(table):
            raise UnknownTable(table, self.names)
        return self.reader.events(name, batch_size=batch_size, at_least=at_least, timeout=timeout)

    def __repr__(self) -> str:
        return "<dynamodb_stream_events>"


@dataclass(frozen=True, slots=True)
class Expire:
    """Deletes the items of a table that Time to Live would have deleted by a time.

    Attributes:
        reader: of the streams, which marks the records of the deletions.
        names: the names in the database by declared names.
        tables: the declared tables, with their names in the database.
    """

    reader: StreamReader
    names: Mapping[str, str]
    tables: Sequence[TableSpec]

    def __call__(self, table: str, *, at: datetime | float | None = None) -> int:
        """Return the number of deleted items; see `dynamotasks.testing.expire`.

        Args:
            table: its declared name.
            at: seconds since 1970, or a datetime with a time zone; by default, now.
        """
        if table not in self.names:
            raise UnknownTable(table, self.names)
        name = self.names[table]
        return expire_items(self.reader, name, ttl_attribute(self.tables, name), at)

    def __repr__(self) -> str:
        return "<dynamodb_expire>"
