"""Recognize what Terraform writes and reads; its readers are imported when they are used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..context import Context
from ..foreign_table import Definitions
from ..value import Value

# what a Terraform project contains besides, and what to specify instead
OTHERS = {
    ".tfvars": (
        "a Terraform variables file, not a configuration",
        "specify the folder of the configuration as well: --config FOLDER --config FILE",
    ),
    ".hcl": (
        "an HCL file of Terragrunt or another tool, which is not supported",
        "specify the output of `terraform show -json`",
    ),
    ".tfplan": ("a binary Terraform plan, which is not supported", "specify the output of `terraform show -json PLAN`"),
}


def is_configuration(path: Path) -> bool:
    """Return whether a path is a file, or a folder with files, of a Terraform configuration."""
    if path.is_dir():
        return any(True for _ in files_of(path))
    return path.name.endswith((".tf", ".tf.json", *OTHERS))


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a module."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".tf", ".tf.json")) and not path.name.startswith((".", "#")) and path.is_file():
            yield path


def is_show(root: Value) -> bool:
    """Return whether a document is what `terraform show -json` prints."""
    return root.get("format_version") is not None and any(
        root.get(key) is not None for key in ("planned_values", "values", "terraform_version", "resource_changes")
    )


def is_state(root: Value) -> bool:
    """Return whether a document is a state file."""
    return root.get("terraform_version") is not None and root.get("lineage") is not None


def read_show(root: Value, context: Context) -> Definitions:
    """Return the tables of what `terraform show -json` prints."""
    from . import show

    return show.read_show(root, context)


def read_state(root: Value, context: Context) -> Definitions:
    """Return the tables of a state file."""
    from . import show

    return show.read_state(root, context)


def read_configuration(context: Context) -> Definitions:
    """Return the tables of a folder, or of a file in it."""
    from . import configuration

    return configuration.read_configuration(context)
