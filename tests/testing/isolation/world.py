"""The tables that tests of isolation write to, and a check that does not use the code under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import boto3
from botocore.config import Config

from dynamotasks.schema.table_spec import (
    Attribute,
    GlobalSecondaryIndex,
    Key,
    LocalSecondaryIndex,
    Projection,
    StreamSpecification,
    TableSpec,
)
from dynamotasks.testing.changes import Item
from dynamotasks.testing.isolation import Isolation
from dynamotasks.testing.wire import Wire

ACCESS_KEY = "worker0"
REGION = "us-east-1"

_ALL = Projection(projection_type="ALL")
_BY_GROUP = GlobalSecondaryIndex(
    index_name="by_group", key_schema=(Key(attribute_name="group", key_type="HASH"),), projection=_ALL
)
_BY_DATE = LocalSecondaryIndex(
    index_name="by_date",
    key_schema=(Key(attribute_name="id", key_type="HASH"), Key(attribute_name="date", key_type="RANGE")),
    projection=_ALL,
)


def _attributes(**types: Any) -> tuple[Attribute, ...]:
    return tuple(Attribute(name=name, type=type_) for name, type_ in types.items())


_ID = (Key(attribute_name="id", key_type="HASH"),)
USERS = TableSpec(
    name="users", key_schema=_ID, attributes=_attributes(id="S", group="S"), global_secondary_indexes=(_BY_GROUP,)
)
READINGS = TableSpec(
    name="readings",
    key_schema=(Key(attribute_name="sensor", key_type="HASH"), Key(attribute_name="at", key_type="RANGE")),
    attributes=_attributes(sensor="B", at="N"),
)
ORDERS = TableSpec(
    name="orders",
    key_schema=(*_ID, Key(attribute_name="line", key_type="RANGE")),
    attributes=_attributes(id="S", line="N", date="S"),
    local_secondary_indexes=(_BY_DATE,),
)
AUDIT = TableSpec(
    name="audit",
    key_schema=_ID,
    attributes=_attributes(id="S"),
    stream_specification=StreamSpecification(stream_view_type="NEW_AND_OLD_IMAGES"),
)
VAULT = TableSpec(name="vault", key_schema=_ID, attributes=_attributes(id="S"), deletion_protection_enabled=True)
TABLES = (USERS, READINGS, ORDERS, AUDIT, VAULT)


def user(id: str, **more: Any) -> dict[str, Any]:
    return {"id": {"S": id}, "group": {"S": "staff"}, **more}


def write_unseen(endpoint: str) -> None:
    """Write to `users` with a client that is not botocore's."""
    with closing(Wire(endpoint, ACCESS_KEY, REGION)) as wire:
        wire.call("PutItem", {"TableName": "users", "Item": user("unseen")})


class World:
    """An engine with the tables above, and clients of it."""

    def __init__(self, endpoint: str, isolation: Isolation) -> None:
        self.endpoint = endpoint
        self.isolation = isolation
        self.observer = self.client()  # created early, like the clients of a session's fixtures
        self._settings: dict[str, Any] = {}

    def client(self, **options: Any) -> Any:
        return boto3.client("dynamodb", **self.options(**options))

    def options(self, **options: Any) -> dict[str, Any]:
        """Return the arguments of a boto3 or aioboto3 client or resource."""
        keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": "none", "region_name": REGION}
        return {"endpoint_url": self.endpoint, "config": Config(retries={"total_max_attempts": 1}), **keys, **options}

    @contextmanager
    def test(self, seed: Mapping[str, Sequence[Item]] | None = None) -> Iterator[Any]:
        """Run the block as a test, also if it fails; then check that nothing is left."""
        self.isolation.begin(seed=seed)
        self._settings = self._read_settings()
        try:
            yield self.observer
        finally:
            self.isolation.end()
            self.assert_as_declared()

    def assert_as_declared(self) -> None:
        assert self.table_names() == sorted(table.name for table in TABLES)
        for table in TABLES:
            assert self.items(table.name) == [], table.name
            assert self.items(table.name, IndexName="by_group" if table is USERS else None) == []
        assert self._read_settings() == self._settings

    def table_names(self) -> list[str]:
        return sorted(self.observer.list_tables()["TableNames"])

    def items(self, table: str, **options: Any) -> list[Item]:
        found: list[Item] = self.observer.scan(
            TableName=table, **{name: value for name, value in options.items() if value}
        )["Items"]
        return found

    def _read_settings(self) -> dict[str, Any]:
        found = {}
        for table in TABLES:
            live = self.observer.describe_table(TableName=table.name)["Table"]
            expiry = self.observer.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
            indexes = {index["IndexName"] for index in live.get("GlobalSecondaryIndexes", ())}
            stream, protected = live.get("StreamSpecification"), live.get("DeletionProtectionEnabled")
            billing = live.get("BillingModeSummary", {}).get("BillingMode")
            found[table.name] = (indexes, stream, protected, billing, expiry)
        return found
