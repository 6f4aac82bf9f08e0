"""Dumps for tests, written without a database."""

from __future__ import annotations

import gzip
from pathlib import Path

from dynamotasks.config.yaml12 import dump as dump_yaml
from dynamotasks.data.dumps.folder import new_dump
from dynamotasks.data.dumps.manifest import DumpedTable, DumpManifest
from dynamotasks.data.item_json import summarize
from dynamotasks.formats.config_table import table_to_config
from dynamotasks.schema.table_spec import TableSpec


def compressed(*lines: bytes) -> bytes:
    """Return a file of encoded items."""
    return gzip.compress(b"".join(b'{"Item":%b}\n' % line for line in lines))


def write_dump(folder: Path, spec: TableSpec, lines: list[bytes]) -> None:
    """Write the dump of one table with these encoded items."""
    with new_dump(folder, replace=False) as dump:
        with dump.create(f"{spec.name}.jsonl.gz") as file:
            file.write(compressed(*lines))
        with dump.create(f"{spec.name}.yaml") as config:
            config.write(dump_yaml({"tables": [table_to_config(spec)]}).encode())
        table = DumpedTable(
            name=spec.name,
            physical_name=f"dev-{spec.name}",
            items=summarize(lines),
            file=file.record,
            config=config.record,
        )
        manifest = DumpManifest(
            format="export",
            created="2026-11-29T10:00:00+00:00",
            environment="dev",
            endpoint="http://localhost:8000",
            region="us-east-1",
            account="123456789012",
            limit=None,
            tables=(table,),
        )
        dump.complete(manifest)
