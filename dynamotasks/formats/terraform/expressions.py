"""Evaluate expressions of HCL.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...config.positions import Place
from ...config.yaml12 import Substituted, parse_float, parse_integer
from ..value import Data, Unresolved, Value
from .functions import HANDLES_OPEN, call
from .operators import arithmetic, equal, logical
from .results import Invalid, invalid, key_text, pairs_of, text_of, truth
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
        if isinstance(expression.syntax, Value):
            value = expression.syntax if expression.literal else evaluator.json(expression.syntax)
        else:
            value = evaluator.value(expression.syntax)
        return Value(value.data, expression.place, value.repeated)


class _Evaluator:
    """Evaluates parse trees of one file."""

    def __init__(self, scope: Scope, file: str) -> None:
        self._scope = scope
        self._file = file

    def value(self, tree: Node) -> Value:
        self._scope.names.spend()
        place = place_in(self._file, tree)
        if (method := _METHODS.get(tree.data)) is not None:
            found = method(self, tree, place)
            return found if isinstance(found, Value) else Value(found, place)
        if tree.data in _TRAVERSALS:
            return self._traversal(tree, place)
        return invalid(place, f"unsupported expression ({tree.data})")

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
        parts: list[Value] = []
        for part in split(text):
            match part:
                case Interpolation(source):
                    try:
                        found = self.value(parse_expression(source, place))
                    except TerraformSyntaxError as error:
                        found = invalid(place, error.problem.message)
                    parts.append(Value(found.data, place))
                case Directive():
                    parts.append(invalid(place, "directives in templates are not supported"))
                case str() if part:
                    parts.append(Value(part, place))
        return self._joined(parts, place)

    def _joined(self, parts: list[Value], place: Place) -> Value:
        if len(parts) == 1 and not isinstance(parts[0].data, str):
            return parts[0]
        texts = []
        for part in parts:
            if isinstance(part.data, Unresolved):
                return Value(part.data, place)
            text = text_of(part)
            if text is None:
                return invalid(place, "a template contains a value that is not text")
            texts.append(text)
        joined = "".join(texts)
        self._scope.names.spend(len(joined) // 100)
        return Value(Substituted(joined), place)

    def _string(self, tree: Node, place: Place) -> Value:
        parts: list[Value] = []
        for part in trees(tree):
            content: Any = part.children[0]
            if not hasattr(content, "data"):
                escaped = content.type != "STRING_CHARS"
                parts.append(Value(str(content)[1:] if escaped else unescaped(str(content)), place))
            elif content.data == "interpolation":
                parts.append(self.value(trees(content)[0]))
            else:
                return invalid(place, "directives in templates are not supported")
        return self._joined(parts, place)

    def _heredoc(self, tree: Node, place: Place) -> Value:
        return self._template(heredoc(str(tree.children[0])), place)

    def _term(self, tree: Node, place: Place) -> Value:
        parts = trees(tree)
        if len(parts) == 1 and parts[0].data not in ("identifier", *_TRAVERSALS):
            return self.value(parts[0])
        return self._traversal(tree, place)

    def _traversal(self, tree: Node, place: Place) -> Value:
        root, nodes = flatten(tree)
        steps = [self._step(node) for node in nodes]
        for step in steps:
            if isinstance(step, Index) and isinstance(step.key.data, Unresolved):
                return Value(step.key.data, place)
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
                return Index(self.value(trees(node)[0]))
        return Splat(tuple(self._step(part) for part in trees(node)))

    def _tuple(self, tree: Node, place: Place) -> Data:
        return [self.value(part) for part in trees(tree)]

    def _object(self, tree: Node, place: Place) -> Data:
        entries: dict[str, Value] = {}
        for element in trees(tree):
            key, expression = trees(element)
            name = self._key(trees(key)[0])
            if isinstance(name, Unresolved):
                return name
            found = self.value(expression)
            entries[name] = Value(found.data, place_in(self._file, key), found.repeated)
        return entries

    def _key(self, tree: Node) -> str | Unresolved:
        """Return a key of an object: a name means its own text."""
        while tree.data == "expr_term" and len(tree.children) == 1:
            tree = trees(tree)[0]
        if tree.data in ("identifier", "keyword", "literal_value"):
            return str(tree.children[0])
        return key_text(self.value(tree))

    def _conditional(self, tree: Node, place: Place) -> Data:
        condition, positive, negative = trees(tree)
        which = truth(self.value(condition))
        if isinstance(which, Unresolved):
            return which
        return self.value(positive if which else negative).data

    def _binary(self, tree: Node, place: Place) -> Data:
        left_tree, term = trees(tree)[:2]
        symbol, right_tree = trees(term)[:2]
        kind = str(getattr(symbol.children[0], "type", ""))
        left, right = self.value(left_tree), self.value(right_tree)
        if kind in ("DOUBLE_AMP", "DOUBLE_PIPE"):
            return logical(kind == "DOUBLE_PIPE", left, right)
        for part in (left, right):
            if isinstance(part.data, Unresolved):
                return part.data
        if kind in ("DOUBLE_EQ", "NEQ"):
            return equal(left, right) == (kind == "DOUBLE_EQ")
        return arithmetic(kind, left, right)

    def _unary(self, tree: Node, place: Place) -> Data:
        value = self.value(trees(tree)[0])
        if isinstance(value.data, Unresolved):
            return value.data
        if str(tree.children[0]) == "!":
            which = truth(value)
            return which if isinstance(which, Unresolved) else not which
        return arithmetic("MINUS", Value(0, place), value)

    def _call(self, tree: Node, place: Place) -> Value:
        names = [str(part.children[0]) for part in trees(tree) if part.data == "identifier"]
        arguments = [part for part in trees(tree) if part.data == "arguments"]
        values = [self.value(part) for part in (trees(arguments[0]) if arguments else ())]
        if arguments and any(str(part) == "..." for part in arguments[0].children) and values:
            *values, last = values
            values += [last] if isinstance(last.data, Unresolved) else last.items()
        name = "::".join(names)
        if name not in HANDLES_OPEN:
            for part in values:
                if isinstance(part.data, Unresolved):
                    return Value(part.data, place)
        found = call(name, values, place, self._scope.names.read_file)
        self._scope.names.spend(len(found.data) // 50 if isinstance(found.data, str | list | dict) else 1)
        return found

    def _for_tuple(self, tree: Node, place: Place) -> Data:
        intro, result, *others = trees(tree)
        found = []
        for scope in self._iterations(intro, others):
            if isinstance(scope, Unresolved):
                return scope
            found.append(scope.value(result))
        return found

    def _for_object(self, tree: Node, place: Place) -> Data:
        intro, key_tree, result, *others = trees(tree)
        grouped = any(str(part) == "..." for part in tree.children)
        found: dict[str, Value] = {}
        for scope in self._iterations(intro, others):
            if isinstance(scope, Unresolved):
                return scope
            key = key_text(scope.value(key_tree))
            if isinstance(key, Unresolved):
                return key
            value = scope.value(result)
            if grouped:
                known = found.get(key)
                value = Value([*(known.items() if known else ()), value], place)
            found[key] = value
        return found

    def _iterations(self, intro: Node, conditions: Sequence[Node]) -> Iterator[_Evaluator | Unresolved]:
        *names, collection = trees(intro)
        pairs = pairs_of(self.value(collection))
        if isinstance(pairs, Unresolved):
            yield pairs
            return
        for key, value in pairs:
            known = (key, value) if len(names) == 2 else (value,)
            local = {str(name.children[0]): part for name, part in zip(names, known, strict=False)}
            inner = _Evaluator(self._scope.with_local(**local), self._file)
            which = truth(inner.value(trees(conditions[0])[0])) if conditions else True
            if isinstance(which, Unresolved):
                yield which
            elif which:
                yield inner


_LITERALS = {"true": True, "false": False, "null": None}
_TRAVERSALS = ("get_attr_expr_term", "index_expr_term", "attr_splat_expr_term", "full_splat_expr_term")
_METHODS: Mapping[Any, Callable[[_Evaluator, Node, Place], Value | Data]] = {
    "expr_term": _Evaluator._term,
    "identifier": _Evaluator._traversal,
    "literal_value": lambda self, tree, place: _LITERALS[str(tree.children[0])],
    "int_lit": lambda self, tree, place: parse_integer(str(tree.children[0])),
    "float_lit": lambda self, tree, place: parse_float(str(tree.children[0])),
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
