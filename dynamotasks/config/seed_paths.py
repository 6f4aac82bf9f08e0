"""Find the files that a table declares as its `seed`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from glob import glob
from pathlib import Path

from ..folders import is_file, is_folder, resolved
from ..schema.table_spec import TableSpec
from .finding import Finding


def find_seeds(table: TableSpec, folder: Path) -> tuple[TableSpec, list[Finding]]:
    """Return a table with the absolute paths of its seed files, and the problems of those that do not exist.

    Args:
        table: its `seed` has paths or glob patterns.
        folder: of the config file; the paths are relative to it.
    """
    if table.seed is None:
        return table, []
    files = [_files(folder, pattern) for pattern in table.seed]
    found = dict.fromkeys(str(resolved(file)) for each in files for file in each)
    return replace(table, seed=tuple(found)), list(_missing(folder, table.seed, files))


def _files(folder: Path, pattern: str) -> list[Path]:
    if _has_items(file := folder / pattern):  # also where its name has a character of patterns
        return [file]
    # Path.glob refuses absolute patterns
    matches = (folder / match for match in glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207
    return sorted(filter(_has_items, matches))


def _has_items(path: Path) -> bool:
    """Return whether a path is a file, or the folder of an export to S3."""
    return is_file(path) or is_file(path / "manifest-files.json")


def _missing(folder: Path, patterns: tuple[str, ...], files: list[list[Path]]) -> Iterator[Finding]:
    for number, (pattern, found) in enumerate(zip(patterns, files, strict=True)):
        if not found:
            has_files = is_folder(folder / pattern)
            hint = f"write {pattern}/*" if has_files else "paths are relative to the config file"
            yield Finding(("seed", number), f"no seed file matches {pattern!r}", hint)
