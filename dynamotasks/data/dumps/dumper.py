"""Write tables with their items to a folder, or the items of one table to a stream."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from ...aws.client import Database, account_in_arn
from ...aws.items import PAGE_ITEMS, Item
from ...config.node_values import escape_variables
from ...config.yaml12 import dump as dump_yaml
from ...errors import UsageError
from ...formats.config_table import table_to_config
from ...schema.live_table import LiveTable
from ...schema.table_spec import TableSpec
from ..item_json import ItemCounter, ItemSummary, decode, encode_all
from ..key_check import primary_key
from ..scanning import scan
from ..throughput import Throughput
from ..transfer import Transferred
from .folder import NewDump, new_dump
from .manifest import DumpedTable, DumpFormat, DumpManifest
from .plain_json import InexpressibleError, to_plain_json

_LEVEL = 1  # of gzip
_GZIP = 16 + zlib.MAX_WBITS
_ITEMS, _CONFIG = ".jsonl.gz", ".yaml"
_NAME_LENGTH = 200  # of a file without its suffix

DumpEvent: TypeAlias = Transferred | DumpedTable
"""What happens during a dump: progress, or a table is complete."""
OnEvent: TypeAlias = Callable[[DumpEvent], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpOptions:
    """How tables are dumped.

    Attributes:
        format: of the lines: those of an export to S3, or plain JSON.
        limit: the most items of each table; `None` for all.
        replace: an existing dump in the folder may be replaced.
    """

    format: DumpFormat = "export"
    limit: int | None = None
    replace: bool = False
    throughput: Throughput = field(default_factory=Throughput)


class Dumper:
    """Reads tables for a dump.

    Args:
        database: of the tables.
        options: how they are dumped.
        on_event: called with each event.
    """

    def __init__(self, database: Database, options: DumpOptions, on_event: OnEvent) -> None:
        self._database, self._options, self._on_event = database, options, on_event

    def write_folder(self, tables: Mapping[str, LiveTable], folder: Path) -> DumpManifest:
        """Write tables to a folder, one after another; the files get their names when all are complete.

        Args:
            tables: by the names without the prefix of the environment.
            folder: it is created if it does not exist.

        Raises:
            UsageError: the folder cannot be written to or has a dump, or plain JSON cannot express a value.
            TargetError, CallError: a call failed.
        """
        database, options = self._database, self._options
        created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        stems = dict(zip(tables, file_stems(tables), strict=True))
        with new_dump(folder, replace=options.replace) as dump:
            dump.check(stem + suffix for stem in stems.values() for suffix in (_ITEMS, _CONFIG))
            manifest = DumpManifest(
                format=options.format,
                created=created,
                environment=database.target.env,
                endpoint=database.endpoint,
                region=database.region,
                account=next((account_in_arn(live.arn) for live in tables.values()), None),
                limit=options.limit,
                tables=tuple(self._write_table(dump, stems[name], name, live) for name, live in tables.items()),
            )
            dump.complete(manifest)
        return manifest

    def write_lines(self, live: LiveTable, write: Callable[[bytes], object]) -> ItemSummary:
        """Write the lines of a table's items; return the number and checksum of the items.

        Args:
            live: the table.
            write: called with some lines at a time.

        Raises:
            UsageError: plain JSON cannot express a value.
            TargetError, CallError: a call failed.
        """
        counter, limit = ItemCounter(), self._options.limit
        total = live.items if limit is None else min(live.items, limit)
        for page in self._pages(live):
            for item in page:
                counter.add(item)
            write(_export_lines(page) if self._options.format == "export" else _plain_lines(page, live.spec))
            self._on_event(Transferred(live.spec.name, counter.count, total))
        return counter.summary

    def _write_table(self, dump: NewDump, stem: str, name: str, live: LiveTable) -> DumpedTable:
        compressor = zlib.compressobj(_LEVEL, wbits=_GZIP)
        with dump.create(stem + _ITEMS) as file:
            items = self.write_lines(live, lambda lines: file.write(compressor.compress(lines)))
            file.write(compressor.flush())
        with dump.create(stem + _CONFIG) as config:
            table = {**table_to_config(live.spec), "name": name}
            config.write(dump_yaml({"tables": escape_variables([table])}).encode())
        dumped = DumpedTable(
            name=name, physical_name=live.spec.name, items=items, file=file.record, config=config.record
        )
        self._on_event(dumped)
        return dumped

    def _pages(self, live: LiveTable) -> Iterator[list[bytes]]:
        """Yield the encoded items of a table up to the limit, page by page."""
        throughput, left = self._options.throughput, self._options.limit
        pages = scan(
            self._database,
            live.spec.name,
            segments=throughput.segments(live) if left is None else 1,
            pace=throughput.read_pace(self._database, live),
            parameters=None if left is None else {"Limit": min(left, PAGE_ITEMS)},
        )
        for page in pages:
            lines = encode_all(page)
            yield lines[:left]
            if left is not None and (left := left - len(lines)) <= 0:
                break


def _export_lines(page: list[bytes]) -> bytes:
    return b'{"Item":%b}\n' % b'}\n{"Item":'.join(page) if page else b""


def _plain_lines(page: list[bytes], spec: TableSpec) -> bytes:
    return b"".join(_plain_line(decode(item), spec) for item in page)


def _plain_line(item: Item, spec: TableSpec) -> bytes:
    try:
        return to_plain_json(item) + b"\n"
    except InexpressibleError as error:
        key = primary_key(item, spec).decode()
        raise UsageError(
            f"plain JSON cannot express an item of table {spec.name}: {error}: {key}",
            hint="write the typed form instead: --format export",
        ) from None


def file_stems(tables: Iterable[str]) -> Iterator[str]:
    """Yield the name of each table's files without their suffix.

    File systems limit the length of a name, and some do not distinguish upper and lower case.

    Args:
        tables: different names.
    """
    taken = set[str]()
    for name in tables:
        stem = name
        if len(name) > _NAME_LENGTH or name.casefold() in taken:
            stem = f"{name[:_NAME_LENGTH]}-{sha256(name.encode()).hexdigest()[:12]}"
        taken.add(stem.casefold())
        yield stem
