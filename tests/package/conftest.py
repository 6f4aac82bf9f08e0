"""The built wheel in a virtual environment, and another project that uses it."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.running import clean_environment

collect_ignore = ["sample_project"]
CONFIG = {"tables": [{"name": "users", "attributes": [{"name": "id", "type": "S"}],
                      "key_schema": [{"attribute_name": "id", "key_type": "HASH"}]}]}  # fmt: skip


class Consumer:
    """Another repository, with the wheel installed."""

    def __init__(self, root: Path, environment: Path) -> None:
        self.root = root
        self.bin = environment / ("Scripts" if os.name == "nt" else "bin")
        root.mkdir()
        (root / "tables_config.json").write_text(json.dumps(CONFIG))

    def tasks(self, text: str) -> None:
        (self.root / "tasks.py").write_text(text)

    def run(self, *argv: str, code: int = 0) -> str:
        # no Docker, no Java: a machine with only Python
        run = subprocess.run(
            [str(self.bin / argv[0]), *argv[1:]],
            cwd=self.root,
            env=clean_environment({"PATH": str(self.bin)}),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert run.returncode == code, run.stdout + run.stderr
        assert "Traceback" not in run.stderr
        return run.stdout + run.stderr


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one worker makes and all workers of the run use."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = request.config.getoption("--wheels")
    assert folder, "run it with `nox -s package`"
    (wheel,) = Path(folder).absolute().glob("*.whl")

    def make(made: Path) -> None:
        venv.create(made, with_pip=True)
        python = made / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-compile", f"{wheel}[embedded]"], check=True)

    return once(tmp_path_factory, "environment", make)


@pytest.fixture
def consumer(environment: Path, tmp_path: Path) -> Iterator[Consumer]:
    made = Consumer(tmp_path / "their repo", environment)
    yield made
    made.run("dynamotasks", "down", "--volumes", "--yes")
