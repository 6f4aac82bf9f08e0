"""Expand the resources of a module: `count`, `for_each`, arguments and `dynamic` blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...config.positions import Place
from ...errors import Problem
from ..value import Unresolved, Value
from .expressions import Scope
from .names import ModuleNames
from .project import Project
from .resources import Resource
from .results import invalid, pairs_of
from .syntax import Block, Body, Expression

_META = frozenset({"count", "depends_on", "for_each", "source", "version", "providers"})
_READ = ("aws_dynamodb_", "aws_appautoscaling_")
_MAX_INSTANCES = 2_500  # tables of a Region


class Module:
    """A module: the root, or one that a `module` block calls.

    Args:
        project: shared by all modules.
        folder: of its files.
        blocks: its own.
        siblings: returns blocks that names may come from although their tables are not read.
        inputs: of the module block; `None` for the root module.
        address: such as `module.shop`; empty for the root module.
    """

    def __init__(
        self,
        project: Project,
        folder: Path,
        blocks: Sequence[Block],
        inputs: Mapping[str, Value] | None = None,
        address: str = "",
        siblings: Callable[[], Sequence[Block]] = tuple,
    ) -> None:
        self.project, self.folder, self.blocks, self.address = project, folder, blocks, address
        self.names = ModuleNames(self, inputs, siblings)
        self.scope = Scope(self.names)

    # instances

    def instances(self, block: Block) -> Iterator[tuple[str | int | None, Scope]]:
        """Yield the key of each instance of a resource or module, and the scope of its arguments."""
        count, for_each = block.body.attributes.get("count"), block.body.attributes.get("for_each")
        if count is not None:
            yield from self._counted(block, self.scope.evaluate(count))
        elif for_each is not None:
            yield from self._repeated(block, self.scope.evaluate(for_each))
        else:
            yield None, self.scope

    def _counted(self, block: Block, count: Value) -> Iterator[tuple[int, Scope]]:
        number = count.data
        if isinstance(number, Unresolved):
            message = f"{self.address_of(block)}: assuming count = 1: {number.reason}"
            self.note(count.place, message, number.hint)
            number = 1
        if isinstance(number, str) and number.isdecimal():
            number = int(number[:9])
        if not isinstance(number, int) or number > _MAX_INSTANCES:
            message = f"{self.address_of(block)}: invalid count {count.text!r}"
            self.report(count.place, message, f"use a number up to {_MAX_INSTANCES:,}")
            return
        for position in range(number):
            index = Value({"index": Value(position, count.place)}, count.place)
            yield position, self.scope.with_local(count=index)

    def _repeated(self, block: Block, collection: Value) -> Iterator[tuple[str, Scope]]:
        for key, value in self.pairs(collection, f"{self.address_of(block)}: for_each"):
            each = Value({"key": key, "value": value}, collection.place)
            yield key.text or "", self.scope.with_local(each=each)

    def pairs(self, collection: Value, label: str) -> list[tuple[Value, Value]]:
        """Return the keys and values of `for_each`; those of a set are the same."""
        pairs = pairs_of(collection)
        if isinstance(pairs, Unresolved):
            self.report(collection.place, f"{label}: {pairs.reason}", pairs.hint)
            return []
        if isinstance(collection.data, list):
            return [(item, item) for item in collection.data]
        return pairs

    # arguments

    def arguments(self, body: Body, scope: Scope) -> dict[str, Value]:
        """Return the arguments of a block, with its blocks as lists."""
        found = {name: scope.evaluate(part) for name, part in body.attributes.items() if name not in _META}
        for block in body.blocks:
            if block.type == "dynamic" and block.labels:
                kind, added = block.labels[0], self._dynamic(block, scope)
            else:
                kind, inner = block.type, Value(self.arguments(block.body, scope), block.place)
                added = Value([inner], block.place)
            found[kind] = _joined(found[kind], added) if kind in found else added
        return found

    def _dynamic(self, block: Block, scope: Scope) -> Value:
        """Return the list of blocks that a `dynamic` block creates."""
        for_each = block.body.attributes.get("for_each")
        content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
        if for_each is None or content is None:
            return invalid(block.place, "a dynamic block requires for_each and content")
        iterator = block.body.attributes.get("iterator")
        name = _name_of(iterator) if iterator else block.labels[0]
        collection = scope.evaluate(for_each)
        pairs = pairs_of(collection)
        if isinstance(pairs, Unresolved):
            return Value(pairs, block.place)
        found = []
        for key, value in pairs:
            local = {name: Value({"key": key, "value": value}, collection.place)}
            place = value.place if isinstance(collection.data, dict) else block.place
            found.append(Value(self.arguments(content.body, scope.with_local(**local)), place))
        return Value(found, block.place)

    def resources(self) -> Iterator[Resource]:
        """Yield the DynamoDB resources of this module, with an instance for each key."""
        for block in self.blocks:
            if block.type != "resource" or len(block.labels) != 2 or not block.labels[0].startswith(_READ):
                continue
            for key, scope in self.instances(block):
                arguments = Value(self.arguments(block.body, scope), block.place)
                yield Resource(self.address_of(block, key), block.labels[0], arguments)

    def address_of(self, block: Block, key: str | int | None = None) -> str:
        """Return the address of a resource or module, or of one of its instances."""
        labels = block.labels if block.type == "resource" else (block.type, *block.labels)
        text = ".".join((*([self.address] if self.address else []), *labels))
        return text if key is None else f"{text}[{key}]" if isinstance(key, int) else f'{text}["{key}"]'

    def report(self, place: Place, message: str, hint: str = "") -> None:
        """Add a problem, once for all instances."""
        _add_once(self.project.definitions.problems, Problem(*place, message, hint))

    def note(self, place: Place, message: str, hint: str = "") -> None:
        """Add a note, once for all instances."""
        _add_once(self.project.definitions.notes, Problem(*place, message, hint))


def _add_once(problems: list[Problem], problem: Problem) -> None:
    if problem not in problems:
        problems.append(problem)


def _joined(first: Value, second: Value) -> Value:
    """Return the blocks of two lists."""
    for part in (second, first):
        if isinstance(part.data, Unresolved):
            return part
    return first.with_data([*first.items(), *second.items()])


def _name_of(expression: Expression) -> str:
    """Return a name that is written without quotes."""
    if isinstance(expression.syntax, Value):
        return expression.syntax.text or ""
    tree: Any = expression.syntax
    while getattr(tree, "children", None):
        tree = tree.children[0]
    return str(tree)
