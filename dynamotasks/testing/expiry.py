"""Delete the items that Time to Live would have deleted by a point in time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..config.settings import project_root
from ..data.numbers import number_text
from ..errors import UsageError
from ..folders import current_folder
from ..schema.table_spec import TableSpec
from .boto3_items import to_json
from .declared_tables import load
from .streams import StreamReader, reader_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__tracebackhide__ = True  # pytest shows the line of the test, not those of this module
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html: an item that
# expired more than five years ago is not deleted
_OLDEST = 5 * 365 * 24 * 3600  # seconds


def expire(
    table: str,
    *,
    at: datetime | float | None = None,
    attribute: str | None = None,
    client: DynamoDBClient | None = None,
) -> int:
    """Delete the items of a table that expire at or before a time, as Time to Live would; return their number.

    Their records in `stream_events` have the identity of the service. An item that changes meanwhile stays.

    Args:
        table: its name in the database.
        at: seconds since 1970, or a datetime with a time zone; by default, now.
        attribute: with the expiry time; by default, that of the `time_to_live_specification` in the project's config.
        client: of the table; by default, that of the process environment.

    Raises:
        UsageError: `at` is invalid, the table does not exist, or its config declares no Time to Live.
        ConfigError: the config has problems.
    """
    reader = reader_of(client)
    return expire_items(reader, table, attribute or ttl_attribute(_declared_tables(), table), at)


def expire_items(reader: StreamReader, table: str, attribute: str, at: datetime | float | None = None) -> int:
    """Delete the items of a table that expire at or before a time; see `expire`.

    Args:
        reader: of the table's stream, which marks the records of the deletions.
        table: its name in the database.
        attribute: with the expiry time.
        at: the time.
    """
    oldest, latest = _period(time.time() if at is None else at)

    def delete() -> list[Any]:
        expired = list(_expired(reader.dynamodb, table, attribute, oldest, latest))
        return [to_json(key) for key, value in expired if _delete(reader.dynamodb, table, key, attribute, value)]

    return reader.delete_by_ttl(table, delete)


def _declared_tables() -> tuple[TableSpec, ...]:
    return load(project_root(current_folder()), ()).tables


def _period(at: datetime | float) -> tuple[str, str]:
    """Return the expiry times from the oldest to the latest one that is deleted."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise UsageError(f"at={at} has no time zone", hint="such as datetime(2030, 1, 1, tzinfo=timezone.utc)")
        at = at.timestamp()
    try:
        latest = Decimal(str(at))
        return number_text(latest - _OLDEST), number_text(latest)
    except (ValueError, ArithmeticError) as error:
        reason = f": {error}" if isinstance(error, ValueError) else ""
        raise UsageError(f"invalid at={at!r}{reason}", hint="expected seconds since 1970, or a datetime") from None


def _expired(client: DynamoDBClient, table: str, attribute: str, oldest: str, latest: str) -> Iterator[tuple[Any, Any]]:
    """Yield the key and the expiry time of each item that has expired."""
    schema = client.describe_table(TableName=table)["Table"]["KeySchema"]
    keys = [key["AttributeName"] for key in schema]
    others = {f"#k{number}": name for number, name in enumerate(keys) if name != attribute}
    scan: dict[str, Any] = {
        "TableName": table,
        "ConsistentRead": True,
        "FilterExpression": "attribute_type(#ttl, :number) AND #ttl BETWEEN :oldest AND :latest",
        "ProjectionExpression": ", ".join(("#ttl", *others)),
        "ExpressionAttributeNames": {"#ttl": attribute, **others},
        "ExpressionAttributeValues": {":number": {"S": "N"}, ":oldest": {"N": oldest}, ":latest": {"N": latest}},
    }
    for page in client.get_paginator("scan").paginate(**scan):
        for item in page["Items"]:
            yield {name: item[name] for name in keys}, item[attribute]


def _delete(client: DynamoDBClient, table: str, key: Any, attribute: str, expiry: Any) -> bool:
    """Delete an item unless its expiry time has changed; return whether it was deleted."""
    try:
        client.delete_item(
            TableName=table,
            Key=key,
            ConditionExpression="#ttl = :seen",
            ExpressionAttributeNames={"#ttl": attribute},
            ExpressionAttributeValues={":seen": expiry},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def ttl_attribute(tables: Iterable[TableSpec], table: str) -> str:
    """Return the attribute with the expiry time of the items of a table.

    Args:
        tables: with their names in the database.
        table: one of these names.

    Raises:
        UsageError: the table is not declared, or declares no Time to Live.
    """
    spec = next((spec for spec in tables if spec.name == table), None)
    if spec is None:
        raise UsageError(f"table {table!r} is not declared", hint="declare it in the config, or name the `attribute`")
    ttl = spec.time_to_live_specification
    if ttl is None or not ttl.enabled or ttl.attribute_name is None:
        hint = "add `time_to_live_specification: {attribute_name: expires_at}` to the table in the config"
        raise UsageError(f"table {table!r} has no Time to Live", hint=hint)
    return ttl.attribute_name
