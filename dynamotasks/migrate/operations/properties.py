"""Operations that change properties of a table through UpdateTable.

UpdateTable changes one concern per call, and refuses a call that changes nothing
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...schema.diff import Change
from ...schema.property_path import PropertyPath
from ...schema.serialization import Call, encryption_to_api, to_api
from ...schema.table_spec import Encryption, StreamSpecification
from ..risks import Caution, Risk
from .base import Operation, Sign
from .indexes import BILLING_MODE

DELETION_PROTECTION = PropertyPath("deletion_protection_enabled")
STREAM = PropertyPath("stream_specification")


@dataclass(frozen=True, slots=True, kw_only=True)
class _TableUpdate(Operation):
    until_idle = True

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, Any]:
        """The parameters of UpdateTable, without the table's name."""

    @property
    def call(self) -> Call:
        return Call("UpdateTable", {"TableName": self.table, **self.parameters})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableDeletionProtection(_TableUpdate):
    """Protect a table from deletion."""

    sign = Sign.ADD
    path = DELETION_PROTECTION

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"DeletionProtectionEnabled": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableDeletionProtection(_TableUpdate):
    """Allow a table to be deleted.

    Attributes:
        is_declared: the config declares it; otherwise it precedes the deletion of the table.
        keeps_items: the table is recreated with its items.
    """

    is_declared: bool
    keeps_items: bool = False

    sign = Sign.REMOVE
    path = DELETION_PROTECTION

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return (self.path,) if self.is_declared else ()

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"DeletionProtectionEnabled": False}

    @property
    def risk(self) -> Risk | None:
        return None if self.keeps_items else Risk.DELETION_PROTECTION_REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableStream(_TableUpdate):
    """Turn on a stream."""

    stream: StreamSpecification

    sign = Sign.ADD
    path = STREAM

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"StreamSpecification": to_api(self.stream)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableStream(_TableUpdate):
    """Turn off a stream.

    Attributes:
        stream: the live stream.
        is_replaced: a stream with another view type follows: only a stream that is off can be turned on
            (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html).
    """

    stream: StreamSpecification
    is_replaced: bool

    sign = Sign.REMOVE
    path = STREAM

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return () if self.is_replaced else (self.path,)

    @property
    def risk(self) -> Risk:
        return Risk.STREAM_REPLACED if self.is_replaced else Risk.STREAM_DISABLED

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"StreamSpecification": {"StreamEnabled": False}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTableClass(_TableUpdate):
    """Change the table class."""

    change: Change

    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.TableClasses.html
    caution = Caution.TABLE_CLASS_CHANGES

    @property
    def path(self) -> PropertyPath:
        return self.change.path

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"TableClass": self.change.wanted}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEncryption(_TableUpdate):
    """Change the key that encrypts a table."""

    change: Change

    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
    caution = Caution.ENCRYPTION_CHANGES

    @property
    def path(self) -> PropertyPath:
        return self.change.path

    @property
    def parameters(self) -> Mapping[str, Any]:
        wanted: Encryption = self.change.wanted
        return {"SSESpecification": encryption_to_api(wanted)}

    @property
    def risk(self) -> Risk | None:
        return None if self.change.wanted.enabled else Risk.CUSTOMER_KEY_REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCapacity(_TableUpdate):
    """Change the billing mode or the throughput of a table and its indexes."""

    changes: tuple[Change, ...]
    capacity: Mapping[str, Any]

    path = BILLING_MODE

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.capacity

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
class RaiseWarmThroughput(_TableUpdate):
    """Raise the warm throughput of a table or of one of its indexes.

    Attributes:
        units: the new values, in the shape of the API.
        index: the name of the index.
    """

    changes: tuple[Change, ...]
    units: Mapping[str, int]
    index: str | None = None

    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
    caution = Caution.WARM_THROUGHPUT_COST

    @property
    def path(self) -> PropertyPath:
        return self.changes[0].path

    @property
    def parameters(self) -> Mapping[str, Any]:
        if self.index is None:
            return {"WarmThroughput": self.units}
        update = {"IndexName": self.index, "WarmThroughput": self.units}
        return {"GlobalSecondaryIndexUpdates": [{"Update": update}]}

    @property
    def makes(self) -> tuple[PropertyPath, ...]:
        return tuple(change.path for change in self.changes)
