"""Items in a file, one line of JSON each, in DynamoDB's own typed form (`{"id": {"S": "1"}}`, binary as base64).

A manifest beside the file says whose items they are and how many. Both are on disk as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError

Item = Mapping[str, Mapping[str, Any]]

_FORMAT = 1
_BY_HAND = "check whether the table has its items; then remove this file and the one beside it"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Whose items a dump holds.

    Attributes:
        endpoint, region, table, original: where they come from; `original` is the dropped table's identity.
        count, checksum: of the items.
        expiry: the attribute by which they expired; empty where TTL was off.
        phase: `dumped`, or `restored` once every item was found in the new table.
        made: the identity of the only table that the items may be written to; empty before it is known.
    """

    endpoint: str
    region: str
    table: str
    original: str
    count: int
    checksum: str
    expiry: str
    phase: str = "dumped"
    made: str = ""
    format: int = _FORMAT


class Tally:
    """Count and checksum of items, whatever their order."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    @classmethod
    def of(cls, items: Iterable[Item]) -> Tally:
        """Count items."""
        tally = cls()
        for item in items:
            tally.add(encode(item))
        return tally

    def add(self, line: str) -> bytes:
        """Count an encoded item; return its digest."""
        digest = digest_of(line)
        self.count += 1
        self._sum = (self._sum + int.from_bytes(digest, "big")) % 2**256
        return digest

    @property
    def checksum(self) -> str:
        """The sum of all digests: two equal items do not cancel each other out."""
        return f"{self._sum:064x}"

    def matches(self, other: Tally | Manifest) -> bool:
        """Return whether both count the same items."""
        return (self.count, self.checksum) == (other.count, other.checksum)


def digest_of(line: str) -> bytes:
    """Return what tells an encoded item from others."""
    return hashlib.sha256(line.encode()).digest()


def encode(item: Item) -> str:
    """Return the item as one line of JSON, the same for equal items.

    Raises:
        UsageError: it is not an item of DynamoDB's.
    """
    try:
        return json.dumps(_plain(item), sort_keys=True, separators=(",", ":"))
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"the endpoint answers with an item that is not DynamoDB's: {error}") from None


def decode(line: str) -> Item:
    """Return the item of a line.

    Raises:
        ValueError: it is not an item.
    """
    item = json.loads(line)
    if not isinstance(item, dict):
        raise ValueError("not an item")
    return {name: _typed(value) for name, value in item.items()}


def _plain(attributes: Item) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in attributes.items()}


def _plain_value(typed: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, value),) = typed.items()
    match kind:
        case "B":
            value = b64encode(value).decode()
        case "BS":
            value = sorted(b64encode(part).decode() for part in value)
        case "SS" | "NS":
            value = sorted(value)
        case "L":
            value = [_plain_value(part) for part in value]
        case "M":
            value = _plain(value)
    return {kind: value}


def _typed(plain: Any) -> dict[str, Any]:
    if not isinstance(plain, dict) or len(plain) != 1:
        raise ValueError("not a typed value")
    ((kind, value),) = plain.items()
    match kind:
        case "B":
            value = b64decode(value, validate=True)
        case "BS":
            value = [b64decode(part, validate=True) for part in value]
        case "L":
            value = [_typed(part) for part in value]
        case "M":
            value = {name: _typed(part) for name, part in value.items()}
    return {kind: value}


def write(path: Path, manifest: Manifest) -> None:
    """Write the manifest of the dump at `path`."""
    write_whole(manifest_of(path), [json.dumps(asdict(manifest), indent=2)])


def in_words(manifest: Manifest) -> str:
    """Return how many items a dump holds."""
    return f"{manifest.count} item{'' if manifest.count == 1 else 's'}"


def load(path: Path) -> Manifest | None:
    """Return the manifest of the dump at `path`, whosever it is; `None` where there is none.

    Raises:
        UsageError: it is not one.
    """
    place = manifest_of(path)
    try:
        manifest = Manifest(**json.loads("\n".join(read_lines(place))))
        if any(
            type(value) is not (int if name in ("count", "format") else str) for name, value in asdict(manifest).items()
        ):
            raise ValueError("a value is of the wrong type")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"not a valid manifest: {error}", hint=_BY_HAND, where=str(place)) from None
    return manifest


def read(path: Path, endpoint: str, region: str, table: str) -> Manifest | None:
    """Return the manifest of the dump at `path`; `None` where there is none.

    Raises:
        UsageError: it is not one, or belongs to another table.
    """
    manifest = load(path)
    if manifest is None:
        return None
    if (manifest.format, manifest.endpoint, manifest.region, manifest.table) != (_FORMAT, endpoint, region, table):
        where = str(manifest_of(path))
        raise UsageError("was written for another table, endpoint or version", hint=_BY_HAND, where=where)
    return manifest


def remove(path: Path) -> None:
    """Remove a dump and its manifest, the items first."""
    path.unlink(missing_ok=True)
    manifest_of(path).unlink(missing_ok=True)


def manifest_of(path: Path) -> Path:
    """Return the place of a dump's manifest."""
    return path.with_suffix(".json")


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Replace a file, readable by its owner alone, by a complete one or not at all: also after a power cut."""
    scratch = path.with_name(path.name + ".new")
    scratch.unlink(missing_ok=True)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(scratch, flags, 0o600), "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(line + "\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        scratch.replace(path)
        if os.name == "posix":  # the new name, too
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    finally:
        scratch.unlink(missing_ok=True)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file of ours; a symbolic link is not followed."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), encoding="utf-8") as stream:
        for line in stream:
            yield line.rstrip("\n")
