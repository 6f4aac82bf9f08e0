"""Starting, finding and stopping each engine with real commands."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dynamotasks.engines import lifecycle
from dynamotasks.engines.current_engine import running
from dynamotasks.engines.project import Project as EngineProject
from dynamotasks.engines.registry import find_backend
from dynamotasks.engines.state_file import read_record
from tests.support.engines import CONFIG, state_file
from tests.support.running import REPOSITORY, Project, until

from .places import Place

KEEPS_DATA = {"docker", "java", "dynoxide"}


@pytest.fixture
def project(project: Project, backend: str) -> Iterator[Project]:
    project.write("config/tables.yaml", CONFIG)
    yield project
    engine = EngineProject(project.root)
    lifecycle.down(engine, volumes=True)
    find_backend(backend).remove_leftovers(engine)


Up = Callable[..., str]


@pytest.fixture
def up(project: Project, backend: str) -> Up:
    """Return a function that starts the engine of the project on a free port and returns its endpoint."""

    def run(*flags: str) -> str:
        result = project.call("up", "--backend", backend, "--port", "0", "--json", *flags).ok()
        return str(result.json["endpoint"])

    return run


@pytest.fixture
def endpoint(place: Place) -> str:
    assert place.target.endpoint
    return place.target.endpoint


def tables(project: Project) -> list[str]:
    return [table["name"] for table in project.call("list", "--json").ok().json["tables"]]


def kill(project: Project) -> None:
    """Kill the engine, as in a crash."""
    state = read_record(EngineProject(project.root))
    assert state
    assert state.instance
    if state.backend == "docker":
        subprocess.run(
            ["docker", "kill", "--signal", "KILL", str(state.instance.handle["id"])], check=True, capture_output=True
        )
    else:
        psutil.Process(int(state.instance.handle["pid"])).kill()
    until(lambda: running(EngineProject(project.root)) is None)


def test_tasks_and_second_up_find_the_running_engine(project: Project, backend: str) -> None:
    endpoint = project.run("inv", "db.up", "--backend", backend, "--port", "0", "--json").ok().json["endpoint"]
    again = project.call("up").ok()
    assert f"already running: {endpoint}" in again.out
    chain = project.run("inv", "db.up", "db.migrate", "db.list").ok()
    assert "+ users: created table" in chain.out
    assert "ACTIVE" in chain.out
    assert chain.err.count(f"target: environment local, {endpoint}") == 2
    # from a subfolder, and with the console command
    assert (
        project.run("inv", "db.list", "--json", folder=project.root / "config").ok().json["tables"][0]["name"]
        == "users"
    )
    assert (
        project.run("dynamotasks", "list", "--json", folder=project.root / "config").ok().json["tables"][0]["name"]
        == "users"
    )
    assert "stopped" in project.run("inv", "db.down").ok().out
    assert "= not running" in project.call("down").ok().out
    # not an engine that another project may have on the default port
    project.run("inv", "db.list").fails("this project's engine is stopped", "start it with `inv db.up`")


def test_data_survives_a_restart_and_a_crash_until_it_is_deleted(project: Project, backend: str, up: Up) -> None:
    """An engine that keeps no data is empty after each start."""
    kept = ["users"] if backend in KEEPS_DATA else []
    endpoint = up()
    project.call("migrate").ok()
    project.call("down").ok()
    again = project.call("up").ok()
    # the same backend on the same port, without a flag
    assert endpoint in again.out
    assert ("data is not kept" in again.err) == (backend not in KEEPS_DATA)
    assert tables(project) == kept

    kill(project)
    project.call("list").fails("this project's engine is no longer running", "dynamotasks up")
    assert endpoint in project.call("up").ok().out
    assert tables(project) == kept

    project.call("migrate").ok()
    project.call("down", "--volumes").fails("refusing to delete the local database", "confirm with --yes")
    assert tables(project) == ["users"]
    output = project.call("down", "--volumes", "--yes").ok().out
    assert ("data deleted" if backend in KEEPS_DATA else "no stored data to delete") in output
    up()
    assert tables(project) == []


def test_in_memory_database_keeps_no_data(project: Project, up: Up) -> None:
    up("--in-memory")
    project.call("migrate").ok()
    project.call("down").ok()
    assert "data is not kept" in project.call("up", "--in-memory").ok().err
    assert tables(project) == []


def test_taken_port_names_its_owner(project: Project, backend: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = project.call("up", "--backend", backend, "--port", str(port))
        refused.fails(f"port {port} is in use by", f"pid {os.getpid()}", "--port")
    assert read_record(EngineProject(project.root)) is None


def test_concurrent_ups_start_one_engine(project: Project, backend: str) -> None:
    command = ("inv", "db.up", "--backend", backend, "--port", "0", "--json")
    both = [project.start(*command) for _ in range(2)]
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert answers[0]["endpoint"] == answers[1]["endpoint"]
    assert sorted(answer["reused"] for answer in answers) == [False, True]


def test_concurrent_ups_of_several_projects_have_separate_engines(backend: str, tmp_path: Path) -> None:
    several = [Project(tmp_path / name / "app") for name in ("one", "two", "three")]
    for project in several:
        project.write("config/tables.yaml", CONFIG)
    try:
        command = ("inv", "db.up", "--backend", backend, "--port", "0", "--json", "--timeout", "120")
        started = [project.start(*command) for project in several]
        ports = {json.loads(process.communicate(timeout=180)[0])["port"] for process in started}
        assert len(ports) == 3
        one, two, _ = several
        one.call("migrate").ok()
        assert tables(two) == []
        two.call("down", "--volumes", "--yes").ok()
        assert tables(one) == ["users"]
    finally:
        for project in several:
            lifecycle.down(EngineProject(project.root), volumes=True)


@pytest.mark.posix
def test_ctrl_c_during_up_leaves_no_engine(project: Project, backend: str) -> None:
    """Ctrl-C arrives while the engine starts: the state file exists, but the engine does not respond yet."""
    process = project.start("inv", "db.up", "--backend", backend, "--port", "0")
    state = project.root / ".dynamotasks" / "engine.json"
    until(state.exists)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    if process.returncode == 0:  # it was ready before the signal
        return
    assert process.returncode == 130, (out, err)
    assert "Traceback" not in err
    assert running(EngineProject(project.root)) is None
    assert find_backend(backend).find(EngineProject(project.root)) is None
    assert not state.exists()


def test_process_with_reused_pid_is_not_stopped_and_truncated_state_file_is_set_aside(
    project: Project, backend: str, up: Up
) -> None:
    up()
    project.call("down").ok()
    file = state_file(project)
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        state = json.loads(file.read_text())
        handle = {"pid": bystander.pid, "began": 1.0, "id": "0" * 64, "name": "someone-else"}
        state["run"] = {"port": state["port"], "handle": handle, "host": "127.0.0.1"}
        file.write_text(json.dumps(state))
        assert "= not running" in project.call("down").ok().out
        assert bystander.poll() is None
        up()
        assert bystander.poll() is None
    finally:
        bystander.communicate(b"\n")
    project.call("down").ok()
    file.write_text('{"backend": ')
    up()


def test_up_with_other_settings_is_refused_while_running(engine_of_place: Project, endpoint: str) -> None:
    other = str(int(endpoint.rpartition(":")[2]) + 1)
    engine_of_place.call("up", "--port", other).fails(f"already running at {endpoint}", "dynamotasks down")


@pytest.mark.posix
def test_logs_are_shown_and_followed(engine_of_place: Project) -> None:
    engine_of_place.call("list").ok()
    until(lambda: bool(engine_of_place.call("logs").ok().out.strip()))
    following = engine_of_place.start("inv", "db.logs", "--follow")
    assert following.stdout
    assert following.stdout.readline()
    following.send_signal(signal.SIGINT)
    _, err = following.communicate(timeout=30)
    assert "Traceback" not in err


def test_timeout_of_up_shows_the_log(project: Project, backend: str) -> None:
    late = project.call("up", "--backend", backend, "--port", "0", "--timeout", "0")
    late.fails("did not respond within 0 s", "--timeout", "log")
    assert running(EngineProject(project.root)) is None


def test_engine_listens_on_loopback_or_warns(engine_of_place: Project, backend: str, endpoint: str) -> None:
    port = int(endpoint.rpartition(":")[2])
    listening = {
        connection.laddr[0]
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port
    }
    if backend == "java":
        assert "listens on all interfaces" in engine_of_place.call("up").ok().err
    else:
        assert listening == {"127.0.0.1"}


@pytest.mark.posix
def test_boto3_finds_the_engine_through_env_exports(engine_of_place: Project) -> None:
    """`eval "$(inv db.env)"` works with plain boto3, also in a shell with a broken profile."""
    engine_of_place.call("migrate").ok()
    exports = engine_of_place.run("inv", "db.env", "--shell", "bash").ok().out
    listing = "import boto3; print(boto3.client('dynamodb').list_tables()['TableNames'])"
    shell = subprocess.run(
        ["bash", "-c", f'eval "$1"; exec {sys.executable!r} -c "$2"', "-", exports, listing],
        env={**os.environ, "AWS_PROFILE": "broken"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.stdout.strip() == "['users']", shell.stderr


def test_local_ignores_broken_aws_files_and_proxies(engine_of_place: Project) -> None:
    broken = str(engine_of_place.write("aws-config", "not an ini file\n"))
    shell = {"AWS_CONFIG_FILE": broken, "AWS_PROFILE": "nobody", "AWS_SHARED_CREDENTIALS_FILE": broken}
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    engine_of_place.run("inv", "db.migrate", variables={**shell, **proxy}).ok()


def test_sample_configs_of_the_repository(engine_of_place: Project) -> None:
    yaml, seed = REPOSITORY / "config" / "tables.yaml", REPOSITORY / "config" / "tables_config.json"
    assert "2 tables created" in engine_of_place.call("migrate", "--config", str(seed)).ok().out
    assert "1 table created, 2 unchanged" in engine_of_place.call("migrate", "--config", str(yaml)).ok().out
