"""The rules of DynamoDB for the properties of a table besides keys and indexes: capacity, streams, TTL, tags.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..schema import limits
from ..schema.table_spec import BillingMode, GlobalSecondaryIndex, TableSpec
from .finding import Finding, ValuePath
from .key_schema_rules import ATTRIBUTE_NAME_RULE, key_schemas

_STREAM = re.compile(r"arn:[a-z-]+:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[a-zA-Z0-9_.-]{1,128}")
# https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
_KEY_ID = r"(?:mrk-)?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"
_ALIAS = r"alias/[a-zA-Z0-9/_-]{1,250}"
_KMS_KEY = re.compile(rf"(?:arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{{12}}:(?:key/{_KEY_ID}|{_ALIAS})|{_KEY_ID}|{_ALIAS})")
# a new on-demand table has these, and warm throughput cannot be lowered
_WARM_MINIMUM = {
    "read_units_per_second": ("read_capacity_units", limits.ON_DEMAND_INITIAL_READ_UNITS),
    "write_units_per_second": ("write_capacity_units", limits.ON_DEMAND_INITIAL_WRITE_UNITS),
}
_TAG_CATEGORIES = "LNZ"  # Unicode's letters, numbers and separators


def _capacities(table: TableSpec) -> Iterator[tuple[ValuePath, TableSpec | GlobalSecondaryIndex]]:
    """Yield the table and the indexes that have a capacity, with their paths."""
    yield (), table
    for number, index in enumerate(table.global_secondary_indexes or ()):
        yield ("global_secondary_indexes", number), index


def billing(table: TableSpec) -> Iterator[Finding]:
    """Check that the throughput of the table and its indexes fits the billing mode."""
    mode = table.effective_billing_mode()
    if mode == "PROVISIONED" and table.vector_indexes:
        hint = "set billing_mode: PAY_PER_REQUEST"
        yield Finding(("vector_indexes",), "vector indexes require PAY_PER_REQUEST", hint)
    for path, part in _capacities(table):
        yield from _throughput(path, part, mode)


def _throughput(path: ValuePath, part: TableSpec | GlobalSecondaryIndex, mode: BillingMode) -> Iterator[Finding]:
    if mode == "PROVISIONED" and part.provisioned_throughput is None:
        subject = f"PROVISIONED index {part.index_name!r}" if isinstance(part, GlobalSecondaryIndex) else mode
        hint = "set read_capacity_units and write_capacity_units, or billing_mode: PAY_PER_REQUEST"
        yield Finding(path or ("billing_mode",), f"{subject} requires provisioned_throughput", hint)
    unsupported = "on_demand_throughput" if mode == "PROVISIONED" else "provisioned_throughput"
    if getattr(part, unsupported) is not None:
        yield Finding((*path, unsupported), f"{unsupported} cannot be combined with {mode}", "remove it")


def warm_throughput(table: TableSpec) -> Iterator[Finding]:
    """Check that warm throughput is at least what the billing mode provides initially: AWS rejects less."""
    on_demand = table.effective_billing_mode() == "PAY_PER_REQUEST"
    for path, part in _capacities(table):
        for name, (capacity, initial) in _WARM_MINIMUM.items():
            units = getattr(part.warm_throughput, name, None)
            minimum = initial if on_demand else getattr(part.provisioned_throughput, capacity, None)
            if units is not None and minimum is not None and units < minimum:
                reason = "the initial value of on-demand tables" if on_demand else f"the value of {capacity}"
                hint = f"it must be at least {minimum}, {reason}; or remove it"
                yield Finding((*path, "warm_throughput", name), f"{name!r} is {units}", hint)


def vectors(table: TableSpec) -> Iterator[Finding]:
    """Check the number of vector indexes and their vector attributes."""
    indexes = table.vector_indexes or ()
    if len(indexes) > limits.VECTOR_INDEXES:
        hint = f"the maximum is {limits.VECTOR_INDEXES} per table"
        yield Finding(("vector_indexes",), f"{len(indexes)} vector indexes", hint)
    keys = {key.attribute_name for _, schema in key_schemas(table) for key in schema}
    first: dict[str, int] = {}
    for number, index in enumerate(indexes):
        name = index.vector_attribute.attribute_name
        if name in keys:
            path: ValuePath = ("vector_indexes", number, "vector_attribute", "attribute_name")
            yield Finding(path, f"vector attribute {name!r} is a key attribute", "use another attribute")
        # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateVectorIndexAction.html
        if (known := first.setdefault(name, index.dimensions)) != index.dimensions:
            message = f"{index.dimensions} dimensions for {name!r}, which has {known} in another index"
            hint = "use the same dimensions in all indexes of an attribute"
            yield Finding(("vector_indexes", number, "dimensions"), message, hint)


def streams(table: TableSpec) -> Iterator[Finding]:
    """Check the table's stream."""
    stream = table.stream_specification
    if stream and stream.stream_enabled and stream.stream_view_type is None:
        hint = "expected one of: NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY"
        yield Finding(("stream_specification",), "missing stream_view_type", hint)
    if stream and not stream.stream_enabled and stream.stream_view_type is not None:
        path: ValuePath = ("stream_specification", "stream_view_type")
        yield Finding(path, "stream_view_type cannot be combined with stream_enabled: false", "remove it")


