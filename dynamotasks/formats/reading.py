"""Read config files and files in other formats into sources that `config.load` accepts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from yaml.nodes import MappingNode, Node, SequenceNode

from ..config import Config
from ..config import load as load_sources
from ..config.finding import Finding
from ..config.source import Source, compose, display_name, problems_of, read_nodes
from .cloudformation.tags import SHORT_FORMS
from .context import Context
from .declared_tables import declared_tables
from .foreign_table import Definitions
from .property_names import with_aws_names
from .recognition import recognize, recognize_file
from .value import NodeValues, Places


def load(
    files: str | Path | Iterable[str | Path],
    variables: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Config:
    """Load and validate files, which are read as one; nothing is sent to a database.

    Args:
        files: config files, or files in another format.
        variables: the values of `${NAME}` in strings; by default, those of the process environment.
        parameters: the values of a template's parameters.

    Raises:
        ConfigError: all problems of all files.
    """
    known = os.environ if variables is None else variables
    context = Context(parameters=parameters or {}, variables=known)
    paths = [files] if isinstance(files, str | Path) else list(files)
    each = {Path(path).resolve(): Path(path) for path in paths}
    return load_sources(lambda: [read(path, context) for path in each.values()])


def read(path: Path, context: Context) -> Source:
    """Return a file in any format in the form of a config file, with all problems of its syntax."""
    context = replace(context, path=path)
    if (format := recognize_file(path)) is not None:
        source = Source(display_name(path), path.parent)
        with problems_of(source):
            _convert(source, format.name, format.read(context))
        return source
    source, root = compose(path)
    if root is not None:
        with problems_of(source):
            _read_nodes(source, root, context)
    return source


def _read_nodes(source: Source, root: Node, context: Context) -> None:
    if not _is_config(root):
        document = NodeValues(source.file, SHORT_FORMS).value(root)
        if (format := recognize(document)) is not None:
            _convert(source, format.name, format.read(document, context))
            return
    read_nodes(source, root, context.variables)


def _is_config(root: Node) -> bool:
    """Return whether a document is certainly a config, which is then read without looking for other formats."""
    keys = {key.value: value for key, value in root.value} if isinstance(root, MappingNode) else {}
    tables = keys.get("tables")
    if not isinstance(tables, SequenceNode):
        return "environments" in keys
    first = tables.value[0] if tables.value else None
    return isinstance(first, MappingNode) and any(key.value == "name" for key, _ in first.value)


def _convert(source: Source, format: str, definitions: Definitions) -> None:
    """Set the value of a source to the tables of a file in another format."""
    tables = declared_tables(definitions)
    source.problems += definitions.problems
    source.notes += definitions.notes
    source.wording = with_aws_names
    if tables is not None:
        source.positions = Places(tables)
        source.value = tables.plain()
    elif not definitions.problems:
        message = f"this {format} declares no DynamoDB table"
        source.report((), [Finding((), message, "specify another file")])
