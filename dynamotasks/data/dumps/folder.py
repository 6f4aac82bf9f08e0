"""The folder of a dump while it is written: its files get their names when all of them are complete."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO

from ...errors import UsageError
from ...private_files import open_private, refuse_link
from ...replaced_files import sync_folder
from .manifest import MANIFEST, DumpManifest, FileRecord

PARTIAL = ".partial"
_REPLACED = f"replaced-{MANIFEST}{PARTIAL}"
_LOCK = ".lock"
_LEFT = (MANIFEST + PARTIAL, _REPLACED, f"*.jsonl.gz{PARTIAL}", f"*.yaml{PARTIAL}")


class PartialFile:
    """A new file under its temporary name, readable by its owner only.

    Args:
        folder: of the dump.
        name: that the file gets in the end.
    """

    def __init__(self, folder: Path, name: str) -> None:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
        self.name = name
        self._file: IO[bytes] = os.fdopen(os.open(folder / (name + PARTIAL), flags, 0o600), "wb")
        self._digest, self._size = sha256(), 0

    def __enter__(self) -> PartialFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._file.flush()
                os.fsync(self._file.fileno())
        finally:
            with suppress(OSError):  # the disk may be full, which has been raised already
                self._file.close()

    def write(self, content: bytes) -> None:
        """Append to the file."""
        self._file.write(content)
        self._digest.update(content)
        self._size += len(content)

    @property
    def record(self) -> FileRecord:
        """The file as the manifest describes it."""
        return FileRecord(self.name, self._size, self._digest.hexdigest())


class NewDump:
    """A dump that is being written.

    Args:
        folder: of the dump, to which this process has exclusive access.
        replace: existing files may be replaced.
    """

    def __init__(self, folder: Path, replace: bool) -> None:
        self._folder, self._replace = folder, replace
        self._files: list[str] = []

    def check(self, names: Iterable[str]) -> None:
        """Raise `UsageError` if a file would be replaced without permission."""
        existing = [name for name in (MANIFEST, *names) if os.path.lexists(self._folder / name)]
        if existing and not self._replace:
            what = "a dump exists in this folder" if MANIFEST in existing else f"{existing[0]} exists in this folder"
            raise UsageError(what, hint="specify another folder, or add --force to replace it", where=str(self._folder))

    def create(self, name: str) -> PartialFile:
        """Return a new file of the dump."""
        self._files.append(name)
        return PartialFile(self._folder, name)

    def complete(self, manifest: DumpManifest) -> None:
        """Give the files their names, the manifest last; remove the files of a dump that is replaced."""
        with self.create(MANIFEST) as file:
            file.write(manifest.to_json())
        replaced = _listed(self._folder, MANIFEST)
        with suppress(FileNotFoundError):
            (self._folder / MANIFEST).replace(self._folder / _REPLACED)
        sync_folder(self._folder)
        *contents, last = self._files
        for name in contents:
            self._rename(name)
        _remove(self._folder, [record for record in replaced if record.name not in contents])
        (self._folder / _REPLACED).unlink(missing_ok=True)
        sync_folder(self._folder)
        self._rename(last)
        sync_folder(self._folder)

    def _rename(self, name: str) -> None:
        (self._folder / (name + PARTIAL)).replace(self._folder / name)

    def discard(self) -> None:
        """Remove the files that have not got their names."""
        for name in self._files:
            with suppress(OSError):
                (self._folder / (name + PARTIAL)).unlink(missing_ok=True)


@contextmanager
def new_dump(folder: Path, *, replace: bool) -> Iterator[NewDump]:
    """Prepare a folder for a dump; at an error, remove what was written.

    Args:
        folder: it is created if it does not exist; what an interrupted dump has left there is removed.
        replace: existing files may be replaced.

    Raises:
        UsageError: it is not a folder, or cannot be written to, or another process writes a dump there.
    """
    if not (is_new := not folder.exists()) and not folder.is_dir():
        hint = "specify a folder; it is created if it does not exist"
        raise UsageError("not a folder", hint=hint, where=str(folder))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with _exclusive(folder):
                _remove_leftovers(folder)
                dump = NewDump(folder, replace)
                try:
                    yield dump
                finally:
                    dump.discard()
        finally:
            if is_new:
                with suppress(OSError):  # not empty: the dump is complete
                    folder.rmdir()
    except OSError as error:
        hint = "free some space, or specify a folder on another disk" if error.errno == errno.ENOSPC else ""
        where = str(error.filename or folder)
        raise UsageError(f"cannot write the dump: {error.strerror}", hint=hint, where=where) from None


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0)
    refuse_link(folder / _LOCK)
    try:
        lock.acquire()
    except Timeout:
        hint = "wait until it has finished, or specify another folder"
        raise UsageError("another process is writing a dump to this folder", hint=hint, where=str(folder)) from None
    try:
        yield
    finally:
        if os.name == "posix":
            (folder / _LOCK).unlink(missing_ok=True)
        lock.release()
        if os.name != "posix":
            with suppress(OSError):  # another process has opened it
                (folder / _LOCK).unlink(missing_ok=True)


def _remove_leftovers(folder: Path) -> None:
    """Remove the files of an interrupted dump; without a manifest also those that have got their names."""
    if not (folder / MANIFEST).exists():
        for manifest in (MANIFEST + PARTIAL, _REPLACED):
            _remove(folder, _listed(folder, manifest))
    for pattern in _LEFT:
        for file in folder.glob(pattern):
            file.unlink(missing_ok=True)


def _remove(folder: Path, records: Iterable[FileRecord]) -> None:
    """Remove files that have the content that a manifest describes; others are the user's."""
    for record in records:
        with suppress(OSError):
            if _is_unchanged(folder / record.name, record):
                (folder / record.name).unlink()


def _is_unchanged(path: Path, record: FileRecord) -> bool:
    with open_private(path) as file:
        if os.fstat(file.fileno()).st_size != record.bytes:
            return False
        digest = sha256()
        while block := file.buffer.read(1024 * 1024):
            digest.update(block)
    return digest.hexdigest() == record.sha256


def _listed(folder: Path, manifest: str) -> list[FileRecord]:
    """Return the files that a manifest lists; none if it is absent or not valid."""
    try:
        with open_private(folder / manifest) as file:
            return DumpManifest.from_json(file.read()).files()
    except (OSError, ValueError):
        return []
