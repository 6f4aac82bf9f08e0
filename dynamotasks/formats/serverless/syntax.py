"""Parse the variables of the Serverless Framework in a string.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_KIND = re.compile(r"([a-z][A-Za-z0-9]*(?:\.[a-z0-9-]+)?)\s*(\(|:(?!:))")
# anything else, such as `${AWS::Region}` or `${!Literal}`, belongs to another tool
_OPENING = re.compile(r"\$\{\s*(?=[a-z][A-Za-z0-9]*(?:\.[a-z0-9-]+)?\s*(?:\(|:(?!:)))")
_SPECIAL = re.compile(r"\\?\$\{|[,)}]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_CONSTANTS = {"true": True, "false": False, "null": None}


class InvalidVariableError(Exception):
    """The text of a variable cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant, which a variable usually has as its last source."""

    data: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A source such as `self:custom.stage` or `file(tables.yml):orders`."""

    kind: str
    arguments: tuple[Template, ...]
    address: Template


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: the first of its sources that has a value counts.

    Attributes:
        text: what is between the braces.
    """

    text: str
    sources: tuple[Literal | Lookup | Variable, ...]


Template: TypeAlias = "tuple[str | Variable, ...]"


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Return the text and variables of a string.

    Raises:
        InvalidVariableError: a variable is not closed, or has no valid source.
    """
    return _Parser(text).template("")


def lookups(template: Template) -> Iterator[Lookup]:
    """Yield the sources in a string, also those within the arguments and addresses of others."""
    for part in template:
        if isinstance(part, Variable):
            for source in part.sources:
                yield from lookups((source,)) if isinstance(source, Variable) else _within(source)


def _within(source: Literal | Lookup) -> Iterator[Lookup]:
    if isinstance(source, Lookup):
        yield source
        for template in (source.address, *source.arguments):
            yield from lookups(template)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def template(self, stops: str) -> Template:
        """Return the parts up to one of the characters that end the template."""
        parts: list[str | Variable] = []
        start = self._at
        while (found := _SPECIAL.search(self._text, self._at)) is not None:
            if found[0] in stops:
                break
            self._at = found.start()
            if (opening := _OPENING.match(self._text, self._at)) is not None:
                parts.append(self._text[start : self._at])
                self._at = opening.end()
                parts.append(self._variable())
                start = self._at
            elif found[0] == "\\${":
                parts.append(self._text[start : self._at])
                start = self._at + 1
                self._at = found.end()
            else:
                self._at = self._end_of_foreign(found) if stops else found.end()
        self._at = found.start() if found else len(self._text)
        parts.append(self._text[start : self._at])
        return tuple(part for part in parts if part != "")

    def _end_of_foreign(self, found: re.Match[str]) -> int:
        """Return where the variable of another tool ends, of which the brace does not end ours."""
        end = self._text.find("}", found.end()) + 1
        return end if found[0] == "${" and end else found.end()

    def _variable(self) -> Variable:
        start = self._at
        sources = [self._source()]
        while self._next() == ",":
            self._at += 1
            sources.append(self._source())
        self._close("}")
        return Variable(self._text[start : self._at - 1].strip(), tuple(sources))

    def _source(self) -> Literal | Lookup | Variable:
        first = self._next()
        if first in ("'", '"'):
            return Literal(self._quoted(first))
        if (opening := _OPENING.match(self._text, self._at)) is not None:
            self._at = opening.end()
            return self._variable()
        if (kind := _KIND.match(self._text, self._at)) is None:
            return self._constant()
        self._at = kind.end()
        arguments: list[Template] = []
        if kind[2] == "(":
            arguments = self._arguments()
            if self._next() != ":":
                return Lookup(kind[1], tuple(arguments), ())
            self._at += 1
        return Lookup(kind[1], tuple(arguments), _stripped(self.template(",}")))

    def _arguments(self) -> list[Template]:
        arguments = [_stripped(self.template(",)"))]
        while self._next() == ",":
            self._at += 1
            arguments.append(_stripped(self.template(",)")))
        self._close(")")
        return arguments

    def _constant(self) -> Literal:
        start = self._at
        while self._next() not in (",", "}", ""):
            self._at += 1
        text = self._text[start : self._at].strip()
        if text in _CONSTANTS:
            return Literal(_CONSTANTS[text])
        if not _NUMBER.fullmatch(text) or len(text) > 30:
            raise InvalidVariableError(f"put quotes around {text[:50]!r}")
        return Literal(float(text) if "." in text else int(text))

    def _quoted(self, quote: str) -> str:
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            raise InvalidVariableError(f"a closing {quote} is missing")
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        return text

    def _next(self) -> str:
        """Return the next character that is not a space; an empty string at the end."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _close(self, bracket: str) -> None:
        if self._next() != bracket:
            raise InvalidVariableError(f"{bracket!r} is missing")
        self._at += 1


def _stripped(template: Template) -> Template:
    """Return an address or argument without the spaces or quotes around it."""
    parts = list(template)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    if len(parts) == 1 and isinstance(parts[0], str) and len(parts[0]) > 1 and parts[0][0] == parts[0][-1] in "'\"":
        parts[0] = parts[0][1:-1]
    return tuple(part for part in parts if part != "")
