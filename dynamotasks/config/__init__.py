"""Load config files into tables and environments, or report all their problems with position and hint."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ConfigError
from ..schema.table_spec import TableSpec
from .environments import Environment
from .reader import Reader
from .source import read


@dataclass(frozen=True, slots=True)
class Config:
    """The content of config files.

    Attributes:
        tables: in the order of the files, with unique names.
        environments: by name.
        files: as they are named in messages.
        notes: what is valid but probably not intended, with its position.
        overridden: the tables that an environment overrides, by environment and name.
    """

    tables: tuple[TableSpec, ...]
    environments: Mapping[str, Environment]
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    overridden: Mapping[str, Mapping[str, TableSpec]] = field(default_factory=dict)

    def tables_of(self, environment: str) -> tuple[TableSpec, ...]:
        """Return the tables with the overrides of an environment."""
        changed = self.overridden.get(environment, {})
        return tuple(changed.get(table.name, table) for table in self.tables)


def load(files: str | Path | Iterable[str | Path], variables: Mapping[str, str] | None = None) -> Config:
    """Load and validate config files; nothing is sent to a database.

    Args:
        files: one or several YAML (`.yaml`, `.yml`) or JSON (`.json`) files, which are read as one.
        variables: the values of `${NAME}` in strings; by default, those of the process environment.

    Raises:
        ConfigError: all problems of all files.
    """
    known = os.environ if variables is None else variables
    paths = [files] if isinstance(files, str | Path) else list(files)
    each = {Path(path).resolve(): Path(path) for path in paths}
    with _garbage_collection_paused():
        reader = Reader([read(path, known) for path in each.values()])
        tables, environments, overridden = reader.tables(), reader.environments(), reader.overridden()
        if problems := reader.problems():
            raise ConfigError(problems)
    notes = tuple(str(note) for note in reader.notes)
    return Config(tables, environments, tuple(source.file for source in reader.sources), notes, overridden)


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Pause garbage collection: it takes half of the time to load a large file and frees nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
