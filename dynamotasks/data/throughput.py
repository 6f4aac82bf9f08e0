"""Choose how fast a bulk operation reads and writes a table: threads, segments and capacity units a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..aws.client import Database
from ..aws.endpoints import is_aws
from ..schema.limits import INITIAL_ON_DEMAND_UNITS, SCAN_PAGE_BYTES
from ..schema.live_table import LiveTable
from .pace import Pace
from .writing import CONCURRENCY

_SHARE = 0.5  # of the capacity of a table in AWS; the rest stays for its applications


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """The limits of a bulk operation.

    Attributes:
        concurrency: the most calls at the same time.
        max_read_units, max_write_units: capacity units a second; `None` for half of the table's in AWS, and for no
            limit elsewhere.
    """

    concurrency: int = CONCURRENCY
    max_read_units: float | None = None
    max_write_units: float | None = None

    def read_pace(self, database: Database, live: LiveTable) -> Pace:
        """Return the pace for reading a table."""
        return Pace(self.max_read_units or _share(database, _capacity(live).read))

    def write_pace(self, database: Database, live: LiveTable) -> Pace:
        """Return the pace for writing to a table."""
        return Pace(self.max_write_units or _share(database, _capacity(live).write))

    def segments(self, live: LiveTable) -> int:
        """Return the number of segments to scan a table in: not more than it has pages."""
        pages = 1 + max(live.size, 0) // SCAN_PAGE_BYTES
        return min(self.concurrency, pages) if live.size else self.concurrency  # a size of 0 may be old


class _Capacity(NamedTuple):
    """Capacity units a second."""

    read: float
    write: float


def _capacity(live: LiveTable) -> _Capacity:
    spec = live.spec
    if provisioned := spec.provisioned_throughput:
        return _Capacity(provisioned.read_capacity_units, provisioned.write_capacity_units)
    reads, writes = map(float, INITIAL_ON_DEMAND_UNITS)
    if warm := spec.warm_throughput:
        reads, writes = warm.read_units_per_second or reads, warm.write_units_per_second or writes
    if maximum := spec.on_demand_throughput:
        reads = _lower(reads, maximum.max_read_request_units)
        writes = _lower(writes, maximum.max_write_request_units)
    return _Capacity(reads, writes)


def _lower(units: float, maximum: float | None) -> float:
    return min(units, maximum) if maximum and maximum > 0 else units


def _share(database: Database, units: float) -> float | None:
    return units * _SHARE if is_aws(database.endpoint) else None
