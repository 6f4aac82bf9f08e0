"""DynamoDB's rules of what a table has beside keys and indexes: capacity, streams, TTL, policy, tags.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and, for tags,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Tag.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..spec import TableSpec
from .keys import schemas
from .source import Complaint, Path_

_STREAM = re.compile(r"arn:[a-z-]+:kinesis:[a-z0-9-]+:\d{12}:stream/[a-zA-Z0-9_.-]{1,128}")
_TAG = re.compile(r"[\w\s+=.:/@-]*")


def billing(table: TableSpec) -> Iterator[Complaint]:
    """Throughput as the billing mode wants it."""
    mode = table.effective_billing_mode()
    hint = "give read_capacity_units and write_capacity_units, or bill PAY_PER_REQUEST"
    if mode == "PROVISIONED" and table.provisioned_throughput is None:
        yield ("billing_mode",), "PROVISIONED needs `provisioned_throughput`", hint
    if mode == "PAY_PER_REQUEST" and table.provisioned_throughput is not None:
        yield ("provisioned_throughput",), "PAY_PER_REQUEST takes no `provisioned_throughput`", "leave it out"
    if mode == "PROVISIONED" and table.on_demand_throughput is not None:
        yield ("on_demand_throughput",), "PROVISIONED takes no `on_demand_throughput`", "leave it out"
    if mode == "PROVISIONED" and table.vector_indexes:
        yield ("vector_indexes",), "a PROVISIONED table takes no vector index", "bill PAY_PER_REQUEST"
    for number, index in enumerate(table.global_secondary_indexes or ()):
        path: Path_ = ("global_secondary_indexes", number)
        if mode == "PROVISIONED" and index.provisioned_throughput is None:
            yield path, f"index {index.index_name!r} of a PROVISIONED table needs `provisioned_throughput`", hint
        if mode == "PAY_PER_REQUEST" and index.provisioned_throughput is not None:
            yield (*path, "provisioned_throughput"), "PAY_PER_REQUEST takes no `provisioned_throughput`", "leave it out"
        if mode == "PROVISIONED" and index.on_demand_throughput is not None:
            yield (*path, "on_demand_throughput"), "PROVISIONED takes no `on_demand_throughput`", "leave it out"


def vectors(table: TableSpec) -> Iterator[Complaint]:
    """How many vector indexes, and what their vectors are in."""
    indexes = table.vector_indexes or ()
    if len(indexes) > 5:
        yield ("vector_indexes",), f"there are {len(indexes)} vector indexes", "a table takes at most 5"
    keys = {key.attribute_name for _, schema in schemas(table) for key in schema}
    for number, index in enumerate(indexes):
        if (name := index.vector_attribute.attribute_name) in keys:
            path: Path_ = ("vector_indexes", number, "vector_attribute", "attribute_name")
            yield path, f"{name!r} is a key, so it holds no vectors", "name another attribute"


def streams(table: TableSpec) -> Iterator[Complaint]:
    """The table's stream."""
    stream = table.stream_specification
    if stream and stream.stream_enabled and stream.stream_view_type is None:
        hint = "one of: NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY"
        yield ("stream_specification",), "a stream needs `stream_view_type`", hint
    if stream and stream.stream_enabled is False and stream.stream_view_type is not None:
        path: Path_ = ("stream_specification", "stream_view_type")
        yield path, "a stream that is off takes no `stream_view_type`", "leave it out"


def ttl(table: TableSpec) -> Iterator[Complaint]:
    """Time to live."""
    ttl = table.time_to_live_specification
    if ttl and ttl.enabled and ttl.attribute_name is None:
        path: Path_ = ("time_to_live_specification",)
        yield path, "TTL needs `attribute_name`", "name the attribute that holds the expiry time in seconds"


def ttl_type(table: TableSpec) -> Iterator[Complaint]:
    """The type of the attribute that time to live reads, where it is a key."""
    ttl = table.time_to_live_specification
    declared = next((a for a in table.defined_attributes() if ttl and a.name == ttl.attribute_name), None)
    if declared is not None and declared.type != "N":
        path: Path_ = ("time_to_live_specification", "attribute_name")
        yield path, f"{declared.name!r} is a key of type {declared.type}", "TTL reads numbers (N)"


def encryption(table: TableSpec) -> Iterator[Complaint]:
    """Encryption at rest."""
    sse = table.sse_specification
    if sse and sse.enabled is False and (sse.sse_type or sse.kms_master_key_id):
        hint = "write enabled: true, or leave it out"
        yield ("sse_specification",), "encryption that is not enabled takes no key", hint


def recovery(table: TableSpec) -> Iterator[Complaint]:
    """Point-in-time recovery."""
    pitr = table.point_in_time_recovery_specification
    if pitr and pitr.point_in_time_recovery_enabled is False and pitr.recovery_period_in_days:
        path: Path_ = ("point_in_time_recovery_specification", "recovery_period_in_days")
        yield path, "recovery that is off takes no period", "leave it out"


def kinesis(table: TableSpec) -> Iterator[Complaint]:
    """The Kinesis stream."""
    stream = table.kinesis_stream_specification
    if stream and not _STREAM.fullmatch(stream.stream_arn):
        path: Path_ = ("kinesis_stream_specification", "stream_arn")
        yield path, f"{stream.stream_arn!r} is no ARN of a Kinesis stream", "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"


def policy(table: TableSpec) -> Iterator[Complaint]:
    """The elements that IAM needs.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    policy = table.resource_policy
    if policy is None:
        return
    path: Path_ = ("resource_policy",)
    if "Statement" not in policy:
        yield path, "this is no policy: it has no `Statement`", 'write {Version: "2012-10-17", Statement: [...]}'
        return
    written = policy["Statement"]
    statements = written if isinstance(written, list) else [written]
    if not statements or not all(isinstance(statement, Mapping) and statement for statement in statements):
        hint = "write [{Effect: Allow, Principal: ..., Action: ..., Resource: ...}]"
        yield (*path, "Statement"), "`Statement` must be a list of statements", hint
        return
    for number, statement in enumerate(statements):
        place: Path_ = (*path, "Statement", number) if isinstance(written, list) else (*path, "Statement")
        if statement.get("Effect") not in ("Allow", "Deny"):
            what = f"`Effect` cannot be {statement['Effect']!r}" if "Effect" in statement else "`Effect` is missing"
            yield (*place, "Effect"), what, "one of: Allow, Deny"
        for name in ("Action", "Principal"):
            if not (statement.get(name) or statement.get(f"Not{name}")):
                yield (*place, name), f"`{name}` is missing", f"write {name}, or Not{name}"


def tags(table: TableSpec) -> Iterator[Complaint]:
    """How many tags, and their characters."""
    tags = table.tags or {}
    if len(tags) > 50:
        yield ("tags",), f"there are {len(tags)} tags", "a table takes at most 50"
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            yield ("tags", key), f"the tag {key!r} belongs to AWS", "choose a key that does not start with `aws:`"
        if not 1 <= len(key) <= 128 or len(value) > 256:
            hint = "a key has 1 to 128 characters, a value at most 256"
            yield ("tags", key), f"the tag {key[:20]!r} is too {'long' if key else 'short'}", hint
        if not (_TAG.fullmatch(key) and _TAG.fullmatch(value)):
            hint = "letters, digits, spaces and + - = . _ : / @"
            yield ("tags", key), f"the tag {key[:20]!r} has a character that AWS refuses", hint