def ttl(table: TableSpec) -> Iterator[Finding]:
    """Check Time to Live."""
    ttl = table.time_to_live_specification
    if ttl and ttl.enabled and ttl.attribute_name is None:
        hint = "name the attribute that holds the expiry time in seconds"
        yield Finding(("time_to_live_specification",), "missing attribute_name", hint)
    if ttl and len(ttl.attribute_name or "") > limits.ATTRIBUTE_NAME_BYTES:
        path: ValuePath = ("time_to_live_specification", "attribute_name")
        yield Finding(path, "the attribute name is too long", ATTRIBUTE_NAME_RULE)


def ttl_type(table: TableSpec) -> Iterator[Finding]:
    """Check the type of the Time to Live attribute if it is a key."""
    ttl = table.time_to_live_specification
    declared = next((a for a in table.defined_attributes() if ttl and a.name == ttl.attribute_name), None)
    if declared is not None and declared.type != "N":
        path: ValuePath = ("time_to_live_specification", "attribute_name")
        yield Finding(path, f"TTL attribute {declared.name!r} is a key of type {declared.type}", "TTL requires type N")


def encryption(table: TableSpec) -> Iterator[Finding]:
    """Check encryption at rest."""
    sse = table.sse_specification
    if sse and not sse.enabled and (sse.sse_type or sse.kms_master_key_id):
        message = "sse_type and kms_master_key_id cannot be combined with enabled: false"
        yield Finding(("sse_specification",), message, "set enabled: true, or remove them")
    if sse and sse.kms_master_key_id is not None and not _KMS_KEY.fullmatch(sse.kms_master_key_id):
        path: ValuePath = ("sse_specification", "kms_master_key_id")
        yield Finding(path, f"invalid KMS key {sse.kms_master_key_id!r}", "use its ARN, its ID or alias/NAME")


def recovery(table: TableSpec) -> Iterator[Finding]:
    """Check point-in-time recovery."""
    pitr = table.point_in_time_recovery_specification
    if pitr and not pitr.point_in_time_recovery_enabled and pitr.recovery_period_in_days:
        path: ValuePath = ("point_in_time_recovery_specification", "recovery_period_in_days")
        message = "recovery_period_in_days cannot be combined with point_in_time_recovery_enabled: false"
        yield Finding(path, message, "remove it")


def kinesis(table: TableSpec) -> Iterator[Finding]:
    """Check the Kinesis stream."""
    stream = table.kinesis_stream_specification
    if stream and not _STREAM.fullmatch(stream.stream_arn):
        path: ValuePath = ("kinesis_stream_specification", "stream_arn")
        message = f"invalid ARN of a Kinesis stream {stream.stream_arn!r}"
        yield Finding(path, message, "expected arn:aws:kinesis:REGION:ACCOUNT:stream/NAME")


def tags(table: TableSpec) -> Iterator[Finding]:
    """Check the number of tags, and their length and characters."""
    tags = table.tags or {}
    if len(tags) > limits.TAGS:
        yield Finding(("tags",), f"{len(tags)} tags", f"the maximum is {limits.TAGS} per table")
    for key, value in tags.items():
        yield from (Finding(("tags", key), *problem) for problem in _tag(key, value))


def _tag(key: str, value: str) -> Iterator[tuple[str, str]]:
    if key.lower().startswith("aws:"):
        yield f"tag {key!r} is reserved for AWS", "use a key that does not start with `aws:`"
    if not 1 <= len(key) <= limits.TAG_KEY_LENGTH or len(value) > limits.TAG_VALUE_LENGTH:
        hint = f"a key has 1-{limits.TAG_KEY_LENGTH} characters, a value at most {limits.TAG_VALUE_LENGTH}"
        yield f"tag {key[:20]!r} is too {'long' if key else 'short'}", hint
    if not (_has_tag_characters(key) and _has_tag_characters(value)):
        yield f"tag {key[:20]!r} has an unsupported character", "use letters, digits, spaces and + - = . _ : / @"


def _has_tag_characters(text: str) -> bool:
    return all(char in "_.:/=+-@" or unicodedata.category(char)[0] in _TAG_CATEGORIES for char in text)
