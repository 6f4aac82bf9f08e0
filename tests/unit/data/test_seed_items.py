"""The check of items accepts what DynamoDB stores, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.data.seed_items import ItemReader
from dynamotasks.testing.boto3_items import to_json
from tests.support.items import names, values
from tests.support.specs import spec


def problems(item: dict[str, Any]) -> list[str]:
    """Return the problems of an item in DynamoDB's JSON; an item without one is encoded."""
    line, findings = ItemReader(spec()).read({"id": {"S": "a"}, **item})
    assert bool(line) is not bool(findings)
    return [finding.message for finding in findings]


@given(st.dictionaries(names, values, max_size=5))
def test_valid_item_is_accepted(item: dict[str, Any]) -> None:
    assert problems({**to_json(item), "id": {"S": "a"}}) == []


INVALID: list[Any] = [
    {"S": 5},
    {"N": 5},
    {"N": "x"},
    {"N": "1_000"},
    {"N": "\u0661"},
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
    assert problems({"attribute": value})


def nested(levels: int) -> dict[str, Any]:
    return {"L": [nested(levels - 1)]} if levels > 1 else {"S": "a"}


def test_values_are_nested_in_at_most_32_levels() -> None:
    assert problems({"a": nested(32)}) == []
    assert problems({"a": nested(33)}) == ["nested more than 32 levels deep"]


def test_item_has_at_most_400_kb() -> None:
    assert problems({"x": {"S": "x" * (400 * 1024 - 4)}}) == []
    assert problems({"x": {"S": "x" * (400 * 1024 - 3)}}) == ["409601 bytes: the maximum is 409600"]


def test_empty_attribute_name_is_a_problem() -> None:
    assert problems({"": {"S": "a"}}) == ["empty attribute name"]
