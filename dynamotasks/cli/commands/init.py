"""`db.init`: what a new project starts from. Nothing that exists is overwritten."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from ...config.discovery import discover
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
# `inv db.schema` lists all keys. An omitted key is unmanaged.
tables:
  - name: example
    description: Replace this table by your own.
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

_IMPORTS = ("from dynamotasks import db",)
_NEW = (
    "import sys",
    "from invoke.collection import Collection",
    *_IMPORTS,
    "ns = Collection.from_module(sys.modules[__name__])  # keeps the tasks of this file",
    "ns.add_collection(db)",
)


def init(command: Command) -> None:
    """Write tasks.py, a config and the editor schema where they are missing, and say what comes next."""
    from ...config.json_schema import json_schema

    root = command.settings.root
    schema = json.dumps(json_schema(), indent=2) + "\n"
    kept, written = _existing_tasks(root), []
    missing = {} if kept else {root / "tasks.py": _TASKS}
    if found := discover(root):
        kept.append(found[0] if len(found) == 1 else found[0].parent)
    else:
        missing[root / "config" / "tables.yaml"] = _CONFIG
    missing[root / "config" / "tables.schema.json"] = schema
    command.out.note(f"project: {root}")
    for file, text in missing.items():
        if not command.dry and not _write(file, text):
            kept.append(file)
            continue
        written.append(file)
        command.out.line("+", f"{_shown(file, root)}: {'would be written' if command.dry else 'written'}")
    for file in kept:
        command.out.line("=", f"{_shown(file, root)}: exists, unchanged")
    if _differs(root / "config" / "tables.schema.json", schema):
        command.out.note("  the editor schema is another version's: `inv db.schema > config/tables.schema.json`")
    to_add = [line for file in kept if file.name in _PYTHON for line in _to_add(file)]
    if to_add:
        for line in (f"add to {_shown(kept[0], root)}:", *(f"    {line}" for line in to_add)):
            command.out.text(line)
    command.out.text("next: `inv db.up`, then `inv db.migrate`")
    shown = [[_shown(file, root) for file in files] for files in (written, kept)]
    command.out.json({"project": str(root), "written": shown[0], "unchanged": shown[1], "add_to_tasks": to_add})


_PYTHON = ("tasks.py", "__init__.py")


def _existing_tasks(root: Path) -> list[Path]:
    """The tasks that Invoke finds: a package goes before a module."""
    return [file for file in (root / "tasks" / "__init__.py", root / "tasks.py") if file.exists()][:1]


def _write(file: Path, text: str) -> bool:
    """Write a file that does not exist; return whether it did not."""
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


def _differs(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() != text.encode()


def _to_add(tasks: Path) -> list[str]:
    """The lines that add the tasks to a file that has others; nothing where it has them."""
    try:
        tree = ast.parse(tasks.read_bytes())
    except (SyntaxError, ValueError):
        return list(_NEW)
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    if any((module or "").split(".")[0] == "dynamotasks" for module in modules):
        return []
    assigned = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in ("ns", "namespace")
    ]
    return [*_IMPORTS, f"{assigned[0]}.add_collection(db)"] if assigned else list(_NEW)


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()
