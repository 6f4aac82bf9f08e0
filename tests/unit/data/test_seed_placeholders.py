"""`${now}` and `${uuid}` in the values of seed files."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.data.replacement.backup import Backup
from dynamotasks.data.seed import Seed
from dynamotasks.errors import ConfigError
from tests.support.specs import spec

from .test_backup_manifest import MANIFEST

NOW = 1_800_000_000
TABLES = {"orders": spec()}


def read(file: Path, text: str) -> list[dict[str, Any]]:
    file.write_text(text)
    with Seed(TABLES, now=NOW) as seed:
        seed.add(file)
        return [json.loads(line) for line in seed.items()["orders"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${now}", {"N": str(NOW)}),
        ("${now+7d}", {"N": str(NOW + 7 * 86_400)}),
        ("${now-2h}", {"N": str(NOW - 2 * 3600)}),
        ("${now+1s}", {"N": str(NOW + 1)}),
        ("${now-1m}", {"N": str(NOW - 60)}),
        ("${now+1w}", {"N": str(NOW + 604_800)}),
        ("at ${now}", {"S": f"at {NOW}"}),
        ("${now}-${now+1s}", {"S": f"{NOW}-{NOW + 1}"}),
        ("$${now}", {"S": "${now}"}),
        ("$${uuid} $${now+1d}", {"S": "${uuid} ${now+1d}"}),
        ("${NAME} ${nowhere} $${NAME} ${", {"S": "${NAME} ${nowhere} $${NAME} ${"}),
    ],
)
@pytest.mark.parametrize("name", ["orders.yaml", "orders.json", "orders.jsonl", "orders.csv"])
def test_time_is_a_number_if_it_is_the_whole_value(name: str, text: str, expected: Any, tmp_path: Path) -> None:
    if name == "orders.csv":
        content = f"id,x\na,{text}\n"
    else:
        content = json.dumps({"id": "a", "x": text})
        content = content if name == "orders.jsonl" else f"[{content}]"
    assert read(tmp_path / name, content) == [{"id": {"S": "a"}, "x": expected}]


def test_backup_of_a_replacement_has_no_placeholders(tmp_path: Path) -> None:
    item = {"id": {"S": "${now}"}, "x": {"S": "$${uuid} ${now+x}"}}
    backup = Backup(tmp_path / "replace-orders-1.jsonl")
    backup.write_manifest(MANIFEST)
    with Seed(TABLES, now=NOW) as seed:
        backup.write_items([json.dumps(item).encode()])
        seed.add(backup.path, "orders")
        assert [json.loads(line) for line in seed.items()["orders"]] == [item]


def test_placeholders_in_typed_and_nested_values(tmp_path: Path) -> None:
    item = {
        "id": {"S": "a"},
        "n": {"N": "${now}"},
        "s": {"S": "${now}"},
        "l": {"L": [{"M": {"k": {"N": "${now-1s}"}}}]},
    }
    expected = {"n": {"N": str(NOW)}, "s": {"S": str(NOW)}, "l": {"L": [{"M": {"k": {"N": str(NOW - 1)}}}]}}
    assert read(tmp_path / "orders.json", json.dumps([item])) == [{"id": {"S": "a"}, **expected}]


def test_uuids_differ_and_are_the_same_each_time(tmp_path: Path) -> None:
    text = "".join('{"id": "${uuid}", "x": "${uuid}/${uuid}"}\n' for _ in range(3))
    first = read(tmp_path / "orders.jsonl", text)
    values = [value for item in first for value in (item["id"]["S"], *item["x"]["S"].split("/"))]
    assert len(set(values)) == len(values) == 9
    assert all(str(uuid.UUID(value)) == value for value in values)
    assert read(tmp_path / "orders.jsonl", text) == first


def test_uuids_differ_in_two_sections_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text('{"Orders": [{"id": "${uuid}"}], "orders": [{"id": "${uuid}"}]}')
    with Seed(TABLES, ids={"Orders": "orders"}) as seed:
        seed.add(tmp_path / "all.json")
        assert seed.items()["orders"].count == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"id": "${now}"}]', r":1:3: item 1 of 'orders': \$\{now\} in a key: seeding twice would write two items"),
        ('[{"id": "x-${now+1d}"}]', r"\$\{now\+1d\} in a key"),
        ('[{"id": {"S": "${now}"}}]', r":1:10: .* in a key"),
        ('[{"id": "a", "x": "${now+7y}"}]', r":1:14: .*invalid placeholder '\$\{now\+7y\}'; write \$\$\{\.\.\.\}"),
        ('[{"id": "a", "x": "${now} ${ now - 1d }"}]', r"invalid placeholder '\$\{ now - 1d \}'"),
    ],
)
def test_invalid_placeholder_is_a_problem(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=expected):
        read(tmp_path / "orders.json", text)


def test_time_to_search_a_value_does_not_grow_with_its_square(tmp_path: Path) -> None:
    text = "${now+" * 65_000
    assert read(tmp_path / "orders.json", json.dumps([{"id": "a", "x": text}])) == [
        {"id": {"S": "a"}, "x": {"S": text}}
    ]


@pytest.mark.parametrize(
    "text",
    ['{"Item":{"id":{"S":"${now}"}}}\n', '{"Items": [{"id": {"S": "${now}"}}], "Count": 1}'],
    ids=["export to S3", "response of Scan"],
)
def test_data_of_dynamodb_has_no_placeholders(text: str, tmp_path: Path) -> None:
    assert read(tmp_path / "orders.json", text) == [{"id": {"S": "${now}"}}]
