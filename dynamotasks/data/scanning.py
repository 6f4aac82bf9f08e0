"""Read all items of a table, in parallel segments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from ..aws.client import Database
from ..aws.error_translation import unrecognized_response
from ..aws.items import Item, Page, scan_page
from ..schema.table_spec import TableSpec
from .pace import Pace


def scan(
    database: Database,
    table: str,
    *,
    segments: int = 1,
    pace: Pace | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Generator[list[Item], None, None]:
    """Yield the pages of a table, in any order, with consistent reads.

    Each segment reads its next page while the caller handles one, and has at most one page in memory besides that.

    Args:
        database: of the table.
        table: the physical name.
        segments: the most threads, each of which reads a part of the table.
        pace: of the calls.
        parameters: others of Scan, such as a projection.

    Raises:
        TargetError: a response is not one of DynamoDB, or the database cannot be reached.
        CallError: a call failed.
    """
    pace = pace or Pace()
    segments = segments if database.engine.reads_segments else 1

    def read(segment: int, start: Item | None) -> Page:
        part = {"Segment": segment, "TotalSegments": segments} if segments > 1 else {}
        part |= parameters or {}
        return pace.call(lambda: scan_page(database, table, start, part, with_units=pace.units is not None))

    positions = defaultdict[int, _Positions](_Positions)
    with ThreadPoolExecutor(segments) as pool:
        pending: dict[Future[Page], int] = {}
        try:
            pending.update({pool.submit(read, segment, None): segment for segment in range(segments)})
            while pending:
                future = next(iter(wait(pending, return_when=FIRST_COMPLETED).done))
                segment, page = pending.pop(future), future.result()
                if page.next is not None:
                    if positions[segment].repeat(page.next):
                        raise unrecognized_response("Scan", "a page again", database.target)
                    pending[pool.submit(read, segment, page.next)] = segment
                del future  # it holds the page
                yield page.items
        finally:
            pace.stop()


class _Positions:
    """Finds out whether the pages of a segment repeat, which would have no end, in constant memory.

    This is Brent's algorithm: each position is compared with one of the positions before, which is renewed after 1, 2,
    4, 8, ... pages.
    """

    def __init__(self) -> None:
        self._known: Item | None = None
        self._count, self._renewed_at = 0, 1

    def repeat(self, position: Item) -> bool:
        """Add a position, and return whether it certainly occurred before."""
        if position == self._known:
            return True
        self._count += 1
        if self._count == self._renewed_at:
            self._known, self._renewed_at = position, 2 * self._renewed_at
        return False


def keys_of(spec: TableSpec) -> dict[str, Any]:
    """Return the parameters of Scan with which it returns only the keys of items."""
    names = {f"#{number}": key.attribute_name for number, key in enumerate(spec.key_schema)}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
