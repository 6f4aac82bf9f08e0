"""Write Terraform files and read their tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dynamotasks import Config
from dynamotasks.errors import ConfigError, Problem
from dynamotasks.formats.reading import load

KEY = 'hash_key = "id"\n  attribute {\n    name = "id"\n    type = "S"\n  }'


def table(name: str, more: str = "", label: str = "t") -> str:
    """Return a table with a key; `name` is an expression."""
    return f'resource "aws_dynamodb_table" "{label}" {{\n  name = {name}\n  {KEY}\n  {more}\n}}\n'


def read(
    folder: Path,
    text: str,
    parameters: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    **others: str,
) -> Config:
    """Read a folder with `main.tf` and other files, which are named with `__` for `.`."""
    (folder / "main.tf").write_text(text)
    for name, content in others.items():
        (folder / name.replace("__", ".")).write_text(content)
    return load(folder, variables or {}, parameters)


def names(config: Config) -> list[str]:
    """Return the names of the tables."""
    return [table.name for table in config.tables]


def problem(folder: Path, text: str) -> Problem:
    """Return the only problem of a configuration."""
    try:
        read(folder, text)
    except ConfigError as error:
        (found,) = error.problems
        return found
    raise AssertionError("no problem")
