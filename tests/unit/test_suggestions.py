"""Test suggestions for misspelled names."""

from __future__ import annotations

import pytest

from dynamotasks.suggestions import close_to, respelled

KEYS = ("name", "key_schema", "point_in_time_recovery_specification")


@pytest.mark.parametrize(
    ("given", "expected"), [("naem", "name"), ("Key_Shema", "key_schema"), ("color", None), ("n" * 300, None)]
)
def test_close_to_returns_the_most_similar_name(given: str, expected: str | None) -> None:
    assert close_to(given, KEYS) == expected


def test_close_to_compares_at_most_1000_names() -> None:
    assert close_to("name1", [f"name{number}" for number in range(1001)]) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("KeySchema", "key_schema"),
        ("key-schema", "key_schema"),
        ("TableName", "name"),
        ("PointInTimeRecovery", "point_in_time_recovery_specification"),
        ("naem", None),
    ],
)
def test_respelled_accepts_other_spellings_and_api_names(given: str, expected: str | None) -> None:
    assert respelled(given, KEYS) == expected
