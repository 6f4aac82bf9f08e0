"""Load config files into tables and environments, or report all their problems with position and hint."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import ConfigError
from ..schema.table_spec import TableSpec
from .environments import Environment
from .reader import Reader
from .source import Source


@dataclass(frozen=True, slots=True)
class Config:
    """The content of config files.

    Attributes:
        tables: in the order of the files, with unique names.
        environments: by name.
        files: as they are named in messages.
        notes: what is valid but probably not intended, with its position.
        overridden: the tables that an environment overrides, by environment and name.
        ids: names of tables by what files in other formats call them, such as their logical IDs.
    """

    tables: tuple[TableSpec, ...]
    environments: Mapping[str, Environment]
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    overridden: Mapping[str, Mapping[str, TableSpec]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)

    def tables_of(self, environment: str) -> tuple[TableSpec, ...]:
        """Return the tables with the overrides of an environment."""
        changed = self.overridden.get(environment, {})
        return tuple(changed.get(table.name, table) for table in self.tables)


def load(sources: Callable[[], list[Source]]) -> Config:
    """Read and validate sources; nothing is sent to a database.

    Args:
        sources: reads the files, which are taken as one.

    Raises:
        ConfigError: all problems of all files.
    """
    with _garbage_collection_paused():
        return _load(sources)


def _load(sources: Callable[[], list[Source]]) -> Config:
    reader = Reader(sources())
    tables, environments, overridden = reader.tables(), reader.environments(), reader.overridden()
    if problems := reader.problems():
        raise ConfigError(problems)
    notes = tuple(str(note) for note in reader.notes)
    return Config(tables, environments, tuple(source.file for source in reader.sources), notes, overridden, reader.ids)


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Pause garbage collection: it takes half of the time to load a large file and frees nothing.

    What the files were read into must be unreferenced at the end, or the next collection looks at all of it.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
