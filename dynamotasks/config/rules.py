"""DynamoDB's rules that one value cannot show alone; what AWS refuses and local engines often accept.

Sources: the constraints of https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and the
quotas of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from ..settings import LOCAL, Environment, is_endpoint, is_region
from ..spec import Key, Projection, TableSpec
from ..words import close_to
from .model import Parsed
from .source import Complaint, Path_

_STREAM = re.compile(r"arn:[a-z-]+:kinesis:[a-z0-9-]+:\d{12}:stream/[a-zA-Z0-9_.-]{1,128}")
_WORD = re.compile(r"[a-zA-Z0-9_.-]+")
_TAG = re.compile(r"[\w\s+=.:/@-]*")
_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
NAME_RULE = "3 to 255 of a-z, A-Z, 0-9, `_`, `-` and `.`"
_INDEXES = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")


def check(table: Parsed[TableSpec]) -> Iterator[Complaint]:
    """All that is wrong with one table beyond its form, and is wrong still when its form is mended."""
    for rule, reads in _RULES.items():
        if not any(path[:1] == (name,) for path in table.broken for name in reads):
            yield from _sure(table, rule(table.value))


def _sure(part: Parsed[Any], complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Without those about what has a mistake in it, or stands in one, already."""
    for complaint in complaints:
        path = complaint[0]
        if not any(path[: len(other)] == other[: len(path)] for other in part.broken):
            yield complaint


def check_environment(name: str, parsed: Parsed[Environment]) -> Iterator[Complaint]:
    """All that is wrong with one environment beyond its form."""
    yield from _sure(parsed, _environment(name, parsed.value))


def _environment(name: str, environment: Environment) -> Iterator[Complaint]:
    if not _WORD.fullmatch(name):
        yield (), f"{name!r} is no name for an environment", "a-z, A-Z, 0-9, `_`, `-` and `.`"
    if environment.endpoint is not None and not is_endpoint(environment.endpoint):
        yield ("endpoint",), f"{environment.endpoint!r} is no endpoint", "write it as http://host:port"
    if environment.region is not None and not is_region(
        environment.region, named=name != LOCAL and environment.endpoint is None
    ):
        yield ("region",), f"{environment.region!r} is no AWS Region", "write it as eu-west-1"
    if environment.account_id is not None and not re.fullmatch(r"\d{12}", environment.account_id):
        yield ("account_id",), f"{environment.account_id!r} is no AWS account", "write its 12 digits"


def bad_name(name: str) -> bool:
    """Whether DynamoDB refuses this as the name of a table or an index."""
    return not _NAME.fullmatch(name)


def _name(table: TableSpec) -> Iterator[Complaint]:
    if bad_name(table.name):
        yield ("name",), "this is no name for a table", NAME_RULE


def _names(table: TableSpec) -> Iterator[Complaint]:
    seen: dict[str, Path_] = {}
    for kind in _INDEXES:
        for number, index in enumerate(getattr(table, kind) or ()):
            path: Path_ = (kind, number, "index_name")
            if bad_name(index.index_name):
                yield path, f"{index.index_name!r} is no name for an index", NAME_RULE
            if index.index_name in seen:
                yield path, f"there are two indexes {index.index_name!r}", "indexes of one table share their names"
            seen[index.index_name] = path


def _schemas(table: TableSpec) -> Iterator[tuple[Path_, tuple[Key, ...]]]:
    yield ("key_schema",), table.key_schema
    for kind in ("global_secondary_indexes", "local_secondary_indexes"):
        for number, index in enumerate(getattr(table, kind) or ()):
            yield (kind, number, "key_schema"), index.key_schema


def _key_shapes(table: TableSpec) -> Iterator[Complaint]:
    for path, schema in _schemas(table):
        types = [key.key_type for key in schema]
        most = 4 if path[0] == "global_secondary_indexes" else 1
        if "HASH" not in types:
            yield path, "there is no HASH key", "add one: {attribute_name: ..., key_type: HASH}"
        elif types != sorted(types):
            yield path, "a RANGE key stands before a HASH key", "put HASH first"
        for kind in ("HASH", "RANGE"):
            if types.count(kind) > most:
                what = "an index takes at most 4" if most == 4 else "only a global secondary index takes more than one"
                yield path, f"there are {types.count(kind)} {kind} keys", what
        names = [key.attribute_name for key in schema]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield path, f"{name!r} is a key twice", "use two different attributes"


def _attributes(table: TableSpec) -> Iterator[Complaint]:
    known = [attribute.name for attribute in table.attributes]
    for number, name in enumerate(known):
        if name in known[:number]:
            yield ("attributes", number, "name"), f"the attribute {name!r} is here twice", "keep one of them"


