"""Operations on the items of a table, for plans that are shown: `data` carries them out."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Operation, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyItems(Operation):
    """Copy the items of a table to a file."""

    items: int
    file: str

    sign = Sign.WAIT
    makes = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreItems(Operation):
    """Write copied items to a table and verify them."""

    items: int

    sign = Sign.WAIT
    makes = ()
