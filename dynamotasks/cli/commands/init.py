"""`db.init`: create the files of a new project. Existing files are not changed."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from ...config.discovery import definitions, discover
from ..task_names import command_line
from .command import Command

_TASKS = '''\
"""The tasks of this project: `inv --list` shows them."""

from invoke.collection import Collection

from dynamotasks import db

ns = Collection(db)
'''

_CONFIG = """\
# yaml-language-server: $schema=tables.schema.json
# The DynamoDB tables of this project. `inv db.migrate` creates and updates them to match this file.
# `inv db.schema` lists all keys. Omitted settings are unmanaged.
tables:
  - name: example
    description: Replace this table with your own.
    # on-demand; for PROVISIONED also give provisioned_throughput: {read_capacity_units: 5, write_capacity_units: 5}
    billing_mode: PAY_PER_REQUEST
    # the types of key attributes: S string, N number, B binary
    attributes:
      - {name: customer_id, type: S}
      - {name: order_id, type: S}
      # - {name: status, type: S}
    key_schema:
      - {attribute_name: customer_id, key_type: HASH}
      - {attribute_name: order_id, key_type: RANGE}
    # global_secondary_indexes:
    #   - index_name: by_status
    #     key_schema: [{attribute_name: status, key_type: HASH}]
    #     projection: {projection_type: ALL}
    # stream_specification: {stream_view_type: NEW_AND_OLD_IMAGES}
    # time_to_live_specification: {attribute_name: expires_at}
    # point_in_time_recovery_specification: {point_in_time_recovery_enabled: true}
    # tags: {team: shop}

# `local` (what `inv db.up` starts) and `aws` always exist; `inv db.plan --env prod` uses one of these.
# environments:
#   prod:
#     region: eu-west-1
#     profile: shop-prod
#     account_id: "123456789012"
#     tables:
#       example: {deletion_protection_enabled: true}
"""

_SCHEMA = "config/tables.schema.json"
_TASK_FILES = ("tasks.py", "__init__.py")
_IMPORTS = ("from dynamotasks import db",)
_NEW = (
    "import sys",
    "from invoke.collection import Collection",
    *_IMPORTS,
    "ns = Collection.from_module(sys.modules[__name__])  # keeps the tasks of this file",
    "ns.add_collection(db)",
)


def init(command: Command) -> None:
    """Create tasks.py, a config and its JSON Schema where missing, and print the next steps."""
    root, out = command.settings.root, command.out
    new, existing = _plan_files(root)
    out.note(f"project: {root}")
    written = []
    for file, text in new.items():
        if not file.exists() if command.dry else _write(file, text):
            written.append(_relative(file, root))
            out.line("+", f"{written[-1]}: {'would be written' if command.dry else 'written'}")
        else:
            existing.append(file)
    unchanged = [_relative(file, root) for file in existing]
    for name in unchanged:
        out.line("=", f"{name}: exists, unchanged")
    schema = root / _SCHEMA
    if schema in existing and schema.read_bytes() != new[schema].encode():
        out.note(f"  {_SCHEMA} is from another version; update it: {command_line('schema', f'> {_SCHEMA}')}")
    missing_lines = _missing_lines(existing[0]) if existing and existing[0].name in _TASK_FILES else []
    if missing_lines:
        for line in (f"add to {unchanged[0]}:", *(f"    {line}" for line in missing_lines)):
            out.text(line)
    offered = [] if discover(root) else definitions(root)[:1]
    flags = f"--config {quote(offered[0])}" if offered else ""
    out.text(f"next: {command_line('up')}, then {command_line('migrate', flags)}")
    for name in offered:
        converted = command_line("import", f"{quote(name)} --out config/tables.yaml")
        out.note(f"  {name} declares tables, so no config is written; {converted} converts it")
    out.json({"project": str(root), "written": written, "unchanged": unchanged, "add_to_tasks": missing_lines})


def _plan_files(root: Path) -> tuple[dict[Path, str], list[Path]]:
    """Return the text of the files to create, and the existing files that make others of them unnecessary."""
    from ...config.json_schema import json_schema

    existing = [file for file in (root / "tasks" / "__init__.py", root / "tasks.py") if file.exists()][:1]
    new = {} if existing else {root / "tasks.py": _TASKS}
    if configs := discover(root):
        existing.append(configs[0] if len(configs) == 1 else configs[0].parent)
    elif not definitions(root):
        new[root / "config" / "tables.yaml"] = _CONFIG
    new[root / _SCHEMA] = json.dumps(json_schema(), indent=2) + "\n"
    return new, existing


def _write(file: Path, text: str) -> bool:
    """Write a new file; return `False` if it exists."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        stream = file.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return False
    try:
        with stream:
            stream.write(text)
    except OSError:
        file.unlink()
        raise
    return True


def _missing_lines(tasks: Path) -> list[str]:
    """Return the lines that add the `db` collection to a file with other tasks; none if it imports dynamotasks."""
    try:
        tree = ast.parse(tasks.read_bytes())
    except (SyntaxError, ValueError):
        return list(_NEW)
    if any(module.split(".")[0] == "dynamotasks" for module in _imported(tree)):
        return []
    targets = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    for target in targets:
        if isinstance(target, ast.Name) and target.id in ("ns", "namespace"):
            return [*_IMPORTS, f"{target.id}.add_collection(db)"]
    return list(_NEW)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()
