"""A damaged or forged dump is one message with the file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.data.dumps.manifest import MANIFEST, DumpManifest
from dynamotasks.data.dumps.reader import describes_dump, is_dumped, open_dump
from dynamotasks.data.item_json import encode
from dynamotasks.data.seed_files import read_seed
from dynamotasks.data.seeding import given_sources
from dynamotasks.errors import ConfigError, DynamotasksError, UsageError
from tests.support.dumps import compressed, write_dump
from tests.support.specs import spec

LINES = [b'{"id":{"S":"%d"}}' % number for number in range(1000)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a dump of the table `orders`."""
    write_dump(tmp_path / "dump", spec(), LINES)
    return tmp_path / "dump"


def read(folder: Path) -> list[bytes]:
    dump = open_dump(folder)
    (table,) = dump.manifest.tables
    assert dump.read_config(table) == spec()
    return [line for line, _ in dump.items(table)]


def edit(folder: Path, change: Callable[[Any], object]) -> None:
    document = json.loads((folder / MANIFEST).read_text())
    change(document)
    (folder / MANIFEST).write_text(json.dumps(document))


def forge(folder: Path, name: str, content: bytes) -> None:
    """Replace a file, and write its size and checksum to the manifest."""
    (folder / name).write_bytes(content)
    key = "config" if name.endswith(".yaml") else "file"
    record = {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
    edit(folder, lambda document: document["tables"][0].update({key: record}))


def test_reads_the_items_in_their_order(folder: Path) -> None:
    assert read(folder) == LINES


def test_manifest_is_read_once_for_all_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_manifest, count = DumpManifest.from_json, 0

    def counted(text: str) -> DumpManifest:
        nonlocal count
        count += 1
        return read_manifest(text)

    monkeypatch.setattr(DumpManifest, "from_json", counted)
    found = [(file.name, is_dumped(file), describes_dump(file)) for file in sorted(folder.iterdir())]
    assert found == [("manifest.json", False, True), ("orders.jsonl.gz", True, False), ("orders.yaml", False, True)]
    assert count == 1
    (folder / MANIFEST).unlink()
    assert not any(map(describes_dump, folder.iterdir()))


def test_folder_of_a_dump_is_a_seed(folder: Path) -> None:
    assert encode(read_seed(folder, [spec()])["orders"][-1]) == LINES[-1]


def test_seed_from_a_dump_of_plain_json_has_no_placeholders(folder: Path) -> None:
    text = b'{"id": "${now}", "n": "$${uuid}"}\n'
    forge(folder, "orders.jsonl.gz", gzip.compress(text))
    edit(folder, lambda document: document.update(format="json"))
    for path in (folder, folder / "orders.jsonl.gz"):
        assert read_seed(path, [spec()])["orders"] == [{"id": {"S": "${now}"}, "n": {"S": "$${uuid}"}}]
    (folder / "orders.yaml").write_text('- {id: a, n: "$${uuid}"}')
    assert read_seed(folder / "orders.yaml", [spec()])["orders"][0]["n"] == {"S": "${uuid}"}


def test_seed_from_a_dump_with_a_table_that_is_not_declared(folder: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_seed(folder, [replace(spec(), name="users")])
    (problem,) = raised.value.problems
    assert (problem.message, problem.hint) == ("unknown table 'orders'", "declare it in the config")


def test_seed_of_one_table_takes_only_its_file_of_a_dump(folder: Path) -> None:
    assert given_sources([folder], "orders") == [(folder / "orders.jsonl.gz", "orders")]
    assert given_sources([folder], "users") == []


def test_empty_table_of_a_dump_is_a_seed_without_items(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump", spec(), [])
    assert read_seed(tmp_path / "dump", [spec()]) == {}


def test_manifest_is_read_as_it_was_written(folder: Path) -> None:
    manifest = open_dump(folder).manifest
    assert DumpManifest.from_json(manifest.to_json().decode()) == manifest


BROKEN_MANIFESTS: dict[str, Callable[[Any], object]] = {
    "unsupported version 2": lambda document: document.update(version=2),
    "missing or invalid 'version'": lambda document: document.pop("version"),
    "unsupported format 'csv'": lambda document: document.update(format="csv"),
    "it has no table": lambda document: document.update(tables=[]),
    "missing or invalid 'tables' of manifest": lambda document: document.update(tables={}),
    "invalid a table: expected an object": lambda document: document.update(tables=["orders"]),
    "missing or invalid 'name' of a table": lambda document: document["tables"][0].pop("name"),
    "missing or invalid 'count'": lambda document: document["tables"][0]["items"].update(count="5"),
    "invalid 'count' of the items of 'orders': -1": lambda document: document["tables"][0]["items"].update(count=-1),
    "invalid file name '../orders.jsonl.gz'": lambda document: document["tables"][0]["file"].update(
        name="../orders.jsonl.gz"
    ),
    "invalid file name '/etc/passwd'": lambda document: document["tables"][0]["file"].update(name="/etc/passwd"),
    "invalid file name '..'": lambda document: document["tables"][0]["config"].update(name=".."),
    "invalid file name ''": lambda document: document["tables"][0]["config"].update(name=""),
    "invalid 'sha256'": lambda document: document["tables"][0]["file"].update(sha256="0"),
    "table 'orders' is listed twice": lambda document: document.update(tables=document["tables"] * 2),
    "file 'manifest.json' is listed twice": lambda document: document["tables"][0]["file"].update(name="MANIFEST.json"),
}


@pytest.mark.parametrize("message", BROKEN_MANIFESTS)
def test_invalid_manifest_is_refused(message: str, folder: Path) -> None:
    edit(folder, BROKEN_MANIFESTS[message])
    with pytest.raises(UsageError) as refused:
        open_dump(folder)
    assert message in refused.value.what
    assert refused.value.where == str(folder / MANIFEST)


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '"x"', '{"version": 1', "\x00", "1" * 5000])
def test_manifest_that_is_not_one_is_refused(text: str, folder: Path) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(UsageError, match="not a valid manifest") as refused:
        open_dump(folder)
    assert "copy the dump again" in str(refused.value.hint)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda content: content[:-20],
    "longer": lambda content: content + b"x",
    "empty": lambda content: b"",
    "changed": lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
}


