"""Operations on whole tables and, for plans that are shown, on their items: `data` carries these out."""

from __future__ import annotations

from dataclasses import dataclass

from ...schema.live_table import Activity
from ...schema.serialization import Call, create_table_call
from ...schema.table_spec import TableSpec
from ..risks import Risk
from .base import Operation, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTable(Operation):
    """Create a table with its indexes and all settings that CreateTable accepts."""

    spec: TableSpec

    sign = Sign.ADD
    until_idle = True

    @property
    def call(self) -> Call:
        return create_table_call(self.spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTable(Operation):
    """Delete a table with its items.

    Attributes:
        is_exact: the number of items is current; AWS refreshes it about every six hours.
        keeps_items: the items are copied before, and restored afterwards.
    """

    items: int
    is_exact: bool
    keeps_items: bool = False

    sign = Sign.REMOVE
    until_idle = True
    makes = ()

    @property
    def call(self) -> Call:
        return Call("DeleteTable", {"TableName": self.table})

    @property
    def risk(self) -> Risk | None:
        return None if self.keeps_items else Risk.TABLE_DELETED


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntilIdle(Operation):
    """Wait for a change that is already in progress."""

    activity: Activity

    sign = Sign.WAIT
    until_idle = True
    makes = ()


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
