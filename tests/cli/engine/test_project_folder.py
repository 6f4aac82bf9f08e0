"""The project's folder `.dynamotasks`: broken state files, symbolic links, permissions, locks, full disks."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from filelock import FileLock

from dynamotasks.engines import lifecycle
from dynamotasks.engines.project import Project as EngineProject
from tests.support.engines import CONFIG, engine_processes, start_moto, state_file
from tests.support.running import Project

BROKEN = {
    "truncated": b'{"backend": "moto", ',
    "not UTF-8": b'{"backend": "\xff\xfe"}',
    "unknown backend": b'{"backend": "oracle", "port": 1, "image": "x", "run": null}',
    "terminal escape": b'{"backend": "\\u001b[2J", "port": 1, "image": "x", "run": null}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_state_file_is_reported_and_set_aside(content: bytes, project: Project) -> None:
    EngineProject(project.root).make_folder()
    state_file(project).write_bytes(content)
    refused = project.call("list").fails("engine.json: not a valid state file: ", "dynamotasks up")
    assert "\x1b" not in refused.err
    assert "engine.json: not a valid state file" in project.call("doctor").out
    assert state_file(project).read_bytes() == content
    down = project.call("down").ok()
    assert "not running" in down.out
    assert "set aside as engine.json.broken-1" in down.err
    assert state_file(project).with_name("engine.json.broken-1").read_bytes() == content
    assert not state_file(project).exists()


def test_up_finds_the_engine_despite_a_broken_state_file(project: Project) -> None:
    first = start_moto(project)
    state_file(project).write_text("{")
    again = project.run("inv", "db.up", "--json").ok()
    assert again.json["endpoint"] == first["endpoint"]
    assert "set aside" in again.err


@pytest.mark.posix
@pytest.mark.parametrize("name", ["engine.json", "engine.log", "lock", ".gitignore", "data"])
def test_symbolic_links_in_the_folder_are_not_followed(name: str, project: Project, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    if name == "data":
        precious.mkdir()
        (precious / "file").write_text("keep")
    else:
        precious.write_text("keep")
    folder = EngineProject(project.root).make_folder()
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(precious)
    for task in (["up", "--backend", "moto", "--port", "0"], ["logs"], ["down"], ["down", "--volumes", "--yes"]):
        assert "Traceback" not in project.call(*task).err
    kept = precious / "file" if name == "data" else precious
    assert kept.read_text() == "keep"
    (folder / name).unlink(missing_ok=True)


@pytest.mark.posix
def test_folder_that_is_a_symbolic_link_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "data").mkdir(parents=True)
    (project.root / ".dynamotasks").symlink_to(tmp_path / "elsewhere")
    for task in (["up"], ["down", "--volumes", "--yes"]):
        project.call(*task).fails("is a symbolic link")
    assert [entry.name for entry in (tmp_path / "elsewhere").iterdir()] == ["data"]
    (project.root / ".dynamotasks").unlink()


@pytest.mark.posix
def test_files_are_accessible_by_their_owner_only(project: Project) -> None:
    before = os.umask(0)
    try:
        start_moto(project)
    finally:
        os.umask(before)
    folder = project.root / ".dynamotasks"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {
        entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir() if entry.is_file()
    } == dict.fromkeys((".gitignore", "engine.json", "engine.log", "lock"), 384)


def test_wait_for_the_lock_names_its_owner(project: Project) -> None:
    lock = FileLock(EngineProject(project.root).make_folder() / "lock")
    with lock:
        waiting = project.start("inv", "db.down")
        assert waiting.stderr
        line = waiting.stderr.readline()
        assert f"(pid {os.getpid()}: " in line
        assert "waiting for" in line
    out, _ = waiting.communicate(timeout=60)
    assert "not running" in out


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """Mount a disk of 64 KB, or skip without permission to mount."""
    place.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_full_disk_is_reported_with_the_file_and_can_be_cleaned_up(project: Project) -> None:
    folder = project.root / ".dynamotasks"
    with small_disk(folder):
        project.call("down").ok()
        (folder / "data").mkdir()
        (folder / "data" / "filler").write_bytes(b"x" * 4096)
        with suppress(OSError), (folder / "data" / "rest").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 1024):
                pass
        refused = project.call("up", "--backend", "moto", "--port", "0")
        refused.fails("engine.json: No space left on device")
        assert not engine_processes(project)
        assert "data deleted" in project.call("down", "--volumes", "--yes").ok().out
        assert not (folder / "data").exists()


@pytest.mark.posix
def test_deleted_working_directory_is_reported(project: Project, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    command = [sys.executable, "-c", "from dynamotasks.cli.program import main; main()", "list"]
    result = subprocess.run(["sh", "-c", script, "-", str(gone), *command], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "current directory" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_project_path_that_is_not_utf_8(tmp_path: Path) -> None:
    project = Project(Path(os.fsdecode(bytes(tmp_path / "caf") + b"\xe9")))
    project.write("config/tables.yaml", CONFIG)
    try:
        start_moto(project)
        project.run("inv", "db.up", "db.migrate", "db.down").ok()
    finally:
        lifecycle.down(EngineProject(project.root), volumes=True)