@pytest.mark.parametrize("name", ["orders.jsonl.gz", "orders.yaml"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_is_refused(damage: str, name: str, folder: Path) -> None:
    path = folder / name
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(UsageError, match="the dump is damaged") as refused:
        read(folder)
    assert refused.value.where == str(path)


FORGED: dict[str, bytes] = {
    "invalid gzip after line 0": b"not gzip",
    "invalid gzip after line": compressed(*LINES)[:-10],
    "line 1000: not a line of an export": gzip.compress(b'{"Item":{"id":{"S":"1"}}}\n' * 999 + b"[]\n"),
    "line 3: unexpected": compressed(b'{"id":{"S":"1"}}', b'{"id":{"S":"2"}}', b'{"id":'),
    "line 1: not in the form that a dump has": compressed(b'{"id":{"S":"1"},"id":{"S":"2"}}'),
    "line 2: not in the form that a dump has": compressed(LINES[0], b'{"id":{"S":"1"},"s":{"SS":["b","a"]}}'),
    "line 1: not an item": compressed(b'["id"]'),
    "line 1: not a line": gzip.compress(b"x" * 10_000_000),
    "the number or checksum of its items differs": compressed(*LINES[1:]),
}


@pytest.mark.parametrize("message", FORGED)
def test_forged_items_are_refused(message: str, folder: Path) -> None:
    forge(folder, "orders.jsonl.gz", FORGED[message])
    with pytest.raises(UsageError) as refused:
        read(folder)
    assert message in refused.value.what
    assert refused.value.where == str(folder / "orders.jsonl.gz")


@pytest.mark.parametrize("text", ["tables: []", "tables: {", "a: b", "tables: [{name: other}]", "\0", ""])
def test_forged_definition_is_refused(text: str, folder: Path) -> None:
    forge(folder, "orders.yaml", text.encode())
    with pytest.raises(DynamotasksError) as refused:
        read(folder)
    assert "orders.yaml" in str(refused.value)


@pytest.mark.parametrize("name", ["orders.jsonl.gz", "orders.yaml", MANIFEST])
def test_symbolic_links_and_missing_files_are_refused(name: str, folder: Path, tmp_path: Path) -> None:
    (folder / name).rename(tmp_path / name)
    with pytest.raises(UsageError):
        read(folder)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(UsageError, match="symbolic link"):
        read(folder)


def test_folder_without_a_manifest_is_an_interrupted_dump_or_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        open_dump(tmp_path / "none")
    with pytest.raises(UsageError, match=r"not a dump: it has no manifest\.json"):
        open_dump(tmp_path)
    (tmp_path / "users.jsonl.gz.partial").touch()
    with pytest.raises(UsageError, match="an interrupted dump"):
        open_dump(tmp_path)
    with pytest.raises(UsageError, match="not a folder"):
        open_dump(tmp_path / "users.jsonl.gz.partial")


def test_unknown_fields_of_a_later_version_are_ignored(folder: Path) -> None:
    edit(folder, lambda document: document.update(comment="new"))
    assert read(folder) == LINES
