"""The progress of a bulk operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Transferred:
    """The items of a table that are done so far.

    Attributes:
        table: the physical name.
        done: the number of items.
        total: the number of all items; `None` if it is not known.
    """

    table: str
    done: int
    total: int | None = None


OnTransfer: TypeAlias = Callable[[Transferred], None]
