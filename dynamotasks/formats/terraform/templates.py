"""Split the templates of heredocs and of JSON strings into text and expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_START = re.compile(r"(?:\$\$|%%|\$|%)\{")


@dataclass(frozen=True, slots=True)
class Interpolation:
    """The text of an expression between `${` and `}`."""

    text: str


@dataclass(frozen=True, slots=True)
class Directive:
    """The text of a directive between `%{` and `}`, such as `if`."""

    text: str


def split(text: str) -> Iterator[str | Interpolation | Directive]:
    """Yield the parts of a template."""
    start = 0
    while found := _START.search(text, start):
        at = found.start()
        if len(found[0]) == 3:  # `$${` is the text `${`
            yield text[start : at + 1]
            start = at + 2
            continue
        if (end := _closing(text, at + 2)) < 0:
            break
        yield text[start:at]
        content = text[at + 2 : end].strip("~ \t")
        yield Interpolation(content) if text[at] == "$" else Directive(content)
        start = end + 1
    yield text[start:]


def heredoc(token: str) -> str:
    """Return the content of a heredoc, without the indentation that `<<-` removes."""
    first, _, rest = token.partition("\n")
    rest = rest.rstrip("\r\n")
    content = rest[: rest.rfind("\n") + 1]
    if not first.startswith("<<-"):
        return content
    lines = content.split("\n")
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    return "\n".join(line[min(indents, default=0) :] for line in lines)


def unescaped(text: str) -> str:
    """Return the text of a quoted string."""
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if digits := found[1] or found[2]:
        number = int(digits, 16)
        return chr(number) if number <= 0x10FFFF else found[0]
    return _LETTERS.get(found[3], found[3])


def _closing(text: str, position: int) -> int:
    """Return the position of the brace that closes an expression; -1 if it is open."""
    depth, quoted = 0, False
    while position < len(text):
        character = text[position]
        if quoted and character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == "{" and not quoted:
            depth += 1
        elif character == "}" and not quoted:
            if depth == 0:
                return position
            depth -= 1
        position += 1
    return -1
