"""Replace `${now}`, `${now+7d}` and `${uuid}` in the values of seed files."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal

from ..config.finding import ValuePath

_NAMESPACE = uuid.UUID("b1f5bb60-6c7b-5f0e-9c59-3d0b7c1c7a52")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_NOW = r"now(?:(?P<sign>[+-])(?P<count>\d{1,9})(?P<unit>[smhdw]))?"
_PLACEHOLDER = re.compile(rf"(?P<escape>\$?)\$\{{(?:{_NOW}|(?P<uuid>uuid))\}}")
_MISTAKE = re.compile(r"(?<!\$)\$\{\s*now\s*[+-][^}$]*\}")


class PlaceholderError(ValueError):
    """A placeholder is invalid, or cannot be used here; the message is the reason."""


class Placeholders:
    """Replaces the placeholders of the items of a file; each run gives an item the same UUIDs.

    Args:
        now: seconds since the epoch.
        table: that the items belong to.
        file: the name of the file.

    Attributes:
        item: identifies the current item in the file.
    """

    def __init__(self, now: int, table: str, file: str) -> None:
        self._now, self._origin = now, (table, file)
        self.item = ""

    def replace(self, text: str, path: ValuePath, *, in_key: bool) -> str | Decimal:
        """Return a text with the values of its placeholders; a number if it is a time and nothing else.

        Args:
            text: contains `${`; `$${now}` becomes the text `${now}`, and any other `${...}` is kept.
            path: of the value in the item.
            in_key: whether the value is part of the key, which must not change from run to run.

        Raises:
            PlaceholderError: a placeholder is invalid, or would change the key.
        """
        for mistake in _MISTAKE.findall(text):
            if not _PLACEHOLDER.fullmatch(mistake):
                raise PlaceholderError(f"invalid placeholder {mistake!r}")
        count = 0

        def value(found: re.Match[str]) -> str:
            nonlocal count
            count += 1
            if found["escape"]:
                return found[0][1:]
            if found["uuid"]:
                return str(uuid.uuid5(_NAMESPACE, "\n".join((*self._origin, self.item, *map(str, path), str(count)))))
            if in_key:
                raise PlaceholderError(f"{found[0]} in a key: seeding twice would write two items")
            return str(self._time(found))

        replaced = _PLACEHOLDER.sub(value, text)
        whole = _PLACEHOLDER.fullmatch(text)
        return Decimal(replaced) if whole and not whole["escape"] and not whole["uuid"] else replaced

    def _time(self, found: re.Match[str]) -> int:
        if found["sign"] is None:
            return self._now
        distance = int(found["count"]) * _SECONDS[found["unit"]]
        return self._now + (distance if found["sign"] == "+" else -distance)


def is_time(text: str) -> bool:
    """Return whether a text is a time, such as `${now+7d}`, and nothing else."""
    whole = _PLACEHOLDER.fullmatch(text)
    return whole is not None and not whole["escape"] and not whole["uuid"]
