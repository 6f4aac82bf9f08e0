"""Find the config files of a project if none are specified."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER, _ORIGINAL = "config/tables", "tables_config.json"
DISCOVERED = ("config/tables.yaml", "config/tables.yml", "config/tables.json", _FOLDER, _ORIGINAL)
_DEFINITIONS = (
    "template.y*ml",
    "template.json",
    "serverless.y*ml",
    "cdk.out/*.template.json",
    "cdk.out/assembly-*/*.template.json",
    "*.tf",
    "[!.]*/*.tf",
    "jest-dynamodb-config.*js*",
)
_TABLE = re.compile(rb"AWS::DynamoDB::|AWS::Serverless::SimpleTable|aws_dynamodb_table|KeySchema|dynamodb-table/aws")
_SCHEMA = re.compile(rb'\s*\{\s*"\$schema"\s*:\s*"https?://json-schema\.org/')


def discover(root: Path) -> tuple[Path, ...]:
    """Return the config files of a project: the first match of `DISCOVERED`."""
    for name in DISCOVERED:
        if files := _files(root / name):
            return files
    return ()


def definitions(root: Path) -> tuple[str, ...]:
    """Return the files of other tools in a project's folder that declare tables: these are offered, not used."""
    found = [file for pattern in _DEFINITIONS for file in sorted(root.glob(pattern)) if _declares_tables(file)]
    folders = {file.parent if file.suffix == ".tf" else file: None for file in found}
    return tuple(str(path.relative_to(root)) for path in folders)


def _declares_tables(file: Path) -> bool:
    try:
        if not file.is_file():  # reading a pipe would wait
            return False
        with file.open("rb") as stream:
            return bool(_TABLE.search(stream.read(1024**2)))
    except OSError:
        return False


def conflicts(root: Path) -> list[str]:
    """Return the matches that conflict with each other: the others take precedence over `tables_config.json`."""
    return [name for name in DISCOVERED if name != _ORIGINAL and _files(root / name)]


def files_at(path: Path) -> tuple[Path, ...]:
    """Return the files at a specified path.

    Returns:
        The config files in a folder; the templates with tables in a folder of the CDK; or the path itself, also for a
        folder of Terraform.
    """
    if not path.is_dir() or any(path.glob("*.tf")) or any(path.glob("*.tf.json")):
        return (path,)
    if (path / "manifest.json").is_file() and (templates := sorted(path.glob("*.template.json"))):
        return tuple(file for file in templates if _declares_tables(file)) or tuple(templates)
    return in_folder(path) or (path,)


def _files(place: Path) -> tuple[Path, ...]:
    return (place,) if place.is_file() else in_folder(place) if place.is_dir() else ()


def in_folder(folder: Path) -> tuple[Path, ...]:
    """Return the config files directly in a folder, sorted."""
    kinds = (".yaml", ".yml", ".json")
    files = (file for file in folder.iterdir() if file.suffix in kinds and file.is_file())
    return tuple(sorted(file for file in files if not _is_schema(file)))


def _is_schema(file: Path) -> bool:
    """Return whether a file is a JSON Schema, such as one that is generated beside the config files."""
    if file.suffix != ".json":
        return False
    try:
        with file.open("rb") as stream:
            return bool(_SCHEMA.match(stream.read(200)))
    except OSError:  # reported when it is read as a config
        return False
