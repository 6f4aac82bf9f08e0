"""Recognize known failures in the output of engines and their tools."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ..errors import Hint


class Cause(NamedTuple):
    """A known failure.

    Attributes:
        pattern: a regular expression of what is printed.
    """

    pattern: str
    what: str
    hint: Hint | str = ""


def find_cause(text: str, causes: Iterable[Cause]) -> Cause | None:
    """Return the first cause with a pattern that the text contains."""
    return next((cause for cause in causes if re.search(cause.pattern, text, re.IGNORECASE)), None)
