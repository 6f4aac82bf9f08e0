"""The fast check of typed items accepts what DynamoDB stores, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.data.item_json import encode, to_json
from dynamotasks.data.typed_check import item_problem
from tests.support.items import names, values


@given(st.dictionaries(names, values, max_size=5))
def test_valid_item_is_accepted(item: dict[str, Any]) -> None:
    typed = to_json(item)
    assert item_problem(typed, encode(typed)) is None


INVALID: list[Any] = [
    {"S": 5},
    {"N": 5},
    {"N": "x"},
    {"N": "NaN"},
    {"N": "1" * 39},
    {"N": "1E126"},
    {"B": "a"},
    {"B": "!!!!"},
    {"B": 5},
    {"SS": []},
    {"SS": ["a", "a"]},
    {"SS": "a"},
    {"SS": [5]},
    {"NS": ["1", "1.0"]},
    {"BS": ["a"]},
    {"NULL": False},
    {"NULL": 1},
    {"BOOL": "true"},
    {"BOOL": 1},
    {"L": [{"S": "a", "N": "1"}]},
    {"L": ["a"]},
    {"L": {}},
    {"M": {"": {"S": "a"}}},
    {"M": {"a": "b"}},
    {"M": []},
    {"X": 1},
    {},
    "a",
    None,
]


@pytest.mark.parametrize("value", INVALID, ids=str)
def test_invalid_value_is_a_problem(value: Any) -> None:
    assert item_problem({"id": {"S": "a"}, "attribute": value}, b"") == "invalid value of attribute 'attribute'"


def nested(levels: int) -> dict[str, Any]:
    return {"L": [nested(levels - 1)]} if levels > 1 else {"S": "a"}


def test_values_are_nested_in_at_most_32_levels() -> None:
    assert item_problem({"a": nested(32)}, b"") is None
    assert item_problem({"a": nested(33)}, b"") is not None


def test_item_has_at_most_400_kb() -> None:
    largest = {"id": {"S": "x" * (400 * 1024 - 2)}}
    assert item_problem(largest, encode(largest)) is None
    larger = {"id": {"S": "x" * (400 * 1024 - 1)}}
    assert item_problem(larger, encode(larger)) == "409601 bytes: the maximum is 409600"


def test_empty_attribute_name_is_a_problem() -> None:
    assert item_problem({"": {"S": "a"}}, b"") == "invalid value of attribute ''"
