"""Which engine responded, and what is omitted from a table for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynamotasks.aws.capabilities import (
    AWS,
    DYNAMODB_LOCAL,
    DYNOXIDE,
    MOTO,
    UNKNOWN,
    Engine,
    omit_unsupported,
    omit_unsupported_changes,
    recognize_engine,
    undeletable_indexes,
)
from dynamotasks.schema.live_table import LiveTable
from dynamotasks.schema.property_path import PropertyPath
from dynamotasks.schema.table_spec import (
    Attribute,
    ContributorInsights,
    Encryption,
    GlobalSecondaryIndex,
    Key,
    Projection,
    StreamSpecification,
    TableSpec,
)


def keys(hash_key: str, *range_keys: str) -> tuple[Key, ...]:
    return (
        Key(attribute_name=hash_key, key_type="HASH"),
        *(Key(attribute_name=name, key_type="RANGE") for name in range_keys),
    )


def index(name: str, *attributes: str) -> GlobalSecondaryIndex:
    return GlobalSecondaryIndex(
        index_name=name, key_schema=keys(*attributes), projection=Projection(projection_type="ALL")
    )


USERS = TableSpec(
    name="users",
    attributes=tuple(Attribute(name=name, type="S") for name in ("id", "at", "x")),
    key_schema=keys("id", "at"),
)


@pytest.mark.parametrize(
    ("server", "engine"),
    [
        ("Server", AWS),
        ("Jetty(12.0.14)", DYNAMODB_LOCAL),
        ("Werkzeug/3.1 Python/3.13, amazon.com", MOTO),
        ("Werkzeug/3.1 Python/3.13", UNKNOWN),
        ("Dynoxide/1.2.1", DYNOXIDE),
        ("nginx", UNKNOWN),
    ],
)
def test_engine_is_recognized_by_its_server_header(server: str, engine: Engine) -> None:
    assert recognize_engine({"server": server}) is engine


def test_response_without_server_header_is_of_an_unknown_engine() -> None:
    assert recognize_engine({}) is UNKNOWN


def test_unsupported_properties_are_omitted_and_named() -> None:
    insights = replace(index("by_x", "x"), contributor_insights_specification=ContributorInsights(enabled=True))
    spec = replace(USERS, table_class="STANDARD", global_secondary_indexes=(insights,))
    supported, omitted = omit_unsupported(spec, DYNAMODB_LOCAL)
    index_path = PropertyPath("global_secondary_indexes", "by_x", ("contributor_insights_specification",))
    assert omitted == (PropertyPath("table_class"), index_path)
    assert supported == replace(USERS, global_secondary_indexes=(index("by_x", "x"),))


def test_empty_property_is_omitted_without_being_named() -> None:
    assert omit_unsupported(replace(USERS, tags={}), DYNAMODB_LOCAL) == (USERS, ())


def test_aws_supports_everything() -> None:
    spec = replace(USERS, tags={"a": "1"}, table_class="STANDARD")
    assert omit_unsupported(spec, AWS, exists=True) == (spec, ())


def test_create_only_property_is_omitted_for_an_existing_table() -> None:
    spec = replace(USERS, sse_specification=Encryption(enabled=True))
    assert omit_unsupported(spec, MOTO) == (spec, ())
    assert omit_unsupported(spec, MOTO, exists=True) == (USERS, (PropertyPath("sse_specification"),))


@pytest.mark.parametrize(
    ("engine", "streamed", "omitted"),
    [(MOTO, True, (PropertyPath("stream_specification"),)), (MOTO, False, ()), (AWS, True, ())],
)
def test_second_stream_of_a_table_is_omitted_for_moto(
    engine: Engine, streamed: bool, omitted: tuple[PropertyPath, ...]
) -> None:
    spec = replace(USERS, stream_specification=StreamSpecification(stream_view_type="KEYS_ONLY"))
    off = replace(USERS, stream_specification=StreamSpecification(stream_enabled=False))
    live = LiveTable(spec=off, status="ACTIVE", arn="", streamed=streamed)
    assert omit_unsupported_changes(spec, engine, live)[1] == omitted
    assert omit_unsupported_changes(spec, engine, None)[1] == ()


@pytest.mark.parametrize(
    ("indexes", "undeletable"),
    [
        ((index("by_at", "at"),), {"by_at"}),
        ((index("inverted", "at", "id"),), {"inverted"}),
        ((index("one", "x", "at"), index("two", "at", "x")), {"one", "two"}),
        ((index("by_x", "x"), index("by_x_at", "x", "at")), set()),
    ],
)
def test_indexes_that_dynamodb_local_never_finishes_deleting(
    indexes: tuple[GlobalSecondaryIndex, ...], undeletable: set[str]
) -> None:
    spec = replace(USERS, global_secondary_indexes=indexes)
    assert undeletable_indexes(spec, DYNAMODB_LOCAL) == undeletable
    assert not undeletable_indexes(spec, AWS)
