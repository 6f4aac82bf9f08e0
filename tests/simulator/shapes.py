"""Rules on the shape of tables and indexes that do not depend on existing tables.

Each rule takes the shape of a table and tells its mistakes; the words are reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from .answers import Refusal, Shape, bad_value, invalid
from .table import used_names

INDEXES_MOST, LOCAL_MOST, VECTOR_MOST, TAGS_MOST = 20, 5, 5, 50  # documented: ServiceQuotas.html
_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")

Mistakes = Iterator[Refusal]


def refuse_mistakes(shape: Shape) -> None:
    """Raise the first error in the parameters of CreateTable."""
    for rule in _RULES:
        for mistake in rule(shape):
            raise mistake


def secondary(shape: Shape) -> list[Shape]:
    return [*shape.get("GlobalSecondaryIndexes", ()), *shape.get("LocalSecondaryIndexes", ())]


def _names(shape: Shape) -> Mistakes:
    named = [*secondary(shape), *shape.get("VectorIndexes", ())]
    places = [("tableName", shape["TableName"]), *(("indexName", index["IndexName"]) for index in named)]
    for place, name in places:
        if not _NAME.fullmatch(name):
            yield invalid(
                f"1 validation error detected: Value '{name}' at '{place}' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            )
    names = [index["IndexName"] for index in named]
    for name in names:
        if names.count(name) > 1:
            yield bad_value(f"Duplicate index name: {name}")


def _table_key(shape: Shape) -> Mistakes:
    types = [key["KeyType"] for key in shape["KeySchema"]]
    if types[:1] != ["HASH"]:
        yield invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if types[1:] not in ([], ["RANGE"]):
        yield invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len({key["AttributeName"] for key in shape["KeySchema"]}) < len(types):
        yield invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")


def index_key(index: Shape) -> Mistakes:
    """Documented: a global secondary index has up to 4 HASH and 4 RANGE attributes (GSI.html)."""
    types = [key["KeyType"] for key in index["KeySchema"]]
    if types != sorted(types):
        yield bad_value("All HASH key attributes must precede RANGE key attributes in the KeySchema")
    if "HASH" not in types:
        yield invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    for kind in ("HASH", "RANGE"):
        if types.count(kind) > 4:
            yield bad_value(f"The KeySchema exceeds the maximum allowed number of {kind} key attributes")


def _index_keys(shape: Shape) -> Mistakes:
    for index in shape.get("GlobalSecondaryIndexes", ()):
        yield from index_key(index)


def projection(index: Shape) -> Mistakes:
    shown = index["Projection"]
    kind, extra = shown.get("ProjectionType"), shown.get("NonKeyAttributes")
    if kind is None:
        yield bad_value("Unknown ProjectionType: null")
    elif kind == "INCLUDE" and not extra:
        yield bad_value("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    elif kind != "INCLUDE" and extra:
        yield bad_value(f"ProjectionType is {kind}, but NonKeyAttributes is specified")


def _projections(shape: Shape) -> Mistakes:
    for index in [*secondary(shape), *shape.get("VectorIndexes", ())]:
        yield from projection(index)


def _local_indexes(shape: Shape) -> Mistakes:
    local = shape.get("LocalSecondaryIndexes", ())
    table_key = [key["AttributeName"] for key in shape["KeySchema"]]
    if len(local) > LOCAL_MOST:
        yield bad_value(f"Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_MOST}")
    if local and len(table_key) < 2:
        yield bad_value(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        )
    for index in local:
        name, key = index["IndexName"], [each["AttributeName"] for each in index["KeySchema"]]
        if key[0] != table_key[0]:
            yield bad_value(
                f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. "
                f"index hash key: {key[0]}, table hash key: {table_key[0]}"
            )
        if len(key) < 2:
            yield bad_value(f"Index KeySchema does not have a range key for index: {name}")


def _counts(shape: Shape) -> Mistakes:
    for member, most in (("GlobalSecondaryIndexes", INDEXES_MOST), ("VectorIndexes", VECTOR_MOST)):
        indexes = shape.get(member)
        if indexes == []:
            yield bad_value(f"List of {member} is empty")
        if len(indexes or ()) > most:
            yield bad_value(f"{member.removesuffix('es')} count exceeds the per-table limit of {most}")


def _definitions(shape: Shape) -> Mistakes:
    defined = [each["AttributeName"] for each in shape["AttributeDefinitions"]]
    used = list(dict.fromkeys(used_names(shape)))
    shown = f"AttributeDefinitions: [{', '.join(defined)}]"
    for name in defined:
        if defined.count(name) > 1:
            yield invalid(f"Attribute Name is duplicated: {name}")
    if set(used) - set(defined):
        yield bad_value(f"Some index key attributes are not defined in AttributeDefinitions. Keys: {used}, {shown}")
    if set(defined) - set(used):
        if secondary(shape) or shape.get("VectorIndexes"):
            yield bad_value(f"Some AttributeDefinitions are not used. {shown}, keys used: {used}")
        yield bad_value(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )


def _throughput(shape: Shape) -> Mistakes:
    provisioned, given = shape["BillingMode"] == "PROVISIONED", "ProvisionedThroughput" in shape
    if provisioned and not given:
        yield bad_value(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    if given and not provisioned:
        yield bad_value(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if provisioned and "OnDemandThroughput" in shape:
        yield bad_value(
            "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
        )
    for index in shape.get("GlobalSecondaryIndexes", ()):
        yield from index_throughput(index, shape["BillingMode"])


def index_throughput(index: Shape, billing: str) -> Mistakes:
    name, given = index["IndexName"], "ProvisionedThroughput" in index
    if billing == "PROVISIONED" and not given:
        yield bad_value(f"ProvisionedThroughput is not specified for index: {name}")
    if billing == "PAY_PER_REQUEST" and given:
        yield bad_value(
            f"ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
        )
    if billing == "PROVISIONED" and "OnDemandThroughput" in index:
        yield bad_value(
            f"MaxReadRequestUnits for OnDemandThroughput for index : {name} cannot be specified when the table "
            "BillingMode is PROVISIONED"
        )


def _vectors(shape: Shape) -> Mistakes:
    if shape.get("VectorIndexes") and shape["BillingMode"] != "PAY_PER_REQUEST":
        yield bad_value("Vector indexes are only supported for PAY_PER_REQUEST tables")
    yield from dimensions(shape.get("VectorIndexes", ()))


def dimensions(indexes: Iterable[Shape]) -> Mistakes:
    """Documented: indexes of one attribute have the same number of dimensions (API_CreateVectorIndexAction.html)."""
    sizes: dict[str, int] = {}
    for index in indexes:
        name = index["VectorAttribute"]["AttributeName"]
        if sizes.setdefault(name, index["Dimensions"]) != index["Dimensions"]:
            yield bad_value(f"Vector indexes that reference attribute {name} must have the same Dimensions")


def _stream(shape: Shape) -> Mistakes:
    stream = shape.get("StreamSpecification")
    if stream and stream["StreamEnabled"] and "StreamViewType" not in stream:
        yield bad_value("Table is being created with a stream enabled, UpdateViewType is required")
    if stream and not stream["StreamEnabled"] and "StreamViewType" in stream:
        yield bad_value("Table is being created with a stream disabled, UpdateViewType should not be specified")


def encryption(shape: Shape) -> Mistakes:
    shown = shape.get("SSESpecification", {})
    kind, key = shown.get("SSEType"), shown.get("KMSMasterKeyId")
    if shown.get("Enabled") is False:
        for name in ("SSEType", "KMSMasterKeyId"):
            if name in shown:
                yield bad_value(f"{name} can not be specified if Enabled is false")
    if kind == "AES256":
        yield bad_value("SSEType AES256 is not supported")
    if key and kind != "KMS":
        yield bad_value("SSEType KMS is required if KMSMasterKeyId is specified")


def tags(given: Iterable[Shape], standing: Iterable[str] = ()) -> Mistakes:
    names = [tag["Key"] for tag in given]
    for name in names:
        if name.startswith("aws:"):
            yield invalid(f"Tag Key cannot be prefixed with aws:, Key: {name}")
        if names.count(name) > 1:
            yield invalid(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {name}")
    if len({*names, *standing}) > TAGS_MOST:
        yield invalid("Number of Tags exceed the current limit for the provided ResourceArn")


def _tags(shape: Shape) -> Mistakes:
    return tags(shape.get("Tags", ()))


def policy(document: str) -> Mistakes:
    try:
        read = json.loads(document)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        yield bad_value("Invalid policy document: This policy contains invalid Json")
    elif not read.get("Statement"):
        yield bad_value("Invalid policy document: Could not parse the policy: Statement is empty!")


def _policy(shape: Shape) -> Mistakes:
    return policy(shape["ResourcePolicy"]) if "ResourcePolicy" in shape else iter(())


_RULES: tuple[Callable[[Shape], Mistakes], ...] = (
    _names,
    _table_key,
    _index_keys,
    _projections,
    _local_indexes,
    _counts,
    _definitions,
    _throughput,
    _vectors,
    _stream,
    encryption,
    _tags,
    _policy,
)
