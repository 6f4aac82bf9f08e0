"""The project of docs/node.md: 20 jest tests with the AWS SDK for JavaScript, against the installed wheel."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from platformdirs import user_cache_path

from tests.support.running import REPOSITORY, clean_environment

PROJECT = Path(__file__).with_name("node_project")
Npm = Callable[..., str]


@pytest.fixture(scope="session")
def packages() -> Path:
    """Return `node_modules` with the packages of the project, which are installed once on this machine."""
    if shutil.which("npm") is None:
        pytest.fail("npm is required in CI") if os.environ.get("CI") else pytest.skip("npm is not installed")
    manifest = (PROJECT / "package.json").read_bytes()
    required = {key: json.loads(manifest)[key] for key in ("dependencies", "devDependencies")}
    digest = hashlib.sha256(json.dumps(required).encode()).hexdigest()[:12]
    folder = user_cache_path("dynamotasks-tests", appauthor=False) / f"node-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "complete").exists():
            (folder / "package.json").write_bytes(manifest)
            command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
            subprocess.run(command, cwd=folder, check=True, timeout=300)
            (folder / "complete").touch()
    return folder / "node_modules"


@pytest.fixture
def run(environment: Path, packages: Path, tmp_path: Path) -> Iterator[Npm]:
    """Return a function that runs a command in a copy of the project; expect that it leaves no engine."""
    folder = tmp_path / "shop"
    shutil.copytree(PROJECT, folder)
    (folder / "node_modules").symlink_to(packages)
    kept = {name: os.environ[name] for name in ("DYNAMODB_LOCAL_HOME", "JAVA_HOME") if name in os.environ}

    def run(*words: str, backend: str) -> str:
        path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            words,
            cwd=folder,
            env=clean_environment({**kept, "PATH": path, "DYNAMOTASKS_BACKEND": backend}),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    yield run
    assert list(folder.glob(".dynamotasks/temporary/run-*")) == []


def require(backend: str, environment: Path) -> None:
    command = [str(environment / "bin" / "python"), "-m", "dynamotasks.testing.availability", backend]
    reason = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["missing"]
    if reason:
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.mark.posix
@pytest.mark.parametrize("backend", ["moto", "java"])
def test_two_workers_of_jest_share_an_engine_but_no_tables(backend: str, run: Npm, environment: Path) -> None:
    require(backend, environment)
    output = run("npm", "test", backend=backend)
    assert re.search(r"Tests: +20 passed, 20 total", output), output


@pytest.mark.posix
def test_tests_in_one_process_share_the_tables(run: Npm) -> None:
    output = run("dynamotasks", "run", "--temporary", "--", "npx", "jest", "--runInBand", backend="moto")
    assert re.search(r"Tests: +20 passed, 20 total", output), output


def test_page_for_node_quotes_the_project() -> None:
    files = [path.read_text() for path in PROJECT.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    page = (REPOSITORY / "docs" / "node.md").read_text()
    quoted = re.findall(r"^```(?:js|json|yaml)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert len(quoted) >= 6
    assert [block for block in quoted if not any(block in text for text in files)] == []
