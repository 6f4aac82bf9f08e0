"""Convert the items of seed files to DynamoDB's typed form, and report the values that DynamoDB rejects.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Container, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from yaml.nodes import Node, ScalarNode

from ..config.finding import Finding, Step, ValuePath
from ..config.node_values import HALF_PAIR, SURROGATE, Invalid, NodeReader
from ..schema.limits import NESTING_LEVELS
from .numbers import number_text
from .seed_placeholders import PlaceholderError, Placeholders

Typed: TypeAlias = dict[str, Any]

_EXPECTED: Mapping[str, str] = {
    "S": "a string",
    "N": 'a number, such as "1.5"',
    "B": "a string in base64",
    "BOOL": "true or false",
    "NULL": "true",
    "SS": "a list of strings",
    "NS": "a list of numbers",
    "BS": "a list of strings in base64",
    "L": "a list of typed values",
    "M": "a map of typed values",
}

TYPES = frozenset(_EXPECTED)
"""The types of values."""


class SeedNodeReader(NodeReader):
    """Reads the nodes of a seed file: numbers keep every digit, and `${NAME}` is ordinary text."""

    def read(self, root: Node) -> Any:
        """Return the plain data of a document."""
        return self.value(root)

    def number(self, node: ScalarNode, kind: str) -> Decimal | Invalid:
        """Return the value of a number."""
        try:
            number_text(number := Decimal(node.value.lower().replace(".inf", "inf").replace(".nan", "nan")))
        except (ValueError, InvalidOperation) as error:
            reason = "not a number" if isinstance(error, InvalidOperation) else error
            return self.report(node, f"unsupported number {_shown(node.value)}: {reason}", "quote it to store a string")
        return number

    def substitute(self, node: ScalarNode) -> str:
        """Return the string."""
        return str(node.value)


def is_typed(item: Mapping[str, Any], hash_key: str) -> bool:
    """Return whether an item is in DynamoDB's form, where also the value of the HASH key is a map."""
    if hash_key in item:
        return isinstance(item[hash_key], dict)
    return bool(item) and all(isinstance(value, dict) for value in item.values())


