"""Where the config files of a project are that names none."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER, _ORIGINAL = "config/tables", "tables_config.json"
DISCOVERED = ("config/tables.yaml", "config/tables.yml", "config/tables.json", _FOLDER, _ORIGINAL)
_SCHEMA = re.compile(rb'\s*\{\s*"\$schema"\s*:\s*"https?://json-schema\.org/')


def discover(root: Path) -> tuple[Path, ...]:
    """The config files of a project that names none: the first of `DISCOVERED` that is there."""
    for name in DISCOVERED:
        if files := _files(root / name):
            return files
    return ()


def rivals(root: Path) -> list[str]:
    """Return the discovered places that hold a config; `tables_config.json`, the original format, yields to others."""
    return [name for name in DISCOVERED if name != _ORIGINAL and _files(root / name)]


def _files(place: Path) -> tuple[Path, ...]:
    return (place,) if place.is_file() else in_folder(place) if place.is_dir() else ()


def in_folder(folder: Path) -> tuple[Path, ...]:
    """Return the config files directly in a folder, sorted."""
    kinds = (".yaml", ".yml", ".json")
    files = (file for file in folder.iterdir() if file.suffix in kinds and file.is_file())
    return tuple(sorted(file for file in files if not _is_schema(file)))


def _is_schema(file: Path) -> bool:
    """Return whether it is a JSON Schema, which `db.schema` may have written beside the configs."""
    if file.suffix != ".json":
        return False
    try:
        with file.open("rb") as stream:
            return bool(_SCHEMA.match(stream.read(200)))
    except OSError:  # it is read again, and reported, as a config
        return False
