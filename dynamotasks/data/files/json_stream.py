"""Read the values of a JSON document one after another, so that only one of them is in memory."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import replace
from typing import Any, BinaryIO, NamedTuple

from ...config.positions import Place
from ...config.syntax_errors import json_problem
from ...errors import Problem
from .json_values import DECODER, InexactError, read_exactly
from .reader_types import FileContext, InvalidFileError

_CHUNK = 256 * 1024
_MAX_VALUE = 16 * 1024 * 1024  # characters; more than `MAX_LINE`, because JSON can be indented
_NUMBERS_AS_TEXT = json.JSONDecoder(parse_int=str, parse_float=str)
_TOKEN = 64  # characters; a syntax error farther from the end of the text is not caused by it
_SPACE = re.compile(r"[ \t\n\r]*")


class JsonValue(NamedTuple):
    """A value with its text, its place and the problems of what cannot be read in it."""

    value: Any
    text: str
    place: Place
    problems: tuple[Problem, ...] = ()


class JsonStream:
    """A JSON document that is read from its beginning to its end.

    Args:
        context: of the file.
        file: its content in UTF-8.
    """

    def __init__(self, context: FileContext, file: BinaryIO) -> None:
        self._context, self._file = context, file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at = "", 0
        self._line, self._line_begin = 1, 0
        self._chunk = _CHUNK

    @property
    def place(self) -> Place:
        """The place of the next character."""
        return self._context.at(self._line, self._at - self._line_begin + 1)

    def peek(self) -> str:
        """Return the first character of the next token; an empty string at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._advance(space.end() if space else self._at)
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, expected: str) -> None:
        """Skip a delimiter.

        Raises:
            InvalidFileError: something else follows.
        """
        if self.peek() != expected:
            raise self._invalid(json.JSONDecodeError(f"Expecting '{expected}' delimiter", self._text, self._at))
        self._advance(self._at + 1)

    def end(self) -> None:
        """Require the end of the document.

        Raises:
            InvalidFileError: something follows.
        """
        if self.peek():
            raise self._invalid(json.JSONDecodeError("Extra data", self._text, self._at))

    def key(self) -> JsonValue:
        """Return the next key of a map.

        Raises:
            InvalidFileError: it is not a string.
        """
        if self.peek() != '"':
            message = "Expecting property name enclosed in double quotes"
            raise self._invalid(json.JSONDecodeError(message, self._text, self._at))
        return self.value()

    def value(self) -> JsonValue:
        """Return the next value.

        Raises:
            InvalidFileError: it is not valid JSON.
        """
        self.peek()
        value, end, problems = self._decode()
        found = JsonValue(value, self._text[self._at : end], self.place, problems)
        self._advance(end)
        return found

    def _decode(self) -> tuple[Any, int, tuple[Problem, ...]]:
        """Return the next value, its end in the text and its problems."""
        try:
            value, end = self._read_with(DECODER)
        except InexactError:
            _, end = self._read_with(_NUMBERS_AS_TEXT)
            value, problems = read_exactly(self._text[self._at : end], self.place)
            return value, end, tuple(problems)
        return value, end, ()

    def _read_with(self, decoder: json.JSONDecoder) -> tuple[Any, int]:
        """Return the next value and its end, after reading as much of the file as the value needs."""
        while True:
            try:
                value, end = decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._is_final(error) or not self._more():
                    raise self._invalid(error) from None
            except RecursionError:
                raise self._context.invalid("nested too deeply", "", *self.place[1:]) from None
            else:
                if end < len(self._text) or not self._more():  # a number at the end may continue
                    return value, end

    def _is_final(self, error: json.JSONDecodeError) -> bool:
        """Return whether an error remains whatever follows the text."""
        if len(self._text) - self._at > _MAX_VALUE:
            return True
        return error.pos < len(self._text) - _TOKEN and not error.msg.startswith("Unterminated string")

    def _invalid(self, error: json.JSONDecodeError) -> InvalidFileError:
        breaks = self._text.count("\n", self._at, error.pos)
        begin = self._text.rindex("\n", self._at, error.pos) + 1 if breaks else self._line_begin
        problem = json_problem(self._context.name, self._text, error)
        return InvalidFileError(replace(problem, line=self._line + breaks, column=error.pos - begin + 1))

    def _more(self) -> bool:
        """Read more text, twice as much as before if no value was complete; return whether there was any."""
        raw = self._file.read(self._chunk)
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            line = self._line + self._text.count("\n", self._at) + error.object.count(b"\n", 0, error.start)
            raise self._context.not_utf8(line) from None
        if not raw:
            return False
        self._chunk = min(2 * self._chunk, _MAX_VALUE) if self._at == 0 else _CHUNK
        self._text, self._line_begin = self._text[self._at :] + text, self._line_begin - self._at
        self._at = 0
        return True

    def _advance(self, to: int) -> None:
        if breaks := self._text.count("\n", self._at, to):
            self._line += breaks
            self._line_begin = self._text.rindex("\n", self._at, to) + 1
        self._at = to
