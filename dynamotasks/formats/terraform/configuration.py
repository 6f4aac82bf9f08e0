"""Read the tables of a Terraform configuration: a folder with `*.tf` files, or one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ...config.positions import Place
from ...config.source import display_name
from ..context import Context
from ..foreign_table import Definitions
from ..value import Unresolved, Value
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
    path, definitions = context.path, Definitions()
    if path.suffix in OTHERS and not path.is_dir():
        what, hint = OTHERS[path.suffix]
        definitions.report(Place(display_name(path)), f"this is {what}, which is not supported", hint)
        return definitions
    folder = path if path.is_dir() else path.parent
    project = Project(folder, context, definitions)
    blocks = project.parse_folder(folder) if path.is_dir() else project.parse(path).blocks
    if folder.is_dir():
        project.assigned = assigned_values(folder, definitions.problems)
    if definitions.problems:
        return definitions
    root = Module(project, folder, blocks, siblings=lambda: _siblings(project, path))
    tags = _default_tags(root)
    collect([_with_tags(resource, tags) for resource in _resources(root)], definitions)
    return definitions


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
    calls = {block.labels[0]: _Call(module, block, (*above, module.folder)) for block in _calls(module)}
    module.names.outputs_of = lambda name: calls[name].outputs() if name in calls else None
    yield from module.resources()
    for call in calls.values():
        yield from call.resources()


def _calls(module: Module) -> list[Block]:
    return [block for block in module.blocks if block.type == "module" and len(block.labels) == 1]


class _Call:
    """A `module` block."""

    def __init__(self, module: Module, block: Block, above: Sequence[Path]) -> None:
        self._module, self._block, self._above = module, block, above
        self._children: list[tuple[str | int | None, Module, list[Resource]]] | None = None
        self._tables: list[tuple[str | int | None, Value, Value | None]] | None = None
        source = block.body.attributes.get("source")
        self._source = module.scope.evaluate(source) if source else None

    def resources(self) -> Iterator[Resource]:
        """Yield the resources of all instances."""
        if self._is_table():
            for key, inputs, arguments in self._table_instances():
                if arguments is not None:
                    address = f"{self._module.address_of(self._block, key)}.{TABLE}.this"
                    yield Resource(address, TABLE, Value(arguments.data, inputs.place))
            return
        for _, _, resources in self._child_modules():
            yield from resources

    def outputs(self) -> Value:
        """Return the outputs: an object, a list with `count`, or a map with `for_each`."""
        place = self._block.place
        at = Value(None, place)
        if self._is_table():
            found = {key: table_outputs(arguments, at) for key, _, arguments in self._table_instances()}
        else:
            found = {key: _outputs(child, at) for key, child, _ in self._child_modules()}
        attributes = self._block.body.attributes
        if "count" in attributes:
            return at.with_data([*found.values()])
        if "for_each" in attributes:
            return at.with_data({str(key): part for key, part in found.items()})
        return next(iter(found.values()), at.with_data({}))

    def _is_table(self) -> bool:
        return self._source is not None and is_table_module(self._source.text or "")

    def _table_instances(self) -> list[tuple[str | int | None, Value, Value | None]]:
        if self._tables is None:
            self._tables = []
            for key, scope in self._module.instances(self._block):
                found = self._module.arguments(self._block.body, scope)
                inputs = Value(found.data, self._block.place)
                self._tables.append((key, inputs, table_arguments(inputs)))
        return self._tables

    def _child_modules(self) -> list[tuple[str | int | None, Module, list[Resource]]]:
        if self._children is None:
            self._children = []  # a module that refers to its own outputs has none
            folder = self._folder()
            for key, scope in self._module.instances(self._block) if folder else ():
                assert folder
                inputs = dict(self._module.arguments(self._block.body, scope).entries())
                project, address = self._module.project, self._module.address_of(self._block, key)
                child = Module(project, folder, project.parse_folder(folder), inputs, address)
                self._children.append((key, child, [*_resources(child, self._above)]))
        return self._children

    def _folder(self) -> Path | None:
        """Return the folder of a local module; report or note another one."""
        module, block = self._module, self._block
        source = self._source.text if self._source else None
        label = module.address_of(block)
        if source is None or not source.startswith(("./", "../")):
            self._report_remote(label, source or "")
            return None
        folder = module.folder / source
        if not module.project.contains(folder):
            module.report(block.place, f"{label}: {source!r} is outside the project folder", _PLAN)
        elif not folder.is_dir():
            module.report(block.place, f"{label}: no such folder: {source!r}", "check its `source`")
        elif folder.resolve() in [known.resolve() for known in self._above] or len(self._above) > _MAX_DEPTH:
            module.report(block.place, f"{label}: the module calls itself", "check its `source`")
        else:
            return folder
        return None

    def _report_remote(self, label: str, source: str) -> None:
        message = f"{label}: downloaded modules are not read: {source!r}"
        if "dynamo" in source.lower():
            self._module.report(self._block.place, message, _PLAN)
        else:
            self._module.note(self._block.place, message)


def _outputs(module: Module, at: Value) -> Value:
    outputs = [block for block in module.blocks if block.type == "output" and len(block.labels) == 1]
    values = {block.labels[0]: block.body.attributes.get("value") for block in outputs}
    return at.with_data({name: module.scope.evaluate(value) for name, value in values.items() if value})


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
