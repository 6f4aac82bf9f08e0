"""Read config files and files in other formats into sources that `config.load` accepts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from yaml.nodes import MappingNode, Node, SequenceNode

from ..aws.target import LOCAL
from ..config import Config
from ..config import load as load_sources
from ..config.finding import Finding
from ..config.source import Source, compose, display_name, problems_of, read_nodes
from ..suggestions import close_to
from .cloudformation.tags import SHORT_FORMS
from .context import Context, Parameters, with_environment
from .declared_tables import declared_tables
from .dynamodb_api.command_output import compose_output
from .foreign_table import Definitions
from .property_names import with_aws_names
from .recognition import recognize, recognize_file
from .value import NodeValues, Places


def load(
    files: str | Path | Iterable[str | Path],
    variables: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: str = LOCAL,
) -> Config:
    """Load and validate files, which are read as one; nothing is sent to a database.

    Args:
        files: config files, or files in another format.
        variables: the values of `${NAME}` in strings; by default, those of the process environment.
        parameters: the values of parameters in other formats; they override those of the environment.
        environment: sets the parameters that are its `params`.

    Raises:
        ConfigError: all problems of all files.
    """
    return load_sources(lambda: read_sources(files, variables, parameters, environment))


def read_sources(
    files: str | Path | Iterable[str | Path],
    variables: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: str = LOCAL,
) -> list[Source]:
    """Return files in the form of config files, with their problems; the arguments are those of `load`."""
    known = os.environ if variables is None else variables
    context = Context(parameters=Parameters(parameters), variables=known)
    paths = [files] if isinstance(files, str | Path) else list(files)
    each = {Path(path).resolve(): Path(path) for path in paths}
    return _read_all(each.values(), context, environment)


def _read_all(paths: Iterable[Path], context: Context, environment: str) -> list[Source]:
    """Return the sources of files: first those in other formats, which the configs can add to."""
    opened = [_open(path) for path in paths]
    configs = [file for file in opened if file.is_config]
    for file in configs:
        file.read(context)
    context = with_environment(context, [file.source.value for file in configs], environment)
    others = [file for file in opened if not file.is_config]
    for file in others:
        file.read(context)
    sources = [file.source for file in (*others, *configs)]
    if all(source.value is not None for source in sources):
        sources[0].report((), _unused(context.parameters))
    return sources


def _unused(parameters: Parameters) -> Iterator[Finding]:
    """Yield the given parameters that no file accepts."""
    accepted = parameters.accepted()
    for name in parameters.unused():
        close = close_to(name, accepted)
        hint = f"did you mean {close!r}?" if close else f"known: {', '.join(accepted) or 'none'}"
        yield Finding((), f"--param {name}: no file has this parameter", hint)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file of a known format, before its values are read."""

    source: Source
    is_config: bool
    fill: Callable[[Context], None]

    def read(self, context: Context) -> None:
        """Set the value, problems and notes of the source."""
        with problems_of(self.source):
            self.fill(context)


def _open(path: Path) -> _Opened:
    if (format := recognize_file(path)) is not None:
        source, read_file = Source(display_name(path), path.parent), format.read
        return _foreign(source, format.name, path, read_file)
    source, root = compose(path)
    if root is None and (output := compose_output(path)) is not None:
        source, root = output
    if root is None:
        return _Opened(source, True, lambda context: None)
    found = _Opened(source, True, lambda context: None)
    with problems_of(source):
        found = _recognized(source, root, path)
    return found  # noqa: RET504 - problems_of suppresses errors


def _recognized(source: Source, root: Node, path: Path) -> _Opened:
    if not _is_config(root):
        document = NodeValues(source.file, SHORT_FORMS, has_aliases=source.has_aliases).value(root)
        if (known := recognize(document)) is not None:
            return _foreign(source, known.name, path, partial(known.read, document))
    return _Opened(source, True, lambda context: read_nodes(source, root, context.variables))


def _foreign(source: Source, name: str, path: Path, read: Callable[[Context], Definitions]) -> _Opened:
    return _Opened(source, False, lambda context: _convert(source, name, read(replace(context, path=path))))


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
    source.is_foreign = True
    if tables is not None:
        source.positions = Places(tables)
        source.value = tables.plain()
    elif not definitions.problems:
        message = f"this {format} declares no DynamoDB table"
        source.report((), [Finding((), message, "specify another file")])
