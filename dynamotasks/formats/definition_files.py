"""Open files that may be in another format than a config's, and convert their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from yaml.nodes import Node

from ..config.finding import Finding
from ..config.source import Source, compose, display_name, problems_of, read_nodes
from .context import Context
from .declared_tables import declared_tables
from .documents import NodeValues
from .dynamodb_api.command_output import compose_output
from .foreign_table import Definitions
from .opened_file import OpenedFile
from .parameter_files import parameters_of
from .property_names import with_property_names
from .recognition import recognize, recognize_file
from .value import Places


def open_definitions(path: Path, composed: tuple[Source, Node | None] | None) -> OpenedFile:
    """Return a file in any format.

    Args:
        path: of the file, which may not exist.
        composed: what `config.source.compose` returned for the path; `None` if it was not called.
    """
    if (format := recognize_file(path)) is not None:
        source = Source(display_name(path), path.parent)
        return _foreign(source, format.name, path, format.read)
    source, root = composed or compose(path)
    if root is None and (output := compose_output(path)) is not None:
        source, root = output
    found = OpenedFile(source, True, lambda context: None)
    if root is not None:
        with problems_of(source):
            found = _recognized(source, root, path)
    return found


def _recognized(source: Source, root: Node, path: Path) -> OpenedFile:
    document = NodeValues(source.file, has_aliases=source.has_aliases).value(root)
    if (known := recognize(document)) is not None:
        found = _foreign(source, known.name, path, partial(known.read, document))
        return replace(found, parameters=parameters_of(document))
    return OpenedFile(source, True, lambda context: read_nodes(source, root, context.variables))


def _foreign(source: Source, name: str, path: Path, read: Callable[[Context], Definitions]) -> OpenedFile:
    return OpenedFile(source, False, lambda context: _convert(source, name, read(replace(context, path=path))))


def _convert(source: Source, format: str, definitions: Definitions) -> None:
    """Set the value of a source to the tables of a file in another format."""
    tables = declared_tables(definitions)
    source.problems += definitions.problems
    source.notes += definitions.notes
    source.wording = partial(with_property_names, names=definitions.names)
    source.is_foreign = True
    if tables is not None:
        source.positions = Places(tables)
        source.value = tables.plain()
        source.ids = [table.id for table in definitions.tables]
    elif not definitions.problems:
        message = f"this {format} declares no DynamoDB table"
        source.report((), [Finding((), message, "specify another file")])
