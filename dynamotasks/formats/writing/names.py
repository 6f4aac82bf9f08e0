"""Make unique identifiers of the names of tables, indexes and attributes."""

from __future__ import annotations

import re
from collections.abc import Collection


class Identifiers:
    """Makes identifiers; none of them is returned twice.

    Args:
        reserved: identifiers that have another meaning.
        separator: goes between an identifier and the number that makes it unique.
    """

    def __init__(self, reserved: Collection[str] = (), separator: str = "_") -> None:
        self._used = set(reserved)
        self._separator = separator

    def unique(self, identifier: str) -> str:
        """Return an identifier, with a number if it is used already."""
        found, number = identifier, 1
        while found in self._used:
            number += 1
            found = f"{identifier}{self._separator}{number}"
        self._used.add(found)
        return found


def camel_case(name: str, default: str = "Table") -> str:
    """Return the letters and digits of a name, as in `OrderItems`; the default, or after it, if no letter is first."""
    joined = "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", name))
    return joined if joined[:1].isalpha() else default + joined


def snake_case(name: str, default: str) -> str:
    """Return the letters, digits and underscores of a name; the default before it if no letter is first."""
    joined = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
    return joined if joined[:1].isalpha() else f"{default}_{joined}".rstrip("_")
