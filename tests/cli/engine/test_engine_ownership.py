"""Only this project's own engine is read, written and stopped, whatever is in the state file and on the port."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from dynamotasks.engines import lifecycle
from dynamotasks.engines.project import Project as EngineProject
from tests.support.running import Project, until

CONFIG = """
tables:
  - name: users
    attributes: [{name: id, type: S}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Project]:
    """Another project on this machine."""
    made = Project(tmp_path / "other")
    made.write("config/tables.yaml", CONFIG)
    yield made
    lifecycle.down(EngineProject(made.root), volumes=True)


def up(project: Project, port: int = 0) -> dict[str, Any]:
    started: dict[str, Any] = project.run("inv", "db.up", "--backend", "moto", "--port", str(port), "--json").ok().json
    return started


def state_file(project: Project) -> Path:
    return project.root / ".dynamotasks" / "engine.json"


def engines(project: Project) -> list[psutil.Process]:
    """The processes that carry the project's mark."""
    mark = f"={EngineProject(project.root).name}@"
    found = []
    for process in psutil.process_iter():
        try:
            if any(mark in word for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def take_over(project: Project, other: Project) -> None:
    """The project's engine ends without a `down`, as at a reboot, and the other project's takes its port."""
    project.write("config/tables.yaml", CONFIG)
    port = up(project)["port"]
    for engine in engines(project):
        engine.kill()
    until(lambda: not engines(project))
    up(other, port)
    other.run("inv", "db.migrate").ok()


@pytest.mark.parametrize(
    "task",
    [["list"], ["status"], ["plan"], ["migrate"], ["reset", "--yes"], ["describe"], ["env"]],
    ids=lambda task: task[0],
)
def test_another_project_s_engine_on_the_port_is_neither_read_nor_written(
    task: list[str], project: Project, other: Project
) -> None:
    take_over(project, other)
    before = other.call("list", "--json").ok().json["tables"]
    refused = project.call(*task).fails("this project's engine is no longer running", "; http://", "dynamotasks up")
    assert "users" not in refused.out
    assert other.call("list", "--json").ok().json["tables"] == before


def test_doctor_names_who_has_the_port(project: Project, other: Project) -> None:
    take_over(project, other)
    assert f"the engine of project {EngineProject(other.root).name}" in project.call("doctor").out
    assert EngineProject(other.root).name in project.call("list").err


def test_a_planted_state_file_stops_nobody(project: Project, other: Project) -> None:
    """A process of this user by its true pid and start time, and another project's engine by its true handle."""
    up(other)
    theirs = json.loads(state_file(other).read_text())
    project.write("config/tables.yaml", CONFIG)
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        began = psutil.Process(bystander.pid).create_time()
        EngineProject(project.root).make_folder()
        for run in ({**theirs["run"], "handle": {"pid": bystander.pid, "began": began}}, theirs["run"]):
            state_file(project).write_text(json.dumps({**theirs, "run": run}))
            project.call("list").fails("this project's engine is no longer running")
            assert "not running" in project.call("down").ok().out
        assert bystander.poll() is None
        other.call("list").ok()
    finally:
        bystander.communicate(b"\n")


@pytest.mark.parametrize("change", [{"host": "192.0.2.1"}, {"host": "example.com"}, {"port": 1}])
def test_a_planted_address_is_not_talked_to(change: dict[str, Any], project: Project) -> None:
    up(project)
    state = json.loads(state_file(project).read_text())
    state["run"].update(change)
    state_file(project).write_text(json.dumps(state))
    project.call("list").fails("this project's engine is no longer running")
    # and the engine itself is found again
    assert "already running" in project.call("up", "--port", "0").ok().out
    project.call("list").ok()


def test_a_copied_project_folder_does_not_stop_the_original_s_engine(project: Project, tmp_path: Path) -> None:
    project.write("config/tables.yaml", CONFIG)
    port = up(project)["port"]
    copy = tmp_path / "copy"
    shutil.copytree(project.root, copy)
    copied = Project(copy)
    copied.call("list").fails("this project's engine is no longer running")
    assert "not running" in copied.call("down").ok().out
    project.call("list").ok()
    shutil.copy(state_file(project), state_file(copied))
    copied.call("up").fails(f"port {port} is taken by")
    try:
        assert up(copied)["port"] != port
        copied.call("migrate").ok()
        assert project.call("list", "--json").ok().json["tables"] == []
    finally:
        lifecycle.down(EngineProject(copy), volumes=True)
    project.call("list").ok()


def test_an_engine_whose_up_was_killed_is_found_again(project: Project) -> None:
    starting = project.start("inv", "db.up", "--backend", "moto", "--port", "0")
    until(lambda: bool(engines(project)))
    starting.kill()
    starting.communicate()
    project.run("inv", "db.up", "--port", "0").ok()
    assert len(engines(project)) == 1
    assert "stopped" in project.run("inv", "db.down").ok().out
    assert not engines(project)


def test_an_engine_whose_state_file_was_lost_is_found_again(project: Project) -> None:
    first = up(project)
    shutil.rmtree(project.root / ".dynamotasks")
    again = project.call("up", "--json").ok().json
    assert again["reused"]
    assert again["endpoint"] == first["endpoint"]
    shutil.rmtree(project.root / ".dynamotasks")
    assert "stopped" in project.call("down").ok().out
    assert not engines(project)


GOOD = '{"backend": "moto", "port": 8199, "in_memory": false, "image": "x", "run": %s}'
RUN = '{"port": 8199, "handle": {"pid": 1, "began": 1.5}, "host": "127.0.0.1"}'
BROKEN: dict[str, str | bytes] = {
    "empty": "",
    "torn": GOOD[:20],
    "not JSON": "backend: moto",
    "bad UTF-8": b'{"backend": "\xff\xfe"}',
    "zeros": b"\0" * 512,
    "a list": "[]",
    "a string": '"x"',
    "a number": "1e999",
    "null": "null",
    "empty object": "{}",
    "no run": '{"backend": "moto", "port": 1, "image": "x"}',
    "nested too deep": "[" * 60000,
    "huge": '{"backend": "' + "x" * 200_000,
    "unknown key": GOOD.replace('"image"', '"color": 1, "image"') % "null",
    "unknown backend": GOOD.replace("moto", "oracle") % "null",
    "the word auto": GOOD.replace("moto", "auto") % "null",
    "backend is a list": GOOD.replace('"moto"', '["moto"]') % "null",
    "port is text": GOOD.replace("8199", '"8199"') % "null",
    "port is true": GOOD.replace("8199", "true") % "null",
    "port below range": GOOD.replace("8199", "-1") % "null",
    "port above range": GOOD.replace("8199", "65536") % "null",
    "port is huge": GOOD.replace("8199", "9" * 4000) % "null",
    "in_memory is text": GOOD.replace("false", '"no"') % "null",
    "image is an option": GOOD.replace('"x"', '"--privileged"') % "null",
    "image is a number": GOOD.replace('"x"', "1") % "null",
    "run is a list": GOOD % "[1]",
    "run is text": GOOD % '"running"',
    "run without a handle": GOOD % '{"port": 8199}',
    "run at port 0": GOOD % RUN.replace("8199", "0"),
    "handle is a list": GOOD % '{"port": 8199, "handle": [1]}',
    "handle holds a map": GOOD % '{"port": 8199, "handle": {"pid": {}}}',
    "host is a command": GOOD % RUN.replace("127.0.0.1", "h';touch pwned;'"),
    "host has an escape": GOOD % RUN.replace("127.0.0.1", "\\u001b[2J"),
    "host is null": GOOD % RUN.replace('"127.0.0.1"', "null"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_state_file_is_set_aside(content: str | bytes, project: Project) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    EngineProject(project.root).make_folder()
    state_file(project).write_bytes(raw)
    refused = project.call("list").fails(
        "engine.json: not a valid state file" if "oracle" not in str(raw) else "oracle"
    )
    assert "\x1b" not in refused.err
    assert project.call("doctor").code in (0, 1)
    assert state_file(project).read_bytes() == raw
    down = project.call("down").ok()
    assert "not running" in down.out
    assert "set aside as engine.json.broken-1" in down.err
    assert (project.root / ".dynamotasks" / "engine.json.broken-1").read_bytes() == raw
    assert not state_file(project).exists()


@pytest.mark.parametrize("handle", ['{"pid": -1, "began": 1}', '{"pid": 1e99, "began": 1}', '{"pid": "a"}', "{}"])
def test_a_handle_of_no_process_is_an_engine_that_ended(handle: str, project: Project) -> None:
    EngineProject(project.root).make_folder()
    state_file(project).write_text(GOOD % f'{{"port": 8199, "handle": {handle}}}')
    project.call("list").fails("this project's engine is no longer running")
    assert "not running" in project.call("down").ok().out


def test_a_broken_state_file_does_not_stop_an_up(project: Project) -> None:
    first = up(project)
    state_file(project).write_text("{")
    again = project.run("inv", "db.up", "--json").ok()
    assert again.json["endpoint"] == first["endpoint"]
    assert "set aside" in again.err


@pytest.mark.posix
@pytest.mark.parametrize("name", ["engine.json", "engine.log", "lock", ".gitignore", "data"])
def test_links_in_the_folder_are_not_followed(name: str, project: Project, tmp_path: Path) -> None:
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
def test_a_folder_that_is_a_link_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "data").mkdir(parents=True)
    (project.root / ".dynamotasks").symlink_to(tmp_path / "elsewhere")
    for task in (["up"], ["down", "--volumes", "--yes"]):
        project.call(*task).fails("is a symbolic link")
    assert [entry.name for entry in (tmp_path / "elsewhere").iterdir()] == ["data"]
    (project.root / ".dynamotasks").unlink()


@pytest.mark.posix
def test_what_is_kept_is_for_its_owner_only(project: Project) -> None:
    before = os.umask(0)
    try:
        up(project)
    finally:
        os.umask(before)
    folder = project.root / ".dynamotasks"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {
        entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir() if entry.is_file()
    } == dict.fromkeys((".gitignore", "engine.json", "engine.log", "lock"), 384)


def test_the_wait_for_another_process_is_announced_with_its_owner(project: Project) -> None:
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
    """A disk of 64 KB, where this user may mount one."""
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
def test_a_full_disk_names_the_file_and_can_be_cleaned_up(project: Project) -> None:
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
        assert not engines(project)
        assert "data deleted" in project.call("down", "--volumes", "--yes").ok().out
        assert not (folder / "data").exists()


@pytest.mark.posix
def test_a_deleted_working_directory_is_named(project: Project, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    command = [sys.executable, "-c", "from dynamotasks.cli.program import main; main()", "list"]
    told = subprocess.run(["sh", "-c", script, "-", str(gone), *command], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "current directory" in told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_a_path_that_is_not_utf_8(tmp_path: Path) -> None:
    project = Project(Path(os.fsdecode(bytes(tmp_path / "caf") + b"\xe9")))
    project.write("config/tables.yaml", CONFIG)
    try:
        up(project)
        project.run("inv", "db.up", "db.migrate", "db.down").ok()
    finally:
        lifecycle.down(EngineProject(project.root), volumes=True)


def test_two_projects_on_one_port_at_one_moment(project: Project, other: Project) -> None:
    """One of them has the port; the other one says so, and leaves nothing."""
    with_port = ("inv", "db.up", "--backend", "moto", "--port", str(8170 + os.getpid() % 20), "--json")
    both = [(one, one.start(*with_port)) for one in (project, other)]
    ended = [(one, process.communicate(timeout=120), process.returncode) for one, process in both]
    assert sorted(code for _, _, code in ended) == [0, 1], ended
    for one, (_, err), code in ended:
        assert "Traceback" not in err
        assert len(engines(one)) == (code == 0)
        if code:
            assert "taken" in err


def test_a_signal_to_a_stopped_engine_s_pid_is_not_sent(project: Project) -> None:
    """A pid that the system gave to another process since."""
    up(project)
    state = state_file(project).read_text()
    project.call("down").ok()
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        changed = json.loads(state)
        changed["run"]["handle"]["pid"] = bystander.pid
        state_file(project).write_text(json.dumps(changed))
        assert "not running" in project.call("down").ok().out
        assert bystander.poll() is None
    finally:
        bystander.send_signal(signal.SIGTERM)
        bystander.communicate()
