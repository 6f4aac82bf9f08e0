"""What a step sees of its table: whether its aim is reached, and whether the table is still as it was planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from ..aws.client import Database
from ..aws.retries import with_retries
from ..errors import StepError
from ..schema.diff import Change, diff, is_off
from ..schema.live_table import LiveTable
from ..schema.property_path import WHOLE_TABLE, PropertyPath
from ..schema.table_spec import TableSpec
from .plan import TablePlan
from .staleness import value_at
from .table_reader import look, with_settings
from .table_settings import TABLE_SETTINGS

if TYPE_CHECKING:
    from .call_gate import CallGate

T = TypeVar("T")


class Unread(StepError):
    """It was accepted, and whether it is true may not be read: that holds up nothing that comes after it."""


class Verification:
    """One step's view of its table."""

    def __init__(self, sender: CallGate, database: Database, table: TablePlan, number: int) -> None:
        self._sender, self._database = sender, database
        self._wanted, self._planned, self._step = table.wanted, table.live, table.steps[number]
        self._earlier, self._later = table.steps[:number], table.steps[number + 1 :]
        self._theirs = False
        self._makes = self._step.makes or tuple(
            path for later in self._later if later.path == self._step.path for path in later.makes
        )
        self._focus = self._focused()

    def _changed(self, live: LiveTable | None) -> str:
        """What is neither as it was planned nor as this run has left it."""
        planned, step = self._planned, self._step
        if planned is None or any(earlier.path == WHOLE_TABLE and earlier.call for earlier in self._earlier):
            return ""
        if live is None:
            return "the table is gone"
        if not planned.is_same(live):
            return "the table was dropped and created again"
        read = self._read_back(live)
        paths = [path for path in step.makes or (step.path,) if path.name is not None]
        if unread := [
            f"{path} cannot be read: {read.denied[str(path.name)]}" for path in paths if path.name in read.denied
        ]:
            return unread[0]
        left = any(earlier.path == step.path and earlier.call for earlier in self._earlier) and self._is_off(read)
        changed = [
            str(path)
            for path in paths
            if not left
            and value_at(planned.spec, path) != value_at(read.spec, path)
            and any(path.covers(change.path) for change in self._unmet(read))
        ]
        return f"{', '.join(changed)} is another now" if changed else ""

    def _is_reached(self, live: LiveTable | None) -> bool:
        """Whether someone else, or our own call whose answer was lost, has done it."""
        assert self._step.call
        match self._step.call.operation:
            case "DeleteTable":
                return live is None or self._is_another(live)
            case "CreateTable":  # theirs is waited for, then compared
                self._theirs = live is not None and live.status != "DELETING"
                return self._theirs
        if live is None or live.status == "DELETING":
            return False
        if any(later.call and later.call.operation == "DeleteTable" for later in self._later) and self._is_another(
            live
        ):
            return True
        index = self._step.deleted_index
        if index is not None and index not in live.indexes:
            return True
        read = self._read_back(live)
        if any(Change(made, None, None).property in read.denied for made in self._makes):
            return False
        return self._is_cleared(read) or bool(self._makes and not self._unmet(read))

    def _is_another(self, live: LiveTable) -> bool:
        """Whether the table was dropped by someone else, and created again."""
        return self._planned is not None and live.replaces(self._planned)

    def _is_cleared(self, read: LiveTable) -> bool:
        """Whether the setting that this step turns off, for a later one to set it anew, is off."""
        return not self._step.makes and self._is_off(read)

    def _is_off(self, read: LiveTable) -> bool:
        if self._step.path.name is None:
            return False
        value = value_at(read.spec, self._step.path)
        return value is None or value is False or is_off(value)

    def look(self) -> LiveTable | None:
        """The table as DescribeTable shows it."""
        return self._read(lambda: look(self._database, self._step.table))

    def _read_back(self, live: LiveTable) -> LiveTable:
        return self._read(lambda: with_settings(self._database, live, self._focus))

    def _unmet(self, read: LiveTable) -> list[Change]:
        """What this step is to make and what is not so, as far as it could be read."""
        return [
            change
            for change in diff(self._focus, read.spec)
            if self._is_ours(change) and change.property not in read.denied
        ]

    def _check_read(self, read: LiveTable) -> None:
        """Fails where what this step makes may not be read."""
        unread = [
            why
            for name, why in read.denied.items()
            if any(made.covers(PropertyPath(name)) or Change(made, None, None).property == name for made in self._makes)
            and not any(later.covers(PropertyPath(name)) for later in self._later)
        ]
        if unread:
            hint = "the call was accepted; allow the read, then look at `inv db.status`"
            raise Unread(f"set, but could not be read back: {'; '.join(unread)}", hint=hint)

    def _is_ours(self, change: Change) -> bool:
        if change.undeclared:
            return change.path in self._makes
        if self._step.makes and any(step.covers(change.path) for step in self._later):
            return False
        return any(made.covers(change.path) for made in self._makes)

    def _focused(self) -> TableSpec:
        """The declaration with only those settings that this step makes: others need not be asked for."""
        settings = [PropertyPath(row.property) for row in TABLE_SETTINGS]
        left: dict[str, Any] = {
            str(path): None
            for path in settings
            if not any(made.covers(path) or path.covers(made) for made in self._makes)
            or (self._step.makes and any(step.covers(path) for step in self._later))
        }
        return replace(self._wanted, **left)

    def _read(self, read: Callable[[], T]) -> T:
        return with_retries(lambda: self._sender.turn(read), self._sender.pause)
