from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.testing.suite import Suite


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    """Return a project with tests; stop what it left."""
    made = Suite(tmp_path)
    yield made
    left = list(made.processes())
    for process in left:
        process.kill()
    psutil.wait_procs(left)
