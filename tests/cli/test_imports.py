"""What importing the tasks loads."""

from __future__ import annotations

import subprocess
import sys


def test_listing_tasks_imports_no_heavy_package() -> None:
    code = "import sys; from dynamotasks import db; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & {"boto3", "botocore", "pydantic", "rich", "psutil", "filelock", "platformdirs"}


def test_changing_tables_imports_nothing_of_items() -> None:
    code = "import sys; from dynamotasks.cli.commands import changes; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [module for module in loaded if module.startswith("dynamotasks.data")]