def _key_types(table: TableSpec) -> Iterator[Complaint]:
    known = [attribute.name for attribute in table.attributes]
    places = [
        ((*path, n, "attribute_name"), key.attribute_name)
        for path, schema in _schemas(table)
        for n, key in enumerate(schema)
    ]
    for number, index in enumerate(table.vector_indexes or ()):
        for n, part in enumerate(index.search_schema or ()):
            places.append((("vector_indexes", number, "search_schema", n, "attribute_name"), part.attribute_name))
    for path, name in places:
        if len(name.encode(errors="replace")) > 255:
            yield path, f"the key attribute {name[:20]!r}... is too long", "its name may have 255 bytes"
        if name not in known:
            close = close_to(name, known)
            hint = f"did you mean {close!r}?" if close else f"add {{name: {name}, type: S}} to `attributes`"
            yield path, f"the key attribute {name!r} has no type", hint


def _local_indexes(table: TableSpec) -> Iterator[Complaint]:
    indexes = table.local_secondary_indexes or ()
    if len(indexes) > 5:
        yield (
            ("local_secondary_indexes",),
            f"there are {len(indexes)} local secondary indexes",
            "a table takes at most 5",
        )
    table_hash = next((key.attribute_name for key in table.key_schema if key.key_type == "HASH"), None)
    if indexes and not any(key.key_type == "RANGE" for key in table.key_schema):
        yield (
            ("local_secondary_indexes",),
            "a table without a RANGE key takes no local secondary index",
            "make it global",
        )
    for number, index in enumerate(indexes):
        path: Path_ = ("local_secondary_indexes", number, "key_schema")
        hashes = [key.attribute_name for key in index.key_schema if key.key_type == "HASH"]
        if hashes and table_hash and hashes[0] != table_hash:
            yield path, f"its HASH key is {hashes[0]!r}", f"a local secondary index has the table's: {table_hash!r}"
        if not any(key.key_type == "RANGE" for key in index.key_schema):
            yield path, "there is no RANGE key", "a local secondary index has a RANGE key of its own"


def _projections(table: TableSpec) -> Iterator[Complaint]:
    total = 0
    for kind in _INDEXES:
        for number, index in enumerate(getattr(table, kind) or ()):
            projection: Projection = index.projection
            path: Path_ = (kind, number, "projection")
            names = projection.non_key_attributes
            if projection.projection_type == "INCLUDE" and not names:
                yield path, "INCLUDE needs `non_key_attributes`", "list the attributes, or project ALL or KEYS_ONLY"
            elif projection.projection_type != "INCLUDE" and names:
                yield (
                    path,
                    f"{projection.projection_type} takes no `non_key_attributes`",
                    "write projection_type: INCLUDE",
                )
            for name in sorted({name for name in names or () if (names or ()).count(name) > 1}):
                yield (*path, "non_key_attributes"), f"{name!r} is included twice", "keep one of them"
            if names and len(names) > 20:
                yield path, f"it includes {len(names)} attributes", "an index takes at most 20"
            total += len(names or ())
    if total > 100:
        yield (), f"its indexes include {total} attributes in all", "a table's indexes take at most 100 together"


def _billing(table: TableSpec) -> Iterator[Complaint]:
    mode = table.effective_billing_mode()
    hint = "give read_capacity_units and write_capacity_units, or bill PAY_PER_REQUEST"
    if mode == "PROVISIONED" and table.provisioned_throughput is None:
        yield ("billing_mode",), "PROVISIONED needs `provisioned_throughput`", hint
    if mode == "PAY_PER_REQUEST" and table.provisioned_throughput is not None:
        yield ("provisioned_throughput",), "PAY_PER_REQUEST takes no `provisioned_throughput`", "leave it out"
    if mode == "PROVISIONED" and table.on_demand_throughput is not None:
        yield ("on_demand_throughput",), "PROVISIONED takes no `on_demand_throughput`", "leave it out"
    for number, index in enumerate(table.global_secondary_indexes or ()):
        path: Path_ = ("global_secondary_indexes", number)
        if mode == "PROVISIONED" and index.provisioned_throughput is None:
            yield path, f"index {index.index_name!r} of a PROVISIONED table needs `provisioned_throughput`", hint
        if mode == "PAY_PER_REQUEST" and index.provisioned_throughput is not None:
            yield (*path, "provisioned_throughput"), "PAY_PER_REQUEST takes no `provisioned_throughput`", "leave it out"
        if mode == "PROVISIONED" and index.on_demand_throughput is not None:
            yield (*path, "on_demand_throughput"), "PROVISIONED takes no `on_demand_throughput`", "leave it out"


