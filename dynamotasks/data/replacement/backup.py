"""A backup of a table's items on disk: a file of items and a manifest, each replaced as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...errors import StepError, UsageError
from ...private_files import open_private
from ...replaced_files import sync_folder
from .backup_manifest import Manifest

_BY_HAND = "check whether the table has its items; then remove this file and the .jsonl file of the same name"


@dataclass(frozen=True, slots=True)
class Backup:
    """The two files of a backup.

    Attributes:
        path: the items, one line of JSON each.
    """

    path: Path

    @property
    def manifest_path(self) -> Path:
        """The path of the manifest."""
        return self.path.with_suffix(".json")

    def read_manifest(self) -> Manifest | None:
        """Return the manifest, of whichever table; `None` if it does not exist.

        Raises:
            UsageError: the file is not a valid manifest.
        """
        try:
            with open_private(self.manifest_path) as file:
                return Manifest.from_json(json.load(file))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self.invalid_manifest(f"not a valid manifest: {error}") from None

    def invalid_manifest(self, what: str) -> UsageError:
        """Return an error about the manifest."""
        return UsageError(what, hint=_BY_HAND, where=str(self.manifest_path))

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest."""
        _write_lines(self.manifest_path, [json.dumps(manifest.to_json(), indent=2).encode()])

    def lines(self) -> Iterator[bytes]:
        """Yield the encoded items.

        Raises:
            OSError: the file is absent, a symbolic link or not a regular file.
        """
        with open_private(self.path) as file:
            for line in file.buffer:
                yield line.rstrip(b"\n")

    def write_items(self, lines: Iterable[bytes]) -> None:
        """Write the encoded items."""
        _write_lines(self.path, lines)

    def remove_items(self) -> None:
        """Remove the items and keep the manifest."""
        self.path.unlink()

    def remove(self) -> None:
        """Remove both files, the items first."""
        self.path.unlink(missing_ok=True)
        self.manifest_path.unlink(missing_ok=True)


def is_backup(file: Path) -> bool:
    """Return whether a file has the items of a backup."""
    try:
        return file.match("replace-*.jsonl") and Backup(file).read_manifest() is not None
    except UsageError:
        return False


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Replace a file, readable by its owner only, with a complete one or not at all, even if power is lost.

    Raises:
        StepError: it cannot be written, such as to a full disk.
    """
    scratch = path.with_name(path.name + ".new")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, flags, 0o600), "wb") as stream:
            stream.writelines(line + b"\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        scratch.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        what = f"cannot write the backup: {error.strerror}"
        hint = "no items are lost; run the same command again when the file can be written"
        raise StepError(what, hint=hint, where=str(path)) from None
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
