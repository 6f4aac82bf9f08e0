"""Read items from CSV: the header has the names of the attributes, and an empty cell is an absent attribute."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from string import whitespace
from typing import Any, BinaryIO

from ...config.node_values import INVALID
from ...errors import Problem
from ...schema.limits import ITEM_BYTES
from ..seed_placeholders import is_time
from ..seed_values import ItemConverter
from .json_values import DECODER
from .reader_types import Entry, FileContext, FileItem, Fixed, Section

_DELIMITERS = ",;\t"
_BOOLEANS = {"true": True, "false": False}
_OF_JSON: Mapping[str, type[list[Any]] | type[dict[str, Any]]] = {
    "SS": list,
    "NS": list,
    "BS": list,
    "L": list,
    "M": dict,
}
TYPES = ("S", "N", "B", "BOOL", *_OF_JSON)
"""The types that a column can have."""


def read_csv(context: FileContext, file: BinaryIO) -> Iterator[Entry]:
    """Yield the items of a CSV file."""
    csv.field_size_limit(max(csv.field_size_limit(), 6 * ITEM_BYTES))
    rows = _rows(context, _lines(context, file))
    line, names = next(rows)
    _check_header(context, line, names)
    declared = context.tables.get(context.default_table, {})
    types = [context.column_types.get(name) or declared.get(name) for name in names]
    yield Section(None, context.at(), columns=names)
    for line, cells in rows:
        if len(cells) != len(names):
            hint = 'quote a value that contains the delimiter: "a,b"' if len(cells) > len(names) else ""
            cell = "cell" if len(cells) == 1 else "cells"
            raise context.invalid(f"{len(cells)} {cell}: expected {len(names)}, as in the header", hint, line)
        yield _item(context, line, list(zip(names, types, cells, strict=True)))


def _rows(context: FileContext, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, with the numbers of their first lines."""
    blank, first = next((number, line) for number, line in enumerate(lines) if line.strip(whitespace))
    delimiter = max(_DELIMITERS, key=first.count)  # of those that are equally frequent, the first
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    line = blank + 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = blank + reader.line_num + 1
    except csv.Error as error:
        if "new-line" in str(error):
            raise context.invalid("lines end with CR alone", "save the file with LF or CRLF", line) from None
        raise context.invalid(f"invalid CSV: {error}", 'write " in a quoted value as ""', line) from None


def _lines(context: FileContext, file: BinaryIO) -> Iterator[str]:
    for number, line in context.lines(file):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise context.not_utf8(number) from None


def _check_header(context: FileContext, line: int, names: Sequence[str]) -> None:
    if "" in names:
        hint = "write the name of an attribute"
        raise context.invalid(f"column {names.index('') + 1} has no name", hint, line)
    if len(set(names)) < len(names):
        name = next(name for name in names if names.count(name) > 1)
        raise context.invalid(f"two columns are named {name!r}", "keep one of them", line)


def _item(context: FileContext, line: int, columns: Sequence[tuple[str, str | None, str]]) -> FileItem:
    place = context.at(line)
    item: dict[str, Any] = {}
    problems = []
    for name, type, cell in columns:
        if cell == "":
            continue
        try:
            kind = type or ("N" if is_time(cell) else "S")
            item[name] = {kind: _value(kind, cell)}
        except ValueError as error:
            item[name] = INVALID
            problems.append(Problem(*place, f"column {name!r}: invalid value {cell[:60]!r} of type {type}", str(error)))
    return FileItem(item, Fixed(place), problems)


def _value(type: str, cell: str) -> Any:
    """Return the content of a typed value.

    Raises:
        ValueError: the cell has another form; the message is what is expected.
    """
    if type == "BOOL":
        if cell.lower() not in _BOOLEANS:
            raise ValueError("expected true or false")
        return _BOOLEANS[cell.lower()]
    if (container := _OF_JSON.get(type)) is None:
        return cell
    expected = f"expected a JSON {'list' if container is list else 'object'}"
    try:
        value = DECODER.decode(cell)
    except (ValueError, RecursionError):
        raise ValueError(expected) from None
    if not isinstance(value, container):
        raise ValueError(expected)
    if type in ("L", "M"):
        converter = ItemConverter(typed=False)
        item = converter.attributes({"value": value}, ())
        if converter.findings:
            raise ValueError(converter.findings[0].message)
        return item["value"][type]
    return value
