"""The manifest of a backup: which table the items come from, which table may receive them, and how many there are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from ...schema.live_table import LiveTable
from ..item_json import ItemSummary

FORMAT = 2


class Phase(Enum):
    """The progress of a replacement."""

    COPIED = "copied"
    """All items are in the backup."""
    ABANDONED = "abandoned"
    """The table was dropped by another command: no later table may receive the items."""
    RESTORED = "restored"
    """All items are in the new table."""


@dataclass(frozen=True, slots=True)
class TableIdentity:
    """What distinguishes a table from one that is created under its name after it was dropped.

    Attributes:
        id: TableId.
        created: seconds since 1970.
    """

    id: str | None
    created: float | None

    @classmethod
    def of(cls, live: LiveTable | None) -> TableIdentity | None:
        """Return the identity of a live table; `None` for a table that is absent or being deleted."""
        return None if live is None or live.status == "DELETING" else cls(live.id, live.created)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The description of a backup.

    Attributes:
        table: the physical name.
        source: the table that the items were copied from.
        destination: the only table that may receive them; `None` until it is created.
        ttl_attribute: the attribute by which the items expired; `None` if TTL was disabled.
    """

    endpoint: str
    region: str
    table: str
    source: TableIdentity
    items: ItemSummary
    ttl_attribute: str | None
    phase: Phase = Phase.COPIED
    destination: TableIdentity | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether the items are not known to be in the new table."""
        return self.phase is not Phase.RESTORED

    def allows(self, table: TableIdentity | None) -> bool:
        """Return whether a table, or the one to be created if it is `None`, may receive the items."""
        return self.phase is not Phase.ABANDONED and self.destination in (None, table)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as a JSON document."""
        return {"format": FORMAT, **asdict(self), "phase": self.phase.value}

    @classmethod
    def from_json(cls, document: Any) -> Manifest:
        """Return the manifest of a JSON document.

        Raises:
            ValueError, KeyError, TypeError: the document is not a manifest of format 1 or 2.
        """
        number = document["format"]
        if number not in (1, FORMAT):
            raise ValueError(f"unsupported format {number}: expected 1 or {FORMAT}")
        fields = _from_format_1(document) if number == 1 else document
        items, destination = fields["items"], fields["destination"]
        return cls(
            endpoint=_text(fields["endpoint"]),
            region=_text(fields["region"]),
            table=_text(fields["table"]),
            source=_identity(fields["source"]),
            items=ItemSummary(_count(items["count"]), _text(items["checksum"])),
            ttl_attribute=None if fields["ttl_attribute"] is None else _text(fields["ttl_attribute"]),
            phase=Phase(fields["phase"]),
            destination=None if destination is None else _identity(destination),
        )


def _from_format_1(document: Any) -> dict[str, Any]:
    """Return the fields of format 1, which wrote identities as text and absent values as `""` or `none`."""
    phase = {"dumped": Phase.COPIED, "restored": Phase.RESTORED}[document["phase"]]
    made = document["made"]
    return {
        **document,
        "source": _identity_of_format_1(document["original"]),
        "items": {"count": document["count"], "checksum": document["checksum"]},
        "ttl_attribute": document["expiry"] or None,
        "phase": Phase.ABANDONED if made == "none" else phase,
        "destination": _identity_of_format_1(made) if made not in ("", "none") else None,
    }


def _identity_of_format_1(text: str) -> dict[str, Any]:
    id, _, created = text.rpartition(" ")
    return {"id": id or None, "created": float(created) or None}


def _identity(fields: Any) -> TableIdentity:
    id, created = fields["id"], fields["created"]
    if created is not None and not isinstance(created, int | float):
        raise TypeError(f"invalid creation time {created!r}")
    return TableIdentity(None if id is None else _text(id), created)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"invalid value {value!r}: expected a string")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(f"invalid count {value!r}")
    return value
