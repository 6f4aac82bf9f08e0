"""Operations that change properties of a table through UpdateTable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...schema.diff import Change
from ...schema.property_path import PropertyPath
from ...schema.serialization import Call, encryption_to_api, to_api
from ...schema.table_spec import StreamSpecification
from ..risks import Caution, Risk
from .base import OneChange, Operation, Sign, update_table
from .indexes import BILLING_MODE

STREAM = PropertyPath("stream_specification")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeletionProtection(Operation):
    """Protect a table from deletion, or allow it.

    Attributes:
        enabled: protects the table.
        keeps_items: the table is recreated with its items.
    """

    enabled: bool
    keeps_items: bool = False

    path = PropertyPath("deletion_protection_enabled")
    until_idle = True

    @property
    def sign(self) -> Sign:
        return Sign.ADD if self.enabled else Sign.REMOVE

    @property
    def call(self) -> Call:
        return update_table(self, DeletionProtectionEnabled=self.enabled)

    @property
    def risk(self) -> Risk | None:
        return None if self.enabled or self.keeps_items else Risk.DELETION_PROTECTION_REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableStream(Operation):
    """Turn on a stream."""

    stream: StreamSpecification

    sign = Sign.ADD
    path = STREAM
    until_idle = True

    @property
    def call(self) -> Call:
        return update_table(self, StreamSpecification=to_api(self.stream))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableStream(Operation):
    """Turn off the live stream.

    With `prepares`, to turn on one with another view type: only a stream that is off can be turned on
    (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html).
    """

    stream: StreamSpecification

    sign = Sign.REMOVE
    path = STREAM
    until_idle = True

    @property
    def call(self) -> Call:
        return update_table(self, StreamSpecification={"StreamEnabled": False})

    @property
    def risk(self) -> Risk:
        return Risk.STREAM_REPLACED if self.prepares else Risk.STREAM_DISABLED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTableClass(OneChange):
    """Change the table class."""

    until_idle = True
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.TableClasses.html
    caution = Caution.TABLE_CLASS_CHANGES

    @property
    def call(self) -> Call:
        return update_table(self, TableClass=self.change.wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEncryption(OneChange):
    """Change the key that encrypts a table."""

    until_idle = True
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
    caution = Caution.ENCRYPTION_CHANGES

    @property
    def call(self) -> Call:
        return update_table(self, SSESpecification=encryption_to_api(self.change.wanted))

    @property
    def risk(self) -> Risk | None:
        return None if self.change.wanted.enabled else Risk.CUSTOMER_KEY_REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCapacity(Operation):
    """Change the billing mode or the throughput of a table and its indexes.

    Attributes:
        capacity: the parameters of UpdateTable.
    """

    changes: tuple[Change, ...]
    capacity: Mapping[str, Any]

    path = BILLING_MODE
    until_idle = True

    @property
    def call(self) -> Call:
        return update_table(self, **self.capacity)

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return tuple(change.path for change in self.changes)

    @property
    def caution(self) -> Caution | None:
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
        if self.capacity.get("BillingMode") == "PAY_PER_REQUEST":
            return Caution.ON_DEMAND_SWITCHES
        return Caution.CAPACITY_DECREASES if any(map(_decreases, self.changes)) else None


def _decreases(change: Change) -> bool:
    if change.live is None or change.path.field != "provisioned_throughput":
        return False
    units = ("read_capacity_units", "write_capacity_units")
    return any(getattr(change.wanted, unit) < getattr(change.live, unit) for unit in units)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseWarmThroughput(Operation):
    """Raise the warm throughput of a table or of one of its indexes.

    Attributes:
        units: the new values, in the shape of the API.
        index: the name of the index.
    """

    changes: tuple[Change, ...]
    units: Mapping[str, int]
    index: str | None = None

    until_idle = True
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
    caution = Caution.WARM_THROUGHPUT_COST

    @property
    def path(self) -> PropertyPath:
        return self.changes[0].path

    @property
    def call(self) -> Call:
        if self.index is None:
            return update_table(self, WarmThroughput=self.units)
        update = {"IndexName": self.index, "WarmThroughput": self.units}
        return update_table(self, GlobalSecondaryIndexUpdates=[{"Update": update}])

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return tuple(change.path for change in self.changes)
