"""Read JSON values: numbers keep every digit, and every problem has its line and column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ...config.finding import ValuePath
from ...config.json_nodes import compose_json
from ...config.node_values import INVALID, UnreadableError
from ...config.positions import Place, Positions
from ...errors import Problem
from ..seed_values import SeedNodeReader


class InexactError(ValueError):
    """A value must be read by `read_exactly`: it has a duplicate key, or a number that is not finite or too large."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InexactError
    return found


def _constant(text: str) -> Decimal:
    raise InexactError


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise InexactError from None


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_number, parse_int=Decimal, parse_constant=_constant)
"""Decodes a value fast; raises `InexactError` for one that it would change."""


def read_exactly(text: str, place: Place) -> tuple[Any, Sequence[Problem]]:
    """Return the value of a valid JSON text, with `INVALID` in place of what cannot be read, and its problems.

    Args:
        text: of one value.
        place: where it begins in its file.
    """
    problems: list[Problem] = []
    try:
        value = SeedNodeReader(place.file, {}, problems).read(compose_json(text))
    except UnreadableError as error:
        value, problems = INVALID, [Problem(*place, error.message, error.hint or "")]
    except RecursionError:
        return INVALID, [Problem(*place, "nested too deeply", "")]
    return value, [_moved(problem, place) for problem in problems]


class JsonLocator:
    """Finds the values of an item in its JSON text.

    Args:
        text: valid JSON.
        place: where it begins in its file.
        prefix: the path of the item in it.
    """

    __slots__ = ("_place", "_prefix", "_text")

    def __init__(self, text: str | bytes, place: Place, prefix: ValuePath = ()) -> None:
        self._text, self._place, self._prefix = text, place, prefix

    def of(self, path: ValuePath) -> Place:
        """Return the place of a value or, if it does not exist, that of the last part of its path that does."""
        text = self._text if isinstance(self._text, str) else self._text.decode()
        try:
            found = Positions(self._place.file, compose_json(text)).of((*self._prefix, *path))
        except RecursionError:
            return self._place
        return Place(found.file, *_shifted(found.line, found.column, self._place))


def _shifted(line: int, column: int, place: Place) -> tuple[int, int]:
    return place.line + line - 1, column + (place.column - 1 if line == 1 else 0)


def _moved(problem: Problem, place: Place) -> Problem:
    line, column = _shifted(problem.line, problem.column, place)
    return replace(problem, line=line, column=column)
