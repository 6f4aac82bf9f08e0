"""Write and delete items in parallel batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from ..aws.backoff import backoff_delays
from ..aws.client import Database
from ..aws.items import write_batch
from ..errors import StepError
from ..schema.limits import ITEMS_PER_BATCH
from .pace import ATTEMPTS, Pace

CONCURRENCY = 8
_BATCH_BYTES = 8 * 1024 * 1024  # of JSON, which can be longer than the 16 MB that DynamoDB counts; at least one item


def write(
    database: Database,
    table: str,
    requests: Iterable[bytes],
    on_progress: Callable[[int], None],
    *,
    concurrency: int = CONCURRENCY,
    pace: Pace | None = None,
) -> int:
    """Send write requests in batches, in any order, and unprocessed ones again; return their number.

    Args:
        database: of the table.
        table: the physical name.
        requests: made by `put_request` and `delete_request`, with different keys; read in this thread.
        on_progress: called in this thread with the number of requests that are done.
        concurrency: the number of threads.
        pace: of the calls.

    Raises:
        StepError: DynamoDB accepted no item of a batch for a minute.
        CallError: a call failed.
        TargetError: the database cannot be reached or used.
    """
    pace, done = pace or Pace(), 0
    pending: set[Future[int]] = set()

    def finish(most: int) -> None:
        nonlocal pending, done
        while len(pending) > most:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            done += sum(future.result() for future in finished)
            on_progress(done)

    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for batch in _batches(requests):
                pending.add(pool.submit(_send, database, table, batch, pace))
                finish(2 * concurrency)  # so that no thread waits for its next batch
            finish(0)
        finally:
            pace.stop()
    return done


def _batches(requests: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for request in requests:
        if batch and (len(batch) == ITEMS_PER_BATCH or size + len(request) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(request)
        size += len(request)
    if batch:
        yield batch


def _send(database: Database, table: str, batch: list[bytes], pace: Pace) -> int:
    rest, delays, attempts, is_limited = batch, backoff_delays(), 0, pace.units is not None
    while rest:
        unprocessed = pace.call(partial(write_batch, database, table, rest, with_units=is_limited)).unprocessed
        attempts = attempts + 1 if len(unprocessed) == len(rest) else 0
        if attempts == ATTEMPTS:
            raise StepError(f"table {table}: DynamoDB accepted no item for a minute", hint="run the same command again")
        if rest := unprocessed:
            pace.pause(next(delays))
    return len(batch)
