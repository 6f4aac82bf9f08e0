"""Write tables as resources of Terraform.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ...escaping import comment
from ...schema.serialization import encryption_to_api
from ...schema.table_spec import GlobalSecondaryIndex, KeySchema, LocalSecondaryIndex, TableSpec
from . import hcl
from .hcl import Block, Body, Expression
from .names import Identifiers, snake_case

TITLE = "Terraform"
OMITTED = frozenset({"vector_indexes", "seed"})


def write(tables: Sequence[TableSpec]) -> str:
    """Return the text of a `.tf` file; descriptions are comments."""
    names = Identifiers()
    return "\n".join(_table(table, names.unique(snake_case(table.name, "table"))) for table in tables)


def _table(table: TableSpec, name: str) -> str:
    resource = _Resource(table, name)
    return comment(table.description or "") + hcl.write(resource.blocks())


class _Resource:
    """The resources of one table.

    Args:
        table: the table.
        name: of its resources.
    """

    def __init__(self, table: TableSpec, name: str) -> None:
        self._table = table
        self._name = name

    def blocks(self) -> Iterator[Block]:
        """Yield the resource of the table, and those of its settings that are separate resources."""
        table = self._table
        body = [*self._keys(), *self._capacity(), *self._indexes(), *self._settings()]
        yield Block(f'resource "aws_dynamodb_table" "{self._name}"', body)
        key = table.sse_specification and encryption_to_api(table.sse_specification).get("KMSMasterKeyId")
        if key and not key.startswith("arn:"):
            yield Block(f'data "aws_kms_key" "{self._name}"', [("key_id", key)])
        yield from self._insights()
        if kinesis := table.kinesis_stream_specification:
            precision = kinesis.approximate_creation_date_time_precision
            yield self._setting(
                "kinesis_streaming_destination",
                [("stream_arn", kinesis.stream_arn), ("approximate_creation_date_time_precision", precision)],
            )
        if table.resource_policy is not None:
            policy = Expression(f"jsonencode({hcl.expression(table.resource_policy)})")
            head = f'resource "aws_dynamodb_resource_policy" "{self._name}"'
            yield Block(head, [("resource_arn", self._reference("arn")), ("policy", policy)])

    def _reference(self, attribute: str) -> Expression:
        return Expression(f"aws_dynamodb_table.{self._name}.{attribute}")

    def _setting(self, kind: str, body: Body, suffix: str = "") -> Block:
        head = f'resource "aws_dynamodb_{kind}" "{self._name}{suffix}"'
        return Block(head, [("table_name", self._reference("name")), *body])

    def _insights(self) -> Iterator[Block]:
        table = self._table
        if (insights := table.contributor_insights_specification) and insights.enabled:
            yield self._setting("contributor_insights", [("mode", insights.mode)])
        suffixes = Identifiers()
        for index in table.global_secondary_indexes or ():
            if (insights := index.contributor_insights_specification) and insights.enabled:
                suffix = suffixes.unique(f"_{snake_case(index.index_name, 'index')}")
                body: Body = [("index_name", index.index_name), ("mode", insights.mode)]
                yield self._setting("contributor_insights", body, suffix)

    def _keys(self) -> Body:
        body: Body = [("name", self._table.name), *_key_names(self._table.key_schema)]
        for attribute in self._table.defined_attributes():
            body.append(Block("attribute", [("name", attribute.name), ("type", attribute.type)]))
        return body

    def _capacity(self) -> Body:
        return [("billing_mode", self._table.effective_billing_mode()), *_throughputs(self._table)]

    def _indexes(self) -> Body:
        table = self._table
        return [
            *(_global_index(index) for index in table.global_secondary_indexes or ()),
            *(_local_index(index) for index in table.local_secondary_indexes or ()),
        ]

    def _settings(self) -> Iterator[Block | tuple[str, Any]]:
        table = self._table
        if stream := table.stream_specification:
            yield "stream_enabled", stream.stream_enabled
            yield "stream_view_type", stream.stream_view_type
        if expiry := table.time_to_live_specification:
            yield Block("ttl", [("attribute_name", expiry.attribute_name), ("enabled", expiry.enabled)])
        if recovery := table.point_in_time_recovery_specification:
            days = ("recovery_period_in_days", recovery.recovery_period_in_days)
            yield Block("point_in_time_recovery", [("enabled", recovery.point_in_time_recovery_enabled), days])
        if encryption := table.sse_specification:
            body: Body = [("enabled", encryption.enabled)]
            if key := encryption_to_api(encryption).get("KMSMasterKeyId"):
                reference = Expression(f"data.aws_kms_key.{self._name}.arn")
                body.append(("kms_key_arn", key if key.startswith("arn:") else reference))
            yield Block("server_side_encryption", body)
        yield "table_class", table.table_class
        yield "deletion_protection_enabled", table.deletion_protection_enabled
        yield "tags", None if table.tags is None else dict(table.tags)


def _throughputs(part: TableSpec | GlobalSecondaryIndex) -> Iterator[Block | tuple[str, Any]]:
    if provisioned := part.provisioned_throughput:
        yield "read_capacity", provisioned.read_capacity_units
        yield "write_capacity", provisioned.write_capacity_units
    if maximum := part.on_demand_throughput:
        yield Block("on_demand_throughput", [*asdict(maximum).items()])
    if warm := part.warm_throughput:
        yield Block("warm_throughput", [*asdict(warm).items()])


def _key_names(schema: KeySchema) -> Body:
    return [("hash_key" if key.key_type == "HASH" else "range_key", key.attribute_name) for key in schema]


def _global_index(index: GlobalSecondaryIndex) -> Block:
    kinds = [key.key_type for key in index.key_schema]
    keys: Body = _key_names(index.key_schema)
    if len(set(kinds)) < len(kinds):
        keys = [
            Block("key_schema", [("attribute_name", key.attribute_name), ("key_type", key.key_type)])
            for key in index.key_schema
        ]
    body = [("name", index.index_name), *keys, *_projection(index), *_throughputs(index)]
    return Block("global_secondary_index", body)


def _local_index(index: LocalSecondaryIndex) -> Block:
    range_key = [("range_key", key.attribute_name) for key in index.key_schema if key.key_type == "RANGE"]
    return Block("local_secondary_index", [("name", index.index_name), *range_key, *_projection(index)])


def _projection(index: GlobalSecondaryIndex | LocalSecondaryIndex) -> Body:
    attributes = index.projection.non_key_attributes
    return [("projection_type", index.projection.projection_type), ("non_key_attributes", attributes)]
