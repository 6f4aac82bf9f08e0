"""Config files -> tables and environments, or every mistake in them at file:line:column, with a hint."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ConfigError
from ..schema.table_spec import TableSpec
from .documents import read
from .environments import Environment
from .reader import Reader


@dataclass(frozen=True, slots=True)
class Config:
    """What the config files say.

    Attributes:
        tables: in the order of the files; no two have one name.
        environments: by name.
        files: as messages name them.
        notes: what is no mistake but worth saying, with its place.
        overridden: the tables that an environment changes, by environment and name.
    """

    tables: tuple[TableSpec, ...]
    environments: Mapping[str, Environment]
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    overridden: Mapping[str, Mapping[str, TableSpec]] = field(default_factory=dict)

    def tables_of(self, environment: str) -> tuple[TableSpec, ...]:
        """The tables as they are declared for an environment."""
        changed = self.overridden.get(environment, {})
        return tuple(changed.get(table.name, table) for table in self.tables)


def load(files: str | Path | Iterable[str | Path], variables: Mapping[str, str] | None = None) -> Config:
    """Reads and checks config files; sends nothing.

    Args:
        files: YAML (`.yaml`, `.yml`) or JSON (`.json`) files; one, or several that are read as one, each once.
        variables: for `${NAME}` in strings; the process environment by default.

    Raises:
        ConfigError: with all mistakes of all files.
    """
    known = os.environ if variables is None else variables
    paths = [files] if isinstance(files, str | Path) else list(files)
    each = {Path(path).resolve(): Path(path) for path in paths}
    with _uncollected():
        reader = Reader([read(path, _shown(path), known) for path in each.values()])
        tables, environments, overridden = reader.tables(), reader.environments(), reader.overridden()
        if problems := reader.problems():
            raise ConfigError(problems)
    notes = tuple(str(note) for note in reader.notes)
    return Config(tables, environments, tuple(source.file for source in reader.sources), notes, overridden)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause garbage collection: of a file's millions of values it finds none, in half of the whole time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _shown(file: Path) -> str:
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):  # not in the current directory, or that is gone
        return str(file)
