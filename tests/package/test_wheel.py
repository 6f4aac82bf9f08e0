"""What a consumer gets: the built wheel in an environment of its own, without this repository."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import clean_environment

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
        told = subprocess.run(
            [str(self.bin / argv[0]), *argv[1:]],
            cwd=self.root,
            env=clean_environment({"PATH": str(self.bin)}),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert told.returncode == code, told.stdout + told.stderr
        assert "Traceback" not in told.stderr
        return told.stdout + told.stderr


@pytest.fixture(scope="module")
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = request.config.getoption("--wheels")
    assert folder, "run it with `nox -s package`"
    (wheel,) = Path(folder).glob("*.whl")
    made = tmp_path_factory.mktemp("consumer") / "env"
    venv.create(made, with_pip=True)
    python = made / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"{wheel}[embedded]"], check=True)
    return made


@pytest.fixture
def consumer(environment: Path, tmp_path: Path) -> Iterator[Consumer]:
    made = Consumer(tmp_path / "their repo", environment)
    yield made
    made.run("dynamotasks", "down", "--volumes", "--yes")


def test_two_lines_in_another_tasks_py(consumer: Consumer) -> None:
    consumer.tasks("from invoke import Collection\nfrom dynamotasks import db\n\nns = Collection(db)\n")
    assert "db.migrate" in consumer.run("inv", "--list")
    out = consumer.run("inv", "db.up", "--port", "0", "db.migrate", "db.list")
    assert "moto" in out
    assert "skipped docker" in out
    assert "1 table created" in out


def test_under_another_name_with_a_configuration_of_their_own(consumer: Consumer) -> None:
    (consumer.root / "elsewhere").mkdir()
    (consumer.root / "tables_config.json").rename(consumer.root / "elsewhere" / "tables.json")
    consumer.tasks(
        "from invoke import Collection\n"
        "from dynamotasks import db\n"
        "ns = Collection()\n"
        "ns.add_collection(db, name='dynamo')\n"
        "ns.configure({'dynamotasks': {'config': 'elsewhere/tables.json', 'port': 0, 'backend': 'moto'}})\n"
    )
    assert "1 table created" in consumer.run("inv", "dynamo.up", "dynamo.migrate")
    assert "1 table in" in consumer.run("inv", "dynamo.validate")


def test_the_console_command_needs_no_tasks_py(consumer: Consumer) -> None:
    assert "migrate" in consumer.run("dynamotasks", "--list")
    (consumer.root / "invoke.yaml").write_text("dynamotasks: {port: 0}\n")
    out = consumer.run("dynamotasks", "up", "migrate", "list")
    assert "1 table created" in out
    assert ":8000" not in out
    assert "--config belongs behind the task" in consumer.run("dynamotasks", "--config", "x.yaml", "list", code=1)


def test_the_library_is_typed_and_lazy(consumer: Consumer) -> None:
    slow = "import sys, dynamotasks.cli.tasks; print({'boto3', 'pydantic', 'rich', 'psutil'} & set(sys.modules))"
    assert consumer.run("python", "-c", slow).strip() == "set()"
    where = "import dynamotasks, pathlib; print((pathlib.Path(dynamotasks.__file__).parent / 'py.typed').exists())"
    assert consumer.run("python", "-c", where).strip() == "True"
    public = "import dynamotasks; print([getattr(dynamotasks, name) is not None for name in dynamotasks.__all__])"
    assert "False" not in consumer.run("python", "-c", public)
