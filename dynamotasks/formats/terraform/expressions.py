"""Evaluate expressions of HCL.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...config.positions import Place
from ...config.yaml12 import parse_float, parse_integer
from ..value import Data, Unresolved, Value
from .functions import HANDLES_OPEN, call
from .operators import arithmetic, equal, logical
from .results import (
    Invalid,
    UnresolvedError,
    invalid,
    key_text,
    pairs_of,
    resolved,
    resolved_all,
    truth,
)
from .syntax import Expression, Node, TerraformSyntaxError, parse_expression, place_in, trees
from .templates import Directive, Interpolation, heredoc, split, unescaped
from .traversal import Attribute, Index, Splat, Step, flatten, follow


class Names(Protocol):
    """Resolves what expressions refer to."""

    def resolve(self, root: str, steps: Sequence[Step], place: Place) -> tuple[Value, int]:
        """Return the value of a reference, and how many of its steps that includes."""

    def spend(self, amount: int = 1) -> None:
        """Count work, so that a small file cannot cause unlimited work."""

    def read_file(self, name: str) -> str | Invalid:
        """Return the content of a file that a function names."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is evaluated.

    Attributes:
        names: of the module.
        local: `each`, `count`, and the variables of `for` and `dynamic`.
    """

    names: Names
    local: Mapping[str, Value] = field(default_factory=dict)

    def with_local(self, **local: Value) -> Scope:
        """Return a scope with more names."""
        return Scope(self.names, {**self.local, **local})

    def evaluate(self, expression: Expression) -> Value:
        """Return the value of an expression, at the place of its attribute."""
        evaluator = _Evaluator(self, expression.place.file)
        try:
            if isinstance(expression.syntax, Value):
                value = expression.syntax if expression.literal else evaluator.json(expression.syntax)
            else:
                value = evaluator.value(expression.syntax)
        except RecursionError:
            value = invalid(expression.place, "nested too deeply")
        return value.at(expression.place)


class _Evaluator:
    """Evaluates parse trees of one file."""

    def __init__(self, scope: Scope, file: str) -> None:
        self._scope = scope
        self._file = file

    def value(self, tree: Node) -> Value:
        self._scope.names.spend()
        place = place_in(self._file, tree)
        method = _METHODS.get(tree.data)
        if method is None:
            return invalid(place, f"unsupported expression ({tree.data})")
        try:
            found = method(self, tree, place)
        except UnresolvedError as error:
            return Value(error.reason, place)
        return found if isinstance(found, Value) else Value(found, place)

    def json(self, value: Value) -> Value:
        """Return a JSON value with the templates in its strings replaced."""
        self._scope.names.spend()
        match value.data:
            case dict() as entries:
                return value.with_data({key: self.json(part) for key, part in entries.items()})
            case list() as items:
                return value.with_data([self.json(part) for part in items])
            case str() as text if "${" in text or "%{" in text:
                return self._template(text, value.place)
        return value

    def _template(self, text: str, place: Place) -> Value:
        try:
            return self._joined([self._part(part, place) for part in split(text) if part], place)
        except UnresolvedError as error:
            return Value(error.reason, place)

    def _part(self, part: str | Interpolation | Directive, place: Place) -> Value:
        """Return the value of a part of a template."""
        if isinstance(part, str):
            return Value(part, place)
        if isinstance(part, Directive):
            return invalid(place, _DIRECTIVE)
        try:
            return self.value(parse_expression(part.text, place)).at(place)
        except TerraformSyntaxError as error:
            return invalid(place, error.problem.message)

    def _string(self, tree: Node, place: Place) -> Value:
        return self._joined([self._string_part(part.children[0], place) for part in trees(tree)], place)

    def _string_part(self, part: Any, place: Place) -> Value:
        """Return the value of a token, or of an expression, in a quoted string."""
        if not hasattr(part, "data"):
            text = unescaped(str(part)) if part.type == "STRING_CHARS" else str(part)[1:]
            return Value(text, place)
        return self.value(trees(part)[0]) if part.data == "interpolation" else invalid(place, _DIRECTIVE)

    def _joined(self, parts: list[Value], place: Place) -> Value:
        """Return the text of the parts of a template; one that is only an expression has the type of its value."""
        if len(parts) == 1 and not isinstance(parts[0].data, str):
            return parts[0]
        texts = [part.text for part in resolved_all(parts)]
        known = [text for text in texts if text is not None]
        if len(known) < len(texts):
            return invalid(place, "a template contains a value that is not text")
        joined = "".join(known)
        self._scope.names.spend(len(joined) // 100)
        return Value(joined, place)

    def _heredoc(self, tree: Node, place: Place) -> Value:
        return self._template(heredoc(str(tree.children[0])), place)

    def _traversal(self, tree: Node, place: Place) -> Value:
        root, nodes = flatten(tree)
        steps = [self._step(node) for node in nodes]
        if root.data != "identifier":
            return follow(self.value(root), steps, place)
        name = str(root.children[0])
        if (local := self._scope.local.get(name)) is not None:
            return follow(local, steps, place)
        value, used = self._scope.names.resolve(name, steps, place)
        return follow(value, steps[used:], place)

    def _step(self, node: Node) -> Step:
        match node.data:
            case "get_attr":
                return Attribute(str(trees(node)[0].children[0]))
            case "short_index":
                return Index(Value(parse_integer(str(node.children[-1])), place_in(self._file, node)))
            case "braces_index":
                (key,) = resolved_all([self.value(trees(node)[0])])
                return Index(key)
        return Splat(tuple(self._step(part) for part in trees(node)))

    def _tuple(self, tree: Node, place: Place) -> Data:
        return [self.value(part) for part in trees(tree)]

    def _object(self, tree: Node, place: Place) -> Data:
        entries: dict[str, Value] = {}
        for element in trees(tree):
            key, expression = trees(element)
            found = self.value(expression)
            entries[self._key(trees(key)[0])] = found.at(place_in(self._file, key))
        return entries

    def _key(self, tree: Node) -> str:
        """Return a key of an object: a name means its own text."""
        while tree.data == "expr_term" and len(tree.children) == 1:  # not in parentheses
            tree = trees(tree)[0]
        if tree.data in ("identifier", "keyword", "literal_value"):
            return str(tree.children[0])
        return resolved(key_text(self.value(tree)))

    def _conditional(self, tree: Node, place: Place) -> Data:
        condition, positive, negative = trees(tree)
        return self.value(positive if resolved(truth(self.value(condition))) else negative).data

    def _binary(self, tree: Node, place: Place) -> Data:
        left_tree, term = trees(tree)[:2]
        symbol, right_tree = trees(term)[:2]
        kind = str(getattr(symbol.children[0], "type", ""))
        left, right = self.value(left_tree), self.value(right_tree)
        if kind in ("DOUBLE_AMP", "DOUBLE_PIPE"):
            return logical(kind == "DOUBLE_PIPE", left, right)
        resolved_all([left, right])
        if kind in ("DOUBLE_EQ", "NEQ"):
            return equal(left, right) == (kind == "DOUBLE_EQ")
        return arithmetic(kind, left, right)

    def _unary(self, tree: Node, place: Place) -> Data:
        (value,) = resolved_all([self.value(trees(tree)[0])])
        if str(tree.children[0]) == "!":
            return not resolved(truth(value))
        return arithmetic("MINUS", Value(0, place), value)

    def _call(self, tree: Node, place: Place) -> Value:
        name = "::".join(str(part.children[0]) for part in trees(tree) if part.data == "identifier")
        values = self._arguments(next((part for part in trees(tree) if part.data == "arguments"), None))
        found = call(name, values if name in HANDLES_OPEN else resolved_all(values), place, self._scope.names.read_file)
        self._scope.names.spend(len(found.data) // 50 if isinstance(found.data, str | list | dict) else 1)
        return found

    def _arguments(self, tree: Node | None) -> list[Value]:
        values = [self.value(part) for part in trees(tree)] if tree else []
        if tree and values and "..." in map(str, tree.children):
            *values, last = values
            values += [last] if isinstance(last.data, Unresolved) else last.items()
        return values

    def _for_tuple(self, tree: Node, place: Place) -> Data:
        intro, result, *conditions = trees(tree)
        return [inner.value(result) for inner in self._iterations(intro, conditions)]

    def _for_object(self, tree: Node, place: Place) -> Data:
        intro, key_tree, result, *conditions = trees(tree)
        is_grouped = "..." in map(str, tree.children)
        found: dict[str, Value] = {}
        for inner in self._iterations(intro, conditions):
            key, value = resolved(key_text(inner.value(key_tree))), inner.value(result)
            if is_grouped:
                value = Value([*(found[key].items() if key in found else ()), value], place)
            found[key] = value
        return found

    def _iterations(self, intro: Node, conditions: Sequence[Node]) -> Iterator[_Evaluator]:
        """Yield an evaluator for each item of a `for` expression that satisfies its condition."""
        *names, collection = trees(intro)
        for key, value in resolved(pairs_of(self.value(collection))):
            known = (key, value) if len(names) == 2 else (value,)
            local = {str(name.children[0]): part for name, part in zip(names, known, strict=False)}
            inner = _Evaluator(self._scope.with_local(**local), self._file)
            if all(resolved(truth(inner.value(trees(condition)[0]))) for condition in conditions):
                yield inner


def _float(text: str) -> float | Invalid:
    number = parse_float(text)
    return number if math.isfinite(number) else Invalid(f"the number {text} is too large")


_LITERALS = {"true": True, "false": False, "null": None}
_DIRECTIVE = "directives in templates are not supported"
_TRAVERSALS = ("get_attr_expr_term", "index_expr_term", "attr_splat_expr_term", "full_splat_expr_term")
_METHODS: Mapping[Any, Callable[[_Evaluator, Node, Place], Value | Data]] = {
    "expr_term": lambda self, tree, place: self.value(trees(tree)[0]),
    **dict.fromkeys(("identifier", *_TRAVERSALS), _Evaluator._traversal),
    "literal_value": lambda self, tree, place: _LITERALS[str(tree.children[0])],
    "int_lit": lambda self, tree, place: parse_integer(str(tree.children[0])),
    "float_lit": lambda self, tree, place: _float(str(tree.children[0])),
    "string": _Evaluator._string,
    "heredoc_template": _Evaluator._heredoc,
    "heredoc_template_trim": _Evaluator._heredoc,
    "tuple": _Evaluator._tuple,
    "object": _Evaluator._object,
    "conditional": _Evaluator._conditional,
    "binary_op": _Evaluator._binary,
    "unary_op": _Evaluator._unary,
    "function_call": _Evaluator._call,
    "for_tuple_expr": _Evaluator._for_tuple,
    "for_object_expr": _Evaluator._for_object,
}
