"""Read the tables of a Terraform configuration: a folder with `*.tf` files, or one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ...config.positions import Place
from ...config.source import display_name
from ...folders import is_folder, resolved
from ..context import Context
from ..foreign_table import Definitions
from ..value import Unresolved, Value
from .arguments import ARGUMENTS
from .detection import OTHERS, files_of
from .modules import Module
from .project import Project, assigned_values
from .resources import TABLE, Resource, collect
from .syntax import Block
from .table_module import is_table_module, table_arguments, table_outputs

_MAX_DEPTH = 10
_PLAN = "specify the output of `terraform show -json`, which includes its tables"


def read_configuration(context: Context) -> Definitions:
    """Return the tables of a folder, or of one file in it; the other files then only provide what that file uses."""
    path, definitions = context.path, Definitions(names=ARGUMENTS)
    if path.suffix in OTHERS and not path.is_dir():
        what, hint = OTHERS[path.suffix]
        definitions.report(Place(display_name(path)), f"this is {what}", hint)
        return definitions
    folder = path if path.is_dir() else path.parent
    project = Project(folder, context, definitions)
    blocks = project.parse_folder(folder) if path.is_dir() else project.parse(path).blocks
    if folder.is_dir():
        project.assigned = assigned_values(folder, context.variable_files, definitions.problems)
    if definitions.problems:
        return definitions
    root = Module(project, folder, blocks, siblings=lambda: _siblings(project, path))
    _report_invalid_variables(root)
    tags = _default_tags(root)
    collect([_with_tags(resource, tags) for resource in _resources(root)], definitions)
    return definitions


def _report_invalid_variables(module: Module) -> None:
    """Report the values of variables that their `validation` refuses."""
    for variable in _labeled(module, "variable"):
        for rule in [block for block in variable.body.blocks if block.type == "validation"]:
            condition, message = (rule.body.attributes.get(key) for key in ("condition", "error_message"))
            if condition and module.scope.evaluate(condition).data is False:
                text = module.scope.evaluate(message).text if message else None
                hint = " ".join((text or "change it").split())
                module.report(variable.place, f"invalid value of variable {variable.labels[0]}", hint)


def _siblings(project: Project, path: Path) -> list[Block]:
    """Return the blocks of the other files in the folder of a file; files with problems are passed over."""
    if path.is_dir():
        return []
    known = [*project.definitions.problems]
    found = [block for file in files_of(path.parent) if file != path for block in project.parse(file).blocks]
    project.definitions.problems[:] = known
    return found


def _resources(module: Module, above: Sequence[Path] = ()) -> Iterator[Resource]:
    """Yield the resources of a module and of those that it calls."""
    calls = {block.labels[0]: _Call(module, block, (*above, module.folder)) for block in _labeled(module, "module")}
    module.names.outputs_of = lambda name: calls[name].outputs() if name in calls else None
    yield from module.resources()
    for call in calls.values():
        for instance in call.instances():
            yield from instance.resources


def _labeled(module: Module, kind: str) -> list[Block]:
    return [block for block in module.blocks if block.type == kind and len(block.labels) == 1]


class _Instance(NamedTuple):
    """An instance of a called module.

    Attributes:
        key: of `count` or `for_each`.
        outputs: returns them by name.
    """

    key: str | int | None
    resources: list[Resource]
    outputs: Callable[[], dict[str, Value]]


class _Call:
    """A `module` block; its instances are read once.

    Args:
        module: contains the block.
        block: the block.
        above: the folders of the module and of its callers.
    """

    def __init__(self, module: Module, block: Block, above: Sequence[Path]) -> None:
        self._module, self._block, self._above = module, block, above
        self._label = f"module.{block.labels[0]}"
        self._instances: list[_Instance] | None = None

    def instances(self) -> list[_Instance]:
        """Return the instances."""
        if self._instances is None:
            self._instances = []  # a module that refers to its own outputs has none
            self._instances = [*self._read()]
        return self._instances

    def outputs(self) -> Value:
        """Return the outputs: an object, a list with `count`, or a map with `for_each`."""
        at = Value(None, self._block.place)
        found = [(instance.key, at.with_data({**instance.outputs()})) for instance in self.instances()]
        attributes = self._block.body.attributes
        if "count" in attributes:
            return at.with_data([part for _, part in found])
        if "for_each" in attributes:
            return at.with_data({str(key): part for key, part in found})
        return found[0][1] if found else at.with_data({})

    def _read(self) -> Iterator[_Instance]:
        expression = self._block.body.attributes.get("source")
        source = (self._module.scope.evaluate(expression).text if expression else None) or ""
        is_table = is_table_module(source)
        folder = None if is_table else self._folder(source)
        if not is_table and folder is None:
            return
        for key, scope in self._module.instances(self._block):
            inputs = self._module.arguments(self._block.body, scope)
            address = self._module.address_of(self._block, key)
            yield self._child(key, folder, inputs, address) if folder else self._table(key, inputs, address)

    def _table(self, key: str | int | None, inputs: dict[str, Value], address: str) -> _Instance:
        arguments = table_arguments(Value(inputs, self._block.place))
        resources = [Resource(f"{address}.{TABLE}.this", TABLE, arguments)] if arguments else []
        return _Instance(key, resources, lambda: table_outputs(arguments))

    def _child(self, key: str | int | None, folder: Path, inputs: dict[str, Value], address: str) -> _Instance:
        project = self._module.project
        child = Module(project, folder, project.parse_folder(folder), inputs, address)
        return _Instance(key, [*_resources(child, self._above)], lambda: _outputs(child))

    def _folder(self, source: str) -> Path | None:
        """Return the folder of a local module; report or note another one."""
        project, folder = self._module.project, self._module.folder / source
        if not source.startswith(("./", "../")):
            message = f"{self._label}: downloaded modules are not read: {source!r}"
            if "dynamo" in source.lower():
                self._module.report(self._block.place, message, _PLAN)
            else:
                self._module.note(self._block.place, message)
            return None
        if not project.contains(folder):
            problem, hint = f"{source!r} is outside the project folder", _PLAN
        elif not is_folder(folder):
            problem, hint = f"no such folder: {source!r}", "check its `source`"
        elif resolved(folder) in [resolved(known) for known in self._above] or len(self._above) > _MAX_DEPTH:
            problem, hint = "the module calls itself", "check its `source`"
        else:
            return folder
        self._module.report(self._block.place, f"{self._label}: {problem}", hint)
        return None


def _outputs(module: Module) -> dict[str, Value]:
    values = {block.labels[0]: block.body.attributes.get("value") for block in _labeled(module, "output")}
    return {name: module.scope.evaluate(value) for name, value in values.items() if value}


def _default_tags(module: Module) -> Value | None:
    """Return the tags that the default provider gives to all resources."""
    for block in module.blocks:
        if block.type == "provider" and block.labels == ("aws",) and "alias" not in block.body.attributes:
            blocks = [inner for inner in block.body.blocks if inner.type == "default_tags"]
            expression = blocks[0].body.attributes.get("tags") if blocks else None
            return module.scope.evaluate(expression) if expression else None
    return None


def _with_tags(resource: Resource, tags: Value | None) -> Resource:
    own = resource.arguments.get("tags")
    if tags is None or resource.type != TABLE or (own and isinstance(own.data, Unresolved)):
        return resource
    merged = {**dict(tags.entries()), **dict(own.entries() if own else ())}
    all_tags = Value(tags.data if isinstance(tags.data, Unresolved) else merged, (own or resource.arguments).place)
    entries = {**dict(resource.arguments.entries()), "tags_all": all_tags}
    return replace(resource, arguments=Value(entries, resource.arguments.place))
