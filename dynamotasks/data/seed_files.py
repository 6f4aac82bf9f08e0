"""Find the seed files of tables, and read their items for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..aws.items import Item
from ..errors import UsageError
from ..schema.table_spec import TableSpec
from .dumps.reader import describes_dump, is_dump, open_dump
from .files.reading import SUFFIXES, is_folder_of_files
from .item_json import decode
from .seed import Seed

SEEDS_FOLDER = Path("config", "seeds")
"""Holds files that are named after tables; relative to the project's folder."""


def read_seed(path: Path, tables: Sequence[TableSpec], ids: Mapping[str, str] | None = None) -> dict[str, list[Item]]:
    """Return the items of a seed file, or of the seed files directly in a folder, by table.

    Args:
        path: of a file in any format that `files` reads, or of a folder.
        tables: that the items may belong to.
        ids: names of tables by what files may call them as well.

    Raises:
        UsageError: the folder has no seed file.
        ConfigError: all problems of the files and their items.
    """
    with Seed({table.name: table for table in tables}, ids=ids) as seed:
        for file, table in seed_files(path):
            seed.add(file, table)
        return _decoded(seed)


def read_declared_seeds(
    tables: Sequence[TableSpec], ids: Mapping[str, str] | None = None, root: Path | None = None
) -> dict[str, list[Item]]:
    """Return the items of the declared seed files of tables, by table; raises as `read_seed` does.

    Args:
        tables: that the items may belong to.
        ids: names of tables by what files may call them as well.
        root: the project's folder, whose `config/seeds/` has the files of tables without `seed`; by default, none.
    """
    with Seed({table.name: table for table in tables}, ids=ids) as seed:
        for table in tables:
            for file in declared_files(table.name, table, root, ids):
                seed.add(file, table.name)
        return _decoded(seed)


def declared_files(name: str, table: TableSpec, root: Path | None, ids: Mapping[str, str] | None = None) -> list[Path]:
    """Return the files that a table declares as its `seed` or, without it, those in `config/seeds/` named after it.

    Args:
        name: the declared name.
        table: the table.
        root: the project's folder.
        ids: names of tables by what files may be named after as well.
    """
    if table.seed is not None or root is None:
        return [Path(file) for file in table.seed or ()]
    known = [name, *(each for each, other in (ids or {}).items() if other == name)]
    names = (f"{each}{suffix}{gzip}" for each in known for suffix in SUFFIXES for gzip in ("", ".gz"))
    files = (root / SEEDS_FOLDER / each for each in names)
    return [file for file in files if file.is_file() and not describes_dump(file)]


def seed_files(path: Path) -> list[tuple[Path, str | None]]:
    """Return the files that a path leads to, with the table of each in a dump.

    Args:
        path: of a file, an export to S3, a dump, or a folder with seed files directly in it.

    Raises:
        UsageError: the folder has no seed file, or its dump is damaged.
    """
    if not is_folder_of_files(path):
        return [(path, None)]
    if is_dump(path):
        dumped = open_dump(path).manifest.tables
        return [(path / table.file.name, table.name) for table in dumped if table.items.count]
    files = sorted(filter(is_named_as_seed, path.iterdir()))
    if not files:
        hint = f"expected a file with {', '.join(SUFFIXES)}, or an export to S3 with its manifest-files.json"
        raise UsageError(f"no seed file in the folder {path}", hint=hint)
    return [(file, None) for file in files]


def is_named_as_seed(path: Path) -> bool:
    """Return whether a path is a file with the suffix of a seed file, and does not describe a dump."""
    return path.name.removesuffix(".gz").endswith(SUFFIXES) and path.is_file() and not describes_dump(path)


def _decoded(seed: Seed) -> dict[str, list[Item]]:
    return {name: [decode(line) for line in spool] for name, spool in seed.items().items()}
