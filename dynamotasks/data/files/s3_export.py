"""Read the folder of an export to S3: its manifests, and all items of its data files.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TypeAlias

from .json_lines import read_exported_lines
from .reader_types import Entry, FileContext, FileItem, InvalidFileError, Section

FILES, SUMMARY = "manifest-files.json", "manifest-summary.json"
_INCREMENTAL = ("Keys", "NewImage", "OldImage")

Open: TypeAlias = Callable[[FileContext], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class _DataFile:
    path: Path
    count: int
    md5: str


def export_folder(path: Path) -> Path | None:
    """Return the folder of the export that a path leads to; `None` if it leads to none.

    Args:
        path: of the folder, of one above it that has no other export, or of a manifest in it.
    """
    if path.name in (FILES, SUMMARY) and path.is_file():
        return path.parent
    found = [path / FILES, *path.glob(f"*/{FILES}"), *path.glob(f"*/*/{FILES}")] if path.is_dir() else []
    folders = [manifest.parent for manifest in found if manifest.is_file()]
    return folders[0] if len(folders) == 1 else None


def read_export(context: FileContext, folder: Path, open_file: Open) -> Iterator[Entry]:
    """Yield the items of an export, and compare each data file with the manifest.

    Args:
        context: of the folder.
        folder: with the manifests.
        open_file: opens and decompresses a file.
    """
    table = context.table or _table(replace(context, path=folder / SUMMARY))
    manifest = replace(context, path=folder / FILES)
    yield Section(table, manifest.at(), has_placeholders=False)
    for line, file in _data_files(manifest):
        data = replace(context, path=file.path)
        if not file.path.is_file():
            raise manifest.invalid(f"the data file {file.path.name} is missing", "copy the whole folder", line)
        if _md5(file.path) != file.md5:
            raise data.invalid("the checksum differs from the manifest", "copy the file again")
        count = 0
        with open_file(data) as content:
            for entry in read_exported_lines(data, content):
                if isinstance(entry, FileItem):
                    count += 1
                    yield entry
        if count != file.count:
            raise data.invalid(f"{count} items: the manifest has {file.count}", "copy the file again")


def is_incremental(value: dict[str, Any]) -> bool:
    """Return whether a line is of an incremental export."""
    return "Metadata" in value and any(key in value for key in _INCREMENTAL)


def incremental(context: FileContext) -> InvalidFileError:
    """Return the refusal of an incremental export."""
    return context.invalid("an incremental export has changes, not all items", "use a full export")


def ion(context: FileContext) -> InvalidFileError:
    """Return the refusal of Amazon Ion."""
    return context.invalid("Amazon Ion is not supported", "export the table in the format DYNAMODB_JSON")


def _table(context: FileContext) -> str | None:
    """Return the name of the exported table; `None` without a summary."""
    if not context.path.is_file():
        return None
    summary = _object(context, context.path.read_bytes(), 1)
    if summary.get("outputFormat") == "ION":
        raise ion(context)
    if "INCREMENTAL" in str(summary.get("exportType")):
        raise incremental(context)
    return str(summary.get("tableArn", "")).rpartition("/")[2] or None


def _data_files(manifest: FileContext) -> Iterator[tuple[int, _DataFile]]:
    """Yield the data files that are not empty, with their lines in the manifest."""
    for line, text in enumerate(manifest.path.read_bytes().splitlines(), start=1):
        if not text.strip():
            continue
        entry = _object(manifest, text, line)
        key, count, md5 = (entry.get(name) for name in ("dataFileS3Key", "itemCount", "md5Checksum"))
        if not (isinstance(key, str) and isinstance(count, int) and isinstance(md5, str)):
            raise manifest.invalid("not a line of manifest-files.json", "copy the file again", line)
        if key.removesuffix(".gz").endswith(".ion"):
            raise ion(manifest)
        yield line, _DataFile(manifest.path.parent / "data" / PurePosixPath(key).name, count, md5)


def _object(context: FileContext, text: bytes, line: int) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise context.invalid("not a JSON object", "copy the file again", line)
    return value


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.md5(usedforsecurity=False)
        while block := file.read(1024 * 1024):
            digest.update(block)
    return b64encode(digest.digest()).decode()
