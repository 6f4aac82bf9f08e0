"""Laws for the items of seed files."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.config.yaml12 import dump
from dynamotasks.data.item_size import item_size
from dynamotasks.data.seed_files import read_seed
from tests.support.specs import spec

Value: TypeAlias = "bool | str | Decimal | list[Value] | dict[str, Value] | None"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.builds(
    lambda digits, exponent: Decimal(f"{digits}E{exponent - len(str(abs(digits)))}"),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-127, 126),
)
values: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.none(), st.booleans(), texts, numbers),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts.filter(bool), inner, max_size=4)),
    max_leaves=10,
)
items = st.dictionaries(texts.filter(bool), values, max_size=4).map(lambda item: {**item, "id": "a"})


def as_json(value: Any) -> str:
    """Return JSON with every digit of the numbers."""
    match value:
        case Decimal():
            return str(value)
        case list():
            return f"[{', '.join(map(as_json, value))}]"
        case dict():
            return f"{{{', '.join(f'{json.dumps(name)}: {as_json(part)}' for name, part in value.items())}}}"
        case _:
            return json.dumps(value)


def read(text: str, name: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(text, encoding="utf-8")
        (item,) = read_seed(file, [spec()])["orders"]
    return dict(item)


@given(items)
def test_item_is_stored_with_the_same_value_and_every_digit(item: dict[str, Value]) -> None:
    typed = read(as_json([item]), "orders.json")
    assert {name: TypeDeserializer().deserialize(value) for name, value in typed.items()} == item


@given(items)
def test_typed_item_is_stored_as_it_is(item: dict[str, Value]) -> None:
    typed = read(as_json([item]), "orders.json")
    assert read(json.dumps({"orders": [typed]}), "seed.json") == typed
    assert read(dump({"orders": [typed]}), "seed.yaml") == typed


@given(items, texts.filter(bool), values)
def test_item_with_one_more_attribute_is_larger(item: dict[str, Value], name: str, value: Value) -> None:
    more = {**item, name * 2: value} if name * 2 not in item else {**item, "id": "aa"}
    assert item_size(read(as_json([more]), "orders.json")) > item_size(read(as_json([item]), "orders.json"))
