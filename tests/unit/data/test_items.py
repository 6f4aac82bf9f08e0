"""Items as JSON lines, their checksums, and their check against declared keys."""

from __future__ import annotations

from typing import Any

import pytest

from dynamotasks.data.item_json import decode, encode, summarize
from dynamotasks.data.key_check import KeyCheck
from dynamotasks.errors import TargetError
from dynamotasks.schema.table_spec import Attribute, GlobalSecondaryIndex, Key, Projection, TableSpec

ITEM: dict[str, dict[str, Any]] = {
    "id": {"S": "☂\n"},
    "bytes": {"B": "AP8="},
    "sets": {"SS": ["b", "a"]},
    "blobs": {"BS": ["Yg==", "YQ=="]},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"N": "1.5"}, {"B": "eA=="}]}}},
}
SPEC = TableSpec(
    name="users",
    attributes=(Attribute(name="id", type="S"), Attribute(name="n", type="N"), Attribute(name="color", type="S")),
    key_schema=(Key(attribute_name="id", key_type="HASH"), Key(attribute_name="n", key_type="RANGE")),
    global_secondary_indexes=(
        GlobalSecondaryIndex(
            index_name="by_color",
            key_schema=(Key(attribute_name="color", key_type="HASH"),),
            projection=Projection(projection_type="ALL"),
        ),
    ),
)
FITTING: dict[str, dict[str, Any]] = {"id": {"S": "a"}, "n": {"N": "1"}}


def test_decoding_returns_the_encoded_item_with_sorted_sets() -> None:
    line = encode(ITEM)
    assert b"\n" not in line
    assert decode(line) == {**ITEM, "sets": {"SS": ["a", "b"]}, "blobs": {"BS": ["YQ==", "Yg=="]}}


def test_sets_and_attributes_in_another_order_encode_alike() -> None:
    other = dict(reversed(ITEM.items())) | {"sets": {"SS": ["a", "b"]}}
    assert encode(other) == encode(ITEM)


@pytest.mark.parametrize("line", [b"[]", b"{", b'{"id": "a"}', b'{"id": {"S": "a", "N": "1"}}'])
def test_line_that_is_not_an_item_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(line)


def test_invalid_item_of_the_endpoint_is_refused() -> None:
    with pytest.raises(TargetError, match="invalid item"):
        encode({"id": {"SS": [1, "a"]}})


def test_checksum_depends_on_each_item_but_not_on_their_order() -> None:
    one, other = encode(ITEM), encode({"id": {"S": "b"}})
    assert summarize([one, other]) == summarize([other, one])
    assert summarize([one, one]).checksum != summarize([other, other]).checksum


def test_item_with_the_declared_keys_fits() -> None:
    assert KeyCheck(SPEC).problem(FITTING) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"n": {"S": "1"}}, "key attribute n has type S: expected N"),
        ({"n": {"N": 1}}, "key attribute n has an invalid value"),
        ({"n": {"N": None}}, "key attribute n has an invalid value"),
        ({"color": {"N": "1"}}, "key attribute color has type N: expected S"),
        ({"id": {"S": ""}}, "key attribute id has 0 bytes: expected 1 to 2048"),
        ({"id": {"S": "ä" * 1025}}, "key attribute id has 2050 bytes: expected 1 to 2048"),
    ],
)
def test_item_with_another_key_type_or_size_does_not_fit(changes: dict[str, Any], problem: str) -> None:
    assert str(KeyCheck(SPEC).problem({**FITTING, **changes})) == problem


def test_item_without_a_table_key_does_not_fit() -> None:
    assert str(KeyCheck(SPEC).problem({"id": {"S": "a"}})) == "key attribute n is missing"


def test_second_item_with_the_same_key_does_not_fit() -> None:
    check = KeyCheck(SPEC)
    assert check.problem(FITTING) is None
    assert str(check.problem({**FITTING, "color": {"S": "red"}})) == "another item has the same declared key"