def _vectors(table: TableSpec) -> Iterator[Complaint]:
    indexes = table.vector_indexes or ()
    if len(indexes) > 5:
        yield ("vector_indexes",), f"there are {len(indexes)} vector indexes", "a table takes at most 5"
    if indexes and table.effective_billing_mode() == "PROVISIONED":
        yield ("vector_indexes",), "a PROVISIONED table takes no vector index", "bill PAY_PER_REQUEST"
    keys = {key.attribute_name for _, schema in _schemas(table) for key in schema}
    for number, index in enumerate(indexes):
        if (name := index.vector_attribute.attribute_name) in keys:
            path: Path_ = ("vector_indexes", number, "vector_attribute", "attribute_name")
            yield path, f"{name!r} is a key, so it holds no vectors", "name another attribute"


def _streams(table: TableSpec) -> Iterator[Complaint]:
    stream = table.stream_specification
    if stream and stream.stream_enabled and stream.stream_view_type is None:
        hint = "one of: NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY"
        yield ("stream_specification",), "a stream needs `stream_view_type`", hint
    if stream and not stream.stream_enabled and stream.stream_view_type is not None:
        yield (
            ("stream_specification", "stream_view_type"),
            "a stream that is off takes no `stream_view_type`",
            "leave it out",
        )


def _ttl(table: TableSpec) -> Iterator[Complaint]:
    ttl = table.time_to_live_specification
    if ttl is None:
        return
    path: Path_ = ("time_to_live_specification",)
    if ttl.enabled and ttl.attribute_name is None:
        yield path, "TTL needs `attribute_name`", "name the attribute that holds the expiry time in seconds"
    declared = next((a for a in table.defined_attributes() if a.name == ttl.attribute_name), None)
    if declared is not None and declared.type != "N":
        yield (*path, "attribute_name"), f"{declared.name!r} is a key of type {declared.type}", "TTL reads numbers (N)"


def _others(table: TableSpec) -> Iterator[Complaint]:
    sse, pitr = table.sse_specification, table.point_in_time_recovery_specification
    if sse and not sse.enabled and (sse.sse_type or sse.kms_master_key_id):
        yield (
            ("sse_specification",),
            "encryption that is not enabled takes no key",
            "write enabled: true, or leave it out",
        )
    if pitr and not pitr.point_in_time_recovery_enabled and pitr.recovery_period_in_days:
        path: Path_ = ("point_in_time_recovery_specification", "recovery_period_in_days")
        yield path, "recovery that is off takes no period", "leave it out"
    stream = table.kinesis_stream_specification
    if stream and not _STREAM.fullmatch(stream.stream_arn):
        path = ("kinesis_stream_specification", "stream_arn")
        yield path, f"{stream.stream_arn!r} is no ARN of a Kinesis stream", "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"


def _policy(table: TableSpec) -> Iterator[Complaint]:
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


def _tags(table: TableSpec) -> Iterator[Complaint]:
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


_CAPACITY = ("billing_mode", "provisioned_throughput")
_RULES: Mapping[Callable[[TableSpec], Iterator[Complaint]], Collection[str]] = {
    # and the properties without which the rule knows nothing
    _name: (),
    _names: (),
    _key_shapes: (),
    _attributes: (),
    _key_types: ("attributes",),
    _local_indexes: ("key_schema",),
    _projections: (),
    _billing: _CAPACITY,
    _vectors: _CAPACITY,
    _streams: (),
    _ttl: ("attributes",),
    _others: (),
    _policy: (),
    _tags: (),
}


def remarks(table: TableSpec) -> Iterator[Complaint]:
    """What is no mistake but worth saying."""
    defined = table.defined_attributes()
    for number, attribute in enumerate(table.attributes):
        if attribute not in defined:
            yield ("attributes", number), f"no key uses {attribute.name!r}, so it is documentation only", ""
    if len(table.global_secondary_indexes or ()) > 20:
        number = len(table.global_secondary_indexes or ())
        yield ("global_secondary_indexes",), f"there are {number} indexes", "20 is AWS's quota unless yours was raised"
    for kind in ("global_secondary_indexes", "local_secondary_indexes"):
        for number, index in enumerate(getattr(table, kind) or ()):
            keys = {key.attribute_name for key in (*table.key_schema, *index.key_schema)}
            for n, name in enumerate(index.projection.non_key_attributes or ()):
                if name in keys:
                    path: Path_ = (kind, number, "projection", "non_key_attributes", n)
                    yield path, f"{name!r} is a key, which the index has anyway", "leave it out"
