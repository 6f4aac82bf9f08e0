"""Formats of item files: each is recognized by its content, gzip or not."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.data.seed import Seed
from dynamotasks.data.seed_files import read_seed
from dynamotasks.schema.table_spec import Attribute
from tests.support.specs import spec

ORDERS = replace(spec(), attributes=(Attribute(name="id", type="S"), Attribute(name="n", type="N")))
VISITS = replace(spec(types={"id": "N"}), name="visits")
TABLES = (ORDERS, VISITS)
ITEMS: list[dict[str, Any]] = [{"id": {"S": "a"}, "n": {"N": "1.5"}}, {"id": {"S": "b"}}]
PLAIN = ['{"id": "a", "n": 1.50}', '{"id": "b"}']
TYPED = [json.dumps(item) for item in ITEMS]
REQUESTS = [{"PutRequest": {"Item": item}} for item in ITEMS]

FORMATS = {
    "JSON array": f"[{', '.join(PLAIN)}]",
    "JSON array on several lines": "[\n  " + ",\n  ".join(PLAIN) + "\n]\n",
    "JSON array of typed items": f"[{', '.join(TYPED)}]",
    "JSON object": f'{{"orders": [{", ".join(PLAIN)}], "visits": []}}',
    "JSON object on several lines": '{\n"x-note": "text",\n"orders": [\n' + ",\n".join(PLAIN) + "\n]\n}",
    "BatchWriteItem": json.dumps({"orders": REQUESTS}),
    "BatchWriteItem with RequestItems": json.dumps({"RequestItems": {"orders": REQUESTS}}, indent=2),
    "JSON Lines": "\n".join(PLAIN) + "\n",
    "JSON Lines with typed items": "\n".join(TYPED),
    "JSON Lines with blank lines": "\r\n\r\n".join(PLAIN) + "\n\n",
    "lines of an export to S3": "".join(f'{{"Item":{line}}}\n' for line in TYPED),
    "response of Scan": json.dumps({"Items": ITEMS, "Count": 2, "ScannedCount": 2, "ConsumedCapacity": None}, indent=4),
    "response of Scan with the count first": json.dumps({"Count": 2, "Items": ITEMS}),
    "NoSQL Workbench": json.dumps(
        {
            "ModelName": "shop",
            "DataModel": [{"TableName": "orders", "KeyAttributes": {}, "TableData": ITEMS}],
        },
        indent=2,
    ),
    "jest-dynamodb": json.dumps({"tables": [{"TableName": "orders", "KeySchema": [], "data": ITEMS}]}),
    "YAML list": "- {id: a, n: 1.50}\n- id: b\n",
    "YAML list after a comment": "# items\n---\n- {id: a, n: 1.50}\n- id: b\n",
    "YAML map": "orders:\n- {id: a, n: 1.50}\n- id: b\n",
    "YAML flow list": "[{id: a, n: 1.50}, {id: b}]",
    "CSV": "id,n,unused\na,1.50,\nb,,\n",
    "CSV with semicolons": "id;n\r\na;1.50\r\n\r\nb;\r\n",
    "CSV with quotes": '"id","n"\n"a","1.50"\n"b",""\n',
}


ANY_NAME = [(name, "data") for name in FORMATS]
NAMED_JSON = [(name, "json") for name in FORMATS if not name.startswith(("YAML", "CSV"))]


LINES = [("JSON Lines", "yaml"), ("lines of an export to S3", "yaml"), ("JSON object", "yaml"), ("JSON array", "csv")]


@pytest.mark.parametrize(("name", "suffix"), [*ANY_NAME, *NAMED_JSON, *LINES])
def test_format_is_recognized_by_its_content(name: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"orders.{suffix}"
    file.write_text(FORMATS[name], newline="")
    assert read_seed(file, TABLES)["orders"] == ITEMS


@pytest.mark.parametrize("name", FORMATS)
def test_compressed_file_with_a_byte_order_mark(name: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.gz"
    file.write_bytes(gzip.compress(b"\xef\xbb\xbf" + FORMATS[name].encode()))
    assert read_seed(file, TABLES)["orders"] == ITEMS


@pytest.mark.parametrize("name", ["orders", "orders.json", "orders.jsonl"])
@pytest.mark.parametrize("text", [PLAIN[0], TYPED[0]], ids=["plain", "typed"])
def test_single_item(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert read_seed(tmp_path / name, TABLES)["orders"] == ITEMS[:1]


@pytest.mark.parametrize("name", ["orders.json", "orders.yaml"])
@pytest.mark.parametrize("text", [PLAIN[0], TYPED[0]], ids=["plain", "typed"])
def test_single_item_on_several_lines(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text.replace(", ", ",\n"))
    assert read_seed(tmp_path / name, TABLES)["orders"] == ITEMS[:1]


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.ndjson", "orders.jsonl.gz"])
def test_single_line_of_json_lines(name: str, tmp_path: Path) -> None:
    content = b'{"id": "a", "tags": ["x"]}'
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert read_seed(tmp_path / name, TABLES)["orders"] == [{"id": {"S": "a"}, "tags": {"L": [{"S": "x"}]}}]


def test_yaml_that_looks_like_json(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text('[{"id": a, "n": 1.50}, # a comment\n{id: b}]')
    assert read_seed(tmp_path / "orders.yaml", TABLES)["orders"] == ITEMS


@pytest.mark.parametrize("text", ['[{"id": "a", "KeySchema": 1}]', '{"orders": [{"id": "a", "KeySchema": 1}]}'])
def test_item_with_an_attribute_that_is_a_word_of_another_tool(text: str, tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text(text)
    assert read_seed(tmp_path / "orders.json", TABLES) == {"orders": [{"id": {"S": "a"}, "KeySchema": {"N": "1"}}]}


def test_large_documents_are_read_in_parts(tmp_path: Path) -> None:
    items = [{"id": f"é{number}", "text": "ü" * number} for number in range(2000)]
    for name, content in {"orders.json": items, "all.json": {"orders": items}}.items():
        for indent in (None, 1):
            (tmp_path / name).write_text(json.dumps(content, ensure_ascii=False, indent=indent), encoding="utf-8")
            found = read_seed(tmp_path / name, TABLES)["orders"]
            assert [(item["id"]["S"], item["text"]["S"]) for item in found] == [(i["id"], i["text"]) for i in items]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    number = "0." + "1234567890" * 3 + "12345678"
    for text in (f'[{{"id": "a", "n": {number}}}]', f"- {{id: a, n: {number}}}", f"id,n\na,{number}\n"):
        (tmp_path / "orders").write_text(text)
        assert read_seed(tmp_path / "orders", TABLES)["orders"][0]["n"] == {"N": number}


def test_types_of_csv_columns(tmp_path: Path) -> None:
    header = "id,n,ok,bytes,tags,some,list,map,zip\n"
    row = 'a,5,TRUE,AAE=,"[""x"", ""y""]","[1, 2.5]","[1, null]","{""k"": true}",01\n'
    (tmp_path / "orders.csv").write_text(header + row)
    types = {"ok": "BOOL", "bytes": "B", "tags": "SS", "some": "NS", "list": "L", "map": "M"}
    with Seed({"orders": ORDERS}, types) as seed:
        seed.add(tmp_path / "orders.csv")
        (line,) = seed.items()["orders"]
    assert json.loads(line) == {
        "id": {"S": "a"},
        "n": {"N": "5"},
        "ok": {"BOOL": True},
        "bytes": {"B": "AAE="},
        "tags": {"SS": ["x", "y"]},
        "some": {"NS": ["1", "2.5"]},
        "list": {"L": [{"N": "1"}, {"NULL": True}]},
        "map": {"M": {"k": {"BOOL": True}}},
        "zip": {"S": "01"},
    }


def test_items_of_several_tables_and_requests_that_delete(tmp_path: Path) -> None:
    content = {"RequestItems": {"orders": [*REQUESTS, {"DeleteRequest": {"Key": {"id": {"S": "c"}}}}], "visits": []}}
    (tmp_path / "batch.json").write_text(json.dumps(content))
    assert read_seed(tmp_path / "batch.json", TABLES) == {"orders": ITEMS, "visits": []}
