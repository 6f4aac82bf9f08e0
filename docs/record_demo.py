"""Record the demo of the README from a real run on a terminal: `python docs/record_demo.py`.

It needs a POSIX system and `pip install 'dynamotasks[embedded]'`. The run takes place in a temporary folder.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import FOLDER, replace_part

README = FOLDER.parent / "README.md"

TASKS = "from invoke import Collection\nfrom dynamotasks import db\n\nns = Collection(db)\n"
BEFORE = """\
tables:
  - name: users
    attributes: [{name: user_id, type: S}]
    key_schema: [{attribute_name: user_id, key_type: HASH}]
  - name: orders
    attributes: [{name: customer_id, type: S}, {name: order_id, type: S}]
    key_schema:
      - {attribute_name: customer_id, key_type: HASH}
      - {attribute_name: order_id, key_type: RANGE}
    global_secondary_indexes: []
    deletion_protection_enabled: true
"""
EDITS = {
    "{name: order_id, type: S}]": "{name: order_id, type: S}, {name: status, type: S}]",
    "global_secondary_indexes: []": """\
global_secondary_indexes:
      - index_name: by_status
        key_schema: [{attribute_name: status, key_type: HASH}]
        projection: {projection_type: ALL}""",
    "deletion_protection_enabled: true": "deletion_protection_enabled: false",
}
EDITED = "\n# config/tables.yaml: add the index by_status to orders and turn off its deletion protection\n"


def record(commands: Path) -> str:
    """Return the commands of the demo and what they print.

    Args:
        commands: the folder with the `inv` command to run.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "shop")
        config = project / "config" / "tables.yaml"
        config.parent.mkdir(parents=True)
        (project / "tasks.py").write_text(TASKS)
        config.write_text(BEFORE)
        try:
            parts = [_run(commands, project, "inv db.up --backend moto db.migrate")]
            after = BEFORE
            for old, new in EDITS.items():
                after = after.replace(old, new)
            config.write_text(after)
            parts.append(EDITED)
            parts += [_run(commands, project, f"inv db.{task}") for task in ("plan", "migrate", "status")]
        finally:
            _run(commands, project, "inv db.down --volumes --yes")
    return "\n".join(parts)


def _run(commands: Path, project: Path, command: str) -> str:
    """Run one command on a terminal that shows neither colors nor moving lines, and return what it prints."""
    name, *arguments = command.split()
    inherited = {key: text for key, text in os.environ.items() if not key.startswith(("AWS_", "DYNAMOTASKS_"))}
    environment = {**inherited, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "DYNAMOTASKS_PORT": "0"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [commands / name, *arguments], cwd=project, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        output = b""
        try:
            while chunk := os.read(ours, 65536):
                output += chunk
        except OSError:  # Linux reports the closed terminal as an error
            pass
        os.close(ours)
    return f"$ {command}\n{output.decode().replace(chr(13), '').rstrip()}"


def main() -> None:
    """Write the demo into the README."""
    demo = f"```console\n{record(Path(sys.executable).parent)}\n```"
    text = README.read_text(encoding="utf-8")
    README.write_text(replace_part(text, "demo", "end: demo", demo), encoding="utf-8")


if __name__ == "__main__":
    main()
