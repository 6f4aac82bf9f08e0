"""Expand the resources of a module: `count`, `for_each`, arguments and `dynamic` blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...config.positions import Place
from ..value import Unresolved, Value
from .expressions import Scope
from .names import ModuleNames
from .project import Project
from .resources import Resource
from .results import invalid, pairs_of
from .syntax import Block, Body, Expression

_META = frozenset({"count", "depends_on", "for_each", "source", "version", "providers"})
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

    def arguments(self, body: Body, scope: Scope) -> Value:
        """Return the arguments of a block, with its blocks as lists."""
        found = {name: scope.evaluate(part) for name, part in body.attributes.items() if name not in _META}
        for block in body.blocks:
            values = self._dynamic(block, scope) if block.type == "dynamic" else self.arguments(block.body, scope)
            kind = block.labels[0] if block.type == "dynamic" and block.labels else block.type
            present = found.get(kind)
            if isinstance(values.data, Unresolved) or (present and isinstance(present.data, Unresolved)):
                found[kind] = values if isinstance(values.data, Unresolved) else found[kind]
                continue
            added = values.data if isinstance(values.data, list) else [Value(values.data, block.place)]
            found[kind] = Value(
                [*(present.items() if present else ()), *added], present.place if present else block.place
            )
        return Value(found, Place(""))

    def _dynamic(self, block: Block, scope: Scope) -> Value:
        """Return the list of blocks that a `dynamic` block creates."""
        for_each = block.body.attributes.get("for_each")
        content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
        if for_each is None or content is None or not block.labels:
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
            inner = self.arguments(content.body, scope.with_local(**local))
            found.append(Value(inner.data, value.place if isinstance(collection.data, dict) else block.place))
        return Value(found, block.place)

    def resources(self) -> Iterator[Resource]:
        """Yield the DynamoDB resources of this module, with an instance for each key."""
        for block in self.blocks:
            if block.type != "resource" or len(block.labels) != 2 or not _is_relevant(block.labels[0]):
                continue
            for key, scope in self.instances(block):
                arguments = self.arguments(block.body, scope)
                address = self.address_of(block, key)
                yield Resource(address, block.labels[0], Value(arguments.data, block.place))

    def address_of(self, block: Block, key: str | int | None = None) -> str:
        """Return the address of a resource or module, or of one of its instances."""
        labels = block.labels if block.type == "resource" else (block.type, *block.labels)
        text = ".".join((*([self.address] if self.address else []), *labels))
        return text if key is None else f"{text}[{key}]" if isinstance(key, int) else f'{text}["{key}"]'

    def report(self, place: Place, message: str, hint: str = "") -> None:
        """Add a problem, once."""
        if not any(known.message == message for known in self.project.definitions.problems):
            self.project.definitions.report(place, message, hint)

    def note(self, place: Place, message: str, hint: str = "") -> None:
        """Add a note, once."""
        if not any(known.message == message for known in self.project.definitions.notes):
            self.project.definitions.note(place, message, hint)


def _is_relevant(kind: str) -> bool:
    return kind.startswith(("aws_dynamodb_", "aws_appautoscaling_"))


def _name_of(expression: Expression) -> str:
    """Return a name that is written without quotes."""
    if isinstance(expression.syntax, Value):
        return expression.syntax.text or ""
    tree: Any = expression.syntax
    while getattr(tree, "children", None):
        tree = tree.children[0]
    return str(tree)
