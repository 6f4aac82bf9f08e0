"""Items of seed files: their forms, and the position of every problem."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.data.seed_files import read_declared_seeds, read_seed
from dynamotasks.errors import ConfigError, UsageError
from dynamotasks.schema.table_spec import Attribute, TableSpec
from tests.support.specs import index, spec

ORDERS = spec()
VISITS = replace(spec(types={"id": "N"}), name="visits")
FILES = replace(spec(types={"id": "B"}), name="files")
TABLES = (ORDERS, VISITS, FILES)


def written(folder: Path, text: str, name: str = "seed.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def problems_of(folder: Path, text: str, name: str = "seed.yaml") -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read_seed(written(folder, text, name), TABLES)
    return [f"{problem.line}:{problem.column}: {problem.message}; {problem.hint}" for problem in raised.value.problems]


def test_file_holds_items_of_several_tables(tmp_path: Path) -> None:
    file = written(tmp_path, "orders: [{id: a}, {id: b}]\nvisits: [{id: 1}]\nfiles: []\n")
    assert read_seed(file, TABLES) == {
        "orders": [{"id": {"S": "a"}}, {"id": {"S": "b"}}],
        "visits": [{"id": {"N": "1"}}],
        "files": [],
    }


@pytest.mark.parametrize(("name", "text"), [("orders.yaml", "- id: a"), ("orders.json", '[{"id": "a"}]')])
def test_list_belongs_to_the_table_that_the_file_is_named_after(name: str, text: str, tmp_path: Path) -> None:
    assert read_seed(written(tmp_path, text, name), TABLES) == {"orders": [{"id": {"S": "a"}}]}


def test_folder_holds_several_files(tmp_path: Path) -> None:
    written(tmp_path, "- id: a", "orders.yml")
    written(tmp_path, '{"orders": [{"id": "b"}], "visits": [{"id": 5}]}', "more.json")
    written(tmp_path, "not items", "readme.md")
    found = read_seed(tmp_path, TABLES)
    assert found == {"orders": [{"id": {"S": "b"}}, {"id": {"S": "a"}}], "visits": [{"id": {"N": "5"}}]}


def test_plain_values_of_every_type(tmp_path: Path) -> None:
    text = """
orders:
  - {id: a, n: 0.10, big: 12345678901234567890123456789012345678, t: true, none: null, l: [1, x], m: {S: x}, e: ""}
