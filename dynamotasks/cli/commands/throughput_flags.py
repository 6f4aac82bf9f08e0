"""The flags that limit the calls of a bulk operation."""

from __future__ import annotations

from ...data.throughput import Throughput
from ...data.writing import CONCURRENCY
from ..flag_values import whole_number


def throughput(concurrency: str | None, *, max_rcu: str | None = None, max_wcu: str | None = None) -> Throughput:
    """Return the limits that the flags give; raise `UsageError` if one is invalid."""
    return Throughput(
        concurrency=whole_number("concurrency", concurrency) or CONCURRENCY,
        max_read_units=whole_number("max-rcu", max_rcu),
        max_write_units=whole_number("max-wcu", max_wcu),
    )
