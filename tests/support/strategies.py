"""Valid tables of all features, for hypothesis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from dynamotasks.schema.table_spec import (
    Attribute,
    ContributorInsights,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    KinesisStream,
    LocalSecondaryIndex,
    OnDemandThroughput,
    PointInTimeRecovery,
    Projection,
    ProvisionedThroughput,
    SearchKey,
    StreamSpecification,
    TableSpec,
    TimeToLive,
    VectorAttribute,
    VectorIndex,
    WarmThroughput,
)

ATTRIBUTES = ("a", "b", "c", "d", "e", "expires")

names = st.from_regex(r"[a-zA-Z0-9_.-]{3,40}", fullmatch=True)
units = st.integers(1, 50)
provisioned = st.builds(ProvisionedThroughput, read_capacity_units=units, write_capacity_units=units)
on_demand = st.builds(OnDemandThroughput, max_read_request_units=units, max_write_request_units=st.none() | units)
warm = st.builds(
    WarmThroughput, read_units_per_second=st.integers(12000, 20000), write_units_per_second=st.integers(4000, 9000)
)
insights = st.builds(ContributorInsights, mode=st.sampled_from(["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]))
projections = st.one_of(
    st.builds(Projection, projection_type=st.sampled_from(["ALL", "KEYS_ONLY"])),
    st.builds(
        Projection,
        projection_type=st.just("INCLUDE"),
        non_key_attributes=st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True).map(tuple),
    ),
)
tag_text = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def key(name: str, kind: str) -> Key:
    return Key(attribute_name=name, key_type=kind)  # type: ignore[arg-type]


@st.composite
def tables(draw: st.DrawFn, most_keys: int = 4) -> TableSpec:
    """A table that AWS would take.

    Args:
        draw: hypothesis' own.
        most_keys: how many HASH, and how many RANGE keys a global secondary index may have.
    """
    types = {name: draw(st.sampled_from(["S", "N", "B"])) for name in ATTRIBUTES}
    types["expires"] = "N"
    has_range = draw(st.booleans())
    schema = (key("a", "HASH"), *([key("b", "RANGE")] if has_range else []))
    on_demand_mode = draw(st.booleans())
    index_names = st.lists(names, max_size=3, unique=True)
    chosen = draw(index_names)
    local: list[LocalSecondaryIndex] = []
    if has_range and chosen and draw(st.booleans()):
        ranged = (key("a", "HASH"), key(draw(st.sampled_from(["c", "d"])), "RANGE"))
        local.append(LocalSecondaryIndex(index_name=chosen.pop(), key_schema=ranged, projection=draw(projections)))
    vectors: list[VectorIndex] = []
    if on_demand_mode and chosen and draw(st.booleans()):
        vectors.append(
            VectorIndex(
                index_name=chosen.pop(),
                vector_attribute=VectorAttribute(attribute_name="vector"),
                dimensions=draw(st.integers(1, 4096)),
                distance_function=draw(st.sampled_from(["COSINE", "DOT_PRODUCT", "EUCLIDEAN"])),
                projection=draw(projections),
                search_schema=draw(
                    maybe(st.just((SearchKey(attribute_name="e", search_schema_element_type="INLINE_FILTER"),)))
                ),
            )
        )
    indexes = []
    for name in chosen:
        parts = draw(st.permutations(["b", "c", "d", "e"]))
        hashes = draw(st.integers(1, min(most_keys, 2)))
        ranges = draw(st.integers(0, min(most_keys, 2)))
        index_key = [
            *(key(p, "HASH") for p in parts[:hashes]),
            *(key(p, "RANGE") for p in parts[hashes : hashes + ranges]),
        ]
        indexes.append(
            GlobalSecondaryIndex(
                index_name=name,
                key_schema=tuple(index_key),
                projection=draw(projections),
                provisioned_throughput=None if on_demand_mode else draw(provisioned),
                on_demand_throughput=draw(maybe(on_demand)) if on_demand_mode else None,
                warm_throughput=draw(maybe(warm)),
                contributor_insights_specification=draw(maybe(insights)),
            )
        )
    return TableSpec(
        name=draw(names),
        description=draw(maybe(tag_text)),
        attributes=tuple(Attribute(name=name, type=type_) for name, type_ in types.items()),  # type: ignore[arg-type]
        key_schema=schema,
        billing_mode="PAY_PER_REQUEST" if on_demand_mode else draw(st.sampled_from(["PROVISIONED", None])),
        provisioned_throughput=None if on_demand_mode else draw(provisioned),
        on_demand_throughput=draw(maybe(on_demand)) if on_demand_mode else None,
        warm_throughput=draw(maybe(warm)),
        global_secondary_indexes=tuple(indexes) or None,
        local_secondary_indexes=tuple(local) or None,
        vector_indexes=tuple(vectors) or None,
        stream_specification=draw(
            maybe(
                st.just(StreamSpecification(stream_enabled=False))
                | st.builds(
                    StreamSpecification,
                    stream_view_type=st.sampled_from(["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"]),
                )
            )
        ),
        time_to_live_specification=draw(
            maybe(st.sampled_from([TimeToLive(attribute_name="expires"), TimeToLive(enabled=False)]))
        ),
        point_in_time_recovery_specification=draw(
            maybe(
                st.builds(PointInTimeRecovery, recovery_period_in_days=maybe(st.integers(1, 35)))
                | st.just(PointInTimeRecovery(point_in_time_recovery_enabled=False))
            )
        ),
        sse_specification=draw(
            maybe(
                st.sampled_from(
                    [
                        Encryption(enabled=False),
                        Encryption(sse_type="KMS"),
                        Encryption(sse_type="KMS", kms_master_key_id="alias/orders"),
                    ]
                )
            )
        ),
        table_class=draw(maybe(st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]))),
        deletion_protection_enabled=draw(maybe(st.booleans())),
        tags=draw(maybe(st.dictionaries(tag_text, tag_text, min_size=1, max_size=3))),
        resource_policy=draw(
            maybe(
                st.just(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Deny",
                                "Principal": "*",
                                "Action": "dynamodb:DeleteTable",
                                "Resource": "*",
                            }
                        ],
                    }
                )
            )
        ),
        contributor_insights_specification=draw(maybe(insights)),
        kinesis_stream_specification=draw(
            maybe(st.just(KinesisStream(stream_arn="arn:aws:kinesis:us-east-1:123456789012:stream/changes")))
        ),
    )


@st.composite
def evolutions(draw: st.DrawFn, distinct_keys: bool = False) -> tuple[TableSpec, TableSpec]:
    """Two forms of one table between which DynamoDB allows a way: same key, same local indexes.

    Args:
        draw: hypothesis' own.
        distinct_keys: no global index shares a key attribute with the table, and none its first with another index.
    """
    one, other = draw(tables()), draw(tables())
    assume(not one.vector_indexes or other.effective_billing_mode() == "PAY_PER_REQUEST")
    local = {index.index_name for index in one.local_secondary_indexes or ()}
    schemas = [one.key_schema, *(index.key_schema for index in one.local_secondary_indexes or ())]
    fixed = {key.attribute_name for schema in schemas for key in schema}
    types = {attribute.name: attribute for attribute in one.attributes if attribute.name in fixed}
    indexes = [i for i in other.global_secondary_indexes or () if i.index_name not in local]
    vectors = [i for i in other.vector_indexes or () if i.index_name not in local]
    # an index that the second form does not declare keeps the types of its keys
    types |= {} if indexes and vectors else {attribute.name: attribute for attribute in one.attributes}
    if distinct_keys:
        indexes = _apart(indexes, fixed)
        one = replace(one, global_secondary_indexes=tuple(_apart(one.global_secondary_indexes or (), fixed)) or None)
    return one, replace(
        other,
        name=one.name,
        key_schema=one.key_schema,
        attributes=tuple(types.get(attribute.name, attribute) for attribute in other.attributes),
        billing_mode=other.effective_billing_mode(),
        global_secondary_indexes=tuple(indexes) or None,
        local_secondary_indexes=one.local_secondary_indexes,
        vector_indexes=tuple(vectors) or None,
    )


def _apart(indexes: Iterable[GlobalSecondaryIndex], fixed: set[str]) -> list[GlobalSecondaryIndex]:
    free = [index for index in indexes if not fixed & {key.attribute_name for key in index.key_schema}]
    return list({index.key_schema[0].attribute_name: index for index in free}.values())
