"""Read what a test wrote from the streams of its tables, as the events that AWS Lambda passes to a function."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..aws.endpoints import is_aws
from ..errors import UsageError
from .lambda_events import TTL_IDENTITY, Event, Record, add_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

__tracebackhide__ = True  # pytest shows the line of the test, not those of this module
BATCH_SIZE = 100  # Lambda's default
TIMEOUT = 5.0  # seconds
_PAUSE = 0.02
_ADVICE = "add `stream_specification: {stream_view_type: NEW_AND_OLD_IMAGES}` to the table in the config"


def stream_events(
    table: str,
    *,
    client: DynamoDBClient | None = None,
    batch_size: int = BATCH_SIZE,
    at_least: int = 0,
    timeout: float = TIMEOUT,
) -> list[Event]:
    """Return Lambda's events for what was written to a table since the last call, in order for each key.

    Args:
        table: its name in the database.
        client: of the table; by default, that of the process environment.
        batch_size: the most records of an event.
        at_least: wait until there are so many records, for writes of other threads and processes.
        timeout: seconds to wait.

    Returns:
        Events, such as `{"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": ...}, ...}]}`.

    Raises:
        UsageError: the table does not exist or has no stream, or `batch_size` is not positive.
        TimeoutError: there are fewer records than `at_least`.
    """
    return reader_of(client).events(table, batch_size=batch_size, at_least=at_least, timeout=timeout)


@dataclass(slots=True)
class _Shard:
    """A shard of a stream: the position of the last record that was read, and the records not yet returned."""

    position: str | None = None
    unread: list[Event] = field(default_factory=list)


class StreamReader:
    """Reads the streams of tables, each record once.

    Args:
        dynamodb: a client of the tables.
    """

    def __init__(self, dynamodb: DynamoDBClient) -> None:
        self.dynamodb = dynamodb
        self._streams = _streams_client(dynamodb)
        self._shards: dict[tuple[str, str], _Shard] = {}  # by ARN of the stream and id of the shard
        self._last: dict[tuple[str, str], str] = {}  # the last event by table and id of the shard

    def start(self, tables: Iterable[str]) -> None:
        """Skip the records that exist.

        Args:
            tables: their names in the database; those without a stream are ignored.
        """
        for table in tables:
            if arn := self._stream(table):
                for shard in self._read(arn):
                    shard.unread.clear()

    def events(
        self, table: str, *, batch_size: int = BATCH_SIZE, at_least: int = 0, timeout: float = TIMEOUT
    ) -> list[Event]:
        """Return Lambda's events for what was written since `start` or the last call; see `stream_events`."""
        if batch_size < 1:
            raise UsageError(f"batch_size is {batch_size}: it must be at least 1")
        if (arn := self._stream(table)) is None:
            raise UsageError(f"table {table!r} has no stream", hint=_ADVICE)
        deadline = time.monotonic() + timeout
        while True:
            shards = self._read(arn)
            count = sum(len(shard.unread) for shard in shards)
            if count >= at_least:
                return [event for shard in shards for event in _batches(shard, batch_size)]
            if time.monotonic() > deadline:
                raise TimeoutError(f"{count} stream records of table {table!r} in {timeout:g} s: expected {at_least}")
            time.sleep(_PAUSE)

    def delete_by_ttl(self, table: str, delete: Callable[[], list[Any]], timeout: float = TIMEOUT) -> int:
        """Delete items, and let the service be the identity in their records, as for Time to Live; return their number.

        Args:
            table: its name in the database; it may have no stream.
            delete: deletes items; returns the keys, as in an event, of those that it deleted.
            timeout: seconds to wait for the records.

        Raises:
            TimeoutError: the records did not appear.
        """
        if (arn := self._stream(table)) is None:
            return len(delete())
        before = {id(shard): len(shard.unread) for shard in self._read(arn)}
        deleted, deadline = delete(), time.monotonic() + timeout
        missing = list(deleted)
        while missing:
            for shard in self._read(arn):
                _mark(shard.unread[before.get(id(shard), 0) :], missing)
            if missing and time.monotonic() > deadline:
                raise TimeoutError(f"{len(missing)} deletions are not in the stream of table {table!r}")
            if missing:
                time.sleep(_PAUSE)
        return len(deleted)

    def has_table(self, table: str) -> bool:
        """Return whether a table exists, by its name in the database."""
        return self._describe(table) is not None

    def _describe(self, table: str) -> TableDescriptionTypeDef | None:
        try:
            return self.dynamodb.describe_table(TableName=table)["Table"]
        except self.dynamodb.exceptions.ResourceNotFoundException:
            return None

    def _stream(self, table: str) -> str | None:
        if (description := self._describe(table)) is None:
            raise UsageError(f"table {table!r} does not exist", where=self.dynamodb.meta.endpoint_url)
        enabled = description.get("StreamSpecification", {}).get("StreamEnabled")
        return description.get("LatestStreamArn") if enabled else None

    def _read(self, arn: str) -> list[_Shard]:
        """Read the new records of a stream, and return its shards: parents before their children."""
        shards = []
        for shard_id in self._shard_ids(arn):
            if (arn, shard_id) not in self._shards:
                self._shards[arn, shard_id] = _Shard()
            shard = self._shards[arn, shard_id]
            shards.append(shard)
            if records := list(self._records(arn, shard_id, shard.position)):
                shard.position = records[-1]["dynamodb"]["SequenceNumber"]
                for record in self._without_seen(records, (arn.split("/")[1], shard_id)):
                    add_record(shard.unread, record, arn, self.dynamodb.meta.region_name)
        return shards

    def _without_seen(self, records: list[Record], place: tuple[str, str]) -> list[Record]:
        """Return the records that follow the last one of the place, by table and id of the shard.

        In dynoxide, the records of a deleted table are in the stream of the next one, too.
        """
        last, self._last[place] = self._last.get(place), records[-1]["eventID"]
        seen = next((number for number, record in enumerate(records) if record["eventID"] == last), -1)
        return records[seen + 1 :]

    def _shard_ids(self, arn: str) -> list[str]:
        parents: dict[str, str | None] = {}
        page: dict[str, Any] = {"StreamArn": arn}
        while True:
            description = self._streams.describe_stream(**page)["StreamDescription"]
            parents |= {shard["ShardId"]: shard.get("ParentShardId") for shard in description["Shards"]}
            if not (last := description.get("LastEvaluatedShardId")):
                return sorted(parents, key=lambda shard_id: _generation(shard_id, parents))
            page["ExclusiveStartShardId"] = last

    def _records(self, arn: str, shard_id: str, position: str | None) -> Iterator[Record]:
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if position is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position}
        place = self._streams.get_shard_iterator(StreamArn=arn, ShardId=shard_id, **start).get("ShardIterator")
        while place:
            page = self._streams.get_records(ShardIterator=place)
            if not page["Records"]:
                return
            yield from page["Records"]
            place = page.get("NextShardIterator")


