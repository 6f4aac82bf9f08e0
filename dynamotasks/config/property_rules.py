"""DynamoDB's rules of what a table has beside keys and indexes: capacity, streams, TTL, tags.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and, for tags,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Tag.html.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..schema import limits
from ..schema.table_spec import GlobalSecondaryIndex, TableSpec
from .documents import Complaint
from .key_rules import LENGTH, schemas
from .positions import Path_

_STREAM = re.compile(r"arn:[a-z-]+:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[a-zA-Z0-9_.-]{1,128}")
# https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
_KEY_ID = r"(?:mrk-)?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"
_ALIAS = r"alias/[a-zA-Z0-9/_-]{1,250}"
_KMS_KEY = re.compile(rf"(?:arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{{12}}:(?:key/{_KEY_ID}|{_ALIAS})|{_KEY_ID}|{_ALIAS})")
# warm throughput cannot be lowered
_WARMTH = {
    "read_units_per_second": ("read_capacity_units", limits.ON_DEMAND_INITIAL_READ_UNITS),
    "write_units_per_second": ("write_capacity_units", limits.ON_DEMAND_INITIAL_WRITE_UNITS),
}
_LETTERS = "LNZ"  # of Unicode's categories: letters, numbers, separators


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


def warmth(table: TableSpec) -> Iterator[Complaint]:
    """Warm throughput: AWS refuses less than what the billing mode gives at once."""
    on_demand = table.effective_billing_mode() == "PAY_PER_REQUEST"
    indexes = enumerate(table.global_secondary_indexes or ())
    parts: list[tuple[Path_, TableSpec | GlobalSecondaryIndex]]
    parts = [((), table), *((("global_secondary_indexes", number), index) for number, index in indexes)]
    for path, part in parts:
        for name, (capacity, initial) in _WARMTH.items():
            units = getattr(part.warm_throughput, name, None)
            least = initial if on_demand else getattr(part.provisioned_throughput, capacity, None)
            if isinstance(units, int) and isinstance(least, int) and units < least:
                what = "what on-demand starts with" if on_demand else f"`{capacity}`"
                hint = f"it must be at least {least}, {what}; or leave it out"
                yield (*path, "warm_throughput", name), f"{name!r} is {units}", hint


def vectors(table: TableSpec) -> Iterator[Complaint]:
    """How many vector indexes, and what their vectors are in."""
    indexes = table.vector_indexes or ()
    if len(indexes) > limits.VECTOR_INDEXES:
        hint = f"a table takes at most {limits.VECTOR_INDEXES}"
        yield ("vector_indexes",), f"there are {len(indexes)} vector indexes", hint
    keys = {key.attribute_name for _, schema in schemas(table) for key in schema}
    first: dict[str, int] = {}
    for number, index in enumerate(indexes):
        if (name := index.vector_attribute.attribute_name) in keys:
            path: Path_ = ("vector_indexes", number, "vector_attribute", "attribute_name")
            yield path, f"{name!r} is a key, so it holds no vectors", "name another attribute"
        # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateVectorIndexAction.html
        known = first.setdefault(name, index.dimensions) if name and isinstance(index.dimensions, int) else None
        if known is not None and known != index.dimensions:
            path = ("vector_indexes", number, "dimensions")
            hint = f"all indexes of one attribute have the same: {known}"
            yield path, f"{name!r} has {known} dimensions in another index, {index.dimensions} here", hint


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
    if ttl and len(ttl.attribute_name or "") > limits.ATTRIBUTE_NAME_BYTES:
        yield ("time_to_live_specification", "attribute_name"), "the attribute's name is too long", LENGTH


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
    if sse and sse.kms_master_key_id is not None and not _KMS_KEY.fullmatch(sse.kms_master_key_id):
        path: Path_ = ("sse_specification", "kms_master_key_id")
        yield path, f"invalid KMS key {sse.kms_master_key_id!r}", "give its ARN, its id, or alias/NAME"


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


def tags(table: TableSpec) -> Iterator[Complaint]:
    """How many tags, and their characters."""
    tags = table.tags or {}
    if len(tags) > limits.TAGS:
        yield ("tags",), f"there are {len(tags)} tags", f"a table takes at most {limits.TAGS}"
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            yield ("tags", key), f"the tag {key!r} belongs to AWS", "choose a key that does not start with `aws:`"
        if not 1 <= len(key) <= limits.TAG_KEY_LENGTH or len(value) > limits.TAG_VALUE_LENGTH:
            hint = f"a key has 1 to {limits.TAG_KEY_LENGTH} characters, a value at most {limits.TAG_VALUE_LENGTH}"
            yield ("tags", key), f"the tag {key[:20]!r} is too {'long' if key else 'short'}", hint
        if not (_is_tag(key) and _is_tag(value)):
            hint = "letters, digits, spaces and + - = . _ : / @"
            yield ("tags", key), f"the tag {key[:20]!r} has a character that AWS refuses", hint


def _is_tag(text: str) -> bool:
    return all(char in "_.:/=+-@" or unicodedata.category(char)[0] in _LETTERS for char in text)
