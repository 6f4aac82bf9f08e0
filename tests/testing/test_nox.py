"""`on_each_engine`, in noxfiles that Nox runs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dynamotasks.testing.nox import BACKEND_VARIABLE, SessionEngine, on_each_engine
from tests.support.running import REPOSITORY, Result, clean_environment, until
from tests.support.tables import table

PRINTING = f"import os; print('backend:', os.environ['{BACKEND_VARIABLE}'])"
NOXFILE = f"""
import nox
from dynamotasks.testing.nox import on_each_engine

@nox.session
@on_each_engine("docker", "java", "moto")
def tests(session, engine, extra="default"):
    \"\"\"Test it.\"\"\"
    engine.require(session)
    session.run("python", "-c", {PRINTING!r})

@nox.session(python=["3.10", "3.14"])
@on_each_engine("java", "moto")
@nox.parametrize("django", ["5.2", "6.0"])
def matrix(session, django, engine):
    pass
"""
LISTING = "import boto3; print(boto3.client('dynamodb').list_tables()['TableNames'])"
BY_WORKER = LISTING.replace("'dynamodb'", "'dynamodb', aws_access_key_id='worker2', aws_secret_access_key='-'")
WAITING = "import pathlib, threading; pathlib.Path('ready').touch(); threading.Event().wait(600)"
COMMANDS = f"""
import nox
from dynamotasks.testing.nox import on_each_engine

@nox.session
@on_each_engine("moto")
def commands(session, engine):
    engine.run(session, "python", "-c", {LISTING!r})
    engine.run(session, "python", "-c", {BY_WORKER!r}, workers=2)

@nox.session
@on_each_engine("moto")
def waiting(session, engine):
    engine.run(session, "python", "-c", {WAITING!r})
"""
NO_DOCKER = {"DOCKER_HOST": "tcp://127.0.0.1:1"}


def _environment(variables: dict[str, str]) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return clean_environment({"PATH": path, "PYTHONPATH": str(REPOSITORY), "CI": "", **variables})


class Noxfile:
    """A noxfile, run by Nox."""

    def __init__(self, folder: Path, text: str = NOXFILE) -> None:
        self.folder = folder
        (folder / "noxfile.py").write_text(text)

    def run(self, *arguments: str, **variables: str) -> Result:
        return self._run([sys.executable, "-m", "nox", *arguments], variables)

    def shell(self, command: str, **variables: str) -> Result:
        return self._run(["sh", "-c", command], variables)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `nox` in a process group, as a shell does."""
        command = [sys.executable, "-m", "nox", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.folder, env=_environment({}), stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    def _run(self, command: list[str], variables: dict[str, str]) -> Result:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=_environment(variables),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def run_here(self, *arguments: str, **variables: str) -> Result:
        """Run `nox` with the packages of the tests instead of a new environment for each session."""
        return self.run("--force-venv-backend", "none", *arguments, **variables)

    def listed(self, *arguments: str) -> list[dict[str, Any]]:
        """Return what `nox --json -l` lists."""
        listed: list[dict[str, Any]] = self.run("--json", "-l", *arguments).ok().json
        return listed


@pytest.fixture
def noxfile(tmp_path: Path) -> Noxfile:
    return Noxfile(tmp_path)


def test_each_engine_is_a_session_with_its_name_as_id_and_tag(noxfile: Noxfile) -> None:
    listed = noxfile.listed("-s", "tests")
    assert [one["session"] for one in listed] == ["tests(docker)", "tests(java)", "tests(moto)"]
    assert [one["tags"] for one in listed] == [["docker"], ["java"], ["moto"]]
    assert {one["description"] for one in listed} == {"Test it."}
    assert [one["session"] for one in noxfile.listed("-s", "tests(moto)")] == ["tests(moto)"]


def test_engines_combine_with_pythons_and_parameters(noxfile: Noxfile) -> None:
    names = [one["session"] for one in noxfile.listed("-t", "moto")]
    pairs = [(python, django) for python in ("3.10", "3.14") for django in ("5.2", "6.0")]
    assert names == ["tests(moto)", *(f"matrix-{python}(django='{django}', moto)" for python, django in pairs)]
    (one,) = noxfile.listed("-s", "matrix-3.14(django='5.2', java)")
    assert one["call_spec"] == {"django": "5.2", "engine": "java"}


def test_session_runs_with_the_engine_in_its_environment(noxfile: Noxfile) -> None:
    done = noxfile.run_here("-s", "tests(moto)").ok()
    assert "backend: moto" in done.out + done.err


def test_session_is_skipped_with_the_reason_if_the_engine_is_missing(noxfile: Noxfile) -> None:
    done = noxfile.run_here("-s", "tests(docker)", **NO_DOCKER).ok()
    assert "Session tests(docker) skipped: docker: " in done.err
    assert "backend:" not in done.out + done.err


def test_other_commands_run_with_an_engine_that_has_the_declared_tables(tmp_path: Path) -> None:
    (tmp_path / "tables_config.json").write_text(json.dumps({"tables": [table("users")]}))
    done = Noxfile(tmp_path, COMMANDS).run_here("-s", "commands").ok()
    assert (done.out + done.err).count("['users']") == 2


@pytest.mark.posix
def test_engine_of_a_command_is_stopped_after_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "tables_config.json").write_text(json.dumps({"tables": [table("users")]}))
    process = Noxfile(tmp_path, COMMANDS).start("--force-venv-backend", "none", "-s", "waiting")
    until((tmp_path / "ready").exists)
    temporary = tmp_path / ".dynamotasks" / "temporary"
    (folder,) = (path for path in temporary.glob("run-*") if path.is_dir())
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert not folder.exists()


