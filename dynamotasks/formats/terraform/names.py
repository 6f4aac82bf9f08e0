"""Resolve what the expressions of a module refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...config.positions import Place
from ..context import question
from ..value import Unresolved, Value
from .expressions import Scope
from .resources import TABLE, TableArn
from .results import Invalid, invalid
from .syntax import Block, Expression, TerraformSyntaxError, parse_expression
from .traversal import Attribute, Step, follow, text_of_steps
from .types import Types, takes_text

if TYPE_CHECKING:
    from .modules import Module

_UNKNOWN = frozenset({"data", "module", "each", "count", "self"})


class ModuleNames:
    """Resolves variables, locals, outputs and arguments of resources; each is evaluated once.

    Args:
        module: contains the expressions.
        inputs: of the module block; `None` for the root module.
        siblings: returns blocks that names may come from although their tables are not read.

    Attributes:
        outputs_of: returns the outputs of a module block by name.
    """

    def __init__(
        self,
        module: Module,
        inputs: Mapping[str, Value] | None,
        siblings: Callable[[], Sequence[Block]],
    ) -> None:
        self._module, self._inputs, self._siblings = module, inputs, siblings
        self._project = module.project
        self._indexed = _index(module.blocks)
        self._all_indexed = False
        self._known: dict[str, Value] = {}
        self._open: set[str] = set()
        self._scope = Scope(self)
        self.outputs_of: Callable[[str], Value | None] = lambda name: None

    def spend(self, amount: int = 1) -> None:
        """Count work."""
        self._project.spend(amount)

    def read_file(self, name: str) -> str | Invalid:
        """Return the content of a file that a function names."""
        return self._project.read_file(self._module.folder, name)

    def resolve(self, root: str, steps: Sequence[Step], place: Place) -> tuple[Value, int]:
        """Return the value of a reference, and how many of its steps that includes."""
        name = steps[0].name if steps and isinstance(steps[0], Attribute) else ""
        if root in ("var", "local"):
            find = self._variable if root == "var" else self._local
            return self._once(f"{root}.{name}", place, lambda: find(name, place)), 1
        if root == "path":
            return Value(str(self._project.root if name == "root" else self._module.folder), place), 1
        if root == "terraform":
            return Value(self._workspace(), place), 1
        return self._reference(root, name, steps, place)

    def _reference(self, root: str, name: str, steps: Sequence[Step], place: Place) -> tuple[Value, int]:
        """Resolve a reference to a module, a resource or data, which a parameter can replace."""
        text = text_of_steps(root, steps)
        if (given := self._project.context.parameters.get(text)) is not None:
            return Value(given, place), len(steps)
        unknown = question(f"{text} is known only to Terraform", text)
        if root == "module" and (outputs := self.outputs_of(name)) is not None:
            value = follow(outputs, steps[1:], place)
            return (Value(unknown, place) if isinstance(value.data, Invalid) else value), len(steps)
        if root in _UNKNOWN or not name:
            return Value(unknown, place), len(steps)
        return self._resource(root, steps, unknown, place)

    def _once(self, key: str, place: Place, evaluate: Callable[[], Value]) -> Value:
        if key not in self._known:
            if key in self._open:
                return invalid(place, f"{key} refers to itself")
            self._open.add(key)
            try:
                self._known[key] = evaluate()
            finally:
                self._open.discard(key)
        return self._known[key]

    def _find(self, key: str) -> Block | None:
        if key not in self._indexed and not self._all_indexed:
            self._all_indexed = True
            self._indexed = {**_index(self._siblings()), **self._indexed}
        return self._indexed.get(key)

    def _local(self, name: str, place: Place) -> Value:
        block = self._find(f"local.{name}")
        if block is None:
            return invalid(place, f"local.{name} is not declared")
        return self._scope.evaluate(block.body.attributes[name])

    def _workspace(self) -> str:
        context = self._project.context
        given = context.parameters.get("terraform.workspace") or context.variables.get("TF_WORKSPACE")
        return given or "default"

    def _variable(self, name: str, place: Place) -> Value:
        block = self._find(f"var.{name}")
        attributes = block.body.attributes if block else {}
        constraint, nullable = attributes.get("type"), attributes.get("nullable")
        value = self._assigned(name, constraint, place)
        if value and value.data is None and nullable and self._scope.evaluate(nullable).data is False:
            value = None
        if value is None:
            default = attributes.get("default")
            value = self._scope.evaluate(default) if default else self._unset(name, block, place)
        return Types(self._scope).convert(value, constraint) if constraint else value

    def _unset(self, name: str, block: Block | None, place: Place) -> Value:
        reason = f"variable {name} {'has no default' if block else 'is not declared'}"
        hint = f"set {name} in the block of {self._module.address}"
        return Value(question(reason, name) if self._inputs is None else Unresolved(reason, hint), place)

    def _assigned(self, name: str, constraint: Expression | None, place: Place) -> Value | None:
        """Return the value of a variable from outside, by Terraform's precedence."""
        if self._inputs is not None:
            return self._inputs.get(name)
        context, assigned = self._project.context, self._project.assigned.get(name)
        given = context.parameters.get(name)
        if given is None and assigned is not None:
            return self._scope.evaluate(assigned)
        if given is None and (given := context.variables.get(f"TF_VAR_{name}")) is None:
            return None
        if takes_text(constraint):
            return Value(given, place)
        try:
            return self._scope.evaluate(Expression(parse_expression(given, place), place))
        except TerraformSyntaxError:
            return Value(given, place)

    def _resource(self, kind: str, steps: Sequence[Step], unknown: Unresolved, place: Place) -> tuple[Value, int]:
        """Return the arguments of a resource that a reference names, as far as the file has them."""
        name = steps[0].name if isinstance(steps[0], Attribute) else ""
        block = self._find(f"{kind}.{name}")
        wanted = next((step.name for step in steps[1:] if isinstance(step, Attribute)), None)
        if block is None or wanted is None:
            return Value(unknown, place), len(steps)
        key = f"{kind}.{name}.{wanted}"
        return self._once(key, place, lambda: self._attribute(block, wanted, unknown)), 1

    def _attribute(self, block: Block, wanted: str, unknown: Unresolved) -> Value:
        kind = block.labels[0]
        found: dict[str, Value] = {}
        for key, scope in self._module.instances(block):
            written = block.body.attributes.get("name" if wanted in ("id", "arn") and kind == TABLE else wanted)
            value = scope.evaluate(written) if written else Value(unknown, block.place)
            if wanted == "arn":
                arn = TableArn(unknown.reason, unknown.hint, table=value.text) if value.text else unknown
                value = Value(arn, block.place)
            found[str(key)] = Value({wanted: value}, block.place)
        if "count" in block.body.attributes:
            return Value(list(found.values()), block.place)
        return Value(found, block.place) if "for_each" in block.body.attributes else next(iter(found.values()))


def _index(blocks: Sequence[Block]) -> dict[str, Block]:
    """Return the blocks that expressions refer to; the first of several counts."""
    found: dict[str, Block] = {}
    for block in blocks:
        match block.type, block.labels:
            case "variable", (name,):
                found.setdefault(f"var.{name}", block)
            case "locals", ():
                for name in block.body.attributes:
                    found.setdefault(f"local.{name}", block)
            case "resource", (kind, name):
                found.setdefault(f"{kind}.{name}", block)
            case "module" | "output", (name,):
                found.setdefault(f"{block.type}.{name}", block)
    return found
