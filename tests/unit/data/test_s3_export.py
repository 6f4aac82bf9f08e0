"""The folder of an export to S3: its manifests are compared with its data files."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.data.seed import Seed
from dynamotasks.data.seed_files import read_seed
from dynamotasks.errors import ConfigError
from tests.support.specs import spec

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
SUMMARY = {"version": "2020-06-30", "tableArn": ARN, "itemCount": 3, "outputFormat": "DYNAMODB_JSON"}
PREFIX = "AWSDynamoDB/01693685827463-2d8752fd"
TABLES = (spec(),)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return a folder with a complete export of three items in two files."""
    folder = tmp_path / PREFIX
    (folder / "data").mkdir(parents=True)
    lines = []
    for name, ids in {"abc": "ab", "def": "c", "empty": ""}.items():
        data = gzip.compress("".join(f'{{"Item":{{"id":{{"S":"{id}"}}}}}}\n' for id in ids).encode())
        (folder / "data" / f"{name}.json.gz").write_bytes(data)
        lines.append(entry(name, data, len(ids)))
    (folder / "manifest-files.json").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / "manifest-summary.json").write_text(json.dumps(SUMMARY))
    return folder


def entry(name: str, data: bytes, count: int) -> dict[str, Any]:
    md5 = b64encode(hashlib.md5(data).digest()).decode()
    return {"itemCount": count, "md5Checksum": md5, "etag": "x-1", "dataFileS3Key": f"{PREFIX}/data/{name}.json.gz"}


def problem(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        read_seed(path, TABLES)
    (found,) = raised.value.problems
    return f"{Path(found.file).name}:{found.line}: {found.message}; {found.hint}"


@pytest.mark.parametrize("path", [".", "../..", "..", "manifest-files.json", "manifest-summary.json"])
def test_all_data_files_are_read_into_the_exported_table(path: str, export: Path) -> None:
    found = read_seed((export / path).resolve(), TABLES)
    assert found == {"orders": [{"id": {"S": id}} for id in "abc"]}


def test_table_can_be_another_one(export: Path) -> None:
    with Seed({"other": spec()}) as seed:
        seed.add(export, "other")
        assert seed.items()["other"].count == 3


def test_export_without_a_summary_belongs_to_the_given_table(export: Path) -> None:
    (export / "manifest-summary.json").unlink()
    with Seed({"other": spec()}) as seed:
        seed.add(export, "other")
        assert seed.items()["other"].count == 3


def test_changed_data_file_is_a_problem(export: Path) -> None:
    (export / "data" / "def.json.gz").write_bytes(gzip.compress(b""))
    assert problem(export) == "def.json.gz:1: the checksum differs from the manifest; copy the file again"


def test_missing_data_file_is_a_problem_of_the_manifest(export: Path) -> None:
    (export / "data" / "def.json.gz").unlink()
    assert problem(export).startswith("manifest-files.json:2: the data file def.json.gz is missing")


def test_wrong_count_is_a_problem(export: Path) -> None:
    text = (export / "manifest-files.json").read_text()
    (export / "manifest-files.json").write_text(text.replace('"itemCount": 2', '"itemCount": 5'))
    assert problem(export).startswith("abc.json.gz:1: 2 items: the manifest has 5")


def test_damaged_manifest_is_a_problem(export: Path) -> None:
    (export / "manifest-files.json").write_text('{"itemCount": 1}\n')
    assert problem(export).startswith("manifest-files.json:1: not a line of manifest-files.json")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"outputFormat": "ION"}, "manifest-summary.json:1: Amazon Ion is not supported; export the table in the form"),
        ({"exportType": "INCREMENTAL_EXPORT"}, "manifest-summary.json:1: an incremental export has changes, not all"),
        ({"tableArn": ARN.replace("orders", "order")}, "manifest-files.json:1: unknown table 'order'; did you mean"),
    ],
)
def test_other_kinds_of_export_are_refused(change: dict[str, Any], expected: str, export: Path) -> None:
    (export / "manifest-summary.json").write_text(json.dumps({**SUMMARY, **change}))
    assert problem(export).startswith(expected)
