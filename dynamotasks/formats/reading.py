"""Read config files and files in other formats into sources that `config.load` accepts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..aws.target import LOCAL
from ..config import Config
from ..config import load as load_sources
from ..config.finding import Finding
from ..config.source import Source, compose, read_nodes
from ..folders import resolved
from ..suggestions import close_to
from .context import Context, Parameters, with_environment
from .opened_file import OpenedFile

_MOST_LISTED = 12
_CONFIG_SUFFIXES = (".yaml", ".yml", ".json")


def load(
    files: str | Path | Iterable[str | Path],
    variables: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: str = LOCAL,
    pseudo_parameters: Mapping[str, str] | None = None,
) -> Config:
    """Load and validate files, which are read as one; send nothing to a database.

    Args:
        files: config files, or files in another format.
        variables: the values of `${NAME}` in strings; by default, those of the process environment.
        parameters: the values of parameters in other formats; they override those of the environment.
        environment: sets the parameters that are its `params`.
        pseudo_parameters: those of CloudFormation, such as `AWS::StackName`; they override those of the environment.

    Raises:
        ConfigError: all problems of all files.
    """
    return load_sources(lambda: read_sources(files, variables, parameters, environment, pseudo_parameters))


def read_sources(
    files: str | Path | Iterable[str | Path],
    variables: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: str = LOCAL,
    pseudo_parameters: Mapping[str, str] | None = None,
) -> list[Source]:
    """Return files in the form of config files, with their problems; the arguments are those of `load`."""
    known = os.environ if variables is None else variables
    context = Context(Path(), Parameters(parameters), known, pseudo_parameters or {}, environment == LOCAL)
    paths = [files] if isinstance(files, str | Path) else list(files)
    each = {resolved(Path(path)): Path(path) for path in paths}
    return _read_all(each.values(), replace(context, files=each.keys()), environment)


def _read_all(paths: Iterable[Path], context: Context, environment: str) -> list[Source]:
    """Return the sources of files: first those in other formats, which the configs can add to."""
    paths, variable_files = _without_variable_files([*paths])
    opened, parameters = _without_parameters([_open(path) for path in paths])
    context = replace(context, parameters=context.parameters.with_defaults(parameters))
    configs = [file for file in opened if file.is_config]
    for file in configs:
        file.read(context)
    context = with_environment(context, [file.source.value for file in configs], environment)
    context = replace(context, variable_files=variable_files)
    others = [file for file in opened if not file.is_config]
    for file in others:
        file.read(context)
    sources = [file.source for file in (*others, *configs)]
    if all(source.value is not None for source in sources):
        sources[0].report((), _unused(context.parameters))
    return sources


def _without_variable_files(paths: list[Path]) -> tuple[list[Path], tuple[Path, ...]]:
    """Return paths, and apart from them the files with variables of Terraform if there is a configuration for them."""
    found = tuple(path for path in paths if path.name.endswith((".tfvars", ".tfvars.json")))
    if not found:
        return paths, ()
    from .terraform.detection import is_configuration

    others = [path for path in paths if path not in found]
    return (others, found) if any(map(is_configuration, others)) else (paths, ())


def _without_parameters(opened: list[OpenedFile]) -> tuple[list[OpenedFile], dict[str, str]]:
    """Return files, and apart from them the parameters of those that have nothing else if there are other ones."""
    others = [file for file in opened if file.parameters is None]
    if all(file.is_config for file in others):
        return opened, {}
    return others, {name: text for file in opened for name, text in (file.parameters or {}).items()}


def _unused(parameters: Parameters) -> Iterator[Finding]:
    """Yield the given parameters that no file accepts."""
    accepted = parameters.accepted()
    names = [name for name in accepted if " " not in name and "(" not in name]  # without whole variables
    listed = ", ".join(names[:_MOST_LISTED]) + (", ..." if len(names) > _MOST_LISTED else "")
    for name in parameters.unused():
        close = close_to(name, accepted)
        hint = f"did you mean {close!r}?" if close else f"known: {listed or 'none'}"
        yield Finding((), f"--param {name}: no file uses this parameter", hint)


def _open(path: Path) -> OpenedFile:
    """Return a file before its values are read; what reads other formats is imported only for them."""
    if path.suffix not in _CONFIG_SUFFIXES or path.name.endswith(".tf.json"):
        return _open_definitions(path, None)
    source, root = compose(path)
    if root is not None and _is_config(root):
        return OpenedFile(source, True, lambda context: read_nodes(source, root, context.variables))
    return _open_definitions(path, (source, root))


def _open_definitions(path: Path, composed: tuple[Source, Node | None] | None) -> OpenedFile:
    from .definition_files import open_definitions

    return open_definitions(path, composed)


def _is_config(root: Node) -> bool:
    """Return whether a document is certainly a config, which is then read without looking for other formats."""
    entries = root.value if isinstance(root, MappingNode) else []
    keys = {key.value: value for key, value in entries if isinstance(key, ScalarNode)}
    tables = keys.get("tables")
    if not isinstance(tables, SequenceNode):
        return "environments" in keys
    first = tables.value[0] if tables.value else None
    return isinstance(first, MappingNode) and any(key.value == "name" for key, _ in first.value)
