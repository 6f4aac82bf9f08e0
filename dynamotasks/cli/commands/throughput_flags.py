"""The flags that limit the calls of a bulk operation."""

from __future__ import annotations

from ...data.throughput import Throughput
from ..flag_values import whole_number


def throughput(concurrency: str | None, *, max_rcu: str | None = None, max_wcu: str | None = None) -> Throughput:
    """Return the limits that the flags give; raise `UsageError` if one is invalid."""
    limits = Throughput(
        max_read_units=whole_number("max-rcu", max_rcu), max_write_units=whole_number("max-wcu", max_wcu)
    )
    calls = whole_number("concurrency", concurrency)
    if calls is None:
        return limits
    return Throughput(concurrency=calls, max_read_units=limits.max_read_units, max_write_units=limits.max_write_units)