@pytest.mark.parametrize(("value", "code"), [("true", 1), ("1", 1), ("false", 0)])
def test_missing_engine_is_an_error_in_ci(value: str, code: int, noxfile: Noxfile) -> None:
    done = noxfile.run_here("-s", "tests(docker)", CI=value, **NO_DOCKER)
    assert done.code == code, done.err
    assert ("required in CI, but docker: " in done.err) is bool(code)
    assert "Traceback" not in done.err


@pytest.mark.posix
def test_session_without_dynamotasks_is_an_error_with_a_hint(noxfile: Noxfile) -> None:
    python = noxfile.folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    python.chmod(0o755)
    done = noxfile.run_here("-s", "tests(moto)", PATH=str(noxfile.folder), PYTHONPATH="")
    assert done.code == 1
    assert 'session.install("dynamotasks[embedded]")' in done.err


def test_importing_requires_only_nox_and_the_standard_library() -> None:
    script = (
        "import sys, types; nox = types.ModuleType('nox'); nox.Session = object; sys.modules['nox'] = nox;"
        f"sys.path.insert(0, {str(REPOSITORY)!r}); import dynamotasks.testing.nox"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True)


def session_function(session: object, engine: SessionEngine) -> None:
    """Describe the session."""


def without_engine(session: object) -> None:
    """Lack the argument."""


@pytest.mark.parametrize(
    ("decorate", "words"),
    [
        (lambda: on_each_engine("motto"), "unknown engine 'motto'\n  did you mean 'moto'? expected some of: docker"),
        (lambda: on_each_engine("moto", "moto"), "engine 'moto' is repeated"),
        (lambda: on_each_engine(), "lacks the names"),
        (lambda: on_each_engine(session_function), "lacks the names"),  # type: ignore[arg-type]
        (lambda: on_each_engine("moto")(without_engine), "session without_engine has no argument `engine`"),
    ],
    ids=["unknown", "repeated", "none", "not called", "no argument"],
)
def test_mistakes_in_a_noxfile_are_explained(decorate: Callable[[], object], words: str) -> None:
    from dynamotasks import UsageError

    with pytest.raises(UsageError) as raised:
        decorate()
    assert words in str(raised.value)


@pytest.mark.posix
def test_workflow_of_the_ci_page_lists_the_sessions_of_its_noxfile(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "ci.md").read_text()
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (noxfile,) = [text for language, text in blocks if language == "python"]
    (workflow,) = [text for language, text in blocks if language == "yaml" and "matrix" in text]
    (entry,) = [text for language, text in blocks if language == "json"]
    jobs = yaml.safe_load(workflow)["jobs"]
    (listing,) = [step["run"] for step in jobs["list"]["steps"] if step.get("id") == "list"]
    output = tmp_path / "output"
    Noxfile(tmp_path, noxfile).shell(listing, GITHUB_OUTPUT=str(output)).ok()
    listed = json.loads(output.read_text().removeprefix("sessions="))
    assert len(listed) == 6
    assert json.loads(entry) in listed
    assert set(re.findall(r"matrix\.(\w+)", workflow)) <= listed[0].keys()


def test_name_and_docstring_of_the_function_are_kept() -> None:
    decorated = on_each_engine("moto")(session_function)
    assert decorated.__name__ == "session_function"
    assert decorated.__doc__ == "Describe the session."
