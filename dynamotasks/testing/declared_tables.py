"""Select declared tables and read their seeds for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..aws.items import Item
from ..aws.target import LOCAL, Target
from ..config.discovery import discover, files_at
from ..config.selection import declared
from ..config.settings import Flags, Settings
from ..data.seed_files import read_declared_seeds, read_seed
from ..errors import Hint, Task, UsageError
from ..folders import expanded
from ..formats.reading import load as load_config
from ..schema.table_spec import TableSpec
from ..suggestions import did_you_mean


@dataclass(frozen=True, slots=True)
class DeclaredTables:
    """The tables of the environment `local`.

    Attributes:
        tables: with their names in the database.
        root: the folder with `config/seeds/`.
        prefix: added to each declared name in the database.
        ids: declared names by what files in other formats call the tables.
    """

    tables: tuple[TableSpec, ...]
    root: Path
    prefix: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The declared names."""
        return tuple(table.name.removeprefix(self.prefix) for table in self.tables)

    def select(self, names: Iterable[str] | None) -> dict[str, str]:
        """Return the names in the database by declared names.

        Args:
            names: declared names, or what files in other formats call the tables; `None` for all.

        Raises:
            UsageError: a name is not declared.
        """
        known = self.names
        for name in names or ():
            if name not in known and name not in self.ids:
                declared = ", ".join(known) or "none"
                raise UsageError(f"table {name!r} is not declared{did_you_mean(name, known)} (declared: {declared})")
        return {name: self.prefix + self.ids.get(name, name) for name in (known if names is None else names)}

    def read_seed(self, files: Iterable[Path] | None) -> dict[str, list[Item]]:
        """Return the items of seed files in DynamoDB's JSON, by the table's name in the database.

        Args:
            files: files or folders; `None` for those that the tables declare, and those in `config/seeds/`.

        Raises:
            DynamotasksError: a file is absent or has problems.
        """
        specs = [replace(table, name=table.name.removeprefix(self.prefix)) for table in self.tables]
        found: dict[str, list[Item]] = {}
        for read in self._seeds(specs, files):
            for name, items in read.items():
                found.setdefault(self.prefix + name, []).extend(items)
        return found

    def _seeds(self, specs: Sequence[TableSpec], files: Iterable[Path] | None) -> list[dict[str, list[Item]]]:
        if files is None:
            return [read_declared_seeds(specs, self.ids, self.root)]
        return [read_seed(file, specs, self.ids) for file in files]


def has_config(root: Path, paths: Sequence[str]) -> bool:
    """Return whether config files are specified or found."""
    return bool(paths) or Settings(root, Flags(), {}, {}).has_config()


def load(root: Path, paths: Sequence[str]) -> DeclaredTables:
    """Return the declared tables.

    Args:
        root: the folder that paths are relative to.
        paths: config files and folders with them; if empty, those that the tasks find in `root`.

    Raises:
        ConfigError: the files have problems.
        UsageError: no config file is found, or a path does not exist.
    """
    config = load_config([file for path in paths for file in _files(root, path)] or _discovered(root))
    local = config.environments.get(LOCAL)
    prefix = (local.table_prefix if local else None) or ""
    target = Target(env=LOCAL, table_prefix=prefix, credentials="dummy")
    return DeclaredTables(declared(config, target), root, prefix, config.ids)


def _files(root: Path, given: str) -> Sequence[Path]:
    path = root / expanded(given)
    if not path.exists() and not _is_python_module(path):
        hint = f"paths in `dynamodb_config` are relative to pytest's root folder, {root}"
        raise UsageError(f"no such config file: {given}", hint=hint)
    return files_at(path)


def _is_python_module(path: Path) -> bool:
    from ..formats.pynamodb.models import is_module  # other formats are imported only for their files

    return is_module(path)


def _discovered(root: Path) -> Sequence[Path]:
    try:
        return Settings(root, Flags(), {}, {}).config_files()
    except UsageError as error:
        several = discover(root)
        create = Hint("keep one of them") if several else Hint("create one with ", Task("init"))
        hint = create + ", or set `dynamodb_config` in the ini file of pytest"
        raise UsageError(error.what, hint=hint, where=error.where) from None
