"""Read JSON Lines: one item per line, plain or typed, or as an export to S3 writes it (`{"Item": {...}}`).

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from ...config.node_values import INVALID, Invalid
from ...config.syntax_errors import json_problem
from ...errors import Problem
from .json_values import DECODER, InexactError, JsonLocator, read_exactly
from .reader_types import Entry, FileContext, FileItem, InvalidFileError, Section

_KEY_END = b'":'
_HINT = "each line must be one JSON object"


def read_lines(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a file with one item on each line."""
    yield Section(None, context.at())
    for number, line in _lines(context, file):
        item = _item(context, number, line)
        if is_exported(item.raw):
            raise context.invalid("mixed formats: a line of an S3 export among other items", _HINT, number)
        yield item


def read_exported_lines(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a data file of an export to S3, which have typed values."""
    import orjson

    yield Section(None, context.at(), has_placeholders=False)
    for number, line in _lines(context, file):
        problems: Sequence[Problem] = ()
        try:
            value = orjson.loads(line)
            is_exact = orjson.dumps(value).count(_KEY_END) == line.count(_KEY_END)  # otherwise perhaps a duplicate key
        except (ValueError, TypeError):
            is_exact = False
        if not is_exact:
            value, _, problems = _item(context, number, line)
        if not isinstance(value, Invalid) and (not isinstance(value, dict) or value.keys() != {"Item"}):
            hint = 'expected {"Item": {...}}, as on the lines before'
            raise context.invalid("mixed formats: not a line of an S3 export", hint, number)
        item = INVALID if isinstance(value, Invalid) else value["Item"]
        yield FileItem(item, JsonLocator(line, context.at(number), ("Item",)), problems)


def is_exported(value: Any) -> bool:
    """Return whether a value has the form of a line of an export to S3."""
    item = value.get("Item") if isinstance(value, dict) and len(value) == 1 else None
    return isinstance(item, dict) and all(isinstance(typed, dict) and len(typed) == 1 for typed in item.values())


def _lines(context: FileContext, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    return ((number, line) for number, line in context.lines(file) if not line.isspace())


def _item(context: FileContext, number: int, line: bytes) -> FileItem:
    place = context.at(number)
    try:
        text = line.decode().strip(" \t\r\n")
        return FileItem(DECODER.decode(text), JsonLocator(text, place))
    except UnicodeDecodeError:
        raise context.not_utf8(number) from None
    except InexactError:
        pass
    except json.JSONDecodeError as error:
        raise _invalid(context, number, text, error) from None
    except RecursionError:
        raise context.invalid("nested too deeply", "", number) from None
    try:
        value, problems = read_exactly(text, place)
    except json.JSONDecodeError as error:
        raise _invalid(context, number, text, error) from None
    return FileItem(value if isinstance(value, dict) else INVALID, JsonLocator(text, place), problems)


def _invalid(context: FileContext, number: int, text: str, error: json.JSONDecodeError) -> InvalidFileError:
    problem = json_problem(context.name, text, error)
    hint = "the line is incomplete" if error.pos == len(text) else problem.hint or _HINT
    return InvalidFileError(replace(problem, line=number, hint=hint))
