"""Laws for files of items: every format keeps every item, and a damaged file is one clear problem."""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from dynamotasks.config.yaml12 import dump
from dynamotasks.data.files import json_stream
from dynamotasks.data.item_json import encode
from dynamotasks.data.quick_values import quick_item
from dynamotasks.data.seed import Seed
from dynamotasks.data.seed_values import ItemConverter
from dynamotasks.errors import ConfigError
from dynamotasks.testing.boto3_items import to_json
from tests.properties.test_seed_laws import as_json
from tests.properties.test_seed_laws import values as plain_values
from tests.support.items import names, numbers, texts, values
from tests.support.specs import spec

TABLES = {"orders": spec()}


def with_keys(items: list[dict[str, Any]], typed: bool) -> list[dict[str, Any]]:
    return [{**item, "id": {"S": f"{number}"} if typed else f"{number}"} for number, item in enumerate(items)]


typed_items = st.lists(st.dictionaries(names, values, max_size=4), min_size=1, max_size=4).map(
    lambda items: with_keys([to_json(item) for item in items], typed=True)
)
plain_items = st.lists(st.dictionaries(names, plain_values, max_size=4), min_size=1, max_size=4).map(
    lambda items: with_keys(items, typed=False)
)


def read(content: str | bytes, name: str = "orders", types: dict[str, str] | None = None) -> list[bytes]:
    with TemporaryDirectory() as folder, Seed(TABLES, types) as seed:
        file = Path(folder, name)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        seed.add(file)
        return list(seed.items()["orders"])


def stored(items: list[dict[str, Any]], *, typed: bool) -> list[bytes]:
    """Return the items as the slower, complete conversion stores them."""
    return [encode(ItemConverter(typed=typed).attributes(item, ())) for item in items]


@given(typed_items, st.booleans())
def test_typed_items_of_every_format(items: list[dict[str, Any]], compressed: bool) -> None:
    requests = [{"PutRequest": {"Item": item}} for item in items]
    lines = [json.dumps(item) for item in items]
    formats = [
        ("orders", json.dumps(items)),
        ("orders", json.dumps({"orders": items}, indent=1, ensure_ascii=False)),
        ("orders.json", json.dumps({"RequestItems": {"orders": requests}})),
        ("orders", json.dumps({"orders": requests}, indent=2)),
        ("orders.jsonl", "\n".join(lines)),
        ("orders", "".join(f'{{"Item": {line}}}\n' for line in lines)),
        ("orders.json", json.dumps({"Items": items, "Count": len(items)}, indent=4)),
        ("orders", dump({"orders": items})),
        ("orders.yaml", dump(items)),
    ]
    expected = stored(items, typed=True)
    for name, text in formats:
        assert read(gzip.compress(text.encode()) if compressed else text, name) == expected, text


@given(plain_items)
def test_plain_items_of_every_format(items: list[dict[str, Any]]) -> None:
    expected = stored(items, typed=False)
    lines = [as_json(item) for item in items]
    assert read(f"[{','.join(lines)}]") == expected
    assert read("\n".join(lines), "orders.jsonl") == expected
    assert read(f'{{"orders": [\n{", ".join(lines)}]}}') == expected


KINDS = ("S", "N", "B", "BOOL", "L")
csv_texts = texts.map(lambda text: text.replace("\0", ""))  # which the module csv of Python 3.10 does not support
columns = st.fixed_dictionaries(
    {"S": csv_texts, "N": numbers, "B": st.sampled_from(["", "AAE=", "/w=="]), "BOOL": st.booleans(), "L": plain_values}
)


@given(st.lists(columns, min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_rows_of_csv(rows: list[dict[str, Any]], delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["id", *KINDS])
    expected: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        cells = {**row, "BOOL": str(row["BOOL"]).lower(), "L": as_json([row["L"]])}
        writer.writerow([str(number), *(cells[kind] for kind in KINDS)])
        values = {"N": cells["N"], "BOOL": row["BOOL"], "L": stored_list(row["L"])}
        values |= {kind: cells[kind] for kind in ("S", "B") if cells[kind]}
        expected.append({"id": {"S": str(number)}, **{kind: {kind: value} for kind, value in values.items()}})
    found = read(text.getvalue(), "orders.csv", {kind: kind for kind in KINDS})
    assert found == stored(expected, typed=True)


def stored_list(value: Any) -> Any:
    return ItemConverter(typed=False).attributes({"x": [value]}, ())["x"]["L"]


@given(plain_items, st.integers(1, 40), st.booleans())
def test_any_size_of_the_parts_that_are_read_gives_the_same_items(
    items: list[dict[str, Any]], size: int, in_map: bool
) -> None:
    text = "[ " + " ,\n ".join(map(as_json, items)) + " ]\n "
    text = f'{{ "orders" : {text} }}' if in_map else text
    whole = read(text)
    with patch.object(json_stream, "_CHUNK", size):
        assert read(text) == whole


@given(typed_items, st.data())
def test_damaged_documents_are_a_problem_and_nothing_else(items: list[dict[str, Any]], data: st.DataObject) -> None:
    text = json.dumps({"orders": items}, ensure_ascii=False).encode()
    content = data.draw(st.sampled_from([text, gzip.compress(text)]))
    end = data.draw(st.integers(0, len(content) - 1))
    changed = data.draw(st.binary(max_size=3))
    for damaged in (content[:end], content[:end] + changed + content[end + len(changed) :]):
        is_complete = False
        with suppress(ConfigError):
            is_complete = all(isinstance(json.loads(line), dict) for line in read(damaged))
        assert not (is_complete and damaged == content[:end])


@given(typed_items, st.data())
def test_damaged_lines_are_items_or_a_problem(items: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from([items, [{"Item": item} for item in items]]))
    content = "".join(f"{json.dumps(line)}\n" for line in lines)
    at = data.draw(st.integers(0, len(content)))
    part = data.draw(st.sampled_from(["NaN", "1e999", '"a":1,', "{}", "[]", "null", "\n", '"'])) * data.draw(
        st.integers(1, 2)
    )
    with suppress(ConfigError):
        read(content[:at] + part + content[at + data.draw(st.integers(0, 9)) :])


@given(st.dictionaries(names, values, max_size=4))
def test_quick_conversion_of_typed_values_gives_what_the_complete_one_gives(item: dict[str, Any]) -> None:
    typed = to_json(item)
    assert quick_item(typed, typed=True) in (ItemConverter(typed=True).attributes(typed, ()), None)
    assert quick_item({"b": {"B": "AAE="}}, typed=True)
    assert quick_item({"b": {"B": "AAF="}}, typed=True) is None  # another form of the same bytes


@given(st.dictionaries(names, plain_values, max_size=4))
def test_quick_conversion_gives_what_the_complete_one_gives(item: dict[str, Any]) -> None:
    converted = ItemConverter(typed=False).attributes(item, ())
    assert quick_item(item, typed=False) in (converted, None)
    assert quick_item(converted, typed=True) in (converted, None)
    number = {"n": {"N": str(Decimal("1.50"))}}
    assert quick_item(number, typed=True) is None
