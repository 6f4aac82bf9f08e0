"""Convert the values of variables to their types.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from ..value import Unresolved, Value
from .expressions import Scope
from .functions import as_set
from .results import number_of, truth
from .syntax import Expression, Node, TerraformSyntaxError, parse_expression, trees, unwrapped


class Types:
    """Converts values to type constraints of one module."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def convert(self, value: Value, constraint: Expression) -> Value:
        """Return a value with the type of a variable: numbers as text for `string`, defaults of optional attributes."""
        syntax = constraint.syntax
        if isinstance(syntax, Value):  # JSON writes the type as text
            try:
                syntax = parse_expression(syntax.text or "any", constraint.place)
            except TerraformSyntaxError:
                return value
        return self._convert(value, syntax)

    def _convert(self, value: Value, tree: Node) -> Value:
        if value.data is None or isinstance(value.data, Unresolved):
            return value
        name, arguments = _type_of(tree)
        if name in _SCALARS:
            return _SCALARS[name](value)
        if name == "object" and arguments and isinstance(value.data, dict):
            return self._object(value, arguments[0])
        if name not in ("list", "set", "map") or not arguments:
            return value
        if isinstance(value.data, dict):
            return value.with_data({key: self._convert(part, arguments[0]) for key, part in value.entries()})
        items = [self._convert(part, arguments[0]) for part in value.items()]
        return value.with_data(as_set(items) if name == "set" else items) if isinstance(value.data, list) else value

    def _object(self, value: Value, tree: Node) -> Value:
        entries: dict[str, Value] = {}
        for element in trees(unwrapped(tree)):
            key, kind = trees(element)
            name, arguments = _type_of(kind)
            written = _type_of(trees(key)[0])[0]
            found = value.get(written)
            if name == "optional" and arguments:
                kind, *default = arguments
                if (found is None or found.data is None) and default:
                    found = self._scope.evaluate(Expression(default[0], value.place))
                elif found is None:
                    found = value.with_data(None)
            if found is not None:
                entries[written] = self._convert(found, kind)
        return value.with_data(entries)


def takes_text(constraint: Expression | None) -> bool:
    """Return whether the value of a variable on a command line is text, and not an expression."""
    if constraint is None:
        return True
    if isinstance(constraint.syntax, Value):
        return constraint.syntax.data in ("string", "any")
    return _type_of(constraint.syntax)[0] in ("string", "any")


def _type_of(tree: Node) -> tuple[str, list[Node]]:
    """Return the name of a type and its arguments; types of old versions are strings."""
    tree = unwrapped(tree)
    parts = trees(tree)
    if tree.data == "function_call" and parts:
        arguments = [part for part in parts if part.data == "arguments"]
        return str(parts[0].children[0]), trees(arguments[0]) if arguments else []
    if tree.data == "string" and parts:
        return str(parts[0].children[0]), []
    return (str(tree.children[0]) if tree.children else ""), []


def _to_text(value: Value) -> Value:
    return value if value.text is None else value.with_data(value.text)


def _to_number(value: Value) -> Value:
    number = number_of(value)
    return value if number is None else value.with_data(number)


def _to_boolean(value: Value) -> Value:
    which = truth(value)
    return value if isinstance(which, Unresolved) else value.with_data(which)


_SCALARS = {"string": _to_text, "number": _to_number, "bool": _to_boolean}
