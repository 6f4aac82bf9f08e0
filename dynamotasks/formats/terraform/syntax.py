"""Parse Terraform files, in HCL or JSON, into blocks and attributes with their places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ...config.json_nodes import compose_json
from ...config.node_values import UnreadableError
from ...config.positions import Place
from ...config.source import FileKind, display_name, read_text
from ...config.syntax_errors import json_problem
from ...errors import Problem
from ..documents import NodeValues
from ..value import Value

if TYPE_CHECKING:
    from lark import Token, Tree

    Node: TypeAlias = Tree[Token]
else:
    Node = Any

_FILE = FileKind("Terraform file", "declare an aws_dynamodb_table")
_MAX_CHARACTERS = 1_000_000  # about 4 seconds
_INSTALL = "install it with: pip install 'dynamotasks[terraform]'"
# how many labels a block of the top level has
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression.

    Attributes:
        syntax: a parse tree of HCL; in JSON, a value with templates in its strings.
        place: of the attribute.
        literal: whether strings of JSON are plain text.
    """

    syntax: Node | Value
    place: Place
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The content of a block or a file. Attributes that are repeated are problems; the first one counts."""

    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """A block, such as `resource "aws_dynamodb_table" "orders" { ... }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    place: Place


class TerraformSyntaxError(Exception):
    """A file is not valid."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_file(path: Path) -> Body:
    """Return the content of a file.

    Raises:
        TerraformSyntaxError: the syntax is invalid, the file cannot be read, or python-hcl2 is not installed.
    """
    file, text = _text(path)
    if not path.name.endswith(".json"):
        return _Reader(file).body(_parsed(text, file))
    found = Body()
    for kind, value in _json(file, text).entries():
        found.blocks.extend(_json_blocks(kind, value, (), _LABELS.get(kind, 0)))
    return found


def parse_values(path: Path) -> dict[str, Expression]:
    """Return the values of variables in a `*.tfvars` or `*.tfvars.json` file.

    Raises:
        TerraformSyntaxError: as for `parse_file`.
    """
    file, text = _text(path)
    if path.name.endswith(".json"):
        return _json_content(_json(file, text), literal=True).attributes
    return _Reader(file).body(_parsed(text, file)).attributes


def _text(path: Path) -> tuple[str, str]:
    """Return the name of a file in messages, and its content."""
    file = display_name(path)
    try:
        return file, read_text(path, _FILE)
    except UnreadableError as error:
        raise TerraformSyntaxError(Problem(file, 1, 1, error.message, error.hint or "")) from None


def parse_expression(text: str, place: Place) -> Node:
    """Return the parse tree of an expression in a template, a value of a variable or a type.

    Raises:
        TerraformSyntaxError: the syntax is invalid.
    """
    try:
        body = _parsed(f"_ = {text}", place.file)
    except TerraformSyntaxError as error:
        problem = Problem(*place, f"invalid expression: {text[:60]!r}", error.problem.hint)
        raise TerraformSyntaxError(problem) from None
    attributes = [part for part in trees(body) if part.data == "attribute"]
    if len(attributes) != 1:
        raise TerraformSyntaxError(Problem(*place, f"invalid expression: {text[:60]!r}"))
    return trees(attributes[0])[-1]


def unwrapped(tree: Node) -> Node:
    """Return an expression without the terms, and parentheses, around it."""
    while tree.data == "expr_term" and len(trees(tree)) == 1:
        (tree,) = trees(tree)
    return tree


def trees(tree: Any) -> list[Node]:
    """Return the parts of a parse tree without its tokens, line ends and comments."""
    return [part for part in tree.children if hasattr(part, "data") and part.data != "new_line_or_comment"]


def place_in(file: str, node: Any) -> Place:
    """Return the place of a node of a parse tree."""
    at = getattr(node, "meta", node)
    line, column = getattr(at, "line", None), getattr(at, "column", None)
    return Place(file, line or 1, column or 1)


def _parsed(text: str, file: str) -> Node:
    try:
        import hcl2
        from lark.exceptions import LarkError, UnexpectedInput
    except ModuleNotFoundError:
        message = "reading Terraform files requires the package python-hcl2"
        raise TerraformSyntaxError(Problem(file, 1, 1, message, _INSTALL)) from None
    if len(text) > _MAX_CHARACTERS:
        message = f"the file is too large: the maximum for HCL is {_MAX_CHARACTERS:,} characters"
        raise TerraformSyntaxError(Problem(file, 1, 1, message, "specify the output of `terraform show -json`"))
    try:
        return hcl2.parses_to_tree(text).children[0]
    except UnexpectedInput as error:
        line, column = max(getattr(error, "line", 1), 1), max(getattr(error, "column", 1), 1)
        message, hint = _syntax_message(text, line, column), "run `terraform validate` for details"
        raise TerraformSyntaxError(Problem(file, line, column, message, hint)) from None
    except LarkError as error:
        raise TerraformSyntaxError(Problem(file, 1, 1, f"invalid Terraform syntax: {str(error)[:80]}")) from None


def _syntax_message(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    rest = lines[line - 1][column - 1 :].split() if line <= len(lines) else []
    where = f" at {rest[0][:40]!r}" if rest else ": unexpected end of file"
    return f"invalid Terraform syntax{where}"


class _Reader:
    """Turns parse trees of one file into bodies."""

    def __init__(self, file: str) -> None:
        self._file = file

    def body(self, tree: Any) -> Body:
        found = Body()
        for part in trees(tree):
            if part.data == "attribute":
                name, *_, expression = trees(part)
                place = place_in(self._file, name)
                found.attributes.setdefault(_word(name), Expression(expression, place))
            else:
                found.blocks.append(self._block(part))
        return found

    def _block(self, tree: Node) -> Block:
        *labels, body = trees(tree)
        kind, *others = (_word(label) for label in labels)
        return Block(kind, tuple(others), self.body(body), place_in(self._file, labels[0]))


def _word(tree: Node) -> str:
    """Return the text of an identifier, or of a string without templates."""
    if tree.data == "string":
        return "".join(str(part.children[0]) for part in trees(tree) if not hasattr(part.children[0], "data"))
    return str(tree.children[0])


def _json(file: str, text: str) -> Value:
    try:
        return NodeValues(file).value(compose_json(text))
    except json.JSONDecodeError as error:
        raise TerraformSyntaxError(json_problem(file, text, error)) from None


def _json_blocks(kind: str, value: Value, labels: tuple[str, ...], missing: int) -> Iterator[Block]:
    for part in value.items() if isinstance(value.data, list) else [value]:
        if missing == 0:
            yield Block(kind, labels, _json_content(part, literal=kind == "variable"), part.place)
            continue
        for label, inner in part.entries():
            yield from _json_blocks(kind, inner, (*labels, label), missing - 1)


def _json_content(value: Value, literal: bool = False) -> Body:
    found = Body()
    for name, part in value.entries():
        if name == "dynamic":
            found.blocks.extend(_dynamic_blocks(part))
        elif name != "//":
            found.attributes[name] = Expression(part, part.place, literal)
    return found


def _dynamic_blocks(value: Value) -> Iterator[Block]:
    for block in _json_blocks("dynamic", value, (), 1):
        attributes = dict(block.body.attributes)
        content = attributes.pop("content", None)
        inner: Sequence[Block] = ()
        if content is not None and isinstance(content.syntax, Value):
            inner = [Block("content", (), _json_content(content.syntax), content.place)]
        yield Block("dynamic", block.labels, Body(attributes, list(inner)), block.place)
