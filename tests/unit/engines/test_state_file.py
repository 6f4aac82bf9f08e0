"""State files: what is written can be read, and anything else is rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynamotasks.engines.current_engine import recorded
from dynamotasks.engines.engine_record import EngineRecord, Instance
from dynamotasks.engines.project import Project
from dynamotasks.engines.state_file import STATE_FILE, BrokenStateFile, parse, read_record, serialize, set_aside

GOOD = '{"backend": "moto", "port": 8199, "in_memory": false, "image": "x", "run": %s}'
RUN = '{"port": 8199, "handle": {"pid": 1, "began": 1.5}, "host": "127.0.0.1"}'
BROKEN: dict[str, str | bytes] = {
    "empty": "",
    "truncated": GOOD[:20],
    "not JSON": "backend: moto",
    "not UTF-8": b'{"backend": "\xff\xfe"}',
    "zeros": b"\0" * 512,
    "a list": "[]",
    "a string": '"x"',
    "a number": "1e999",
    "null": "null",
    "empty object": "{}",
    "without run": '{"backend": "moto", "port": 1, "image": "x"}',
    "nested too deep": "[" * 60000,
    "huge": '{"backend": "' + "x" * 200_000,
    "unknown key": GOOD.replace('"image"', '"color": 1, "image"') % "null",
    "two instances": GOOD.replace('"image"', '"instance": null, "image"') % "null",
    "unknown backend": GOOD.replace("moto", "oracle") % "null",
    "the backend auto": GOOD.replace("moto", "auto") % "null",
    "backend is a list": GOOD.replace('"moto"', '["moto"]') % "null",
    "port is text": GOOD.replace("8199", '"8199"') % "null",
    "port is true": GOOD.replace("8199", "true") % "null",
    "port below range": GOOD.replace("8199", "-1") % "null",
    "port above range": GOOD.replace("8199", "65536") % "null",
    "port is huge": GOOD.replace("8199", "9" * 4000) % "null",
    "in_memory is text": GOOD.replace("false", '"no"') % "null",
    "image is an option": GOOD.replace('"x"', '"--privileged"') % "null",
    "image is a number": GOOD.replace('"x"', "1") % "null",
    "listen is a host name": GOOD.replace('"image"', '"listen": "example.com", "image"') % "null",
    "network is an option": GOOD.replace('"image"', '"network": "--privileged", "image"') % "null",
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


def state_file(project: Project, content: str | bytes) -> Path:
    path = project.make_folder() / STATE_FILE
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_invalid_state_file_is_rejected(content: str | bytes, project: Project) -> None:
    path = state_file(project, content)
    with pytest.raises(BrokenStateFile, match="not a valid state file: ") as refused:
        recorded(project)
    assert refused.value.where == str(path)
    assert len(refused.value.what) < 250
    assert path.exists()


def test_record_is_read_as_it_was_written() -> None:
    instance = Instance(8199, {"pid": 1, "began": 1.5, "id": "ab"}, "::1")
    record = EngineRecord(
        backend="docker",
        port=8199,
        image="a/b:1",
        in_memory=True,
        shared=False,
        listen="::",
        network="n",
        instance=instance,
    )
    assert parse(serialize(record)) == record


def test_settings_that_are_absent_have_defaults() -> None:
    record = parse('{"backend": "moto", "port": 0, "image": "x", "run": null}')
    assert record == EngineRecord(backend="moto", port=0, image="x")


def test_instance_endpoint_has_brackets_around_ipv6() -> None:
    assert Instance(1, {}, "::1").endpoint == "http://[::1]:1"
    assert Instance(1, {}).endpoint == "http://127.0.0.1:1"


def test_project_without_a_state_file_has_no_record(project: Project, tmp_path: Path) -> None:
    assert read_record(project) is None
    (tmp_path / "file").write_text("")
    assert read_record(Project(tmp_path / "file")) is None


def test_each_broken_file_gets_its_own_name(project: Project) -> None:
    for name in ("engine.json.broken-1", "engine.json.broken-2"):
        state_file(project, "{")
        assert set_aside(project).name == name
