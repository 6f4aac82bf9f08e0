"""A dump gets its file names when it is complete, and an interrupted one leaves nothing that looks whole."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from dynamotasks.data.dumps.folder import NewDump, new_dump
from dynamotasks.data.dumps.manifest import MANIFEST, DumpedTable, DumpManifest
from dynamotasks.data.item_json import ItemSummary
from dynamotasks.errors import UsageError

EMPTY = DumpManifest(
    format="export",
    created="2026-11-29T10:00:00+00:00",
    environment="local",
    endpoint="http://localhost:8000",
    region="us-east-1",
    account=None,
    limit=None,
    tables=(),
)


def write(dump: NewDump, name: str = "users", content: bytes = b"content") -> DumpManifest:
    """Write the files of a table, and return the manifest that lists them."""
    with dump.create(f"{name}.jsonl.gz") as file, dump.create(f"{name}.yaml") as config:
        file.write(content)
    table = DumpedTable(name=name, physical_name=name, items=ItemSummary(0, ""), file=file.record, config=config.record)
    return replace(EMPTY, tables=(table,))


def dump_into(folder: Path, name: str = "users", *, force: bool = False) -> None:
    with new_dump(folder, replace=force) as dump:
        dump.check([f"{name}.jsonl.gz"])
        dump.complete(write(dump, name))


def fail(dump: NewDump) -> None:
    write(dump, content=b"new")
    raise ZeroDivisionError


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def interrupt_after(folder: Path, renamed: int, monkeypatch: pytest.MonkeyPatch, *, force: bool = False) -> None:
    """Leave a dump as a process that is killed after some of its renames leaves it."""
    with monkeypatch.context() as patch:
        patch.setattr(NewDump, "discard", lambda self: None)
        original, left = Path.replace, renamed

        def rename(self: Path, target: Path) -> Path:
            nonlocal left
            if not left:
                raise KeyboardInterrupt
            left -= 1
            return original(self, target)

        patch.setattr(Path, "replace", rename)
        with pytest.raises(KeyboardInterrupt):
            dump_into(folder, force=force)


def test_complete_dump_has_its_files_with_private_modes(tmp_path: Path) -> None:
    dump_into(tmp_path / "new" / "dump")
    folder = tmp_path / "new" / "dump"
    assert names(folder) == {"users.jsonl.gz", "users.yaml", MANIFEST}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_error_removes_what_was_written(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_dump(tmp_path / "dump", replace=False) as dump:
        fail(dump)
    assert not (tmp_path / "dump").exists()


def test_error_keeps_a_folder_that_existed(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("mine")
    with pytest.raises(ZeroDivisionError), new_dump(tmp_path, replace=False) as dump:
        fail(dump)
    assert names(tmp_path) == {"note"}


def test_existing_dump_is_replaced_only_on_request(tmp_path: Path) -> None:
    dump_into(tmp_path)
    with pytest.raises(UsageError, match="a dump exists in this folder"):
        dump_into(tmp_path, "orders")
    assert "users.yaml" in names(tmp_path)
    dump_into(tmp_path, "orders", force=True)
    assert names(tmp_path) == {"orders.jsonl.gz", "orders.yaml", MANIFEST}


def test_file_that_is_not_of_a_dump_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "users.jsonl.gz").write_text("mine")
    with pytest.raises(UsageError, match=r"users\.jsonl\.gz exists"):
        dump_into(tmp_path)
    assert (tmp_path / "users.jsonl.gz").read_text() == "mine"


def test_failed_replacement_keeps_the_dump(tmp_path: Path) -> None:
    dump_into(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ZeroDivisionError), new_dump(tmp_path, replace=True) as dump:
        fail(dump)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("renamed", range(3))
def test_next_dump_removes_what_an_interrupted_one_left(
    renamed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_after(tmp_path, renamed, monkeypatch)
    assert MANIFEST not in names(tmp_path)
    assert any(name.endswith(".partial") for name in names(tmp_path))
    dump_into(tmp_path, "orders")
    assert names(tmp_path) == {"orders.jsonl.gz", "orders.yaml", MANIFEST}


@pytest.mark.parametrize("renamed", range(4))
def test_next_dump_removes_what_an_interrupted_replacement_left(
    renamed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump_into(tmp_path, "old")
    interrupt_after(tmp_path, renamed, monkeypatch, force=True)
    assert (MANIFEST in names(tmp_path)) == (renamed == 0)
    dump_into(tmp_path, "orders", force=renamed == 0)
    assert names(tmp_path) == {"orders.jsonl.gz", "orders.yaml", MANIFEST}


@pytest.mark.parametrize("manifest", ["manifest.json.partial", "replaced-manifest.json.partial", MANIFEST])
def test_files_of_others_are_not_removed(manifest: str, tmp_path: Path) -> None:
    with new_dump(tmp_path, replace=False) as dump:
        planted = write(dump, "notes")
    (tmp_path / manifest).write_bytes(planted.to_json())
    mine = {"notes.yaml": "mine", "notes.jsonl.gz": "mine", "download.partial": "mine"}
    for name, content in mine.items():
        (tmp_path / name).write_text(content)
    dump_into(tmp_path, force=manifest == MANIFEST)
    assert names(tmp_path) == {"users.jsonl.gz", "users.yaml", MANIFEST, *mine}
    assert {(tmp_path / name).read_text() for name in mine} == {"mine"}


def test_second_dump_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    with new_dump(tmp_path, replace=False) as first:
        manifest = write(first)
        with (
            pytest.raises(UsageError, match="another process is writing a dump"),
            new_dump(tmp_path, replace=True),
        ):
            pass
        first.complete(manifest)
    assert MANIFEST in names(tmp_path)


def test_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="not a folder") as refused:
        dump_into(tmp_path / "file", force=True)
    assert str(refused.value.hint) == "specify a folder; it is created if it does not exist"


def test_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "dump"
    folder.mkdir()
    with new_dump(folder, replace=True) as dump:
        (folder / "users.jsonl.gz.partial").symlink_to(victim)
        with pytest.raises(FileExistsError):
            write(dump)
    assert victim.read_text() == "mine"


def test_symbolic_link_as_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / ".lock").symlink_to(tmp_path / "victim")
    with pytest.raises(UsageError, match="is a symbolic link"):
        dump_into(tmp_path / "dump")
    assert (tmp_path / "victim").read_text() == "mine"


@pytest.mark.posix
def test_full_disk_is_one_message_and_leaves_no_file(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with (
            pytest.raises(UsageError, match="cannot write the dump: File too large"),
            new_dump(tmp_path / "dump", replace=False) as dump,
        ):
            write(dump, content=os.urandom(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "dump").exists()