"""
    assert read_seed(written(tmp_path, text), TABLES)["orders"] == [
        {
            "id": {"S": "a"},
            "n": {"N": "0.1"},
            "big": {"N": "12345678901234567890123456789012345678"},
            "t": {"BOOL": True},
            "none": {"NULL": True},
            "l": {"L": [{"N": "1"}, {"S": "x"}]},
            "m": {"M": {"S": {"S": "x"}}},
            "e": {"S": ""},
        }
    ]


def test_typed_values_of_every_type(tmp_path: Path) -> None:
    item: dict[str, Any] = {
        "id": {"B": "AAE="},
        "n": {"N": "1E2"},
        "sets": {"L": [{"SS": ["a"]}, {"NS": ["1", "2.50"]}, {"BS": ["AAE="]}]},
        "m": {"M": {"t": {"BOOL": False}, "none": {"NULL": True}, "s": {"S": ""}}},
    }
    assert read_seed(written(tmp_path, json.dumps([item]), "files.json"), TABLES)["files"] == [
        {
            **item,
            "id": {"B": "AAE="},
            "n": {"N": "100"},
            "sets": {"L": [{"SS": ["a"]}, {"NS": ["1", "2.5"]}, {"BS": ["AAE="]}]},
        }
    ]


def test_each_item_is_plain_or_typed(tmp_path: Path) -> None:
    file = written(tmp_path, "orders: [{id: {S: a}, n: {N: 5}}, {id: b, n: {N: 5}}]")
    assert read_seed(file, TABLES)["orders"] == [
        {"id": {"S": "a"}, "n": {"N": "5"}},
        {"id": {"S": "b"}, "n": {"M": {"N": {"N": "5"}}}},
    ]


def test_values_are_shared_by_anchors(tmp_path: Path) -> None:
    file = written(tmp_path, "x-all: &all {n: 1}\norders: [{<<: *all, id: a}]")
    assert read_seed(file, TABLES) == {"orders": [{"n": {"N": "1"}, "id": {"S": "a"}}]}


def test_variables_are_ordinary_text(tmp_path: Path) -> None:
    assert read_seed(written(tmp_path, "orders: [{id: '${NOPE}'}]"), TABLES) == {"orders": [{"id": {"S": "${NOPE}"}}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders: [{name: x}]", "1:10: item 1 of 'orders': key attribute id is missing"),
        ("orders: [{id: 5}]", "1:11: item 1 of 'orders': key attribute id has type N: expected S; quote the value"),
        ("visits: [{id: '5'}]", "key attribute id has type S: expected N; write the number without quotes"),
        ("files: [{id: AAE=}]", "key attribute id has type S: expected B; write the item in typed form"),
        ("orders: [{id: ''}]", "key attribute id has 0 bytes: expected 1 to 2048"),
        ("visits: [{id: 1}, {id: 1.0}]", "1:19: item 2 of 'visits': another item has the same declared key"),
        ("orders: [{id: {S: 5}}]", "1:16: item 1 of 'orders': invalid value 5 of type S; expected a string"),
        ("orders: [{id: {s: a}}]", "invalid typed value {'s': 'a'}; expected one type with its value"),
        ("orders: [{id: {S: a}, n: 5}]", "1:23: item 1 of 'orders': invalid typed value 5"),
        ("files: [{id: {B: '?'}}]", "invalid value '?' of type B"),
        ("orders: [{id: {S: a}, n: {N: x}}]", "invalid value 'x' of type N: not a finite decimal number"),
        ("orders: [{id: {S: a}, s: {SS: []}}]", "the set is empty; omit the attribute"),
        ("orders: [{id: {S: a}, s: {NS: [1, 1.0]}}]", "the set has a duplicate element; remove the duplicate"),
        ("orders: [{PutRequest: {Item: {id: {S: a}}}}, {name: x}]", "1:46: item 2 of 'orders': key attribute id is"),
        ("orders: [{id: {S: a}, n: {'NULL': false}}]", "invalid value False of type NULL; expected true"),
        ("orders: [{id: a, '': b}]", "1:18: item 1 of 'orders': empty attribute name"),
        ("orders: [a]", "item 1 of 'orders': must be a map of attributes"),
        ("orders: {id: a}", "1:1: 'orders' must be a list of items"),
        ("order: [{id: a}]", "1:1: unknown table 'order'; did you mean 'orders'?"),
        ("[{id: a}]", "1:1: unknown table 'seed'; name the file after a table"),
        ("text", "expected a map of lists of items by table"),
        ("", "the file is empty; write a list of items for each table"),
        ("orders: [{id: a, n: .nan}]", "1:21: unsupported number '.nan': not a finite decimal number"),
        ("orders: [{id: a, n: 1e126}]", "a magnitude of 1E+126: expected 1E-130 to 9.9E+125"),
        ("orders: [{id: a, n: 123456789012345678901234567890123456789}]", "39 significant digits: the maximum is 38"),
        ("orders: [{id: a, zip: 01234}]", "ambiguous value 01234"),
        (f"orders: [{{id: a, l: {'[' * 33}{']' * 33}}}]", "nested more than 32 levels deep"),
        (f"orders: [{{id: a, text: {'x' * 409_594}}}]", "409601 bytes: the maximum is 409600"),
    ],
)
def test_problem_of_a_file(text: str, expected: str, tmp_path: Path) -> None:
    reported = problems_of(tmp_path, text)
    assert len(reported) == 1, reported
    assert expected in reported[0]


def test_problems_of_all_items_and_files_are_reported_at_once(tmp_path: Path) -> None:
    written(tmp_path, '[\n{"id": 5},\n{"id": "a"},\n{"id": NaN}]', "orders.json")
    written(tmp_path, "visits:\n  - id: x\n", "visits.yaml")
    with pytest.raises(ConfigError, match="3 problems in the seed; nothing was sent") as raised:
        read_seed(tmp_path, TABLES)
    places = [(Path(problem.file).name, problem.line) for problem in raised.value.problems]
    assert places == [("orders.json", 2), ("orders.json", 4), ("visits.yaml", 2)]


def test_item_of_the_maximum_size_is_accepted(tmp_path: Path) -> None:
    assert read_seed(written(tmp_path, f"orders: [{{id: a, text: {'x' * 409_593}}}]"), TABLES)


def test_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such seed file"):
        read_seed(tmp_path / "none.yaml", TABLES)


def test_folder_without_seed_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no seed file in the folder"):
        read_seed(tmp_path, TABLES)


def test_declared_seeds_belong_to_their_table(tmp_path: Path) -> None:
    some = written(tmp_path, "- id: a", "some.yaml")
    shared = written(tmp_path, "orders: [{id: b}]\nvisits: [{id: 1}]", "shared.yaml")
    orders = replace(ORDERS, seed=(str(some), str(shared)))
    tables: tuple[TableSpec, ...] = (orders, VISITS)
    assert read_declared_seeds(tables) == {"orders": [{"id": {"S": "a"}}, {"id": {"S": "b"}}]}


def test_declared_seed_without_items_of_its_table_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "order: [{id: a}]")
    with pytest.raises(ConfigError) as error:
        read_declared_seeds([replace(ORDERS, seed=(str(file),)), VISITS])
    (problem,) = error.value.problems
    assert (problem.message, problem.hint) == ("unknown table 'order'", "did you mean 'orders'?")


def test_index_key_of_another_type_is_refused(tmp_path: Path) -> None:
    orders = replace(ORDERS, attributes=(*ORDERS.attributes, Attribute(name="n", type="N")))
    orders = replace(orders, global_secondary_indexes=(index("by_n", "n"),))
    with pytest.raises(ConfigError, match="key attribute n has type S: expected N"):
        read_seed(written(tmp_path, "orders: [{id: a, n: x}]"), (orders,))


@pytest.mark.parametrize(
    "content",
    [
        {"Items": [{"id": {"S": "a"}}], "Count": 1, "ScannedCount": 1},
        {"orders": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "b"}}}}]},
        {"RequestItems": {"orders": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}]}},
        {"tables": [{"TableName": "orders", "KeySchema": [], "data": [{"id": "a"}]}]},
        [{"TableName": "orders", "KeySchema": [], "data": [{"id": "a"}]}],
        {"Table": {"TableName": "orders", "KeySchema": []}, "Seeds": [{"id": "a"}]},
    ],
    ids=["Scan", "BatchWriteItem", "RequestItems", "jest-dynamodb", "list of tables", "serverless-dynamodb-local"],
)
def test_items_in_files_of_other_tools(content: Any, tmp_path: Path) -> None:
    assert read_seed(written(tmp_path, json.dumps(content), "orders.json"), TABLES) == {"orders": [{"id": {"S": "a"}}]}


def test_unknown_table_of_another_tool_is_reported(tmp_path: Path) -> None:
    text = json.dumps({"tables": [{"TableName": "order", "KeySchema": [], "data": [{"id": "a"}]}]})
    (problem,) = problems_of(tmp_path, text, "seed.json")
    assert problem.endswith("unknown table 'order'; did you mean 'orders'?")
