"""What the readers of item files take and return: a file, and items with their places in sections of one table each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from ...config.finding import ValuePath
from ...config.positions import Locator, Place
from ...config.source import display_name
from ...errors import Problem

MAX_LINE = 4 * 1024 * 1024
"""Bytes of a line: an item of 400 KB can have 3.2 MB of JSON."""
BOM = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8."""


class Section(NamedTuple):
    """The items that follow it belong to one table.

    Attributes:
        table: the name that the file has for it; `None` if it has none.
        place: where the section begins.
        has_placeholders: whether `${now}` and `${uuid}` are replaced: only in files that people write.
        columns: of CSV.
    """

    table: str | None
    place: Place
    has_placeholders: bool = True
    columns: Sequence[str] = ()


class FileItem(NamedTuple):
    """An item.

    Attributes:
        raw: a map of plain values, with numbers as `Decimal`, or of DynamoDB's typed values; anything else is a
            mistake in the file. Values that cannot be read are `INVALID`.
        locator: finds the place of a value of the item by its path.
        problems: of the values that cannot be read.
    """

    raw: Any
    locator: Locator
    problems: Sequence[Problem] = ()


Entry: TypeAlias = Section | FileItem


class InvalidFileError(Exception):
    """A file cannot be read to its end."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True)
class FileContext:
    """A file of items, with the tables that the items may belong to.

    Attributes:
        path: of the file.
        tables: the types of the declared attributes, by the names of the tables that the items may belong to.
        table: that the items belong to if the file does not name one; by default, the one that it is named after.
        column_types: of CSV columns; they override those of the table.
    """

    path: Path
    tables: Mapping[str, Mapping[str, str]]
    table: str | None
    column_types: Mapping[str, str]

    @cached_property
    def name(self) -> str:
        """The name of the file in messages."""
        return display_name(self.path)

    @property
    def default_table(self) -> str:
        """The table that takes the items of a file that does not name one."""
        return self.table or Path(self.path.name.removesuffix(".gz")).stem

    def at(self, line: int = 1, column: int = 1) -> Place:
        """Return a place in the file."""
        return Place(self.name, line, column)

    def invalid(self, message: str, hint: str = "", line: int = 1, column: int = 1) -> InvalidFileError:
        """Return the error that ends the reading of the file."""
        return InvalidFileError(Problem(self.name, line, column, message, hint))

    def not_utf8(self, line: int) -> InvalidFileError:
        """Return the error about a line that is not valid UTF-8."""
        return self.invalid("not valid UTF-8", "save the file as UTF-8", line)

    def lines(self, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of the content with their numbers, without a byte order mark.

        Raises:
            InvalidFileError: a line has `MAX_LINE` bytes or more.
        """
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE:
                raise self.invalid(f"the line is longer than {MAX_LINE // 1024**2} MB", "write one item a line", number)
            yield number, line.removeprefix(BOM) if number == 1 else line


class Fixed:
    """The locator of an item whose values have one place."""

    __slots__ = ("_place",)

    def __init__(self, place: Place) -> None:
        self._place = place

    def of(self, path: ValuePath) -> Place:
        """Return the place."""
        return self._place
