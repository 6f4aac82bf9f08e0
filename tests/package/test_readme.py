"""What the README and the library page print works with the built wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.package.conftest import Consumer
from tests.support.running import REPOSITORY, clean_environment


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def comparable(transcript: str) -> list[str]:
    """Return the lines of a run without numbers, which vary, and in an order that does not vary."""
    return sorted(re.sub(r"\d+(\.\d+)?", "N", line) for line in transcript.splitlines())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudoterminals")
def test_demo_of_the_readme_is_current(consumer: Consumer) -> None:
    """Record it again with `python docs/record_demo.py`."""
    script = "import sys, pathlib, record_demo; print(record_demo.record(pathlib.Path(sys.argv[1])))"
    recorded = subprocess.run(
        [sys.executable, "-c", script, consumer.bin],
        cwd=REPOSITORY / "docs",
        env=clean_environment({"PATH": str(consumer.bin)}),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    (shown,) = blocks("README.md", "console")
    assert comparable(recorded.stdout) == comparable(shown)


def test_tasks_file_of_the_readme_keeps_other_tasks(consumer: Consumer) -> None:
    new, existing = blocks("README.md", "python")
    consumer.tasks(new)
    assert "db.migrate" in consumer.run("inv", "--list")
    consumer.tasks(existing)
    listed = consumer.run("inv", "--list")
    assert "lint" in listed
    assert "db.migrate" in listed


def test_example_of_the_library_page_runs(consumer: Consumer) -> None:
    (example,) = blocks("docs/library.md", "python")
    (config, *_) = blocks("README.md", "yaml")
    (consumer.root / "tables_config.json").unlink()
    (consumer.root / "config").mkdir()
    (consumer.root / "config" / "tables.yaml").write_text(config)
    (consumer.root / "example.py").write_text(example)
    consumer.run("dynamotasks", "up", "--port", "0")
    assert "orders in sync" in consumer.run("python", "example.py")
