"""Problems of item files: one message each, with file, line and column."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.data.seed import Seed
from dynamotasks.data.seed_files import read_seed
from dynamotasks.data.seeding import read_seeds
from dynamotasks.errors import ConfigError, UsageError
from tests.support.specs import spec

TABLES = (spec(), replace(spec(types={"id": "N"}), name="visits"))
GOOD = "".join(f'{{"id": "{number}"}}\n' for number in range(9999))


def problems(file: Path, types: dict[str, str] | None = None) -> list[str]:
    with Seed({table.name: table for table in TABLES}, types) as seed:
        seed.add(file)
        with pytest.raises(ConfigError) as raised:
            seed.items()
    return [f"{p.line}:{p.column}: {p.message}; {p.hint}" for p in raised.value.problems]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("orders.jsonl", GOOD + '{"id": "x",, }\n', "10000:12: invalid JSON: Expecting property name"),
        ("orders.jsonl", GOOD + "- id: x\n", "10000:1: invalid JSON: Expecting value; each line must be one JSON"),
        ("orders.jsonl", GOOD + "[1]\n", "10000:1: item 10000 of 'orders': must be a map of attributes"),
        ("orders.jsonl", '{"id": "a"}\n{"id": "b"', "2:11: invalid JSON: Expecting ',' delimiter; the line is incompl"),
        ("orders.json", "[\n" + GOOD.replace("\n", ",\n") + '{"id": ]', "10001:8: invalid JSON: Expecting value"),
        ("orders.json", '[{"id": "a"}\n', "2:1: invalid JSON: Expecting ',' delimiter; the file is incomplete"),
        ("orders.json", '[{"id": "a"},\n]', "2:1: invalid JSON: Expecting value; remove the comma before it"),
        ("orders.json", '[{"id": "a"}]\n[]', "2:1: invalid JSON: Extra data"),
        ("orders.json", '{"orders": [{"id": "a"}],\n "orders": []}', "2:2: duplicate key 'orders'"),
        ("orders.json", '[{"id": "a",\n"id": "b"}]', "2:1: duplicate key 'id'"),
        ("orders.jsonl", '{"id": "a"}\n{"id": "b", "id": "c"}', "2:13: duplicate key 'id'"),
        ("orders.json", '[{"id": "a", "n": NaN}]', "1:19: unsupported number 'NaN': not a finite decimal number"),
        (
            "orders.jsonl",
            '{"id": "a", "n": [1, 1e9999999]}',
            "1:22: item 1 of 'orders': unsupported number 1E+9999999",
        ),
        ("orders.json", '[{"id": "a", "n": 1e126}]', "1:14: item 1 of 'orders': unsupported number 1E+126"),
        ("orders.json", '[{"id": "\\ud800"}]', "half of a surrogate pair"),
        ("orders.jsonl", '{"Item":{"id":{"S":"\\ud800"}}}', "half of a surrogate pair"),
        ("orders.jsonl", '{"id": "a", "\\udc00": 1}', "half of a surrogate pair"),
        ("orders.jsonl", '{"id": "a"}\n\n{"id": 5}', "3:2: item 2 of 'orders': key attribute id has type N: expected"),
        ("orders.json", '{"orders": [\n {"id": {"S": 5}}]}', "2:10: item 1 of 'orders': invalid value 5 of type S"),
        ("orders.jsonl", '{"id": "a"}\n{"x": 1}', "2:1: item 2 of 'orders': key attribute id is missing"),
        ("orders.jsonl", '{"id": "a"}\n{"id": "a"}', "2:1: item 2 of 'orders': another item has the same declared"),
        ("orders.json", '{"orders": {"id": "a"}}', "1:2: 'orders' must be a list of items"),
        ("orders.json", '{"visits": [], "orders": 5}', "1:16: 'orders' must be a list of items"),
        ("orders.json", '{"order": [{"id": "a"}]}', "1:2: unknown table 'order'; did you mean 'orders'?"),
        ("other.json", '[{"id": "a"}]', "1:1: unknown table 'other'; name the file after a table"),
        ("other.jsonl", '{"id": "a"}', "1:1: unknown table 'other'; name the file after a table"),
        ("orders.jsonl", '{"Item":{"id":{"S":"a"}}}\n{"id": "b"}', "2:1: mixed formats: not a line of an S3 export"),
        ("orders.jsonl", '{"id": "b"}\n{"Item":{"id":{"S":"a"}}}', "2:1: mixed formats: a line of an S3 export among"),
        ("orders.jsonl", '{"Item":{"id":{"S":"a"}}}\n{"Item":', "2:9: invalid JSON"),
        ("orders.jsonl", '{"Item":{"id":{"S":"a"}}}\n{"Itm": NaN}', "2:1: mixed formats: not a line of an S3 export"),
        ("orders.jsonl", '{"Item":{"id":{"S":"a"}}}\n{"Item":{"id":{"N":"1"}}}', "2:10: item 2 of 'orders': key attri"),
        ("orders.csv", "id,n\na,1\nb,2,3\n", "3:1: 3 cells: expected 2, as in the header; quote a value"),
        ("orders.csv", 'id,n\n"a\nb",1\nb\n', "4:1: 1 cell: expected 2"),
        ("orders.csv", 'id,n\na,"x\n', "2:1: invalid CSV"),
        ("orders.csv", "\n\nid;n\na;1\nb\n", "5:1: 1 cell: expected 2"),
        ("orders.csv", "\n\nid;id\na;1\n", "3:1: two columns are named 'id'"),
        ("orders.csv", "\u00a0\na\n", "2:1: item 1 of 'orders': key attribute id is missing"),
        (
            "orders.csv",
            "id,typed\na,1_000\n",
            "2:1: item 1 of 'orders', attribute typed: invalid value '1_000' of type N",
        ),
        ("orders.csv", "id,id\na,1\n", "1:1: two columns are named 'id'"),
        ("orders.csv", "id,\na,1\n", "1:1: column 2 has no name"),
        ("orders.csv", "id,typed\na,x\n", "2:1: item 1 of 'orders', attribute typed: invalid value 'x' of type N"),
        ("orders.csv", "id,flag\na,x\n", "2:1: column 'flag': invalid value 'x' of type BOOL; expected true or false"),
        ("orders.csv", "id,set\na,x\n", "2:1: column 'set': invalid value 'x' of type SS; expected a JSON list"),
        ("orders.csv", "n\n1\n", "2:1: item 1 of 'orders': key attribute id is missing"),
        ("orders.jsonl", "  \n\n", "1:1: the file is empty; write a list of items"),
        ("orders.yaml", "", "1:1: the file is empty; write a list of items"),
        ("orders.yaml", "- id: a\n  - b", "2:"),
        ("orders.jsonl", "$ion_1_0 {id: 1}", "1:1: Amazon Ion is not supported; export the table in the format DYN"),
        ("orders.jsonl", '{"Metadata":{},"Keys":{},"NewImage":{}}', "1:1: an incremental export has changes"),
        ("orders.csv", "id,n\ra,1\r", "1:1: lines end with CR alone; save the file with LF or CRLF"),
        ("orders.csv", f"id,n\na,{'x' * 5_000_000}\n", "2:1: the line is longer than 4 MB"),
        ("orders.jsonl", f'{{"id": "a", "n": [{"1," * 2_200_000}1]}}', "1:1: the line is longer than 4 MB"),
        ("orders.csv", "id,list\na,[1e999]\n", "2:1: column 'list': invalid value '[1e999]' of type L; unsupported"),
        ("orders.jsonl", '{"Item":{"id":{"S":"a"},"id":{"S":"b"}}}', "1:25: duplicate key 'id'"),
        ("orders.jsonl", '{"Item":{"id":{"S":"a"}}}\n{"Item":{"id":{"S":"b"}},"Item":{}}', "2:26: duplicate key 'It"),
        ("orders.jsonl", f'{{"id": "a", "t": "{"x" * 409_600}"}}', "bytes: the maximum is 409600"),
    ],
)
def test_problem_of_a_file(name: str, text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    found = problems(tmp_path / name, {"typed": "N", "flag": "BOOL", "set": "SS", "list": "L"})
    assert len(found) == 1, found
    assert expected in found[0]


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.json", "orders.csv", "orders.yaml"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(GOOD.encode())[:-5000], "the gzip data is truncated"),
        (gzip.compress(GOOD.encode())[:-4] + b"\0\0\0\0", "damaged gzip data"),
        (b"\xff\xfe[\0", "not valid UTF-8: the file seems to be UTF-16"),
    ],
    ids=["truncated", "damaged", "UTF-16"],
)
def test_unreadable_content(name: str, content: bytes, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert any(expected in problem for problem in problems(tmp_path / name))


def test_truncated_gzip_is_a_problem_of_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl.gz").write_bytes(gzip.compress(GOOD.encode())[:-5000])
    (found,) = problems(tmp_path / "orders.jsonl.gz")
    line, _, message = found.partition(":")
    assert (5000 < int(line) < 10_000, message) == (True, "1: the gzip data is truncated; copy the file again")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("orders.jsonl", b'{"id": "a"}\n{"id": "\xff"}\n', 2),
        ("orders.json", b'[{"id": "a"},\n{"id": "\xff"}]', 2),
        ("orders.csv", b"id\na\n\xff\n", 3),
        ("orders.yaml", b"- id: a\n- id: \xff\n", 1),
    ],
)
def test_text_that_is_not_utf8(name: str, content: bytes, line: int, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    (found,) = problems(tmp_path / name)
    assert found.startswith(f"{line}:1: not valid UTF-8")


def test_time_to_recognize_a_format_does_not_grow_with_the_square_of_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "orders").write_text("a," * 1_000_000 + "b: c")
    assert "invalid YAML" in problems(tmp_path / "orders")[0]


def test_problems_of_items_do_not_hide_later_ones(tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl").write_text('{"id": 5}\n{"id": "a", "n": NaN}\n{"x": 1}\n')
    assert [problem.split(":")[0] for problem in problems(tmp_path / "orders.jsonl")] == ["1", "2", "3"]


def test_reading_stops_after_as_many_problems_as_are_shown(tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl").write_text('{"id": 5}\n' * 1000)
    assert len(problems(tmp_path / "orders.jsonl")) == 100


def test_deep_nesting_is_a_problem(tmp_path: Path) -> None:
    for name, text in {"orders.json": "[{}]", "orders.jsonl": "{}"}.items():
        for levels in (600, 100_000):
            deep = '{"id": "a", "x": ' + '{"a":' * levels + "NaN" + "}" * levels + "}"
            (tmp_path / name).write_text(text.replace("{}", deep))
            assert "nested " in problems(tmp_path / name)[0]


@pytest.mark.parametrize("levels", [40, 400, 100_000])
@pytest.mark.parametrize(
    ("name", "text"), [("orders.json", '[{"id":"a","x":{}}]'), ("orders.jsonl", '{"Item":{"id":{"S":"a"},"x":{}}}')]
)
def test_deep_lists_are_a_problem(name: str, text: str, levels: int, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text.replace("{}", '{"L":[' * levels + "]}" * levels))
    assert "nested " in problems(tmp_path / name)[0]


@pytest.mark.posix
def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.json")
    assert problems(tmp_path / "orders.json") == ["1:1: not a regular file; write its content to a file first"]


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no such seed file" in problems(tmp_path / "none.json")[0]
    assert "this is a folder" in problems(tmp_path)[0]


def test_duplicate_in_another_file_is_reported_there(tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text('[{"id": "a"}]')
    (tmp_path / "orders.yaml").write_text("# again\n- id: a\n")
    with pytest.raises(ConfigError) as raised:
        read_seed(tmp_path, TABLES)
    (problem,) = raised.value.problems
    assert (Path(problem.file).name, problem.line) == ("orders.yaml", 2)


def test_value_within_a_write_request_is_located(tmp_path: Path) -> None:
    requests: Any = {"orders": [{"PutRequest": {"Item": {"id": {"S": "a"}, "n": {"N": "x"}}}}]}
    (tmp_path / "batch.json").write_text(json.dumps(requests, indent=1))
    (found,) = problems(tmp_path / "batch.json")
    assert found.startswith("10:7: item 1 of 'orders': invalid value 'x' of type N")


def test_type_of_a_column_that_no_file_has(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,total\na,1\n")
    with pytest.raises(UsageError, match="no file has a column 'totl'; did you mean 'total'"):
        read_seeds({"orders": TABLES[0]}, [(tmp_path / "orders.csv", None)], {"totl": "N"})
