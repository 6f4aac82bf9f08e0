"""The manifest of a dump: which files belong to it, and what is in them. A dump with a manifest is complete."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, get_args

from ..item_json import ItemSummary

MANIFEST = "manifest.json"
VERSION = 1
DumpFormat: TypeAlias = Literal["export", "json"]
FORMATS: tuple[DumpFormat, ...] = get_args(DumpFormat)

_FILE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a dump.

    Attributes:
        name: in the dump's folder.
        sha256: of its content, in hexadecimal.
    """

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpedTable:
    """A table in a dump.

    Attributes:
        name: without the prefix of the environment.
        physical_name: in the database that it was read from.
        items: their number, and a checksum that does not depend on their order.
        file: of the items.
        config: the table as a config file.
    """

    name: str
    physical_name: str
    items: ItemSummary
    file: FileRecord
    config: FileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpManifest:
    """The description of a dump.

    Attributes:
        format: of the lines of items: S3 export lines, or plain JSON.
        created: when the dump began, in ISO 8601.
        account: the AWS account; `None` if it is not known.
        limit: the most items of each table; `None` for all.
    """

    format: DumpFormat
    created: str
    environment: str
    endpoint: str
    region: str
    account: str | None
    limit: int | None
    tables: tuple[DumpedTable, ...]

    def files(self) -> list[FileRecord]:
        """Return all files that the manifest describes."""
        return [record for table in self.tables for record in (table.file, table.config)]

    def to_json(self) -> bytes:
        """Return the manifest as a JSON document."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, text: str) -> DumpManifest:
        """Return the manifest of a JSON document.

        Raises:
            ValueError: the document is not a valid manifest; the message is the reason.
        """
        try:
            document = json.loads(text)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        fields = _Fields("manifest", document)
        if (version := fields.take("version", int)) != VERSION:
            raise ValueError(f"unsupported version {version}: expected {VERSION}")
        if (format := fields.take("format", str)) not in FORMATS:
            raise ValueError(f"unsupported format {format!r}: expected {' or '.join(FORMATS)}")
        manifest = cls(
            format=format,
            created=fields.take("created", str),
            environment=fields.take("environment", str),
            endpoint=fields.take("endpoint", str),
            region=fields.take("region", str),
            account=fields.take("account", str, None),
            limit=fields.take("limit", int, None),
            tables=tuple(map(_table, fields.take("tables", list))),
        )
        if not manifest.tables:
            raise ValueError("it has no table")
        if repeated := [name for name, count in Counter(table.name for table in manifest.tables).items() if count > 1]:
            raise ValueError(f"table {repeated[0][:300]!r} is listed twice")
        # not all file systems distinguish upper and lower case
        counts = Counter(map(str.casefold, [MANIFEST, *(record.name for record in manifest.files())]))
        if repeated := [name for name, count in counts.items() if count > 1]:
            raise ValueError(f"file {repeated[0]!r} is listed twice")
        return manifest


class _Fields:
    """The fields of an object of a JSON document, which are checked when they are read."""

    def __init__(self, what: str, value: Any) -> None:
        if not isinstance(value, Mapping):
            raise ValueError(f"invalid {what}: expected an object")
        self._what, self._value = what, value

    def take(self, name: str, *kinds: type | None) -> Any:
        """Return the value of a field that has one of these types, or is `null` if `None` is among them."""
        value = self._value.get(name)
        known = tuple(type(None) if kind is None else kind for kind in kinds)
        if isinstance(value, bool) or not isinstance(value, known):
            raise ValueError(f"missing or invalid {name!r} of {self._what}")
        if isinstance(value, int) and value < 0:
            raise ValueError(f"invalid {name!r} of {self._what}: {value}")
        return value


def _table(value: Any) -> DumpedTable:
    fields = _Fields("a table", value)
    name: str = fields.take("name", str)
    items = _Fields(f"the items of {name!r}", fields.take("items", dict))
    return DumpedTable(
        name=name,
        physical_name=fields.take("physical_name", str),
        items=ItemSummary(items.take("count", int), items.take("checksum", str)),
        file=_file(f"a file of {name!r}", fields.take("file", dict)),
        config=_file(f"a file of {name!r}", fields.take("config", dict)),
    )


def _file(what: str, value: Any) -> FileRecord:
    fields = _Fields(what, value)
    name, sha256 = fields.take("name", str), fields.take("sha256", str)
    if not _FILE_NAME.fullmatch(name) or name in (".", ".."):  # it must not lead out of the folder
        raise ValueError(f"invalid file name {name[:300]!r}")
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"invalid 'sha256' of {what}")
    return FileRecord(name, fields.take("bytes", int), sha256)