class ItemConverter:
    """Converts items to the typed form, and collects the problems of their values.

    Args:
        typed: whether the items have that form already.
        placeholders: replaces those in the values; by default, they are text.
        keys: the attributes of the primary key.
    """

    def __init__(
        self, *, typed: bool, placeholders: Placeholders | None = None, keys: Container[Step] = frozenset()
    ) -> None:
        self._convert_value = self._typed if typed else self._plain
        self._placeholders, self._keys = placeholders, keys
        self.findings: list[Finding] = []

    def attributes(self, raw: Mapping[str, Any], path: ValuePath, level: int = 0) -> dict[str, Typed]:
        """Return the attributes of an item, or of a map within it, without those that are invalid.

        Args:
            raw: the values by name.
            path: of the item or map.
            level: in how many lists and maps it is.
        """
        if "" in raw:
            self._report((*path, ""), "empty attribute name", "write a name")
        for name in raw:
            if not name.isascii() and SURROGATE.search(name):
                self._report(path, *HALF_PAIR)
        converted = {name: self._convert(value, (*path, name), level) for name, value in raw.items()}
        return {name: value for name, value in converted.items() if value is not None}

    def _elements(self, raw: list[Any], path: ValuePath, level: int) -> list[Typed]:
        converted = (self._convert(value, (*path, number), level) for number, value in enumerate(raw))
        return [value for value in converted if value is not None]

    def _convert(self, value: Any, path: ValuePath, level: int) -> Typed | None:
        if level < NESTING_LEVELS:
            return self._convert_value(value, path, level)
        self._report(path, f"nested more than {NESTING_LEVELS} levels deep")
        return None

    def _plain(self, value: Any, path: ValuePath, level: int) -> Typed | None:
        match value:
            case None:
                return {"NULL": True}
            case bool():
                return {"BOOL": value}
            case Decimal():
                return self._number(value, path)
            case str():
                return self._text(value, path)
            case _:
                return self._container(value, path, level)

    def _number(self, value: Decimal, path: ValuePath) -> Typed | None:
        try:
            return {"N": number_text(value)}
        except ValueError as error:
            self._report(path, f"unsupported number {_shown(value)}: {error}", "quote it to store a string")
            return None

    def _text(self, text: str, path: ValuePath) -> Typed | None:
        value = self._replaced(text, path)
        if value is None or isinstance(value, Decimal):
            return None if value is None else {"N": str(value)}
        return {"S": value}

    def _replaced(self, text: str, path: ValuePath) -> str | Decimal | None:
        """Return a text with the values of its placeholders; `None` if it is invalid."""
        if not text.isascii() and SURROGATE.search(text):
            self._report(path, *HALF_PAIR)
            return None
        if self._placeholders is None or "${" not in text:
            return text
        try:
            return self._placeholders.replace(text, path, in_key=path[0] in self._keys)
        except PlaceholderError as error:
            self._report(path, str(error), "write $${...} for text that looks like it")
            return None

    def _container(self, value: Any, path: ValuePath, level: int) -> Typed | None:
        match value:
            case list():
                return {"L": self._elements(value, path, level + 1)}
            case dict():
                return {"M": self.attributes(value, path, level + 1)}
            case _:
                return None  # a value that could not be read, which is reported

    def _typed(self, raw: Any, path: ValuePath, level: int) -> Typed | None:
        if isinstance(raw, Invalid):
            return None
        if not isinstance(raw, dict) or len(raw) != 1 or not raw.keys() <= _EXPECTED.keys():
            hint = 'expected one type with its value, such as {"S": "text"} or {"N": "1"}'
            self._report(path, f"invalid typed value {_shown(raw)}", hint)
            return None
        ((kind, value),) = raw.items()
        return self._value(kind, value, (*path, kind), level)

    def _value(self, kind: str, value: Any, path: ValuePath, level: int) -> Typed | None:
        if isinstance(value, str):
            if (replaced := self._replaced(value, path)) is None:
                return None
            value = str(replaced)
        match kind, value:
            case ("S", str()) | ("BOOL", bool()) | ("NULL", True):
                return {kind: value}
            case ("L", list()) | ("M", dict()):
                return self._container(value, path, level)
            case (("SS" | "NS" | "BS"), list()):
                return self._set(kind, value, path)
            case ("N", str() | Decimal()) | ("B", str()):
                return self._encoded(kind, value, path)
        if not isinstance(value, Invalid):
            self._report(path, f"invalid value {_shown(value)} of type {kind}", f"expected {_EXPECTED[kind]}")
        return None

    def _encoded(self, kind: str, value: str | Decimal, path: ValuePath) -> Typed | None:
        try:
            return {kind: number_text(value) if kind == "N" else _base64(str(value))}
        except ValueError as error:
            self._report(path, f"invalid value {_shown(value)} of type {kind}: {error}", f"expected {_EXPECTED[kind]}")
            return None

    def _set(self, kind: str, values: list[Any], path: ValuePath) -> Typed | None:
        typed = [self._typed({kind[0]: value}, (*path, number), 0) for number, value in enumerate(values)]
        elements = [part[kind[0]] for part in typed if part is not None]
        if not values or len(set(elements)) < len(elements):
            empty, repeated = ("is empty", "omit the attribute"), ("has a duplicate element", "remove the duplicate")
            problem, hint = repeated if values else empty
            self._report(path, f"the set {problem}", hint)
            return None
        return {kind: elements}

    def _report(self, path: ValuePath, message: str, hint: str | None = None) -> None:
        self.findings.append(Finding(path, message, hint))


def _base64(text: str) -> str:
    """Return base64 in the one form that DynamoDB returns."""
    return b64encode(b64decode(text, validate=True)).decode()


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
