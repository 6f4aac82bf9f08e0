"""Read a dump. Its files may be damaged or forged: they are checked completely before the items are used."""

from __future__ import annotations

import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from ...aws.items import Item
from ...config import load as load_config
from ...config.source import read as read_source
from ...errors import Hint, TargetError, Task, UsageError
from ...private_files import open_private
from ...schema.table_spec import TableSpec
from ..files.reader_types import MAX_LINE
from ..item_json import ItemCounter, decode, encode
from .folder import PARTIAL
from .manifest import MANIFEST, DumpedTable, DumpManifest, FileRecord

_MANIFEST_BYTES = 16 * 1024 * 1024  # the 2,500 tables of a Region take about 2 MB
_MANIFEST_BEGIN = re.compile(r'\{\s*"version":\s*\d+,\s*"format":\s*"')
_HEAD, _TAIL = b'{"Item":', b"}\n"


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump that is complete by its manifest."""

    folder: Path
    manifest: DumpManifest

    def read_config(self, table: DumpedTable) -> TableSpec:
        """Return the definition of a table.

        Raises:
            UsageError: the file is damaged.
            ConfigError: it is not a valid config.
        """
        path = self.folder / table.config.name
        with _checked_file(path, table.config) as content:
            content.read()
        specs = load_config(lambda: [read_source(path, {})]).tables
        if [spec.name for spec in specs] != [table.name]:
            raise damaged(path, f"expected the definition of table {table.name!r}")
        return specs[0]

    def items(self, table: DumpedTable) -> Iterator[tuple[bytes, Item]]:
        """Yield the items of a table, encoded and decoded, and check its file.

        Raises:
            UsageError: the file is damaged; only at the end, if its checksum differs.
        """
        path, counter = self.folder / table.file.name, ItemCounter()
        for line in self._lines(table):
            try:
                item = decode(line)
                if encode(item) != line:  # such as a duplicate key, of which only one would be checked
                    raise ValueError("not in the form that a dump has")
            except (ValueError, TargetError) as error:
                raise damaged(path, f"line {counter.count + 1}: {error}") from None
            counter.add(line)
            if counter.count > table.items.count:
                break
            yield line, item
        if counter.summary != table.items:
            raise damaged(path, "the number or checksum of its items differs from the manifest")

    def _lines(self, table: DumpedTable) -> Iterator[bytes]:
        """Yield the encoded items of a table, and check the size and checksum of the file.

        Raises:
            UsageError: the file is damaged.
        """
        path = self.folder / table.file.name
        with _checked_file(path, table.file) as content, gzip.open(content) as file:
            number = 0
            try:
                while line := file.readline(MAX_LINE):
                    number += 1
                    if not line.startswith(_HEAD) or not line.endswith(_TAIL):
                        raise damaged(path, f"line {number}: not a line of an export")
                    yield line[len(_HEAD) : -len(_TAIL)]
                content.read()
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise damaged(path, f"invalid gzip after line {number}: {error}") from None


def is_dump(folder: Path) -> bool:
    """Return whether a folder has the manifest of a dump, and not a file of items of a table named `manifest`."""
    try:
        with open_private(folder / MANIFEST) as file:
            return _MANIFEST_BEGIN.match(file.read(100)) is not None
    except (OSError, ValueError):
        return False


def is_dumped(file: Path) -> bool:
    """Return whether a file has the items of a table in a dump."""
    return file.name in _names(file.parent)[0]


def describes_dump(file: Path) -> bool:
    """Return whether a file is the manifest of a dump, or the definition of a table in it."""
    return file.name in _names(file.parent)[1]


def _names(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of a dump's files of items, and those of its other files; none if it is damaged or absent."""
    try:
        if is_dump(folder):
            return _listed(folder, (folder / MANIFEST).stat().st_mtime_ns)
    except (OSError, UsageError):
        pass
    return frozenset(), frozenset()


@lru_cache(maxsize=1)  # for each file of a folder, one after another
def _listed(folder: Path, changed: int) -> tuple[frozenset[str], frozenset[str]]:
    tables = open_dump(folder).manifest.tables
    items = frozenset(table.file.name for table in tables)
    return items, frozenset([MANIFEST, *(table.config.name for table in tables)])


def open_dump(folder: Path) -> Dump:
    """Return the dump in a folder.

    Raises:
        UsageError: the folder has no complete dump, or the manifest is not valid.
    """
    path = folder / MANIFEST
    try:
        with open_private(path) as file:
            if os.fstat(file.fileno()).st_size > _MANIFEST_BYTES:
                raise ValueError(f"larger than {_MANIFEST_BYTES // 1024**2} MB")
            return Dump(folder, DumpManifest.from_json(file.read()))
    except FileNotFoundError:
        raise _without_manifest(folder) from None
    except NotADirectoryError:
        raise UsageError("not a folder", hint=Hint(Task("seed"), " reads single files"), where=str(folder)) from None
    except OSError as error:
        raise UsageError(f"cannot read the manifest: {error.strerror}", where=str(path)) from None
    except ValueError as error:
        hint = "copy the dump again, or make a new one"
        raise UsageError(f"not a valid manifest: {error}", hint=hint, where=str(path)) from None


def _without_manifest(folder: Path) -> UsageError:
    if not folder.is_dir():
        return UsageError("no such folder", where=str(folder))
    if any(folder.glob(f"*{PARTIAL}")):
        what, hint = "an interrupted dump: it has no manifest", Hint("write it again with ", Task("dump"))
        return UsageError(what, hint=hint, where=str(folder))
    if (folder / "manifest-files.json").exists() or (folder / "AWSDynamoDB").is_dir():
        hint = Hint("read it with ", Task("seed"))
        return UsageError("an export of DynamoDB to S3, not a dump", hint=hint, where=str(folder))
    hint = Hint("specify a folder that ", Task("dump"), " has written; ", Task("seed"), " reads other files")
    return UsageError(f"not a dump: it has no {MANIFEST}", hint=hint, where=str(folder))


def damaged(path: Path, why: str) -> UsageError:
    """Return an error about a damaged file."""
    return UsageError(f"the dump is damaged: {why}", hint="copy it again, or make a new one", where=str(path))


class _Hashing(io.RawIOBase):
    """Passes on what it reads, and adds it to a digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        self.digest.update(content)
        return len(content)


@contextmanager
def _checked_file(path: Path, record: FileRecord) -> Iterator[io.BufferedReader]:
    """Open a file that must be read to its end; check its size before and its checksum afterwards."""
    try:
        with open_private(path) as file:
            if (size := os.fstat(file.fileno()).st_size) != record.bytes:
                raise damaged(path, f"{size} bytes instead of {record.bytes}")
            hashing = _Hashing(file.buffer)
            yield io.BufferedReader(hashing, 1024 * 1024)
            if hashing.digest.hexdigest() != record.sha256:
                raise damaged(path, "its checksum differs from the manifest")
    except FileNotFoundError:
        raise damaged(path, "the file is missing") from None
    except OSError as error:
        raise UsageError(f"cannot read the dump: {error.strerror}", where=str(path)) from None
