"""Create the declared tables for each worker of a parallel test run: `db.run --workers`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ... import api
from ...aws.client import Database
from ...aws.sessions import SIMULTANEOUS_CALLS
from ...config import Config
from ...errors import StepError
from ...migrate.events import OperationEnded, Outcome
from .command import Command


def create_for_workers(command: Command, workers: int) -> None:
    """Create the tables for the access keys `worker1`, `worker2`, ..., which the engine keeps apart.

    TTL stays off: DynamoDB Local keeps a thread of a small pool for each table with TTL.

    Raises:
        StepError: a table could not be created.
    """
    without_ttl = tuple(replace(table, time_to_live_specification=None) for table in command.config.tables)
    config = replace(command.config, tables=without_ttl)
    keys = [f"worker{number}" for number in range(1, workers + 1)]
    with ThreadPoolExecutor(SIMULTANEOUS_CALLS) as pool:
        list(pool.map(lambda key: _create(command, config, key), keys))
    command.out.note(f"  separate tables for the access keys {keys[0]} to {keys[-1]}")


def _create(command: Command, config: Config, key: str) -> None:
    with Database(replace(command.target, access_key=key)) as database:
        plan = api.plan(config, database, tables=command.tables)
        for event in api.apply(plan, database):
            if isinstance(event, OperationEnded) and event.outcome not in (Outcome.DONE, Outcome.SKIPPED):
                raise StepError(f"cannot create the tables of {key}: {event.error or event.outcome.value}")
