"""`db.run`: arguments, exit code and signals of a command that runs against the engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dynamotasks.engines.current_engine import running
from dynamotasks.engines.project import Project as EngineProject
from tests.support.engines import CONFIG, start_moto
from tests.support.running import Project, until

MOTO = ("--backend", "moto", "--port", "0")
LISTING = "import boto3; print(boto3.client('dynamodb').list_tables()['TableNames'])"


@pytest.fixture
def project(project: Project) -> Project:
    project.write("config/tables.yaml", CONFIG)
    return project


def is_running(project: Project) -> bool:
    return running(EngineProject(project.root)) is not None


@pytest.mark.parametrize("program", [("inv", "db.run"), ("dynamotasks", "run")], ids=["inv", "dynamotasks"])
def test_command_finds_the_declared_tables(program: tuple[str, str], project: Project) -> None:
    done = project.run(*program, *MOTO, "--", sys.executable, "-c", LISTING, variables={"AWS_PROFILE": "broken"}).ok()
    assert done.out == "['users']\n"  # the notes of up and migrate are not the command's output
    assert "created table" in done.err
    assert not is_running(project)


def test_variables_of_the_shell_do_not_lead_elsewhere(project: Project) -> None:
    leading = {
        "HTTP_PROXY": "http://127.0.0.1:1",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_SESSION_TOKEN": "token",
    }
    listing = ("--", sys.executable, "-c", f"{LISTING}; import os; print(os.environ.get('AWS_SESSION_TOKEN'))")
    done = project.run("inv", "db.run", *MOTO, *listing, variables=leading).ok()
    assert done.out == "['users']\nNone\n"


def test_running_engine_serves_commands_with_their_arguments_and_exit_codes(project: Project) -> None:
    start_moto(project)
    words = ["a b", "it's", '"', "", "--flag", "--", "*", "$HOME", "é ☂", "-h"]
    printing = "import json, sys; print(json.dumps(sys.argv[1:]))"
    assert json.loads(project.run("inv", "db.run", "--", sys.executable, "-c", printing, *words).ok().out) == words
    if os.name != "nt":
        killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        assert project.run("inv", "db.run", "--", sys.executable, "-c", killed).code == 128 + signal.SIGKILL
    project.run("inv", "db.run", "--", sys.executable, "-c", LISTING).ok()
    assert is_running(project)


def test_exit_code_of_the_command_is_returned(project: Project) -> None:
    assert project.run("inv", "db.run", *MOTO, "--", sys.executable, "-c", "raise SystemExit(77)").code == 77
    assert not is_running(project)


def test_missing_command_is_an_error(project: Project) -> None:
    project.run("inv", "db.run", *MOTO, "--", "no-such-command").fails("no-such-command: command not found", code=127)
    assert not is_running(project)
    script = project.write("plain.txt", "not a program")
    project.run("inv", "db.run", *MOTO, "--", str(script)).fails("plain.txt cannot be run", code=126)


def test_empty_command_is_an_error(project: Project) -> None:
    for words in (["db.run"], ["db.run", "--"]):
        project.run("inv", *words).fails("no command to run", "inv db.run -- npm test")
    assert not is_running(project)


def test_failed_migration_does_not_run_the_command(project: Project) -> None:
    project.write("config/tables.yaml", CONFIG.replace("HASH", "HAHS"))
    done = project.run("inv", "db.run", *MOTO, "--", sys.executable, "-c", "open('ran', 'w')")
    done.fails("HAHS")
    assert not (project.root / "ran").exists()
    assert not is_running(project)


def test_dry_run_starts_nothing(project: Project) -> None:
    dry = project.run("inv", "--dry", "db.run", *MOTO, "--", "touch", "ran").ok()
    assert "would run touch ran" in dry.err
    assert not (project.root / ".dynamotasks" / "engine.json").exists()
    assert not (project.root / "ran").exists()


def test_real_credentials_are_rejected(project: Project) -> None:
    project.run("inv", "db.run", "--env", "aws", "--", "touch", "ran").fails("uses real credentials")
    assert not (project.root / "ran").exists()


def test_specified_endpoint_is_used_and_not_stopped(project: Project, tmp_path: Path) -> None:
    project.run("inv", "db.up", *MOTO).ok()
    state = running(EngineProject(project.root))
    assert state
    assert state.instance
    other = Project(tmp_path / "other")
    other.write("config/tables.yaml", CONFIG)
    words = ("--", sys.executable, "-c", LISTING)
    assert other.run("inv", "db.run", "--endpoint", state.instance.endpoint, *words).ok().out == "['users']\n"
    assert not (other.root / ".dynamotasks" / "engine.json").exists()
    assert is_running(project)


WAITING = """
import pathlib, signal, sys
def took(number, frame):
    pathlib.Path("took").write_text(signal.Signals(number).name)
    sys.exit(40)
for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(one, took)
pathlib.Path("ready").write_text("")
while True:
    signal.pause()
"""


@pytest.mark.posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signal_is_forwarded_and_the_engine_stopped(name: str, project: Project) -> None:
    process = project.start("inv", "db.run", *MOTO, "--", sys.executable, "-c", WAITING)
    until((project.root / "ready").exists)
    process.send_signal(signal.Signals[name])
    _, err = process.communicate(timeout=60)
    assert process.returncode == 40, err
    assert (project.root / "took").read_text() == name
    assert "Traceback" not in err
    assert not is_running(project)


@pytest.mark.posix
def test_ctrl_c_on_a_terminal_reaches_the_command_once(project: Project) -> None:
    """The terminal sends it to both processes, as it does a second Ctrl-C while the command is still ending."""
    import pty

    counting = """
import pathlib, signal, sys
seen = []
def took(number, frame):
    seen.append(number)
    pathlib.Path("took").write_text(str(len(seen)))
    if len(seen) == 2:
        sys.exit(41)
signal.signal(signal.SIGINT, took)
pathlib.Path("ready").write_text("")
while True:
    signal.pause()
"""
    from tests.support.running import clean_environment, command_line

    leader, follower = pty.openpty()
    wrapped = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    words = command_line(("inv", "db.run", *MOTO, "--", sys.executable, "-c", counting))
    process = subprocess.Popen(
        [sys.executable, "-c", wrapped, *words],
        cwd=project.root,
        env=clean_environment(project.variables),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    until((project.root / "ready").exists)
    took = project.root / "took"
    os.write(leader, b"\x03")
    until(lambda: took.exists() and took.read_text() == "1")
    os.write(leader, b"\x03")
    until(lambda: process.poll() is not None)
    os.close(leader)
    assert process.returncode == 41
    assert took.read_text() == "2"
    assert not is_running(project)


@pytest.mark.posix
@pytest.mark.parametrize(("kind", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_before_the_command_stops_the_engine(kind: signal.Signals, code: int, project: Project) -> None:
    process = project.start("inv", "db.run", *MOTO, "--", sys.executable, "-c", WAITING)
    until((project.root / ".dynamotasks" / "engine.json").exists)
    process.send_signal(kind)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (code, 40), err  # 40: the command ran before the signal came
    assert not is_running(project)