def reader_of(client: DynamoDBClient | None) -> StreamReader:
    """Return the reader of a client, by default that of the process environment; it keeps its position."""
    if client is None:
        names = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE")
        client = _environment_client(*map(os.environ.get, (*names, "AWS_ACCESS_KEY_ID")))
    return _reader(client)


@lru_cache(maxsize=8)
def _reader(client: DynamoDBClient) -> StreamReader:
    return StreamReader(client)


@lru_cache(maxsize=4)
def _environment_client(*_variables: str | None) -> DynamoDBClient:
    import boto3

    return boto3.Session().client("dynamodb")


def _streams_client(dynamodb: DynamoDBClient) -> Any:
    """Return a client of streams with the endpoint, Region and credentials of a client of tables."""
    import boto3
    from botocore.config import Config

    credentials = dynamodb._request_signer._credentials.get_frozen_credentials()  # type: ignore[attr-defined]
    endpoint = dynamodb.meta.endpoint_url
    return boto3.Session().client(
        "dynamodbstreams",
        region_name=dynamodb.meta.region_name,
        endpoint_url=None if is_aws(endpoint) else endpoint,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        # boto3 refuses the ids that dynoxide gives to the shards of tables with short names
        config=Config(parameter_validation=False),
    )


def _generation(shard_id: str, parents: dict[str, str | None]) -> int:
    generation, parent = 0, parents.get(shard_id)
    while parent is not None:
        generation, parent = generation + 1, parents.get(parent)
    return generation


def _batches(shard: _Shard, size: int) -> Iterator[Event]:
    records, shard.unread = shard.unread, []
    for start in range(0, len(records), size):
        yield {"Records": records[start : start + size]}


def _mark(records: Iterable[Event], keys: list[Any]) -> None:
    """Let the service be the identity in the first REMOVE record of each key, and remove these keys from the list."""
    for record in records:
        if record["eventName"] == "REMOVE" and record["dynamodb"]["Keys"] in keys and "userIdentity" not in record:
            keys.remove(record["dynamodb"]["Keys"])
            record["userIdentity"] = dict(TTL_IDENTITY)
