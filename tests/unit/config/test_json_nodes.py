"""Test the JSON parser against the standard library's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.config.json_nodes import compose_json
from dynamotasks.config.node_values import NodeReader
from dynamotasks.config.positions import Positions

TEXT = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "${" not in text)
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.recursive(
    SCALARS | TEXT, lambda parts: st.lists(parts) | st.dictionaries(TEXT.filter(lambda key: key[:2] != "x-"), parts)
)


def values(text: str) -> Any:
    problems: list[Any] = []
    value = NodeReader("t.json", {}, problems).read(compose_json(text))
    assert problems == []
    return value


@given(DOCUMENTS, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_values_equal_those_of_the_standard_library(document: Any, indent: int | str | None, ascii: bool) -> None:
    assert values(json.dumps(document, indent=indent, ensure_ascii=ascii)) == document


@given(st.text('{}[]",:0123.-etrufalsn \n\\', max_size=12))
def test_accepts_what_the_standard_library_accepts(text: str) -> None:
    try:
        expected = json.loads(text)
    except json.JSONDecodeError:
        with pytest.raises(json.JSONDecodeError):
            compose_json(text)
    else:
        assert compose_json(text).tag.endswith(
            {dict: "map", list: "seq", str: "str", int: "int", float: "float", bool: "bool", type(None): "null"}[
                type(expected)
            ]
        )


def test_positions_are_those_of_keys_and_items() -> None:
    positions = Positions("f", compose_json('{"a": [1,\n\t{"b": null}]}'))
    assert positions.of(("a",)) == ("f", 1, 2)
    assert positions.of(("a", 0)) == ("f", 1, 8)
    assert positions.of(("a", 1, "b")) == ("f", 2, 3)
